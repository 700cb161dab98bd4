/**
 * Proves: a download whose bodies are cut, too long or corrupt, whose token is revoked half-way, or for
 * which the disk has no room, recovers or ends with a clear error; a file in its place is whole or the
 * old one, no temporary file stays, and the next run completes it.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { errorOf } from '../platforms/wrong-runs.ts';
import type { PlatformRun } from '../support/platform.ts';
import { terminal } from '../support/platforms.ts';
import { putRaw, sha256, WIDGET } from '../support/raw.ts';
import { fileGets, fileOf } from '../support/registry.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';
import { copyProgram, type Program } from './support/program.ts';
import type { Passing, RelayRules } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, type Files } from './support/stored.ts';
import { MANIFEST } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const LARGE = 'large'.repeat(600_000);
const FILES: Files = { ...makeFiles(12), 'large.bin': LARGE };
const OLD: Files = { ...makeFiles(12, 'older'), 'large.bin': 'the older one' };

type Spoil = NonNullable<RelayRules['body']>;

/** What comes back of large.bin; `times`: so often, else always; `growth`: by how much its length is wrong. */
function spoiling(
  spoil: (bytes: Buffer, last: boolean) => Buffer | 'cut',
  options: { readonly times?: number; readonly growth?: number } = {},
): Spoil {
  let left = options.times ?? Number.POSITIVE_INFINITY;
  return ({ method, file }, body) => {
    if (method !== 'GET' || file !== 'large.bin' || left-- <= 0) return undefined;
    const length = Number(body.headers['content-length']) + (options.growth ?? 0);
    return { body: Readable.from(spoiled(body, spoil)), length };
  };
}

async function* spoiled(
  body: Readable,
  spoil: (bytes: Buffer, last: boolean) => Buffer | 'cut',
): AsyncGenerator<Buffer> {
  let held: Buffer | undefined;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    if (held !== undefined) yield checked(spoil(held, false));
    held = chunk;
  }
  if (held !== undefined) yield checked(spoil(held, true));
}

function checked(piece: Buffer | 'cut'): Buffer {
  if (piece === 'cut') throw new Error('cut on purpose');
  return piece;
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}

const cutAtEnd = (bytes: Buffer, last: boolean): Buffer | 'cut' => (last ? 'cut' : bytes);
const longer = (bytes: Buffer, last: boolean): Buffer =>
  last ? Buffer.concat([bytes, Buffer.from('and more')]) : bytes;
const shorter = (bytes: Buffer, last: boolean): Buffer => (last ? bytes.subarray(1) : bytes);

describe('recovers from', () => {
  test.each<{ what: string; body: Spoil }>([
    { what: 'a body that is cut three times', body: spoiling(cutAtEnd, { times: 3 }) },
    { what: 'a body with one wrong bit, twice', body: spoiling(flipped, { times: 2 }) },
    { what: 'a body that ends early, and says so in its length', body: spoiling(shorter, { times: 2, growth: -1 }) },
  ])('$what', async ({ body }) => {
    await inPublished(async (scene) => {
      scene.relay.rule({ body });
      expect(await scene.download({ retries: '6' })).toMatchObject({ code: 0, outputs: { downloaded: '13' } });
      await expectWhole(scene);
    });
  });

  test('a manifest with one wrong bit, without any checksum told', async () => {
    await inScene(program, { gitlabVersion: '17.2', settings: { object_storage: 'proxy' } }, async (scene) => {
      await scene.build(FILES);
      const { outputs } = await scene.publish();
      let spoilt = 0;
      scene.relay.rule({
        body: ({ method, file }, whole) => {
          if (method !== 'GET' || file !== MANIFEST || ++spoilt > 1) return undefined;
          return { body: Readable.from(spoiled(whole, flipped)) };
        },
      });
      expect(await scene.download()).toMatchObject({ code: 0, outputs: { digest: outputs.digest ?? '' } });
      expect(spoilt).toBe(2);
    });
  });
});

