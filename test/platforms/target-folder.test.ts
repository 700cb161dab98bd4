/** Where downloads put files: only what is needed, never through a link, never over what is no file. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { createTemporary } from '../../src/transfer/local/temporary.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { asTerminal, type PlatformRun, type Inputs } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { CLI } from '../support/process.ts';
import { putRaw } from '../support/raw.ts';
import { fileGets, fileOf, openRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = { 'a.txt': 'a', 'docs/b.txt': 'b', 'docs/deep/c.txt': 'c', '.hidden/d.txt': 'd' };
const MANIFEST = 'generic-package.json';

let registry: RunningRegistry;
let published: Readonly<Record<string, string>>;
beforeAll(async () => {
  registry = await openRegistry();
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    await chmod(join(folder, 'out', 'a.txt'), 0o755);
    published = await fingerprint(join(folder, 'out'));
    const run = await terminal.run(
      'publish',
      { ...rightInputs(registry, 'publish'), 'include-hidden-files': 'true' },
      { cwd: folder },
    );
    expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '4' } });
  });
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

function download(folder: string, more: Inputs = {}, platform = terminal): Promise<PlatformRun> {
  return platform.run('download', { ...rightInputs(registry, 'download'), ...more }, { cwd: folder });
}

/** Names of files whose bytes were asked for, besides the manifest. */
function fetched(): string[] {
  return fileGets(registry)
    .map(fileOf)
    .filter((name) => name !== MANIFEST)
    .sort();
}

describe('what is fetched', () => {
  test('after one local file was changed, that file alone', async () => {
    await inFolder(async (folder) => {
      expect((await download(folder)).code).toBe(0);
      await writeFile(join(folder, 'in', 'docs', 'b.txt'), 'B');
      registry.forget();
      const run = await download(folder);
      expect(run).toMatchObject({ code: 0, outputs: { downloaded: '1', unchanged: '3' } });
      expect(fetched()).toEqual(['docs/b.txt']);
      expect(await fingerprint(join(folder, 'in'))).toEqual(published);
    });
  });

  test('a file that was deleted, and no other', async () => {
    await inFolder(async (folder) => {
      await download(folder);
      await rm(join(folder, 'in', 'docs', 'deep'), { recursive: true });
      registry.forget();
      expect(await download(folder)).toMatchObject({ code: 0, outputs: { downloaded: '1' } });
      expect(fetched()).toEqual(['docs/deep/c.txt']);
    });
  });

  test.each([
    { files: 'docs/**', names: ['docs/b.txt', 'docs/deep/c.txt'] },
    { files: 'docs', names: ['docs/b.txt', 'docs/deep/c.txt'] },
    { files: '*.txt', names: ['a.txt'] },
    { files: '**/*.txt\n!docs/**', names: ['.hidden/d.txt', 'a.txt'] },
    { files: '**\n!**\ndocs/b.txt', names: ['docs/b.txt'] },
    { files: '.hidden/d.txt', names: ['.hidden/d.txt'] },
  ])('only what the patterns select: $names', async ({ files, names }) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { files });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': String(names.length) } });
      expect(Object.keys(await fingerprint(join(folder, 'in')))).toEqual(names);
      expect(fetched()).toEqual(names);
    });
  });

  test('a pattern that matches nothing beside one that does is a warning', async () => {
    await inFolder(async (folder) => {
      const run = await download(folder, { files: 'a.txt\n*.zip' });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
      expect(run.stderr).toContain('warning: The pattern *.zip matches no file of the version');
    });
  });
});

