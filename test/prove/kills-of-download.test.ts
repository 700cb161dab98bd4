/**
 * Proves: wherever a download is killed, by SIGKILL or SIGINT, each file in its place is the old one or
 * the new one and never half; the next run fetches only the rest and leaves no temporary file. Places
 * are counted by requests, or are random moments; SIGINT ends within five seconds with 130.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { seededRandom } from '../core/random.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';
import { expectEnded, killAfter, killAt, type Moment } from './support/kill.ts';
import { copyProgram, type Program } from './support/program.ts';
import { inScene, type Scene } from './support/scene.ts';
import { makeFiles, type Files } from './support/stored.ts';
import { MANIFEST } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const OLD: Files = makeFiles(24, 'old', 'folder/');
const NEW: Files = { ...makeFiles(24, 'new', 'folder/'), 'large.bin': 'large'.repeat(1_000_000) };

const PLACES: readonly (Moment & { readonly place: string })[] = [
  { place: 'at the first request', when: 'lost', isIt: ({ number }) => number === 1 },
  { place: 'at the manifest', when: 'unheard', isIt: ({ file }) => file === MANIFEST },
  { place: 'at a file, before it is asked for', when: 'lost', isIt: ({ file }) => file === 'folder/file-0000.txt' },
  { place: 'at a file, before its answer', when: 'unheard', isIt: ({ file }) => file === 'folder/file-0012.txt' },
  { place: 'at the last file', when: 'unheard', isIt: ({ file }) => file === 'large.bin' },
];
const SIGNALS = ['SIGKILL', 'SIGINT'] as const;

test.each(SIGNALS.flatMap((signal) => PLACES.map((place) => ({ signal, ...place }))))(
  '$signal $place',
  async ({ signal, ...moment }) => {
    await inPublished({}, async (scene) => {
      const killed = await killAt(scene.relay, moment, signal, () => scene.startDownload({ concurrency: '4' }));
      expectEnded(killed, signal);
      await expectWholeThenComplete(scene, signal === 'SIGINT');
    });
  },
);

test.each(SIGNALS)('%s in the middle of a body', async (signal) => {
  await inPublished({}, async (scene) => {
    const half = Promise.withResolvers<undefined>();
    scene.relay.rule({
      body: ({ file }, body) => {
        if (file !== 'large.bin') return undefined;
        const slow = Readable.from(
          halfOf(body, () => {
            half.resolve(undefined);
          }),
        );
        return { body: slow };
      },
    });
    const { child, ended } = await scene.startDownload({ concurrency: '4' });
    await half.promise;
    const since = performance.now();
    child.kill(signal);
    const end = await ended;
    expectEnded({ ...end, took: performance.now() - since, inFlight: [] }, signal);
    await expectWholeThenComplete(scene, signal === 'SIGINT');
  });
});

test.each([1, 2, 3, 4])('five random moments, one after the other, round %i', async (round) => {
  const random = seededRandom(100 + round);
  await inPublished({ latency: 10 }, async (scene) => {
    for (let kills = 0; kills < 5;) {
      const signal = random.pick(SIGNALS);
      const killed = await killAfter(scene.relay, random.below(400), signal, () =>
        scene.startDownload({ concurrency: '2' }),
      );
      if (killed.code === 0) {
        // It came too late. There has to be something to do for the next one.
        await rm(join(scene.folder, 'in'), { recursive: true });
        await writeFiles(join(scene.folder, 'in'), OLD);
        continue;
      }
      kills += 1;
      expectEnded(killed, signal);
      await expectOldOrNew(scene);
    }
    await expectWholeThenComplete(scene, false);
  });
});

/** A version is published, and an older state of its files lies in `in`. */
async function inPublished(setup: { latency?: number }, work: (scene: Scene) => Promise<void>): Promise<void> {
  await inScene(program, setup, async (scene) => {
    await scene.build(NEW);
    expect((await scene.publish({ 'api-url': scene.registry.apiUrl, concurrency: '16' })).code).toBe(0);
    await writeFiles(join(scene.folder, 'in'), OLD);
    await work(scene);
  });
}

/** Everything in place is whole; returns the names of temporary files. */
async function expectOldOrNew({ folder }: Scene): Promise<string[]> {
  const here = await fingerprint(join(folder, 'in'));
  const wanted = await fingerprint(join(folder, 'out'));
  const leftovers = Object.keys(here).filter((name) => name.endsWith('.part'));
  await writeFiles(join(folder, 'before'), OLD);
  const before = await fingerprint(join(folder, 'before'));
  for (const [name, print] of Object.entries(here)) {
    if (!leftovers.includes(name)) expect([before[name], wanted[name]]).toContain(print);
  }
  return leftovers;
}

async function expectWholeThenComplete(scene: Scene, clean: boolean): Promise<void> {
  const leftovers = await expectOldOrNew(scene);
  if (clean) expect(leftovers).toEqual([]);
  scene.relay.rule({});
  expect(await scene.download({ prune: 'true' })).toMatchObject({ code: 0, outputs: { pruned: '0' } });
  expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'out')));
}

/** The first half of a body, and then nothing more until the reader gives up. */
async function* halfOf(body: Readable, reached: () => void): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    yield chunk;
    sent += chunk.length;
    if (sent < 2_000_000) continue;
    reached();
    await new Promise(() => undefined);
  }
}
