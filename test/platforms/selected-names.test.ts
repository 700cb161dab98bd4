/** What is selected and what it is called: names that are meant letter by letter, new names, modes, links, other systems. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import type { Inputs, Platform, PlatformRun } from '../support/platform.ts';
import { getRaw, sha256, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileOf, openRegistry, puts, withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, leavingOut, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
let versions = 0;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
  versions += 1;
});

interface Published {
  readonly run: PlatformRun;
  readonly names: readonly string[];
  readonly modes: Readonly<Record<string, string>>;
}

/** Publishes from a folder with these files below `out`; a file's content is its name. */
async function publish(
  names: readonly string[],
  inputs: Inputs,
  more: { readonly platform?: Platform; readonly plant?: (out: string) => Promise<void> } = {},
): Promise<Published> {
  const { platform = terminal, plant = () => Promise.resolve() } = more;
  const ended: PlatformRun[] = [];
  const version = `1.0.${versions}`;
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), Object.fromEntries(names.map((name) => [name, name])));
    await plant(join(folder, 'out'));
    const given = { ...rightInputs(registry, 'publish'), 'package-version': version, ...inputs };
    ended.push(await platform.run('publish', given, { cwd: folder }));
  });
  const [run] = ended;
  if (run === undefined) throw new Error('it did not run');
  const files = JSON.parse(run.outputs.files ?? '[]') as { name: string }[];
  const of = { ...WIDGET, version };
  const manifest = run.code === 0 ? await getRaw(registry, of, 'generic-package.json') : undefined;
  const listed = (JSON.parse(manifest ?? '{"files":[]}') as { files: { path: string; mode: string }[] }).files;
  return {
    run,
    names: files.map(({ name }) => name),
    modes: Object.fromEntries(listed.map(({ path, mode }) => [path, mode])),
  };
}

describe('a folder that is called [id]', () => {
  test.each([terminal, githubAction, gitlabJob])('is published by its name: $name', async (platform) => {
    const there = ['app/[id]/page.js', 'app/i/page.js', 'other.txt'];
    const files = 'app/[id]/**\nother.txt';
    // GitLab looks at the last segment only.
    expect((await publish(there, { files }, { platform })).names).toEqual(['app/[id]/page.js', 'other.txt']);
  });
});

describe('all of `directory`', () => {
  test.each([terminal, githubAction, gitlabJob])('is what is meant where `files` is not given: $name', async (by) => {
    expect((await publish(['a', 'b/c', '.env'], { files: '' }, { platform: by })).names).toEqual(['a', 'b/c']);
  });
});

describe('one of several patterns that matches nothing', () => {
  const THERE = ['a.tar.gz', 'docs/x.md', 'hidden/.env'];

  test.each([
    { files: 'a.tar.gz\nsetup.msi', says: ['The pattern `setup.msi` matches no file'] },
    { files: 'a.tar.gz\nsetup.msi\nbin/', says: ['2 patterns match no file', '`setup.msi`', '`bin/`'] },
    { files: 'docs\na.tar.gz, b.zip', says: ['`a.tar.gz, b.zip`', 'give one pattern a line'] },
    { files: 'docs\n{a,b}.tar.gz', says: ['`{a,b}.tar.gz`', 'give a line for each alternative'] },
    { files: 'docs\n*.zip', choice: 'error', says: ['The pattern `*.zip` matches no file'] },
    { files: 'docs\na.tar.gz\n!*.gz', choice: 'error', says: ['a later pattern that begins with `!`'] },
  ])('is an error that names it: $files', async ({ files, choice = 'auto', says }) => {
    const { run } = await publish(THERE, { files, 'if-pattern-unmatched': choice });
    expect(run.code).toBe(1);
    for (const piece of [...says, 'Nothing was sent', '`if-pattern-unmatched`']) {
      expect(errorOf(terminal, run)).toContain(piece);
    }
    expect(registry.requests).toEqual([]);
  });

  test.each([
    { files: 'docs\n*.zip', says: 'The pattern `*.zip` matches no file' },
    { files: 'docs\n*.{zip,exe}', says: 'give a line for each alternative' },
    { files: 'docs\na.tar.gz\n!*.gz', says: 'The pattern `a.tar.gz` adds no file: a later pattern' },
    { files: 'docs\nhidden/*', says: 'The pattern `hidden/*` matches hidden files only; --include-hidden-files' },
    { files: 'docs\nsetup.msi', choice: 'warn', says: 'The pattern `setup.msi` matches no file' },
  ])('is a warning: $files', async ({ files, choice = 'auto', says }) => {
    const { run, names } = await publish(THERE, { files, 'if-pattern-unmatched': choice });
    expect([run.code, names]).toEqual([0, ['docs/x.md']]);
    expect(run.stderr).toContain(`warning: ${says.startsWith('give') ? 'The pattern' : says}`);
    expect(run.stderr).toContain(says);
  });

  test('is no warning with `ignore`, and where nothing at all matches `if-no-files-found` alone decides', async () => {
    const ignored = await publish(THERE, { files: 'docs\nsetup.msi', 'if-pattern-unmatched': 'ignore' });
    expect([ignored.run.code, ignored.run.stderr.includes('warning')]).toEqual([0, false]);
    const nothing = await publish(THERE, { files: 'setup.msi\nsetup.exe', 'if-no-files-found': 'ignore' });
    expect([nothing.run.code, nothing.run.stderr.includes('warning')]).toEqual([0, false]);
  });
});

