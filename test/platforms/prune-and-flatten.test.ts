/** `prune` deletes what the version does not have, and only that; `flatten` drops folders in both directions. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { fileGets, openRegistry } from '../support/registry.ts';
import { exists, fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = { 'a.txt': 'a', 'docs/b.txt': 'b' };
const PRUNE = { prune: 'true' };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    const run = await terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
    expect(run.code).toBe(0);
  });
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

function download(folder: string, more: Inputs, platform = terminal): Promise<PlatformRun> {
  return platform.run('download', { ...rightInputs(registry, 'download'), ...more }, { cwd: folder });
}

describe('prune', () => {
  test('deletes files and links that the version does not have, and folders that it emptied', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'in'), {
        'old.txt': 'o',
        'docs/old.txt': 'o',
        'gone/deep/x': 'x',
        '.generic-packages/publish.json': '{}',
      });
      await writeFiles(folder, { 'precious/file.txt': 'p' });
      await symlink('../precious', join(folder, 'in', 'linked-folder'));
      await symlink('../precious/file.txt', join(folder, 'in', 'docs', 'linked-file'));
      const run = await download(folder, PRUNE, bundleOf(terminal));
      expect(run).toMatchObject({ code: 0, outputs: { pruned: '5' } });
      expect((await readdir(join(folder, 'in'), { recursive: true })).sort()).toEqual([
        '.generic-packages',
        '.generic-packages/publish.json',
        'a.txt',
        'docs',
        'docs/b.txt',
      ]);
      expect(await exists(join(folder, 'precious', 'file.txt'))).toBe(true);
    });
  });

  test('spares what the patterns do not match, and what the whole version has', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'in'), { ...FILES, 'docs/old.txt': 'o', 'elsewhere.txt': 'e' });
      const run = await download(folder, { ...PRUNE, files: 'docs/**' });
      expect(run).toMatchObject({ code: 0, outputs: { pruned: '1', 'file-count': '1' } });
      expect(Object.keys(await fingerprint(join(folder, 'in')))).toEqual(['a.txt', 'docs/b.txt', 'elsewhere.txt']);
    });
  });

  test.each([
    { title: 'no version was found', inputs: { 'package-version': '9.9.9', 'if-not-found': 'warn' }, code: 0 },
    { title: 'the digest is another', inputs: { 'expected-digest': `sha256:${'0'.repeat(64)}` }, code: 1 },
    { title: 'a file could not be placed', inputs: { overwrite: 'false' }, code: 1 },
  ])('deletes nothing when $title', async ({ inputs, code }) => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'in'), { 'a.txt': 'mine', 'old.txt': 'o' });
      const before = await fingerprint(join(folder, 'in'));
      expect((await download(folder, { ...PRUNE, ...inputs })).code).toBe(code);
      expect(await fingerprint(join(folder, 'in'))).toEqual(before);
    });
  });

  test.each([
    { title: 'the workspace', directory: '.', says: 'is the workspace' },
    { title: 'a folder above the workspace', directory: '..', says: 'a folder above the workspace' },
    { title: 'the home folder', directory: '../../home', says: 'is the home folder' },
    { title: 'a folder that holds .git', directory: 'checkout', says: 'git repository' },
    { title: 'a link to the workspace', directory: 'link', says: 'is the workspace' },
  ])('is wrong usage for $title, before any request', async ({ directory, says }) => {
    await inFolder(async (outer) => {
      const folder = join(outer, 'work', 'space');
      await writeFiles(folder, { 'checkout/sub/.git/config': '', 'keep.txt': 'k' });
      await symlink('.', join(folder, 'link'));
      await mkdir(join(outer, 'home'));
      const inputs = { ...rightInputs(registry, 'download'), ...PRUNE, directory };
      const run = await terminal.run('download', inputs, { cwd: folder, env: { HOME: join(outer, 'home') } });
      expect(run.code).toBe(2);
      expect(errorOf(terminal, run)).toContain(says);
      expect(registry.requests).toEqual([]);
      expect(await exists(join(folder, 'keep.txt'))).toBe(true);
    });
  });

  test("on GitHub the workspace is the runner's", async () => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'sub'));
      const inputs = { ...rightInputs(registry, 'download'), ...PRUNE, directory: '..' };
      const run = await bundleOf(githubAction).run('download', inputs, {
        cwd: join(folder, 'sub'),
        env: { GITHUB_WORKSPACE: folder },
      });
      expect(run.code).toBe(1);
      expect(errorOf(githubAction, run)).toContain('prune: is refused');
      expect(registry.requests).toEqual([]);
    });
  });
});

describe('flatten', () => {
  test('places files by their base names, and publishes by them', async () => {
    await inFolder(async (folder) => {
      expect(await download(folder, { flatten: 'true' })).toMatchObject({ code: 0, outputs: { 'file-count': '2' } });
      expect(Object.keys(await fingerprint(join(folder, 'in')))).toEqual(['a.txt', 'b.txt']);
      await writeFiles(join(folder, 'out'), FILES);
      const inputs = { ...rightInputs(registry, 'publish'), 'package-version': '2.0.0', flatten: 'true' };
      const run = await terminal.run('publish', inputs, { cwd: folder });
      const names = (JSON.parse(run.outputs.files ?? '') as { name: string }[]).map(({ name }) => name);
      expect(names).toEqual(['a.txt', 'b.txt']);
    });
  });

  test('is an error for two files of one name, that lists both, in both directions', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), { 'x/same.txt': 'x', 'y/same.txt': 'y' });
      const inputs = { ...rightInputs(registry, 'publish'), 'package-version': '3.0.0' };
      const refused = await terminal.run('publish', { ...inputs, flatten: 'true' }, { cwd: folder });
      expect(refused.code).toBe(1);
      expect(errorOf(terminal, refused)).toContain('x/same.txt, y/same.txt');
      expect(registry.requests).toEqual([]);

      expect((await terminal.run('publish', inputs, { cwd: folder })).code).toBe(0);
      registry.forget();
      const back = await download(folder, { 'package-version': '3.0.0', flatten: 'true' });
      expect(back.code).toBe(1);
      expect(errorOf(terminal, back)).toContain('x/same.txt, y/same.txt');
      expect(fileGets(registry)).toHaveLength(1);
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });
});
