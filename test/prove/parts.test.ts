/**
 * Proves: three processes that publish disjoint parts of one version at once, on a registry that loses
 * racing first uploads, keep it unseen until a fourth completes it; its digest then covers every file.
 * A part that is missing, and one path with two contents, are refused. So with duplicates switched off
 * in GitLab, and with redirected storage.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { errorOf } from '../platforms/wrong-runs.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { terminal } from '../support/platforms.ts';
import { getRaw, hiddenVersions, sha256, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileGets, fileOf, puts, TOKENS } from '../support/registry.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';
import { copyProgram, type Program } from './support/program.ts';
import { gathering } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, twins, type Files } from './support/stored.ts';
import { MANIFEST, watching } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const PARTS: Readonly<Record<string, Files>> = {
  linux: makeFiles(12, 'linux', 'linux/'),
  macos: makeFiles(12, 'macos', 'macos/'),
  windows: makeFiles(12, 'windows', 'windows/'),
};
const ALL: Files = Object.assign({}, ...Object.values(PARTS)) as Files;
const NAMES = Object.keys(PARTS);
/** Milliseconds in which GitLab makes a new package's row, and other first uploads lose. */
const RACE = 150;

const REGISTRIES = [
  { kind: 'as GitLab is', settings: {} },
  { kind: 'with duplicates refused', settings: { duplicates_allowed: false } },
  { kind: 'with redirected storage', settings: { object_storage: 'redirect' } },
  {
    kind: 'with redirected storage and duplicates refused',
    settings: { object_storage: 'redirect', duplicates_allowed: false },
  },
];
const WHO = [
  { who: 'personal tokens', token: TOKENS.personal },
  { who: 'deploy tokens', token: TOKENS.deploy },
];

describe.each(REGISTRIES)('$kind', ({ settings }) => {
  const setup = { settings: { race_window: RACE, ...settings } };

  test.each(WHO)('three parts at once, complete by a fourth run, with $who', async ({ token }) => {
    await inScene(program, setup, async (scene) => {
      const { result: digest, sightings } = await watching(scene, async () => {
        const runs = await publishParts(scene, PARTS, { token });
        expect(runs.map(({ code, outputs }) => [code, outputs.complete, outputs.uploaded])).toEqual(
          NAMES.map(() => [0, 'false', '12']),
        );
        expect(puts(scene.registry).some(({ status }) => status === 500)).toBe(true);
        expect(await visibleVersions(scene.registry)).toEqual([]);
        scene.registry.forget();
        const complete = await scene.complete(NAMES, { token });
        expect(complete).toMatchObject({ code: 0, outputs: { complete: 'true', 'file-count': '36', uploaded: '0' } });
        expect(puts(scene.registry).map(fileOf)).toEqual([MANIFEST]);
        expectNoPayloadFetched(scene);
        return complete.outputs.digest;
      });
      expect(sightings.problems).toEqual([]);
      expect(await expectComplete(scene.registry, WIDGET, ALL)).toBe(digest);
      expect(await twins(scene.registry, WIDGET)).toEqual({});
      expect(await scene.complete(NAMES, { token })).toMatchObject({
        code: 0,
        outputs: { digest: digest ?? '', uploaded: '0' },
      });
      const fetched = await scene.download({ token, 'expected-digest': digest ?? '' });
      expect(fetched).toMatchObject({ code: 0, outputs: { downloaded: '36' } });
      await gatherParts(scene, NAMES);
      expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'all')));
    });
  });

  test('a part that is missing is refused, and complete once it is there', async () => {
    await inScene(program, setup, async (scene) => {
      const { sightings } = await watching(scene, async () => {
        const { linux = {}, macos = {}, windows = {} } = PARTS;
        await publishParts(scene, { linux, windows });
        scene.registry.forget();
        const early = await scene.complete(NAMES);
        expect(early.code).toBe(1);
        expect(errorOf(terminal, early)).toContain('- macos: this part was not published, or has not ended');
        expect(puts(scene.registry)).toEqual([]);
        expect(await hiddenVersions(scene.registry)).toEqual([WIDGET.version]);
        await publishParts(scene, { macos });
        expect((await scene.complete(NAMES)).code).toBe(0);
      });
      expect(sightings.problems.filter((problem) => !problem.includes('nobody had begun'))).toEqual([]);
      await expectComplete(scene.registry, WIDGET, ALL);
    });
  });

  test('one path with two contents is refused, and so is the part that GitLab would not take', async () => {
    await inScene(program, setup, async (scene) => {
      const { sightings } = await watching(scene, async () => {
        const { linux = {}, macos = {}, windows = {} } = PARTS;
        const clash = {
          'linux/file-0003.txt': 'macos has it too, with other bytes',
          'linux/file-0004.txt': linux['linux/file-0004.txt'] ?? '',
        };
        const runs = await publishParts(scene, { linux, macos: { ...macos, ...clash }, windows });
        const complete = await scene.complete(NAMES);
        expect(complete.code).toBe(1);
        if (settings.duplicates_allowed === false) {
          expect(runs.filter(({ code }) => code !== 0)).toHaveLength(1);
          const told = errorOf(terminal, runs.find(({ code }) => code !== 0) ?? complete);
          expect(told).toContain('linux/file-0003.txt');
          expect(told).not.toContain('linux/file-0004.txt: PUT');
        } else {
          expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
          expect(errorOf(terminal, complete)).toContain(
            '- linux/file-0003.txt: parts linux and macos have it with different bytes',
          );
          expect(errorOf(terminal, complete)).not.toContain('file-0004');
        }
      });
      expect(sightings.problems).toEqual([]);
      expect(await visibleVersions(scene.registry)).toEqual([]);
      expect(await getRaw(scene.registry, WIDGET, MANIFEST)).toBeUndefined();
    });
  });
});

