/** A version whose manifest and content do not fit: a run was stopped between them, or other clients wrote beside it. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { terminal } from '../support/in-process.ts';
import type { Inputs, PlatformRun } from '../support/platform.ts';
import { deleteRaw, getRaw, putRaw } from '../support/raw.ts';
import { openRegistry, puts, TOKENS } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const MANIFEST = 'generic-package.json';
const TWO = { 'a.txt': 'a', 'b.txt': 'b' };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

interface Place {
  readonly folder: string;
  readonly version: string;
}

async function publish({ folder, version }: Place, files: Readonly<Record<string, string>>, more: Inputs = {}) {
  const directory = `tree-${Object.entries(files).flat().join('-').replaceAll('/', '_')}`;
  await writeFiles(join(folder, directory), files);
  registry.forget();
  const inputs = { ...rightInputs(registry, 'publish'), 'package-version': version, files: '**', directory, ...more };
  return terminal.run('publish', inputs, { cwd: folder });
}

/** What a download fetches: names and contents. */
async function fetched({ folder, version }: Place): Promise<PlatformRun & { readonly tree: unknown }> {
  const inputs = { ...rightInputs(registry, 'download'), 'package-version': version, directory: 'in', prune: 'true' };
  const run = await terminal.run('download', inputs, { cwd: folder });
  return { ...run, tree: run.code === 0 ? await fingerprint(join(folder, 'in')) : undefined };
}

async function expectServed(place: Place, files: Readonly<Record<string, string>>): Promise<void> {
  await writeFiles(join(place.folder, 'right'), files);
  const { code, tree } = await fetched(place);
  expect(code).toBe(0);
  expect(tree).toEqual(await fingerprint(join(place.folder, 'right')));
}

function inVersion(version: string, work: (place: Place) => Promise<void>): Promise<void> {
  return inFolder((folder) => work({ folder, version }));
}

describe('a file that the registry has and the manifest does not list', () => {
  test.each(['append', 'replace'])('is listed by %s, although nothing of it is sent', async (ifExists) => {
    await inVersion(`1.0.0-${ifExists}`, async (place) => {
      await publish(place, { 'a.txt': 'a' });
      await putRaw(registry, { name: 'widget', version: place.version }, 'b.txt', 'b');
      const run = await publish(place, TWO, { 'if-exists': ifExists });
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '0', unchanged: '2' } });
      await expectServed(place, TWO);
      expect(await publish(place, TWO, { 'if-exists': ifExists })).toMatchObject({ code: 0 });
      expect(puts(registry)).toEqual([]);
    });
  });

  test('is a difference for verify', async () => {
    await inVersion('1.1.0', async (place) => {
      await publish(place, { 'a.txt': 'a' });
      await putRaw(registry, { name: 'widget', version: place.version }, 'b.txt', 'b');
      const run = await publish(place, TWO);
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('b.txt: is not in the complete version');
      expect(puts(registry)).toEqual([]);
    });
  });

  test.each(['append', 'replace'])(
    'of a version that is hidden is listed by %s with a deploy token too',
    async (how) => {
      await inVersion(`1.2.0-${how}`, async (place) => {
        const token = { token: TOKENS.deploy };
        await publish(place, { 'a.txt': 'a' }, { status: 'hidden', ...token });
        await putRaw(registry, { name: 'widget', version: place.version, status: 'hidden' }, 'b.txt', 'b');
        expect(await publish(place, TWO, { 'if-exists': how, ...token })).toMatchObject({ code: 0 });
        await expectServed(place, TWO);
      });
    },
  );
});

describe('a file that the registry serves with other content than the manifest lists', () => {
  test.each(['append', 'replace'])('is listed as it is after %s of the same content', async (ifExists) => {
    await inVersion(`2.0.0-${ifExists}`, async (place) => {
      await publish(place, { 'a.txt': 'a', 'b.txt': 'old' });
      await putRaw(registry, { name: 'widget', version: place.version }, 'b.txt', 'b');
      expect(await publish(place, TWO, { 'if-exists': ifExists })).toMatchObject({
        code: 0,
        outputs: { uploaded: '0' },
      });
      await expectServed(place, TWO);
    });
  });

  test('is kept by append as the newest row has it', async () => {
    await inVersion('2.1.0', async (place) => {
      await publish(place, { 'a.txt': 'a', 'b.txt': 'old' });
      await putRaw(registry, { name: 'widget', version: place.version }, 'b.txt', 'b');
      expect(await publish(place, { 'c.txt': 'c' }, { 'if-exists': 'append' })).toMatchObject({ code: 0 });
      await expectServed(place, { ...TWO, 'c.txt': 'c' });
    });
  });
});

