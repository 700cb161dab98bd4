import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { selectFiles, type Selection, type SelectionRequest } from '../../src/core/selection.ts';
import { inFolder, plant } from './tree.ts';

function select(directory: string, patterns: readonly string[], more: Partial<SelectionRequest> = {}): Promise<Selection> {
  return selectFiles({ patterns, directory, includeHidden: false, followSymlinks: false, platform: 'linux', ...more });
}

async function namesOf(directory: string, patterns: readonly string[], more: Partial<SelectionRequest> = {}): Promise<string[]> {
  const { files, problems } = await select(directory, patterns, more);
  expect(problems).toEqual([]);
  return files.map(({ name }) => name);
}

describe('a selection', () => {
  it('gives name, path, size and permissions, sorted by name in code units', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['b/z.sh', 'b.txt', 'B.txt', 'a', 'é']);
      await chmod(join(folder, 'b/z.sh'), 0o755);
      await chmod(join(folder, 'a'), 0o600);

      const { files } = await select(folder, ['**']);

      expect(files.map(({ name }) => name)).toEqual(['B.txt', 'a', 'b.txt', 'b/z.sh', 'é']);
      expect(files[1]).toEqual({ name: 'a', path: join(folder, 'a'), size: 1, mode: 0o600 });
      expect(files[3]).toEqual({ name: 'b/z.sh', path: join(folder, 'b', 'z.sh'), size: 6, mode: 0o755 });
    });
  });

  it('takes names relative to a directory with wildcard characters, and absolute patterns inside it', async () => {
    await inFolder(async (folder) => {
      const directory = join(folder, '[a]*?');
      await plant(directory, ['dist/x.js', 'dist/y.css']);

      expect(await namesOf(directory, ['dist/*.js'])).toEqual(['dist/x.js']);
      const escaped = `${folder}/[[]a][*][?]/dist`;
      expect(await namesOf(directory, [escaped, `!${escaped}/*.js`])).toEqual(['dist/y.css']);
    });
  });

  it('names every pattern that adds nothing, and no exclusion', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a.js', 'b.js', 'only-folder/']);

      const { unmatchedPatterns } = await select(folder, ['*.js', '*.css', 'only-folder', 'b.js', '!b.js', '!*.map']);

      expect(unmatchedPatterns).toEqual(['*.css', 'only-folder', 'b.js']);
    });
  });

  it('on Windows takes backslashes as separators and ignores case', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['Dist/App.js']);

      expect(await namesOf(folder, ['.\\dist\\*.JS'], { platform: 'win32' })).toEqual(['Dist/App.js']);
      expect(await namesOf(folder, ['dist/*.JS'])).toEqual([]);
    });
  });

  it('enters no folder that is excluded, or that no pattern leads into', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['in/x', 'out/y', 'far/z']);
      await symlink('/', join(folder, 'out', 'to-root'));
      await symlink('/', join(folder, 'far', 'to-root'));

      expect(await namesOf(folder, ['*', '!out', '!far/**'])).toEqual(['in/x']);
      expect(await namesOf(folder, ['in/**', 'i?'])).toEqual(['in/x']);
    });
  });

  it('goes as deep as the file system', async () => {
    await inFolder(async (folder) => {
      const name = `${'d/'.repeat(1000)}f`;
      await plant(folder, [name]);

      expect(await namesOf(folder, ['**/f'])).toEqual([name]);
    });
  });

  it('keeps the event loop turning in a huge folder, and loses no file', async () => {
    await inFolder(async (folder) => {
      await Promise.all(Array.from({ length: 4100 }, (_, index) => writeFile(join(folder, `f${index}`), '')));

      expect(await namesOf(folder, ['f*'])).toHaveLength(4100);
    });
  });

  it('reports every pattern that is none before it looks at any file', async () => {
    const { problems, files } = await select('/nowhere', ['../x', '/etc/*', 'ok']);

    expect(files).toEqual([]);
    expect(problems).toEqual([
      '“../x” has a “..” segment',
      '“/etc/*” is absolute and does not start with the directory /nowhere',
    ]);
  });

  it('reports a directory that is missing or a file', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['file']);

      expect((await select(join(folder, 'missing'), ['**'])).problems).toHaveLength(1);
      expect((await select(join(folder, 'file'), ['**'])).problems[0]).toContain('is no folder');
    });
  });
});

