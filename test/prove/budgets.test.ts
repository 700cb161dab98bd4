/**
 * Proves: a run against faults that never end fails cleanly within its budget (`max-time`), lists what
 * is done and what is not, and lists it truly; nothing is half-shown or half-placed, and a run without
 * faults completes what it began.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorOf } from '../platforms/wrong-runs.ts';
import type { PlatformRun } from '../support/platform.ts';
import { terminal } from '../support/platforms.ts';
import { hiddenVersions, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileGets, fileOf, puts } from '../support/registry.ts';
import { exists, fingerprint, inFolder } from '../support/tree.ts';
import { copyProgram, problemsIn, type Program } from './support/program.ts';
import type { Passing, RelayRules } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, servedAmong, twins } from './support/stored.ts';
import { MANIFEST } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const FILES = makeFiles(40);
const NAMES = Object.keys(FILES);
const BUDGET = { 'max-time': '3s', retries: '20', timeout: '60' };
/** Milliseconds that a run may take in all: its budget, and what a busy machine needs to start and end it. */
const MOST_MS = 3000 + 5000;

const NEVER = new Promise<undefined>(() => undefined);

type Meet = NonNullable<RelayRules['before']>;

/** Ways in which a server can fail for good. */
const FAULTS: readonly { readonly fault: string; readonly meet: Meet; readonly stores?: true }[] = [
  { fault: '500', meet: () => ({ status: 500, body: '{"message":"500 Internal Server Error"}' }) },
  {
    fault: '502 of a proxy',
    meet: () => ({ status: 502, headers: { 'content-type': 'text/html' }, body: '<html>502 Bad Gateway</html>' }),
  },
  {
    fault: '429 that asks for an hour',
    meet: () => ({ status: 429, headers: { 'retry-after': '3600' }, body: 'Retry later' }),
  },
  { fault: 'reset', meet: () => 'cut' },
  { fault: 'silence', meet: () => NEVER },
  { fault: 'silence after it was stored', meet: () => NEVER, stores: true },
];

/** The requests of which this is true meet the fault. */
function failing(meet: Meet, stores: true | undefined, isHit: (passing: Passing) => boolean): RelayRules {
  const rule: Meet = (passing) => (isHit(passing) ? meet(passing) : undefined);
  return stores === true ? { after: rule } : { before: rule };
}