test('append leaves out what was deleted by hand, and says so', async () => {
  await inVersion('3.0.0', async (place) => {
    await publish(place, TWO);
    await deleteRaw(registry, { name: 'widget', version: place.version }, 'b.txt');
    const run = await publish(place, { 'c.txt': 'c' }, { 'if-exists': 'append' });
    expect(run.code).toBe(0);
    expect(run.stderr).toContain('1 file that the registry no longer has');
    await expectServed(place, { 'a.txt': 'a', 'c.txt': 'c' });
  });
});

describe('a version of parts', () => {
  const ONE = { 'p.txt': 'p' };

  async function completed(place: Place): Promise<void> {
    expect((await publish(place, ONE, { part: 'linux' })).code).toBe(0);
    expect((await publish(place, { 'own.txt': 'own' }, { parts: 'linux' })).code).toBe(0);
  }

  test('keeps all that it has when parts and more files are appended', async () => {
    await inVersion('4.0.0', async (place) => {
      await completed(place);
      const run = await publish(place, { 'more.txt': 'more' }, { parts: 'linux', 'if-exists': 'append' });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '3' } });
      await expectServed(place, { ...ONE, 'own.txt': 'own', 'more.txt': 'more' });
    });
  });

  test('is not taken for whole when a file was deleted, although the rows are as many', async () => {
    await inVersion('4.1.0', async (place) => {
      await completed(place);
      await deleteRaw(registry, { name: 'widget', version: place.version }, 'own.txt');
      const run = await publish(place, { 'own.txt': 'own' }, { parts: 'linux' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('own.txt: is not in the complete version');
    });
  });

  test.each(['verify', 'append', 'replace'])(
    'is not completed again by %s with a part that is overwritten',
    async (how) => {
      await inVersion(`4.2.0-${how}`, async (place) => {
        await completed(place);
        await putRaw(registry, { name: 'widget', version: place.version }, 'p.txt', 'other');
        const before = await getRaw(registry, { name: 'widget', version: place.version }, MANIFEST);
        const run = await publish(place, { 'own.txt': 'own' }, { parts: 'linux', 'if-exists': how });
        expect(run.code).toBe(1);
        expect(errorOf(terminal, run)).toContain('p.txt: the registry has other');
        expect(puts(registry)).toEqual([]);
        expect(await getRaw(registry, { name: 'widget', version: place.version }, MANIFEST)).toBe(before);
      });
    },
  );

  test.each([
    ['the checksums file', { checksums: 'p.txt' }],
    ['the manifest', { manifest: 'p.txt' }],
  ])('is refused where a part has a file of the name of %s', async (what, more) => {
    await inVersion(`4.3.0-${what.length}`, async (place) => {
      await publish(place, ONE, { part: 'linux' });
      const run = await publish(place, { 'own.txt': 'own' }, { parts: 'linux', ...more });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain(
        `p.txt: the part \`linux\` has it, and this name is the name of ${what}`,
      );
    });
  });

  test('with another mode of a file is another part', async () => {
    await inVersion('4.4.0', async (place) => {
      await publish(place, ONE, { part: 'linux' });
      const run = await publish(place, ONE, { part: 'linux', executable: 'p.txt' });
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '0' } });
      expect(
        await getRaw(registry, { name: 'widget', version: place.version }, 'generic-package.part-linux.json'),
      ).toContain('0755');
    });
  });
});

test('names below ours, and our own names, are refused before anything is asked', async () => {
  await inVersion('6.0.0', async (place) => {
    const below = await publish(place, { 'sums/a.txt': 'a' }, { checksums: 'sums' });
    expect(below.code).toBe(1);
    expect(errorOf(terminal, below)).toContain('needs a folder `sums`, which is the name of the checksums file');
    const record = await publish(place, TWO, { checksums: 'generic-package.visible-1.json' });
    expect(record.code).toBe(2);
    expect(errorOf(terminal, record)).toContain('a name that this program keeps for its own files');
    expect(registry.requests).toEqual([]);
  });
});

test('without a manifest a change does not leave one standing that would not fit', async () => {
  await inVersion('7.0.0', async (place) => {
    await publish(place, TWO);
    const run = await publish(place, { 'c.txt': 'c' }, { manifest: 'none', 'if-exists': 'append' });
    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toContain('Omit `--manifest`');
    expect(puts(registry)).toEqual([]);
  });
});
