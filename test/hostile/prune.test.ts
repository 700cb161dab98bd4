/** `prune` on places and things that matter: refused, or passed over; what goes is shown as text. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { promisify } from 'node:util';
import { parsePatterns } from '../../src/core/patterns/patterns.ts';
import { findPrunable, pruneRefusal } from '../../src/transfer/local/prune.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { exists, inFolder, writeFiles } from '../support/tree.ts';
import { onEveryPlatform, inScene, published } from './scene.ts';
import { errorText, expectHarmless, shown } from './told.ts';

const FILES = published([{ name: 'a.txt', content: 'a' }]);
const PRUNE = { prune: 'true' };

describe('by paths alone', () => {
  const kept = { home: '/home/me', workspace: '/builds/acme/widget' };

  test.each([
    ['/', 'is the root of a file system'],
    ['/home/me', 'is the home folder'],
    ['/home', 'is a folder above the home folder'],
    ['/builds/acme/widget', 'is the workspace'],
    ['/builds/acme', 'is a folder above the workspace'],
    ['/builds', 'is a folder above the workspace'],
    ['/home/me/downloads', undefined],
    ['/home/m', undefined],
    ['/home/me2', undefined],
    ['/builds/acme/widget-out', undefined],
    ['/builds/acme/widget/out', undefined],
    ['/builds/acme/..widget', undefined],
  ])('%s: %s', (directory, refusal) => {
    expect(pruneRefusal(directory, kept)).toBe(refusal);
  });

  test.each([
    ['C:\\', 'is the root of a file system'],
    ['d:\\', 'is the root of a file system'],
    ['\\\\server\\share', 'is the root of a file system'],
    ['\\\\server\\share\\', 'is the root of a file system'],
    ['c:\\users\\ME', 'is the home folder'],
    ['C:\\Users', 'is a folder above the home folder'],
    ['D:\\a\\widget\\Widget', 'is the workspace'],
    ['d:\\A', 'is a folder above the workspace'],
    ['D:\\Users\\me', undefined],
    ['C:\\Users\\me\\out', undefined],
    ['C:\\Users\\me2', undefined],
    ['\\\\server\\share\\out', undefined],
  ])('on Windows %s: %s', (directory, refusal) => {
    expect(pruneRefusal(directory, { home: 'C:\\Users\\me', workspace: 'D:\\a\\widget\\widget' }, win32)).toBe(refusal);
  });

  test('home at the root of the file system protects the root, and no more', () => {
    expect(pruneRefusal('/', { home: '/', workspace: '/' })).toBe('is the root of a file system');
    expect(pruneRefusal('/out', { home: '/', workspace: '/work' })).toBeUndefined();
  });
});

describe('is refused before any request', () => {
  test.each([
    { title: "GitLab's project folder", platform: gitlabJob, directory: '.', project: '.', says: 'is the workspace' },
    {
      title: "GitLab's project folder, for a job that works elsewhere",
      platform: gitlabJob,
      directory: 'sub',
      project: 'sub',
      says: 'is the project folder',
    },
    {
      title: 'a folder above that one',
      platform: gitlabJob,
      directory: 'house',
      project: 'house/x/y',
      says: 'is a folder above the project folder',
    },
    {
      title: "GitHub's workspace, by a link",
      platform: githubAction,
      directory: 'sub/link',
      project: '.',
      says: 'is the workspace',
    },
    { title: 'home, by a link to it', platform: terminal, directory: 'home', project: '.', says: 'is the home folder' },
    {
      title: 'a folder above home',
      platform: terminal,
      directory: 'people',
      project: '.',
      says: 'is a folder above the home folder',
    },
    {
      title: 'a worktree, whose .git is a file',
      platform: githubAction,
      directory: 'worktree',
      project: '.',
      says: 'holds a git repository',
    },
    {
      title: 'a .git that is a broken link, in capitals',
      platform: terminal,
      directory: 'linked',
      project: '.',
      says: 'holds a git repository',
    },
    { title: 'a .git far below', platform: gitlabJob, directory: 'far', project: '.', says: 'holds a git repository' },
  ])('for $title', async ({ platform, directory, project, says }) => {
    await inScene(FILES, platform, async ({ crafted, cwd, download }) => {
      await writeFiles(cwd, {
        'house/x/y/mine.txt': 'm',
        'sub/keep.txt': 'k',
        'worktree/.git': 'gitdir: elsewhere',
        'far/a/b/c/d/e/.git/config': '',
        'linked/x.txt': 'x',
        'people/me/x': 'x',
      });
      await symlink('..', join(cwd, 'sub', 'link'));
      await symlink('people/me', join(cwd, 'home'));
      await symlink('nowhere', join(cwd, 'linked', '.GIT'));
      const home = says.includes('home') ? join(cwd, 'people', 'me') : '/home/of/nobody';
      const env = { HOME: home, GITHUB_WORKSPACE: cwd, CI_PROJECT_DIR: join(cwd, project) };
      const run = await download({ ...PRUNE, directory }, env);
      expect(run.code).toBe(platform.kind === 'github' ? 1 : 2);
      expect(errorText(platform, run)).toContain('prune: is refused');
      expect(errorText(platform, run)).toContain(says);
      expect(crafted.requests).toEqual([]);
      for (const name of ['house/x/y/mine.txt', 'sub/keep.txt', 'linked/x.txt'])
        expect(await exists(join(cwd, name))).toBe(true);
    });
  });

  test('together with part, which does not tell what the whole version has', async () => {
    await inScene(FILES, terminal, async ({ crafted, download }) => {
      const run = await download({ ...PRUNE, part: 'linux' });
      expect(run.code).toBe(2);
      expect(errorText(terminal, run)).toContain('together with `part`');
      expect(crafted.requests).toEqual([]);
    });
  });
});

describe('deletes', () => {
  test.each(onEveryPlatform([{}]))('names of any kind, and shows them as text, by $name', async ({ platform }) => {
    const names = ['a\npwned', '::error::pwned', '##[error]pwned', 'b\rpwned', 'c\u001b[2J', 'd\u202epwned', 'a.txt '];
    await inScene(FILES, platform, async ({ cwd, download }) => {
      await writeFiles(join(cwd, 'in'), Object.fromEntries(names.map((name) => [name, 'x'])));
      const run = await download(PRUNE);
      expect(run).toMatchObject({ code: 0, outputs: { pruned: String(names.length) } });
      expectHarmless(platform, run);
      expect(shown(platform, run)).toContain('deleted: a\\u{a}pwned\n');
      expect(await readdir(join(cwd, 'in'))).toEqual(['a.txt']);
    });
  });

  test('links as links, whatever they lead to', async () => {
    await inScene(FILES, githubAction, async ({ cwd, download }) => {
      await writeFiles(cwd, { 'precious/deep/file.txt': 'p', 'in/sub/old.txt': 'o' });
      await symlink('../../precious', join(cwd, 'in', 'sub', 'folder'));
      await symlink('../precious/deep/file.txt', join(cwd, 'in', 'file'));
      await symlink('loop', join(cwd, 'in', 'loop'));
      await symlink('..', join(cwd, 'in', 'above'));
      expect(await download(PRUNE)).toMatchObject({ code: 0, outputs: { pruned: '5' } });
      expect(await readdir(join(cwd, 'in'))).toEqual(['a.txt']);
      expect(await readFile(join(cwd, 'precious', 'deep', 'file.txt'), 'utf8')).toBe('p');
    });
  });
});

describe('leaves', () => {
  test('what is no file, our own folder, and what another download writes', async () => {
    const temporary = '.generic-packages-01234567-4711-0123456789abcdef.part';
    await inScene(FILES, gitlabJob, async ({ cwd, download }) => {
      await writeFiles(join(cwd, 'in'), {
        [`sub/${temporary}`]: 'half',
        'sub/.generic-packages/publish.json': '{}',
        'sub/old.txt': 'o',
      });
      await promisify(execFile)('mkfifo', [join(cwd, 'in', 'sub', 'pipe')]);
      expect(await download(PRUNE)).toMatchObject({ code: 0, outputs: { pruned: '1' } });
      expect((await readdir(join(cwd, 'in', 'sub'))).sort()).toEqual(['.generic-packages', temporary, 'pipe'].sort());
    });
  });

  test('everything when a file cannot be had', async () => {
    const wrong = [...FILES, { storedName: 'a.txt', content: 'b' }];
    await inScene(wrong, terminal, async ({ cwd, download }) => {
      await writeFiles(join(cwd, 'in'), { 'old.txt': 'o' });
      expect((await download(PRUNE)).code).toBe(1);
      expect(await readdir(join(cwd, 'in'))).toEqual(['old.txt']);
    });
  });

  test.each([
    { os: 'linux', left: ['README', 'straße'], gone: ['readme', 'docs/E\u0301t\u00e9', 'strasse', 'old'] },
    { os: 'darwin', left: ['README', 'readme', 'docs/E\u0301t\u00e9', 'straße', 'strasse'], gone: ['old'] },
    { os: 'win32', left: ['README', 'readme', 'docs/E\u0301t\u00e9', 'straße', 'strasse'], gone: ['old'] },
  ] as const)('what $os takes for a file of the version', async ({ os, left, gone }) => {
    await inFolder(async (folder) => {
      await writeFiles(folder, Object.fromEntries([...left, ...gone].map((name) => [name, name])));
      const { patterns } = parsePatterns(['**'], { os });
      const prunable = await findPrunable(folder, patterns, ['README', 'docs/\u00c9te\u0301', 'straße'], os);
      expect([...prunable].sort()).toEqual([...gone].sort());
    });
  });

  test('a folder that is not there', async () => {
    await inFolder(async (folder) => {
      const { patterns } = parsePatterns(['**'], { os: 'linux' });
      expect(await findPrunable(join(folder, 'none'), patterns, [], 'linux')).toEqual([]);
      await mkdir(join(folder, 'none'));
      await writeFile(join(folder, 'none', 'x'), '');
      expect(await findPrunable(join(folder, 'none'), patterns, [], 'linux')).toEqual(['x']);
    });
  });
});
