/** `if-exists: replace` and `append`: changing a complete version on purpose. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { terminal } from '../support/in-process.ts';
import { getRaw, putRaw, storedRows } from '../support/raw.ts';
import { fileOf, openRegistry, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = { 'a.txt': 'a', 'b.txt': 'b', 'old/c.txt': 'c' };
const MANIFEST = 'generic-package.json';
const MAINTAINER = { token: TOKENS.maintainer };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

function run(command: string, folder: string, version: string, more: Inputs): Promise<PlatformRun> {
  return runBy(terminal, command, folder, { 'package-version': version, ...more });
}

function runBy(platform: Platform, command: string, folder: string, more: Inputs): Promise<PlatformRun> {
  return platform.run(command, { ...rightInputs(registry, command), ...more }, { cwd: folder });
}

/** FILES published as `version`; then this machine's tree changes: b differs, old/c is gone, d is new. */
async function changed(folder: string, version: string): Promise<PlatformRun> {
  await writeFiles(join(folder, 'out'), FILES);
  const first = await run('publish', folder, version, {});
  expect(first.code).toBe(0);
  await writeFiles(join(folder, 'out'), { 'b.txt': 'B', 'new/d.txt': 'd' });
  await rm(join(folder, 'out', 'old'), { recursive: true });
  registry.forget();
  return first;
}

function statuses({ outputs }: PlatformRun): Record<string, string> {
  const files = JSON.parse(outputs.files ?? '[]') as { name: string; status: string }[];
  return Object.fromEntries(files.map(({ name, status }) => [name, status]));
}

describe('replace', () => {
  test('sends what differs, writes the manifest anew and deletes the rest', async () => {
    await inFolder(async (folder) => {
      await changed(folder, '1.0.0');
      const replace = { 'package-version': '1.0.0', 'if-exists': 'replace', ...MAINTAINER };
      const again = await runBy(bundleOf(terminal), 'publish', folder, replace);
      expect(again).toMatchObject({
        code: 0,
        outputs: { 'file-count': '3', uploaded: '2', unchanged: '1', complete: 'true' },
      });
      expect(statuses(again)).toEqual({ 'a.txt': 'unchanged', 'b.txt': 'replaced', 'new/d.txt': 'uploaded' });
      // The manifest's own bytes go first: they tell whether GitLab stores a name twice here.
      const [probe, ...sent] = puts(registry).map(fileOf);
      expect([probe, sent.at(-1)]).toEqual([MANIFEST, MANIFEST]);
      expect(sent.sort()).toEqual(['b.txt', MANIFEST, 'new/d.txt']);
      const told = again.stderr
        .split('\n')
        .filter((line) => line.startsWith('deleted: '))
        .sort();
      expect(told).toEqual([
        'deleted: an older copy of b.txt',
        `deleted: an older copy of ${MANIFEST}`,
        'deleted: old/c.txt',
      ]);
      expect(puts(registry).filter(({ query }) => query.includes('status=hidden'))).toEqual([]);
      const rows = await storedRows(registry, { name: 'widget', version: '1.0.0' });
      expect(rows.map(({ name }) => name).sort()).toEqual(['a.txt', 'b.txt', MANIFEST, 'new/d.txt']);
      expect(await run('download', folder, '1.0.0', {})).toMatchObject({
        code: 0,
        outputs: { digest: again.outputs.digest },
      });
      expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
    });
  });

  test('without the right to delete leaves older rows behind the newer, and a warning names them', async () => {
    await inFolder(async (folder) => {
      await changed(folder, '1.1.0');
      const again = await run('publish', folder, '1.1.0', { 'if-exists': 'replace' });
      expect(again.code).toBe(0);
      expect(again.stderr).toContain('1 file can still be fetched by name: old/c.txt');
      expect(await getRaw(registry, { name: 'widget', version: '1.1.0' }, 'b.txt')).toBe('B');
      expect(await run('download', folder, '1.1.0', {})).toMatchObject({ code: 0, outputs: { 'file-count': '3' } });
      expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
    });
  });

  test('of the same files does nothing, of another mode writes the manifest alone', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const first = await run('publish', folder, '1.2.0', {});
      registry.forget();
      const replace = () => run('publish', folder, '1.2.0', { 'if-exists': 'replace', ...MAINTAINER });
      expect(await replace()).toMatchObject({ code: 0, outputs: { digest: first.outputs.digest, uploaded: '0' } });
      expect(puts(registry)).toEqual([]);
      await chmod(join(folder, 'out', 'a.txt'), 0o755);
      const moded = await replace();
      expect(moded).toMatchObject({ code: 0, outputs: { uploaded: '0', unchanged: '3' } });
      expect(moded.outputs.digest).not.toBe(first.outputs.digest);
      expect(puts(registry).map(fileOf)).toEqual([MANIFEST, MANIFEST]);
    });
  });

  test('takes over a version that curl made', async () => {
    await inFolder(async (folder) => {
      const of = { name: 'widget', version: '1.3.0' };
      await putRaw(registry, of, 'a.txt', 'A');
      await putRaw(registry, of, 'stray.txt', 's');
      await writeFiles(join(folder, 'out'), FILES);
      const replaced = await run('publish', folder, of.version, { 'if-exists': 'replace', ...MAINTAINER });
      expect(replaced).toMatchObject({ code: 0, outputs: { uploaded: '3' } });
      expect((await storedRows(registry, of)).map(({ name }) => name).sort()).toEqual(
        [...Object.keys(FILES), MANIFEST].sort(),
      );
    });
  });

  test('a difference in mode alone is none with verify', async () => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const first = await run('publish', folder, '1.4.0', {});
      await chmod(join(folder, 'out', 'a.txt'), 0o755);
      expect(await run('publish', folder, '1.4.0', {})).toMatchObject({
        code: 0,
        outputs: { digest: first.outputs.digest },
      });
    });
  });
});