describe('what stands in the way', () => {
  test('overwrite: false lists every local file with other content, and changes nothing', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'in'), { 'a.txt': 'mine', 'docs/b.txt': 'b', 'docs/deep/c.txt': 'mine too' });
      const before = await fingerprint(join(folder, 'in'));
      const run = await download(folder, { overwrite: 'false' });
      expect(run.code).toBe(1);
      for (const name of ['a.txt', 'docs/deep/c.txt'])
        expect(errorOf(terminal, run)).toContain(`- ${name}: has other content`);
      expect(errorOf(terminal, run)).not.toContain('docs/b.txt');
      expect(fetched()).toEqual([]);
      expect(await fingerprint(join(folder, 'in'))).toEqual(before);
    });
  });

  test("a link at a file's own place is replaced, and what it points to stays", async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'in/kept.txt': 'kept', 'elsewhere.txt': 'precious' });
      await symlink('../elsewhere.txt', join(folder, 'in', 'a.txt'));
      expect((await download(folder)).code).toBe(0);
      expect((await lstat(join(folder, 'in', 'a.txt'))).isFile()).toBe(true);
      expect(await readFile(join(folder, 'in', 'a.txt'), 'utf8')).toBe('a');
      expect(await readFile(join(folder, 'elsewhere.txt'), 'utf8')).toBe('precious');
    });
  });

  test('a link to a file with the right content is replaced all the same', async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'in/kept.txt': 'kept', 'elsewhere.txt': 'a' });
      await symlink('../elsewhere.txt', join(folder, 'in', 'a.txt'));
      expect((await download(folder)).code).toBe(0);
      expect((await lstat(join(folder, 'in', 'a.txt'))).isFile()).toBe(true);
    });
  });

  test('a linked folder inside the target is fine, one that leads out is refused before anything is placed', async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'in', 'real'), { recursive: true });
      await symlink('real', join(folder, 'in', 'docs'));
      expect((await download(folder)).code).toBe(0);
      expect(await readFile(join(folder, 'in', 'real', 'b.txt'), 'utf8')).toBe('b');
    });
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'in'));
      await mkdir(join(folder, 'outside'));
      await symlink('../outside', join(folder, 'in', 'docs'));
      registry.forget();
      const run = await download(folder);
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(/docs\/b\.txt: .*link that leads out/);
      expect(fetched()).toEqual([]);
      expect(await readdir(join(folder, 'outside'))).toEqual([]);
      expect(await readdir(join(folder, 'in'))).toEqual(['docs']);
    });
  });

  test("a FIFO, and a folder in a file's place, are refused and never opened", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'in', 'docs', 'b.txt'), { recursive: true });
      await promisify(execFile)('mkfifo', [join(folder, 'in', 'a.txt')]);
      const run = await download(folder);
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('a.txt: something that is not a regular file');
      expect(errorOf(terminal, run)).toContain('docs/b.txt: a folder is in its place');
      expect(fetched()).toEqual([]);
      expect((await lstat(join(folder, 'in', 'a.txt'))).isFIFO()).toBe(true);
    });
  });

  test("a file in a folder's place is refused", async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'in/docs': 'no folder' });
      const run = await download(folder);
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('docs/b.txt: ');
      expect(await readFile(join(folder, 'in', 'docs'), 'utf8')).toBe('no folder');
    });
  });
});

describe('what a killed run left behind', () => {
  const part = (processes: string, pid: number): string =>
    `.generic-packages-${processes}-${pid}-0123456789abcdef.part`;

  test('goes with the next run; what another run is writing stays', async () => {
    await inFolder(async (folder) => {
      const own = await createTemporary(folder);
      await own.handle.close();
      const [, , processes = ''] = basename(own.path).split('-');
      const dead = part(processes, 2 ** 22 + 1);
      const [living, foreign] = [part(processes, process.pid), part('00000000', 4711)];
      const names = [dead, living, foreign].map((name) => join('in', 'docs', name));
      await writeFiles(folder, Object.fromEntries(names.map((name) => [name, 'half'])));
      // Another process than this one, which is the living.
      expect((await download(folder, {}, bundleOf(terminal))).code).toBe(0);
      const left = (await readdir(join(folder, 'in', 'docs'))).filter((name) => name.endsWith('.part'));
      expect(left.sort()).toEqual([living, foreign].sort());
    });
  });
});

test('files carry their modes, less the umask', async () => {
  await inFolder(async (folder) => {
    const { args, env } = asTerminal(rightInputs(registry, 'download'));
    const command = ['-c', 'umask 027 && exec "$@"', 'sh', process.execPath, CLI, 'download', ...args];
    await promisify(execFile)('/bin/sh', command, { cwd: folder, env: { ...env, HOME: folder } });
    const modes = await Promise.all(
      ['a.txt', 'docs/b.txt'].map(async (name) => (await lstat(join(folder, 'in', name))).mode & 0o777),
    );
    expect(modes).toEqual([0o750, 0o640]);
  });
});

test('a file that lost its executable bit gets it back without being fetched', async () => {
  await inFolder(async (folder) => {
    await download(folder);
    await chmod(join(folder, 'in', 'a.txt'), 0o640);
    registry.forget();
    const run = await download(folder);
    expect(run).toMatchObject({ code: 0, outputs: { downloaded: '0', unchanged: '4' } });
    expect(await fingerprint(join(folder, 'in'))).toEqual(published);
  });
});

test('a file of the version that is named like a temporary one of ours stays, fetched or not', async () => {
  await inFolder(async (folder) => {
    const temporary = await createTemporary(folder);
    await temporary.handle.close();
    // As a run of this machine leaves it whose process has ended.
    const name = basename(temporary.path).replace(`-${process.pid}-`, `-${2 ** 31 - 1}-`);
    const of = { name: 'alike', version: '1.0.0' };
    for (const file of [name, 'a.txt']) await putRaw(registry, of, file, file);
    const alike = { 'package-name': of.name };
    for (const files of ['**', '**', 'a.txt']) {
      await rm(join(folder, 'in', 'a.txt'), { force: true });
      expect(await download(folder, { ...alike, files })).toMatchObject({ code: 0, outputs: { found: 'true' } });
      expect((await readdir(join(folder, 'in'))).sort()).toEqual([name, 'a.txt']);
    }
  });
});