describe('names that GitLab refuses', () => {
  const NAMES = ['My App Setup 1.2.3.exe', 'app(x64).dmg', 'x/My App Setup 9.exe'];
  const RENAME = 'My App Setup *.exe => my-app-setup-{1}.exe\napp(x64).dmg => app-x64.dmg\nx/*.exe => {1}.exe';

  test('are refused before anything is sent, and the hint names `rename`', async () => {
    const { run } = await publish(NAMES, {});
    expect(run.code).toBe(1);
    for (const piece of [...NAMES, '`rename`']) expect(errorOf(terminal, run)).toContain(piece);
    expect(registry.requests).toEqual([]);
  });

  test.each([terminal, githubAction, gitlabJob])('get others by rename: $name', async (platform) => {
    const plain = ['My App Setup 1.2.3.exe', 'app(x64).dmg', 'x/b.exe'];
    const { run, names } = await publish(plain, { rename: RENAME }, { platform });
    expect([run.code, names]).toEqual([0, ['app-x64.dmg', 'b.exe', 'my-app-setup-1.2.3.exe']]);
    expect(await getRaw(registry, { ...WIDGET, version: `1.0.${versions}` }, 'app-x64.dmg')).toBe('app(x64).dmg');
  });

  test('one that two files get is an error that names them, and a rule that fits nothing is warned of', async () => {
    const { run } = await publish(['a.txt', 'b.txt'], { rename: '*.txt => same.txt\n*.md => x' });
    expect(errorOf(terminal, run)).toContain('a.txt, b.txt: after `rename` they are all called same.txt');
    expect(run.stderr).toContain('warning: The rule `*.md => x` of `rename` fits no file');
    expect(registry.requests).toEqual([]);
  });

  test('rules are over the name after flatten, and a wrong one is wrong usage', async () => {
    const flat = await publish(['x/a b.txt'], { flatten: 'true', rename: '* *.txt => {1}_{2}.txt' });
    expect(flat.names).toEqual(['a_b.txt']);
    const wrong = await publish(['a'], { rename: 'a -> b' });
    expect(wrong.run.code).toBe(2);
    expect(errorOf(terminal, wrong.run)).toContain('--rename: `a -> b` must be `FROM => TO`');
  });
});

test('executable files are those that the file system says and those that the input names', async () => {
  const { run, modes } = await publish(['tool', 'a b/x', 'README'], {
    executable: 'tool\na b/*\n*.exe',
    rename: 'a b/x => x',
  });
  expect(modes).toEqual({ README: '0644', tool: '0755', x: '0755' });
  expect(run.stderr).toContain('warning: The pattern `*.exe` of `executable` matches no selected file');
});

// Windows makes links for its administrators only.
if (process.platform !== 'win32') {
  test('links inside the directory are followed, and a warning tells how many', async () => {
    const { run, names } = await publish(
      ['F.framework/Versions/A/F'],
      {},
      {
        plant: async (out) => {
          await symlink('A', join(out, 'F.framework/Versions/Current'));
          await symlink('Versions/Current/F', join(out, 'F.framework/F'));
        },
      },
    );
    expect(names).toEqual(['F.framework/F', 'F.framework/Versions/A/F', 'F.framework/Versions/Current/F']);
    expect(run.stderr).toContain('warning: 2 links inside the directory were followed: ');
  });

  test('names that Windows or macOS cannot take are warned of once', async () => {
    const { run } = await publish(['a.txt', 'A.txt', 'aux.h', 'd?/x', 'fine'], {});
    expect(run.code).toBe(0);
    const warnings = run.stderr.split('\n').filter((line) => line.startsWith('warning: '));
    expect(warnings).toEqual([
      expect.stringMatching(/^warning: 3 names cannot be placed on Windows or macOS.*`aux\.h` .*device/),
    ]);
    for (const name of ['`a.txt`', '`d?/x`']) expect(warnings[0]).toContain(name);
    expect(warnings[0]).not.toContain('fine');
  });
}