test('a part that is run again with other bytes replaces what it sent, and the digest covers the new ones', async () => {
  await inScene(program, { settings: { race_window: RACE } }, async (scene) => {
    const rebuilt = { ...PARTS, macos: makeFiles(12, 'other', 'macos/') };
    const { sightings } = await watching(scene, async () => {
      await publishParts(scene, PARTS);
      await publishParts(scene, { macos: rebuilt.macos });
      expect((await scene.complete(NAMES)).code).toBe(0);
    });
    expect(sightings.problems).toEqual([]);
    await expectComplete(scene.registry, WIDGET, Object.assign({}, ...Object.values(rebuilt)) as Files);
  });
});

test('checksums cover the union, with files of the last run among them', async () => {
  await inScene(program, {}, async (scene) => {
    await publishParts(scene, PARTS);
    await writeFiles(join(scene.folder, 'notes'), { 'NOTES.md': 'notes' });
    const more = { files: '**', directory: 'notes', checksums: 'SHA256SUMS' };
    expect(await scene.complete(NAMES, more)).toMatchObject({
      code: 0,
      outputs: { 'file-count': '38', uploaded: '2' },
    });
    const lines = Object.entries({ ...ALL, 'NOTES.md': 'notes' }).map(
      ([name, content]) => `${sha256(content)}  ${name}\n`,
    );
    const sums = await getRaw(scene.registry, WIDGET, 'SHA256SUMS');
    expect(sums?.split('\n').filter(Boolean).sort()).toEqual(lines.map((line) => line.trim()).sort());
    await expectComplete(scene.registry, WIDGET, { ...ALL, 'NOTES.md': 'notes', SHA256SUMS: sums ?? '' });
  });
});

/** Publishes parts at once, each from a folder of its own; their first uploads meet at the registry. */
function publishParts(scene: Scene, parts: Readonly<Record<string, Files>>, more: Inputs = {}): Promise<PlatformRun[]> {
  scene.relay.rule({ before: gathering(Object.keys(parts).length) });
  return Promise.all(
    Object.entries(parts).map(async ([part, files]) => {
      const directory = `out-${part}`;
      await mkdir(join(scene.folder, directory), { recursive: true });
      await writeFiles(join(scene.folder, directory), files);
      return scene.publish({ part, directory, concurrency: '4', ...more });
    }),
  );
}

/** Moves the parts' folders into `all`. */
async function gatherParts(scene: Scene, parts: readonly string[]): Promise<void> {
  await mkdir(join(scene.folder, 'all'));
  for (const part of parts) await rename(join(scene.folder, `out-${part}`, part), join(scene.folder, 'all', part));
}

/** Manifests are read; of payload, where no header tells a checksum, at most one byte is asked for. */
function expectNoPayloadFetched(scene: Scene): void {
  const fetched = fileGets(scene.registry).filter(
    (get) => !fileOf(get).endsWith('.json') && get.headers.range !== 'bytes=0-0',
  );
  expect(fetched.map(fileOf)).toEqual([]);
}