describe('ends with a clear error, and the old file in its place, for', () => {
  test.each<{ what: string; rules: RelayRules; told: RegExp }>([
    {
      what: 'one wrong bit every time',
      rules: { body: spoiling(flipped) },
      told: /large\.bin: the bytes that arrived are not the published ones: expected 3000000 bytes with sha256 [0-9a-f]{64}, got 3000000 bytes/,
    },
    {
      what: 'a body longer than the file',
      rules: { body: spoiling(longer, { growth: 8 }) },
      told: /large\.bin is longer than the 3000000 bytes it may have/,
    },
    {
      what: 'a body shorter than the file every time',
      rules: { body: spoiling(shorter, { growth: -1 }) },
      told: /large\.bin was cut after \d+ of \d+ bytes/,
    },
    {
      what: "a proxy's page in its place",
      rules: { before: page(200) },
      told: /large\.bin .*cut after|large\.bin: the bytes that arrived are not the published ones/,
    },
    { what: 'a 404 in its place', rules: { before: page(404) }, told: /large\.bin was answered 404/ },
    {
      what: 'a token that is revoked half-way',
      rules: {
        before: ({ number }) => (number > 9 ? { status: 401, body: '{"message":"401 Unauthorized"}' } : undefined),
      },
      told: /was answered 401: 401 Unauthorized/,
    },
  ])('$what', async ({ rules, told }) => {
    await inPublished(async (scene) => {
      scene.relay.rule(rules);
      await expectOldOrNewThenComplete(scene, await scene.download({ retries: '1', concurrency: '2' }), told);
    });
  });

  test('a version for which the disk has no room: nothing is fetched or touched', async () => {
    await inPublished(async (scene) => {
      const { registry } = scene;
      const of = { name: WIDGET.name, version: '2.0.0' };
      await putRaw(registry, of, 'huge.bin', 'not that huge');
      const listed = { path: 'huge.bin', size: 2 ** 52, sha256: sha256('not that huge'), mode: '0644' };
      const source = { project: '', commit: '', ref: '' };
      await putRaw(
        registry,
        of,
        MANIFEST,
        JSON.stringify({ manifestVersion: 1, package: of, source, files: [listed] }),
      );
      registry.forget();
      const run = await scene.download({ 'package-version': of.version });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(/Not enough space in .*\/in: 4\.5 PB needed, .* free/);
      expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
      await expectOld(scene);
    });
  });

  test('a file that may not grow to its size', async () => {
    await inPublished(async (scene) => {
      const run = await scene.downloadLimited(2000, { concurrency: '2' });
      await expectOldOrNewThenComplete(scene, run, /large\.bin.*EFBIG/);
    });
  });

  // Mounting takes root; where that is denied, the limit above stands for the full disk.
  if (canMount()) {
    test('a disk that fills up meanwhile', async () => {
      await inPublished(async (scene) => {
        const directory = join(scene.folder, 'in');
        execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', directory]);
        try {
          await writeFiles(directory, OLD);
          const full = Promise.withResolvers<undefined>();
          scene.relay.rule({
            after: async ({ file }) => {
              if (file !== 'large.bin') return undefined;
              await writeFile(join(directory, 'filler'), Buffer.alloc(3_500_000));
              full.resolve(undefined);
              return undefined;
            },
          });
          const run = await scene.download({ concurrency: '2' });
          await full.promise;
          await rm(join(directory, 'filler'));
          await expectOldOrNewThenComplete(scene, run, /large\.bin.*ENOSPC/);
        } finally {
          execFileSync('umount', [directory]);
        }
      });
    });
  }
});

function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'generic-packages-prove-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).status === 0;
  if (mounted) execFileSync('umount', [folder]);
  rmdirSync(folder);
  return mounted;
}

/** An answer in place of a file's, for large.bin. */
function page(status: number): NonNullable<RelayRules['before']> {
  const body = status === 404 ? '{"message":"404 Not found"}' : '<html><title>Please log in</title></html>';
  return ({ method, file }: Passing) => (method === 'GET' && file === 'large.bin' ? { status, body } : undefined);
}

/** FILES are published, and OLD lie where they go. */
async function inPublished(work: (scene: Scene) => Promise<void>): Promise<void> {
  await inScene(program, {}, async (scene) => {
    await scene.build(FILES);
    expect((await scene.publish()).code).toBe(0);
    await expectComplete(scene.registry, WIDGET, FILES);
    await writeFiles(join(scene.folder, 'in'), OLD);
    await writeFiles(join(scene.folder, 'old'), OLD);
    await work(scene);
  });
}

async function expectOld({ folder }: Scene): Promise<void> {
  expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'old')));
}

async function expectWhole({ folder }: Scene): Promise<void> {
  expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
}

async function expectOldOrNewThenComplete(scene: Scene, run: PlatformRun, told: RegExp): Promise<void> {
  const { folder } = scene;
  expect(run.code).toBe(1);
  expect(errorOf(terminal, run)).toMatch(told);
  expect(run.stderr).not.toContain('This is a defect');
  const [here, old, fresh] = await Promise.all(['in', 'old', 'out'].map((name) => fingerprint(join(folder, name))));
  expect(Object.keys(here ?? {})).toEqual(Object.keys(fresh ?? {}));
  for (const [name, print] of Object.entries(here ?? {})) expect([old?.[name], fresh?.[name]]).toContain(print);
  expect(here?.['large.bin']).toBe(old?.['large.bin']);
  scene.relay.rule({});
  expect((await scene.download()).code).toBe(0);
  await expectWhole(scene);
}