describe('a folder that cannot be read', () => {
  it('is a problem where files are looked for, not where hidden ones are only counted', async () => {
    await inFolder(async (folder) => {
      // Deeper than a path may be long: unreadable for every user, root as well.
      const chain = Array.from({ length: 15 }, () => 'd'.repeat(200)).join('/');
      await plant(folder, ['open/a', `open/${chain}/`, `.hidden/${chain}/`, `${chain}/`]);
      const [start = ''] = chain.split('/');
      for (const base of ['open', '.hidden']) {
        await rename(join(folder, start), join(folder, base, chain, start));

        const { files, problems } = await select(folder, ['**']);

        await rename(join(folder, base, chain, start), join(folder, start));
        expect(files.map(({ name }) => name)).toEqual(['open/a']);
        expect(problems).toEqual(base === 'open' ? [expect.stringMatching(/^“open\/d+.* cannot be read: ENAMETOOLONG/)] : []);
      }
    });
  });
});

const HIDDEN_TREE = [
  'plain',
  '.env',
  '.github/workflows/ci.yml',
  '.github/.secret',
  '.github/deep/.secret',
  'src/.env',
  'src/a.ts',
  '.git/config',
  'src/.git',
  '.generic-packages/publish.json',
];

describe('hidden names', () => {
  it.each<[string, string[], string[], number]>([
    ['are left out and counted', ['**'], ['plain', 'src/a.ts'], 5],
    ['are left out behind ?, too', ['?env', '[.]env'], ['.env'], 0],
    ['are taken with consent, not further down', ['.github'], ['.github/workflows/ci.yml'], 2],
    ['are taken with consent, by **', ['.github/**'], ['.github/workflows/ci.yml'], 2],
    ['are taken with consent at each step', ['.github/.secret', '.g*/**/.s*'], ['.github/.secret', '.github/deep/.secret'], 0],
    ['are taken with consent at any depth', ['**/.env'], ['.env', 'src/.env'], 0],
    ['need consent again below **', ['**/.secret'], [], 2],
    ['are not counted when excluded', ['**', '!.github', '!**/.env'], ['plain', 'src/a.ts'], 0],
    ['stay excluded in spite of consent', ['.github', '!.github/workflows'], [], 2],
    ['count for a pattern that only matches such', ['src/*', '!src/a.ts'], [], 1],
    ['of git and of ours are never taken', ['.git/**', '.generic-packages', '**/.git', 'plain'], ['plain'], 0],
  ])('%s', async (_what, patterns, names, hiddenLeftOut) => {
    await inFolder(async (folder) => {
      await plant(folder, HIDDEN_TREE);

      const selection = await select(folder, patterns);

      expect(selection.files.map(({ name }) => name)).toEqual(names);
      expect(selection).toMatchObject({ hiddenLeftOut, problems: [] });
    });
  });

  it('are all taken when included, but for .git and .generic-packages', async () => {
    await inFolder(async (folder) => {
      await plant(folder, HIDDEN_TREE);

      const selection = await select(folder, ['**'], { includeHidden: true });

      expect(selection.files).toHaveLength(7);
      expect(selection.hiddenLeftOut).toBe(0);
    });
  });

  it('are not asked what they are when left out', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['.cache/x', 'a']);
      await symlink('/', join(folder, '.cache', 'out'));
      await symlink('nowhere', join(folder, '.cache', 'broken'));

      expect(await select(folder, ['**'])).toMatchObject({ problems: [], hiddenLeftOut: 3 });
    });
  });
});