describe('append', () => {
  test('adds to what is there, and this run wins', async () => {
    await inFolder(async (folder) => {
      await changed(folder, '2.0.0');
      const again = await run('publish', folder, '2.0.0', { 'if-exists': 'append' });
      expect(again).toMatchObject({ code: 0, outputs: { 'file-count': '4', uploaded: '2', complete: 'true' } });
      // The manifest's own bytes go first: they tell whether GitLab stores a name twice here.
      const [probe, ...sent] = puts(registry).map(fileOf);
      expect([probe, sent.at(-1)]).toEqual([MANIFEST, MANIFEST]);
      expect(sent.sort()).toEqual(['b.txt', MANIFEST, 'new/d.txt']);
      expect((await run('download', folder, '2.0.0', {})).code).toBe(0);
      const [back, out] = [await fingerprint(join(folder, 'in')), await fingerprint(join(folder, 'out'))];
      expect(Object.keys(back)).toEqual(['a.txt', 'b.txt', 'new/d.txt', 'old/c.txt']);
      expect(back).toMatchObject(out);

      registry.forget();
      expect(await run('publish', folder, '2.0.0', { 'if-exists': 'append' })).toMatchObject({
        code: 0,
        outputs: { uploaded: '0' },
      });
      expect(puts(registry)).toEqual([]);
    });
  });
});

describe('where GitLab refuses duplicates', () => {
  const inStrictPlace = (
    work: (strict: RunningRegistry, publish: (more: Inputs) => Promise<PlatformRun>, folder: string) => Promise<void>,
  ) =>
    withRegistry({ settings: { duplicates_allowed: false } }, (strict) =>
      inFolder(async (folder) => {
        await writeFiles(join(folder, 'out'), FILES);
        const publish = (more: Inputs) =>
          terminal.run('publish', { ...rightInputs(strict, 'publish'), ...more }, { cwd: folder });
        expect((await publish({})).code).toBe(0);
        await writeFiles(join(folder, 'out'), { 'b.txt': 'B' });
        await work(strict, publish, folder);
      }),
    );
  const of = { name: 'widget', version: '1.0.0' };

  test.each([
    { how: 'append', says: ['refuses to store a name twice', 'new version', 'exception'] },
    { how: 'replace', says: ['refuses to store a name twice', 'cannot be deleted', 'Maintainer'] },
  ])('$how by a token that may not delete sends no file, and names the ways on', async ({ how, says }) => {
    await inStrictPlace(async (strict, publish) => {
      const again = await publish({ 'if-exists': how });
      expect(again.code).toBe(1);
      for (const piece of says) expect(errorOf(terminal, again)).toContain(piece);
      expect(await getRaw(strict, of, 'b.txt')).toBe('b');
    });
  });

  test('replace by one that may deletes first, and says that the version is incomplete for a moment', async () => {
    await inStrictPlace(async (strict, publish, folder) => {
      const again = await publish({ 'if-exists': 'replace', ...MAINTAINER });
      expect(again).toMatchObject({ code: 0, outputs: { uploaded: '1', complete: 'true' } });
      expect(again.stderr).toContain('incomplete for a moment');
      expect(await getRaw(strict, of, 'b.txt')).toBe('B');
      const inputs = { ...rightInputs(strict, 'download'), directory: 'in' };
      expect(await terminal.run('download', inputs, { cwd: folder })).toMatchObject({
        code: 0,
        outputs: { digest: again.outputs.digest },
      });
    });
  });

  test('a hidden complete version becomes visible by a name that is new', async () => {
    await withRegistry({ settings: { duplicates_allowed: false } }, (strict) =>
      inFolder(async (folder) => {
        await writeFiles(join(folder, 'out'), FILES);
        const runThere = (command: string, more: Inputs) =>
          terminal.run(command, { ...rightInputs(strict, command), ...more }, { cwd: folder });
        const hidden = await runThere('publish', { status: 'hidden' });
        expect(hidden.code).toBe(0);
        const shown = await runThere('publish', {});
        expect(shown).toMatchObject({ code: 0, outputs: { digest: hidden.outputs.digest, uploaded: '0' } });
        const names = (await storedRows(strict, of)).map(({ name }) => name).sort();
        expect(names).toEqual([...Object.keys(FILES), MANIFEST, 'generic-package.visible-1.json'].sort());
        expect(await runThere('download', { 'package-version': 'latest' })).toMatchObject({
          code: 0,
          outputs: { digest: hidden.outputs.digest, 'file-count': '3' },
        });
      }),
    );
  });
});
