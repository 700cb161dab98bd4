/** Publishing a version that is unchanged: `if-exists`, differences, and versions that others made. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { terminal } from '../support/in-process.ts';
import { deleteRaw, getRaw, hiddenVersions, putRaw, visibleVersions, WIDGET, type Version } from '../support/raw.ts';
import { fileOf, openRegistry, puts, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = { 'a.txt': 'a', 'b/b.txt': 'b', 'c.txt': 'c' };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

function publish(folder: string, version: string, more: Inputs = {}, platform = terminal): Promise<PlatformRun> {
  return platform.run(
    'publish',
    { ...rightInputs(registry, 'publish'), 'package-version': version, ...more },
    { cwd: folder },
  );
}

/** Publishes FILES as `version` and forgets the requests. */
async function published(folder: string, version: string, more: Inputs = {}): Promise<PlatformRun> {
  await writeFiles(join(folder, 'out'), FILES);
  const run = await publish(folder, version, more);
  expect(run.code).toBe(0);
  registry.forget();
  return run;
}

describe('a complete version', () => {
  test('with the same files is left alone by if-exists: verify', async () => {
    await inFolder(async (folder) => {
      const first = await published(folder, '1.0.0');
      const again = await publish(folder, '1.0.0', { 'if-exists': 'verify' }, bundleOf(terminal));
      expect(again).toMatchObject({
        code: 0,
        outputs: { digest: first.outputs.digest, uploaded: '0', unchanged: '3', complete: 'true' },
      });
      expect(puts(registry)).toEqual([]);
    });
  });

  test('is an error with if-exists: fail, the same files or not', async () => {
    await inFolder(async (folder) => {
      await published(folder, '1.1.0');
      const again = await publish(folder, '1.1.0', { 'if-exists': 'fail' }, bundleOf(terminal));
      expect(again.code).toBe(1);
      expect(errorOf(terminal, again)).toContain('widget 1.1.0 is published already, and `--if-exists fail` is given');
      expect(puts(registry)).toEqual([]);
    });
  });

  test.each([
    { token: TOKENS.personal, who: 'a token that may list' },
    { token: TOKENS.deploy, who: 'a token that asks by name' },
  ])('with other files is an error that lists every difference, and nothing is sent: $who', async ({ token }) => {
    await inFolder(async (folder) => {
      const version = token === TOKENS.deploy ? '1.2.1' : '1.2.0';
      await published(folder, version);
      await writeFiles(join(folder, 'out'), { 'a.txt': 'A', 'c.txt': 'longer', 'new/d.txt': 'd' });
      await rm(join(folder, 'out', 'b'), { recursive: true });
      const again = await publish(folder, version, { token });
      expect(again.code).toBe(1);
      const told = errorOf(terminal, again);
      expect(told).toContain('4 differences');
      for (const name of ['a.txt', 'b/b.txt', 'c.txt', 'new/d.txt']) expect(told).toContain(`- ${name}: `);
      expect(puts(registry)).toEqual([]);
      expect(await getRaw(registry, { name: 'widget', version }, 'a.txt')).toBe('a');
    });
  });

  test('is any visible one where manifest: none, and takes no further file', async () => {
    await inFolder(async (folder) => {
      await published(folder, '1.3.0', { manifest: 'none' });
      await writeFiles(join(folder, 'out'), { 'd.txt': 'd' });
      const again = await publish(folder, '1.3.0', { manifest: 'none' });
      expect(again.code).toBe(1);
      expect(errorOf(terminal, again)).toContain('d.txt: is not in the complete version');
      expect(puts(registry)).toEqual([]);
    });
  });

  test.each([
    {
      version: '1.4.0',
      what: 'replaced',
      change: (of: Version) => putRaw(registry, of, 'a.txt', 'changed behind our back'),
      says: 'a.txt: the registry has other content',
    },
    {
      version: '1.4.1',
      what: 'deleted',
      change: (of: Version) => deleteRaw(registry, of, 'a.txt'),
      says: 'a.txt: is not in the complete version',
    },
  ])('of which a file was $what in the registry is seen to differ', async ({ version, change, says }) => {
    await inFolder(async (folder) => {
      await published(folder, version);
      await change({ name: WIDGET.name, version });
      registry.forget();
      const again = await publish(folder, version);
      expect(again.code).toBe(1);
      expect(errorOf(terminal, again)).toContain(says);
      expect(puts(registry)).toEqual([]);
    });
  });

  test('that holds a stray file is the same version still, and its download names the stray', async () => {
    await inFolder(async (folder) => {
      const first = await published(folder, '1.5.0');
      await putRaw(registry, { name: WIDGET.name, version: '1.5.0' }, 'stray.txt', 'put there by hand');
      expect(await publish(folder, '1.5.0')).toMatchObject({
        code: 0,
        outputs: { digest: first.outputs.digest, uploaded: '0' },
      });
      const inputs = { ...rightInputs(registry, 'download'), 'package-version': '1.5.0' };
      const run = await terminal.run('download', inputs, { cwd: folder });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '3' } });
      expect(run.stderr).toMatch(/warning: 1 file .*stray\.txt/);
    });
  });
});