describe('symbolic links', () => {
  it('inside the directory are followed, to files and to folders', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['real/a', 'b']);
      await symlink('b', join(folder, 'to-file'));
      await symlink(join(folder, 'real'), join(folder, 'to-folder'));

      expect(await namesOf(folder, ['to-*'])).toEqual(['to-file', 'to-folder/a']);
    });
  });

  it('that lead out are problems, each named, unless they are to be followed', async () => {
    await inFolder(async (outer) => {
      const folder = join(outer, 'in');
      await plant(outer, ['in/x', 'out/a', 'inner/b']);
      await symlink('../out', join(folder, 'out-folder'));
      await symlink('../out/a', join(folder, 'out-file'));
      // A sibling whose name starts like the directory's is outside all the same.
      await symlink('../inner/b', join(folder, 'sibling'));

      expect((await select(folder, ['**'])).problems).toEqual([
        `“out-file” is a link that leads out of the directory, to ${join(outer, 'out', 'a')}`,
        `“out-folder” is a link that leads out of the directory, to ${join(outer, 'out')}`,
        `“sibling” is a link that leads out of the directory, to ${join(outer, 'inner', 'b')}`,
      ]);
      expect(await namesOf(folder, ['**'], { followSymlinks: true })).toEqual(['out-file', 'out-folder/a', 'sibling', 'x']);
      expect(await namesOf(folder, ['x', 'y*'])).toEqual(['x']);
    });
  });

  it('that lead back are followed once', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a/x', 'b/y']);
      await symlink('..', join(folder, 'a', 'up'));
      await symlink('../b', join(folder, 'a', 'b'));
      await symlink('../a', join(folder, 'b', 'a'));
      await symlink('self', join(folder, 'a', 'other'));

      expect(await namesOf(folder, ['**', '!**/other'])).toEqual(['a/b/y', 'a/x', 'b/a/x', 'b/y']);
    });
  });

  it('that lead nowhere, or in a circle, are problems where they are meant', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a.txt']);
      await symlink('missing', join(folder, 'broken.txt'));
      await symlink('circle.txt', join(folder, 'circle.txt'));

      expect((await select(folder, ['*.txt'])).problems).toEqual([
        '“broken.txt” is a link that leads nowhere',
        '“circle.txt” is a link that leads nowhere',
      ]);
      expect(await namesOf(folder, ['a.*'])).toEqual(['a.txt']);
    });
  });

  it('do not bring .git in by another name', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['.git/config', 'sub/.generic-packages/x', 'a']);
      await symlink('.git', join(folder, 'history'));
      await symlink('.git/config', join(folder, 'settings'));
      await symlink('sub/.generic-packages', join(folder, 'own'));

      expect(await namesOf(folder, ['**'], { includeHidden: true })).toEqual(['a']);
    });
  });

  it('may be the directory itself', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['real/a', 'real/b']);
      await symlink('b', join(folder, 'real', 'c'));
      await symlink('real', join(folder, 'link'));

      expect(await namesOf(join(folder, 'link'), ['**'])).toEqual(['a', 'b', 'c']);
    });
  });
});

describe('what is no file', () => {
  it('is a problem where it is meant: a FIFO, a socket, a link to one', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a']);
      execFileSync('mkfifo', [join(folder, 'pipe')]);
      await symlink('pipe', join(folder, 'to-pipe'));
      const server = createServer();
      await new Promise<void>((done) => server.listen(join(folder, 'sock'), done));
      try {
        expect((await select(folder, ['**'])).problems).toEqual([
          '“pipe” is no file but a FIFO',
          '“sock” is no file but a socket',
          '“to-pipe” is a link to something that is no file',
        ]);
        expect(await namesOf(folder, ['a'])).toEqual(['a']);
      } finally {
        server.close();
      }
    });
  });

  it('is a name that is not UTF-8, shown by its bytes; U+FFFD itself is a name', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['data/plain', 'data/real\u{FFFD}']);
      const raw = (name: string): Buffer => Buffer.from(join(folder, 'data', name), 'latin1');
      await writeFile(raw('caf\xe9.txt'), 'x');
      await mkdir(raw('d\xfcr'));

      expect((await select(folder, ['**'])).problems).toEqual([
        '“data/caf\\xe9.txt” has a name that is not UTF-8',
        '“data/d\\xfcr” has a name that is not UTF-8',
      ]);
      expect(await namesOf(folder, ['data/[pr]*'])).toEqual(['data/plain', 'data/real\u{FFFD}']);
    });
  });
});
