/**
 * Proves: wherever a publish is killed, by SIGKILL or SIGINT, no other client ever sees an incomplete
 * version, and the same command run again ends with every file once and right. The places are counted
 * by requests; twenty more are random moments. SIGINT ends within five seconds with 130.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { seededRandom } from '../core/random.ts';
import { visibleVersions, WIDGET } from '../support/raw.ts';
import { TOKENS } from '../support/registry.ts';
import { fingerprint } from '../support/tree.ts';
import { expectEnded, killAfter, killAt, type Moment } from './support/kill.ts';
import { copyProgram, type Program } from './support/program.ts';
import type { Passing } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, twins } from './support/stored.ts';
import { MANIFEST, watching, type Sightings } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const FILES = makeFiles(24);
const COUNT = Object.keys(FILES).length;

interface Place extends Moment {
  readonly place: string;
  /** Whether the version is complete once everything has arrived that was on its way. */
  readonly completes: boolean;
}

const PLACES: readonly Place[] = [
  { place: 'at the first request', when: 'lost', isIt: ({ number }) => number === 1, completes: false },
  ...uploads('at the first upload', 1),
  ...uploads('in the middle', COUNT / 2),
  ...uploads('at the last file before the manifest', COUNT),
  { place: 'at the manifest, which is lost', when: 'lost', isIt: isManifest, completes: false },
  { place: 'at the manifest, which arrives later', when: 'late', isIt: isManifest, completes: true },
  { place: 'between the manifest and its answer', when: 'unheard', isIt: isManifest, completes: true },
];

function isManifest({ method, file }: Passing): boolean {
  return method === 'PUT' && file === MANIFEST;
}

function uploads(place: string, number: number): Place[] {
  const isIt: Moment['isIt'] = ({ upload }) => upload === number;
  return [
    { place: `${place}, which is lost`, when: 'lost', isIt, completes: false },
    { place: `${place}, which arrives later`, when: 'late', isIt, completes: false },
    { place: `${place}, before its answer`, when: 'unheard', isIt, completes: false },
  ];
}

const SIGNALS = ['SIGKILL', 'SIGINT'] as const;
const WHO = [
  { who: 'a personal token', token: TOKENS.personal },
  { who: 'a deploy token, which may not list', token: TOKENS.deploy },
] as const;
const [personal, deploy] = WHO;
const CASES = [
  ...SIGNALS.flatMap((signal) => PLACES.map((place) => ({ signal, ...personal, ...place }))),
  ...PLACES.map((place) => ({ signal: 'SIGKILL' as const, ...deploy, ...place })),
];

test.each(CASES)('$signal $place, with $who', async ({ signal, token, completes, ...moment }) => {
  await inScene(program, {}, async (scene) => {
    await scene.build(FILES);
    const { sightings } = await watching(scene, async () => {
      const killed = await killAt(scene.relay, moment, signal, () => scene.startPublish({ token, concurrency: '4' }));
      expectEnded(killed, signal);
      expect(await visibleVersions(scene.registry)).toEqual(completes ? [WIDGET.version] : []);
      expect(await scene.publish({ token })).toMatchObject({ code: 0, outputs: { complete: 'true' } });
    });
    await expectSeenAndWhole(scene, sightings);
    // All that was in flight had arrived before the second run looked. A token that cannot list cannot know
    // whether the version is visible: it sends the manifest again.
    const twice = completes && token === TOKENS.deploy ? { [MANIFEST]: 2 } : {};
    expect(await twins(scene.registry, WIDGET)).toEqual(twice);
  });
});

describe('what arrives only while the next run is under way', () => {
  test.each(WHO)('makes twins of just those files, with $who', async ({ token }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      const { result: inFlight, sightings } = await watching(scene, () => killAndOvertake(scene, token));
      expect(inFlight.length).toBeGreaterThan(1);
      await expectSeenAndWhole(scene, sightings);
      expect(Object.keys(await twins(scene.registry, WIDGET)).sort()).toEqual([...inFlight].sort());
    });
  });
});

/** Kills a publish with several uploads on their way, which arrive when the next run has begun to send. */
async function killAndOvertake(scene: Scene, token: string): Promise<readonly string[]> {
  const { relay } = scene;
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  relay.rule({
    before: async ({ upload }) => {
      if (upload < COUNT / 2) return undefined;
      if (upload === COUNT / 2 + 3) reached.resolve(undefined);
      await released.promise;
      return undefined;
    },
  });
  const { child, ended } = await scene.startPublish({ token, concurrency: '4' });
  await reached.promise;
  const inFlight = relay.passed.filter(({ method, over }) => method === 'PUT' && !over).map(({ file }) => file);
  child.kill('SIGKILL');
  await ended;
  relay.rule({
    after: ({ upload }) => {
      if (upload === COUNT - COUNT / 2) released.resolve(undefined);
      return undefined;
    },
  });
  expect(await scene.publish({ token, concurrency: '1' })).toMatchObject({ code: 0 });
  await relay.idle();
  return inFlight;
}

const KILLS = Array.from({ length: 4 }, (_, round) => ({ round: round + 1, version: `1.0.${round}` }));

test.each(KILLS)('five random moments, one after the other, round $round', async ({ round, version }) => {
  const random = seededRandom(round);
  await inScene(program, { latency: 4 }, async (scene) => {
    const files = makeFiles(150);
    await scene.build(files);
    const inputs = { 'package-version': version, concurrency: '2' };
    const flown = new Set<string>();
    const { sightings } = await watching(scene, async () => {
      for (let kill = 1; kill <= 5; kill += 1) {
        const signal = random.pick(SIGNALS);
        const killed = await killAfter(scene.relay, random.below(450), signal, () => scene.startPublish(inputs));
        if (killed.code !== 0) expectEnded(killed, signal);
        for (const name of killed.inFlight) flown.add(name);
      }
      expect(await scene.publish(inputs)).toMatchObject({ code: 0, outputs: { complete: 'true' } });
    });
    const of = { name: WIDGET.name, version };
    expect(sightings.problems).toEqual([]);
    await expectComplete(scene.registry, of, files);
    expect(Object.keys(await twins(scene.registry, of)).filter((name) => !flown.has(name))).toEqual([]);
  });
});

async function expectSeenAndWhole(scene: Scene, { problems, lists, latests }: Sightings): Promise<void> {
  expect(problems).toEqual([]);
  expect(lists).toBeGreaterThan(0);
  expect(latests).toBeGreaterThan(0);
  const digest = await expectComplete(scene.registry, WIDGET, FILES);
  const run = await scene.download({ 'package-version': 'latest' });
  expect(run).toMatchObject({ code: 0, outputs: { digest } });
  expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'out')));
}