describe('a version that curl made visible', () => {
  test('gets the manifest where it has exactly these files, and is never hidden', async () => {
    await inFolder(async (folder) => {
      const of = { name: WIDGET.name, version: '2.0.0' };
      for (const [name, content] of Object.entries(FILES)) await putRaw(registry, of, name, content);
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, of.version, { status: 'hidden' });
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '0', unchanged: '3', complete: 'true' } });
      expect(run.stderr).toContain('warning: The version is visible already');
      expect(puts(registry).map(fileOf)).toEqual(['generic-package.json']);
      expect(puts(registry).filter(({ query }) => query.includes('status=hidden'))).toEqual([]);
      expect(await visibleVersions(registry)).toContain(of.version);
    });
  });

  test('is completed by a token that asks by name, and is never hidden', async () => {
    await inFolder(async (folder) => {
      const of = { name: WIDGET.name, version: '2.0.1' };
      await putRaw(registry, of, 'a.txt', 'a');
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, of.version, { token: TOKENS.deploy });
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '2', unchanged: '1', complete: 'true' } });
      expect(puts(registry).filter(({ query }) => query.includes('status=hidden'))).toEqual([]);
      expect(puts(registry).map(fileOf).at(-1)).toBe('generic-package.json');
    });
  });

  test.each([
    { what: 'lacks files of this run', version: '2.5.0', theirs: 'a.txt', content: 'a', says: 'c.txt: is not in' },
    { what: 'has a file of its own', version: '2.5.2', theirs: 'theirs.txt', content: 't', says: 'theirs.txt: is in' },
  ])('is an error where it $what: append and replace are named', async ({ version, theirs, content, says }) => {
    await inFolder(async (folder) => {
      await putRaw(registry, { name: WIDGET.name, version }, theirs, content);
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      for (const dry of ['true', 'false']) {
        const run = await publish(folder, version, { 'dry-run': dry });
        expect(run.code).toBe(1);
        for (const piece of [says, 'append', 'replace']) expect(errorOf(terminal, run)).toContain(piece);
      }
      expect(puts(registry)).toEqual([]);
    });
  });

  test('keeps and lists its own files with append', async () => {
    await inFolder(async (folder) => {
      const version = '2.5.1';
      await putRaw(registry, { name: WIDGET.name, version }, 'theirs.txt', 't');
      await writeFiles(join(folder, 'out'), FILES);
      for (const dry of ['true', 'false']) {
        const run = await publish(folder, version, { 'if-exists': 'append', 'dry-run': dry });
        expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '4' } });
      }
    });
  });

  test('is kept as it is by skip, and the log counts the differences', async () => {
    await inFolder(async (folder) => {
      const version = '2.6.0';
      await putRaw(registry, { name: WIDGET.name, version }, 'a.txt', 'A');
      await putRaw(registry, { name: WIDGET.name, version }, 'theirs.txt', 't');
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, version, { 'if-exists': 'skip' });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '2', uploaded: '0', digest: '' } });
      expect(run.stderr).toContain('Differences between it and this run: 4 files');
      expect(puts(registry)).toEqual([]);
    });
  });

  test('with other content is an error that lists all, and nothing is sent', async () => {
    await inFolder(async (folder) => {
      const of = { name: WIDGET.name, version: '2.1.0' };
      await putRaw(registry, of, 'a.txt', 'A');
      await putRaw(registry, of, 'c.txt', 'C');
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, of.version);
      expect(run.code).toBe(1);
      for (const name of ['a.txt', 'c.txt'])
        expect(errorOf(terminal, run)).toContain(`- ${name}: the registry has other content`);
      expect(puts(registry)).toEqual([]);
    });
  });

  test('is refused by if-exists: fail, and nothing is sent', async () => {
    await inFolder(async (folder) => {
      const of = { name: WIDGET.name, version: '2.4.0' };
      await putRaw(registry, of, 'a.txt', 'a');
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, of.version, { 'if-exists': 'fail' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('widget 2.4.0 is published already, and `--if-exists fail` is given');
      expect(puts(registry)).toEqual([]);
    });
  });

  test("with a foreign file in the manifest's place is refused", async () => {
    await inFolder(async (folder) => {
      const of = { name: WIDGET.name, version: '2.3.0' };
      await putRaw(registry, of, 'generic-package.json', '{"name": "some other tool"}');
      await writeFiles(join(folder, 'out'), FILES);
      registry.forget();
      const run = await publish(folder, of.version);
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('not a manifest of this tool');
      expect(puts(registry)).toEqual([]);
    });
  });
});

