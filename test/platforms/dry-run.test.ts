/** Dry runs: all checks and the whole plan, with nothing sent, placed or deleted. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { putRaw, visibleVersions } from '../support/raw.ts';
import { fileGets, fileOf, openRegistry, puts } from '../support/registry.ts';
import { exists, fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, leavingOut, rightInputs } from './wrong-runs.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'bb' };
const DRY = { 'dry-run': 'true' };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

function run(command: string, folder: string, more: Inputs, platform = terminal): Promise<PlatformRun> {
  return platform.run(command, { ...rightInputs(registry, command), ...more }, { cwd: folder });
}

function statuses({ outputs }: PlatformRun): Record<string, string> {
  const files = JSON.parse(outputs.files ?? '[]') as { name: string; status: string }[];
  return Object.fromEntries(files.map(({ name, status }) => [name, status]));
}

describe('publish', () => {
  test('of a new version plans every file and sends none', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const plan = await run('publish', folder, DRY, bundleOf(terminal));
      expect(plan).toMatchObject({
        code: 0,
        outputs: { 'file-count': '2', bytes: '3', uploaded: '0', complete: 'false' },
      });
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-upload', 'b.txt': 'would-upload' });
      expect(puts(registry)).toEqual([]);
      expect(await visibleVersions(registry)).toEqual([]);
    });
  });

  test.each([
    ['terminal', terminal],
    ['GitHub', githubAction],
    ['GitLab', gitlabJob],
  ])('names ten files in its log and counts the others: %s', async (_, platform) => {
    await inFolder(async (folder) => {
      const names = Array.from({ length: 25 }, (__, index) => `file-${index}.txt`);
      await writeFiles(join(folder, 'out'), Object.fromEntries(names.map((name) => [name, name])));
      const plan = await run('publish', folder, { ...DRY, 'package-version': '1.0.25' }, platform);
      expect(plan.code).toBe(0);
      expect(plan.stdout + plan.stderr).toContain('widget 1.0.25: would send 25 files; nothing was sent');
      const lines = (plan.stdout + plan.stderr).split('\n');
      expect(lines.filter((line) => line.includes('would-upload: file-'))).toHaveLength(10);
      expect(lines.filter((line) => line.trim() === '… and 15 more')).toHaveLength(1);
    });
  });

  test('of an incomplete version plans what is missing', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      await putRaw(registry, { name: 'widget', version: '1.1.0', status: 'hidden' }, 'a.txt', 'a');
      registry.forget();
      const plan = await run('publish', folder, { ...DRY, 'package-version': '1.1.0' });
      expect(statuses(plan)).toEqual({ 'a.txt': 'unchanged', 'b.txt': 'would-upload' });
      expect(puts(registry)).toEqual([]);
    });
  });

  test('of a complete version with differences fails like the run itself would', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      expect((await run('publish', folder, { 'package-version': '1.2.0' })).code).toBe(0);
      await writeFile(join(folder, 'out', 'a.txt'), 'other');
      registry.forget();
      const plan = await run('publish', folder, { ...DRY, 'package-version': '1.2.0' });
      expect(plan.code).toBe(1);
      expect(errorOf(terminal, plan)).toContain('a.txt: the registry has other content');
      expect(puts(registry)).toEqual([]);
    });
  });

  test.each(['replace', 'append'])('with %s tells what would take the place of other content', async (how) => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const version = { 'package-version': how === 'replace' ? '1.3.0' : '1.3.1' };
      await run('publish', folder, version);
      await writeFiles(join(folder, 'out'), { 'a.txt': 'other', 'c.txt': 'new' });
      const plan = await run('publish', folder, { ...DRY, ...version, 'if-exists': how });
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-replace', 'b.txt': 'unchanged', 'c.txt': 'would-upload' });
    });
  });

  test.each([
    { token: {}, who: 'a token' },
    { token: { token: 'none' }, who: 'none' },
  ])('plans the checksums file, with its size: $who', async ({ token }) => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const inputs = { 'package-version': '1.4.0', checksums: 'SHA256SUMS' };
      const plan = await run('publish', folder, { ...DRY, ...inputs, ...token });
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-upload', 'b.txt': 'would-upload', SHA256SUMS: 'would-upload' });
      const sizes = { 'file-count': '3', bytes: String(3 + 2 * (64 + 2 + 'a.txt'.length + 1)) };
      expect(plan.outputs).toMatchObject(sizes);
      if (token.token === undefined) expect((await run('publish', folder, inputs)).outputs).toMatchObject(sizes);
    });
  });

  test('of the run that completes parts plans the union of their files', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const version = { 'package-version': '1.5.0' };
      await run('publish', folder, { ...version, part: 'linux' });
      const complete = { ...version, files: '', directory: '', parts: 'linux', checksums: 'SUMS' };
      const plan = await run('publish', folder, { ...DRY, ...complete });
      expect(statuses(plan)).toEqual({ 'a.txt': 'unchanged', 'b.txt': 'unchanged', SUMS: 'would-upload' });
      const { bytes } = (await run('publish', folder, complete)).outputs;
      expect(plan.outputs).toMatchObject({ 'file-count': '3', bytes, uploaded: '0', unchanged: '2' });
    });
  });

  test('without a token plans from the local files and asks nobody', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const inputs = leavingOut({ ...rightInputs(registry, 'publish'), ...DRY }, ['token']);
      const plan = await terminal.run('publish', inputs, { cwd: folder });
      expect(plan.code).toBe(0);
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-upload', 'b.txt': 'would-upload' });
      expect(plan.stderr).toContain('the registry was not asked');
      expect(registry.requests).toEqual([]);
    });
  });

  test('without a token still refuses bad names', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), { 'two words.txt': '' });
      const plan = await run('publish', folder, { ...DRY, token: 'none' });
      expect(plan.code).toBe(1);
      expect(errorOf(terminal, plan)).toContain('two words.txt');
    });
  });
});

describe('download', () => {
  test('plans what would be fetched, and places nothing', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const version = { 'package-version': '2.0.0' };
      const { digest } = (await run('publish', folder, version)).outputs;
      registry.forget();
      const plan = await run('download', folder, { ...DRY, ...version });
      expect(plan).toMatchObject({
        code: 0,
        outputs: { digest, 'file-count': '2', downloaded: '0', unchanged: '0', found: 'true' },
      });
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-download', 'b.txt': 'would-download' });
      expect(await exists(join(folder, 'in'))).toBe(false);
      expect(fileGets(registry).map(fileOf)).toEqual(['generic-package.json']);

      await writeFiles(join(folder, 'in'), { 'a.txt': 'a', 'b.txt': 'mine' });
      const before = await fingerprint(join(folder, 'in'));
      expect(statuses(await run('download', folder, { ...DRY, ...version }))).toEqual({
        'a.txt': 'unchanged',
        'b.txt': 'would-download',
      });
      expect(await fingerprint(join(folder, 'in'))).toEqual(before);
    });
  });

  test('on GitHub passes on the same', async () => {
    await inFolder(async (folder) => {
      await putRaw(registry, { name: 'curled', version: '1.0.0' }, 'a.txt', 'a');
      const inputs = {
        ...rightInputs(registry, 'download'),
        ...DRY,
        'package-name': 'curled',
        'package-version': 'latest',
      };
      const plan = await bundleOf(githubAction).run('download', inputs, { cwd: folder });
      expect(plan).toMatchObject({ code: 0, outputs: { 'package-version': '1.0.0', downloaded: '0' } });
      expect(statuses(plan)).toEqual({ 'a.txt': 'would-download' });
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });

  test('with prune plans what would be deleted, also where there is no folder yet', async () => {
    await inFolder(async (folder) => {
      await putRaw(registry, { name: 'pruned', version: '1.0.0' }, 'a.txt', 'a');
      const inputs = { ...DRY, 'package-name': 'pruned', prune: 'true' };
      expect(await run('download', folder, inputs)).toMatchObject({ code: 0, outputs: { pruned: '0' } });
      await writeFiles(join(folder, 'in'), { 'old.txt': 'old' });
      const plan = await run('download', folder, inputs);
      expect(plan).toMatchObject({ code: 0, outputs: { pruned: '0' } });
      expect(plan.stderr).toContain('would delete: old.txt');
      expect(plan.stderr).toContain('Dry run of pruned 1.0.0: would fetch 1 file and delete 1; nothing was fetched');
      expect(plan.stderr).toContain('1 would be deleted');
      expect(await exists(join(folder, 'in', 'old.txt'))).toBe(true);
    });
  });
});