describe('characters that only newer GitLabs take', () => {
  const FILES = { 'aaa.deb': 'a', 'foo_1.0~rc1.deb': 'f', 'zzz.txt': 'z' };
  const onOlder = (work: (older: RunningRegistry, folder: string) => Promise<void>) =>
    withRegistry({ gitlabVersion: '17.2' }, (older) =>
      inFolder(async (folder) => {
        await writeFiles(join(folder, 'out'), FILES);
        await work(older, folder);
      }),
    );

  test('are tried first, and an older GitLab has nothing else then', async () => {
    await onOlder(async (older, folder) => {
      const run = await terminal.run('publish', rightInputs(older, 'publish'), { cwd: folder });
      expect(run.code).toBe(1);
      const told = errorOf(terminal, run);
      for (const piece of ['too old for the characters in 1 file name', 'foo_1.0~rc1.deb', 'GitLab 18.1', '`rename`']) {
        expect(told).toContain(piece);
      }
      expect(told).not.toContain('ame command again');
      expect(puts(older).map(fileOf)).toEqual(['foo_1.0~rc1.deb']);
      expect(await visibleVersions(older)).toEqual([]);
      const renamed = { ...rightInputs(older, 'publish'), rename: '*~*.deb => {1}.{2}.deb' };
      expect((await terminal.run('publish', renamed, { cwd: folder })).code).toBe(0);
    });
  });

  test.each([
    { version: '17.2.1-ee', own: true, sends: 0 },
    { version: '18.1.0', own: true, sends: 1 },
    { version: '17.2.1-ee', own: false, sends: 1 },
  ])('are refused beforehand where the job tells the version: $version, its own $own', async (row) => {
    await onOlder(async (older, folder) => {
      const serverUrl = row.own ? new URL(older.apiUrl).origin : 'https://gitlab.example.com';
      const env = { CI_SERVER_VERSION: row.version, CI_SERVER_URL: serverUrl };
      const run = await gitlabJob.run('publish', rightInputs(older, 'publish'), { cwd: folder, env });
      expect(run.code).toBe(1);
      expect(errorOf(gitlabJob, run)).toContain('too old for the characters in 1 file name');
      expect(puts(older)).toHaveLength(row.sends);
    });
  });
});

test('temporary files of a download are never published, and told', async () => {
  const leftover = `in/.generic-packages-01234567-4242-${'0'.repeat(16)}.part`;
  const { run, names } = await publish(['a', leftover, '.env'], { 'include-hidden-files': 'true' });
  expect(names).toEqual(['.env', 'a']);
  expect(run.stderr).toContain('warning: 1 temporary file of a download that was stopped or still runs is left out');
});

describe('checksums-path', () => {
  test.each([githubAction, gitlabJob])(
    'is a file with a line for each file of the version: $name',
    async (platform) => {
      await inFolder(async (folder) => {
        await writeFiles(join(folder, 'out'), { 'b.txt': 'b', 'a/x': 'x' });
        await mkdir(join(folder, 'temp'));
        const place = { cwd: folder, env: { RUNNER_TEMP: join(folder, 'temp') } };
        const inputs = { ...rightInputs(registry, 'publish'), 'package-version': `2.0.${versions}` };
        const lines = `${sha256('x')}  a/x\n${sha256('b')}  b.txt\n`;
        const { 'checksums-path': path = '' } = (await platform.run('publish', inputs, place)).outputs;
        expect(await readFile(path.replace(/^(?=\.generic)/, `${folder}/`), 'utf8')).toBe(lines);
        const dry = await platform.run('publish', { ...inputs, 'dry-run': 'true' }, place);
        expect(dry.outputs['checksums-path']).toBe('');
      });
    },
  );

  test('is written at a terminal where the flag names it', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), { 'b.txt': 'b' });
      const inputs = { ...rightInputs(registry, 'publish'), 'package-version': `2.0.${versions}` };
      const without = await terminal.run('publish', inputs, { cwd: folder });
      expect(without.outputs).not.toHaveProperty('checksums-path');
      const run = await terminal.run('publish', { ...inputs, 'checksums-path': 'SUMS' }, { cwd: folder });
      expect(run.outputs['checksums-path']).toBe(join(folder, 'SUMS'));
      expect(await readFile(join(folder, 'SUMS'), 'utf8')).toBe(`${sha256('b')}  b.txt\n`);
    });
  });
});

test('files that are neither named nor in a given directory are wrong usage', async () => {
  await inFolder(async (folder) => {
    const given = leavingOut(rightInputs(registry, 'publish'), ['files', 'directory']);
    const run = await terminal.run('publish', given, { cwd: folder });
    expect(run.code).toBe(2);
    expect(errorOf(terminal, run)).toContain('Give patterns, or a `directory` to publish all of it');
  });
});