describe('without a manifest, or hidden', () => {
  test('manifest: none writes none; the last file makes the version visible', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const run = await publish(folder, '3.0.0', { manifest: 'none' });
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '3', digest: '', complete: 'true' } });
      expect(puts(registry).map((request) => [fileOf(request), request.query])).toEqual([
        ['a.txt', 'status=hidden&select=package_file'],
        ['b/b.txt', 'status=hidden&select=package_file'],
        ['c.txt', 'status=default&select=package_file'],
      ]);
      registry.forget();
      const again = await publish(folder, '3.0.0', { manifest: 'none' });
      expect(again).toMatchObject({ code: 0, outputs: { uploaded: '0', unchanged: '3' } });
      expect(puts(registry)).toEqual([]);
    });
  });

  test('status: hidden stays out of listings, and is complete all the same', async () => {
    await inFolder(async (folder) => {
      const first = await published(folder, '3.1.0', { status: 'hidden' });
      expect(first.outputs.complete).toBe('true');
      expect(await visibleVersions(registry)).not.toContain('3.1.0');
      expect(await hiddenVersions(registry)).toContain('3.1.0');
      const inputs = { ...rightInputs(registry, 'download'), 'require-manifest': 'true' };
      const exact = await terminal.run('download', { ...inputs, 'package-version': '3.1.0' }, { cwd: folder });
      expect(exact).toMatchObject({ code: 0, outputs: { digest: first.outputs.digest } });
      const ranged = await terminal.run('download', { ...inputs, 'package-version': '~3.1' }, { cwd: folder });
      expect(ranged.code).toBe(1);
      const again = await publish(folder, '3.1.0', { status: 'hidden' });
      expect(again).toMatchObject({ code: 0, outputs: { uploaded: '0', digest: first.outputs.digest } });
      expect(puts(registry)).toEqual([]);
      expect((await publish(folder, '3.1.0', { 'dry-run': 'true' })).stderr).toContain(
        'the version is hidden and would become visible',
      );
      expect((await publish(folder, '3.1.0')).stderr).toContain('it was hidden and is visible now');
      expect(await visibleVersions(registry)).toContain('3.1.0');
      expect((await publish(folder, '3.1.0', { status: 'hidden' })).stderr).toContain(
        'warning: The version is visible already and stays so',
      );
    });
  });
});