describe('from the first request on', () => {
  test.each([
    { faultKinds: ['500', '502', '429', 'reset', 'reset-after-store', 'truncate', 'stall', 'corrupt'], seed: 1 },
    { faultKinds: ['reset'], seed: 2 },
  ])('publish and download, faults $faultKinds', async ({ faultKinds, seed }) => {
    await inFolder(async (place) => {
      const data = join(place, 'data');
      await mkdir(data);
      await inScene(program, { data, faultRate: 1, faultKinds, faultSeed: seed }, async (scene) => {
        await scene.build(FILES);
        const direct = { 'api-url': scene.registry.apiUrl, ...BUDGET };
        expectOutOfTime(await within(() => scene.publish(direct)), 0, 'published', NAMES);
        const run = await within(() => scene.download(direct));
        expect(run.code).toBe(1);
        expect(errorOf(terminal, run)).toContain('`max-time` is 3.0 s');
        expect(await exists(join(scene.folder, 'in'))).toBe(false);
      });
      await inScene(program, { data }, async (scene) => {
        expect(await visibleVersions(scene.registry)).toEqual([]);
        await scene.build(FILES);
        expect((await scene.publish()).code).toBe(0);
        await expectComplete(scene.registry, WIDGET, FILES);
      });
    });
  });

  test('a publish without a budget ends too, when its tries are used up', async () => {
    await inScene(program, { faultRate: 1, faultKinds: ['reset', '500'] }, async (scene) => {
      await scene.build(FILES);
      const run = await scene.publish({ 'api-url': scene.registry.apiUrl, retries: '2' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(/\(tried \d times\)/);
      expect(puts(scene.registry)).toEqual([]);
    });
  });
});

describe('half-way', () => {
  test.concurrent.each(FAULTS)('publish, $fault', async ({ meet, stores }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      scene.relay.rule(failing(meet, stores, ({ number }) => number > 18));
      const run = await within(() => scene.publish({ ...BUDGET, concurrency: '4' }));
      const stored = await servedAmong(scene.registry, WIDGET, NAMES);
      const missing = NAMES.filter((name) => !stored.includes(name));
      const undone = listedIn(run, 'published');
      // What was stored without a word cannot be known to be there; everything else is.
      expect(undone).toEqual(stores === true ? expect.arrayContaining(missing) : missing);
      expectOutOfTime(run, NAMES.length - undone.length, 'published', undone);
      expect(NAMES.length - undone.length).toBeGreaterThan(5);
      await expectHiddenAndComplete(scene, stored.length);
    });
  });

  test.concurrent.each(FAULTS)('publish, $fault, at the manifest only', async ({ meet, stores }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      scene.relay.rule(failing(meet, stores, ({ file }) => file === MANIFEST));
      const run = await within(() => scene.publish(BUDGET));
      expectOutOfTime(run, NAMES.length, 'published', [MANIFEST]);
      if (stores !== true) await expectHiddenAndComplete(scene, NAMES.length);
      else
        expect(await scene.publish({ 'api-url': scene.registry.apiUrl })).toMatchObject({
          code: 0,
          outputs: { uploaded: '0' },
        });
    });
  });

  test.concurrent.each(FAULTS)('download, $fault', async ({ meet, stores }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      expect((await scene.publish()).code).toBe(0);
      scene.relay.rule(failing(meet, stores, ({ number }) => number > 18));
      const run = await within(() => scene.download({ ...BUDGET, concurrency: '4' }));
      const placed = (await readdir(join(scene.folder, 'in'))).sort();
      const wanted = await fingerprint(join(scene.folder, 'out'));
      expect(Object.entries(await fingerprint(join(scene.folder, 'in')))).toEqual(
        placed.map((name) => [name, wanted[name]]),
      );
      expect(placed.length).toBeGreaterThan(5);
      expectOutOfTime(
        run,
        placed.length,
        'fetched',
        NAMES.filter((name) => !placed.includes(name)),
      );
      scene.registry.forget();
      scene.relay.rule({});
      expect(await scene.download()).toMatchObject({ code: 0, outputs: { unchanged: String(placed.length) } });
      expect(
        fileGets(scene.registry)
          .map(fileOf)
          .filter((name) => placed.includes(name)),
      ).toEqual([]);
      expect(await fingerprint(join(scene.folder, 'in'))).toEqual(wanted);
    });
  });
});

/** Runs it, and demands that it ends in time. */
async function within(start: () => Promise<PlatformRun>): Promise<PlatformRun> {
  const since = performance.now();
  const run = await start();
  expect(performance.now() - since).toBeLessThan(MOST_MS);
  return run;
}

function expectOutOfTime(run: PlatformRun, done: number, deed: string, undone: readonly string[]): void {
  expect(run.code).toBe(1);
  const told = errorOf(terminal, run);
  expect(told).toMatch(/^error: The run reached its time limit: `max-time` is 3\.0 s/);
  expect(told).toContain(`: ${done} of ${NAMES.length} files ${done === 1 ? 'was' : 'were'} ${deed}`);
  expect(told).toContain('Run the same command again: it continues where it stopped');
  expect(listedIn(run, deed)).toEqual([...undone]);
}

/** The names that an error says are not done. */
function listedIn({ stdout }: PlatformRun, deed: string): string[] {
  const end = `: not ${deed}`;
  const lines = problemsIn(stdout).filter((line) => line.endsWith(end));
  return lines.map((line) => line.slice(0, -end.length)).sort();
}

async function expectHiddenAndComplete(scene: Scene, stored: number): Promise<void> {
  const { registry } = scene;
  expect(await visibleVersions(registry)).toEqual([]);
  expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
  const again = await scene.publish({ 'api-url': registry.apiUrl });
  expect(again).toMatchObject({
    code: 0,
    outputs: { unchanged: String(stored), uploaded: String(NAMES.length - stored) },
  });
  await expectComplete(registry, WIDGET, FILES);
  expect(await twins(registry, WIDGET)).toEqual({});
}
