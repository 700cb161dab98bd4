/**
 * Proves: thousands of versions go by a reviewed plan, whatever kills the run in between; what is kept stays; and
 * ten thousand deletions take no longer than the server's answers and its rate limit make them.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AGED_TOKENS, openAgedRegistry, type AgedRegistry, type AgedVersion } from '../support/aged-registry.ts';
import type { Inputs } from '../support/platform.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { expectEnded, killAt, type Signal } from './support/kill.ts';
import { copyProgram, type Program } from './support/program.ts';
import { openRelay, type Passing, type Relay } from './support/relay.ts';
import { openThrottled } from './support/throttle.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

let aged: AgedRegistry | undefined;
afterEach(async () => {
  await aged?.close();
  aged = undefined;
});

async function open(versions: readonly AgedVersion[], latency = 0): Promise<AgedRegistry> {
  const of = await openAgedRegistry({ tags: ['v0.0.7', 'v0.0.70', 'v2.0.0'], latency });
  aged = of;
  const ages = new Set(versions.map(({ age }) => age));
  // The registry's clock is one for all that is on its way.
  for (const age of ages) await of.publishAtOnce(versions.filter((one) => one.age === age));
  return of;
}

function count(total: number, of: (at: number) => AgedVersion): AgedVersion[] {
  return Array.from({ length: total }, (_, at) => of(at));
}

const RULES: Inputs = {
  'package-name': 'widget',
  'delete-older-than': '90d',
  'delete-prereleases-older-than': '30d',
  'delete-others-older-than': '30d',
  'delete-incomplete-older-than': '14d',
  'keep-latest': '10',
  'max-deletions': '20000',
  'max-share': '100%',
};

function given(apiUrl: string, more: Inputs): Inputs {
  return { ...RULES, 'api-url': apiUrl, project: String(PROJECT.id), token: AGED_TOKENS.maintainer, ...more };
}

/** 2,000 of every kind, of which 1,887 go. */
const MIXED: readonly AgedVersion[] = [
  ...count(1500, (at) => ({ version: `0.0.${at}`, age: 200 })),
  ...count(20, (at) => ({ version: `1.0.${at}`, age: 20 })),
  ...count(300, (at) => ({ version: `2.0.0-rc.${at}`, age: 60 })),
  ...count(60, (at) => ({ version: `build-${at}`, age: 60 })),
  ...count(80, (at) => ({ version: `3.0.${at}`, age: 60, status: 'hidden', by: 'over' })),
  ...count(10, (at) => ({ version: `4.0.${at}`, age: 60, status: 'hidden', by: 'running' })),
  ...count(29, (at) => ({ version: `5.0.0-rc.${at}`, age: 3 })),
  { version: '2.0.0', age: 200 },
];

const KEPT = [
  ...['0.0.7', '0.0.70', '2.0.0'],
  ...count(20, (at) => ({ version: `1.0.${at}`, age: 0 })).map(({ version }) => version),
  ...count(10, (at) => ({ version: `4.0.${at}`, age: 0 })).map(({ version }) => version),
  ...count(29, (at) => ({ version: `5.0.0-rc.${at}`, age: 0 })).map(({ version }) => version),
];

/** The so-many-th request of that method. */
function nth(method: string, wanted: number): (passing: Passing) => boolean {
  const seen = new Set<number>();
  return (passing) => {
    if (passing.method !== method) return false;
    seen.add(passing.number);
    return seen.size >= wanted;
  };
}

describe('2,000 versions of mixed kinds', () => {
  const PLACES: readonly (readonly [Signal, string, string, number])[] = [
    ['SIGKILL', 'in the middle', 'DELETE', 900],
    ['SIGINT', 'in the middle', 'DELETE', 900],
    ['SIGKILL', 'while leftovers are visible', 'PUT', 30],
    ['SIGINT', 'while leftovers are visible', 'PUT', 30],
  ];

  test.each(PLACES)('a reviewed plan ends the same after %s %s (%s %i)', async (signal, _place, method, wanted) => {
    const of = await open(MIXED);
    await inFolder(async (cwd) => {
      const relay: Relay = await openRelay(of.registry);
      try {
        const plan = join(cwd, 'plan.json');
        const shown = await program.run('cleanup', given(relay.apiUrl, { 'plan-path': plan }), { cwd });
        expect({ code: shown.code, said: shown.stderr.slice(-500) }).toMatchObject({ code: 0 });
        expect(shown.outputs['planned-count']).toBe(String(MIXED.length - KEPT.length));
        const carryOut = given(relay.apiUrl, { 'dry-run': 'false', 'expected-plan': plan });
        const moment = { when: 'unheard' as const, isIt: nth(method, wanted) };
        const killed = await killAt(relay, moment, signal, () => program.start('cleanup', carryOut, { cwd }));
        expectEnded(killed, signal);
        expect((await of.listed()).length).toBeGreaterThan(KEPT.length - 10);
        const again = await program.run('cleanup', carryOut, { cwd });
        expect({ code: again.code, said: again.stderr.slice(-500) }).toMatchObject({ code: 0 });
        const left = [...(await of.listed()), ...(await of.listed('hidden'))];
        expect(left.sort()).toEqual(KEPT.map((version) => `widget ${version}`).sort());
        expect(JSON.parse(await readFile(plan, 'utf8'))).toHaveLength(MIXED.length - KEPT.length);
        const third = await program.run('cleanup', carryOut, { cwd });
        expect(third).toMatchObject({ code: 0, outputs: { 'deleted-count': '0' } });
      } finally {
        await relay.close();
      }
    });
  });
});

describe('10,000 deletions at 20 ms an answer with 8 workers', () => {
  const VERSIONS = [...count(10_000, (at) => ({ version: `0.1.${at}`, age: 200 })), { version: '2.0.0', age: 200 }];
  const inputs = { 'dry-run': 'false', 'keep-latest': '1', concurrency: '8' };

  test.each([
    ['without a throttle', undefined, 1.2 * 25],
    ['with 800 requests in 15 s', { requests: 800, seconds: 15 }, 1.1 * 180],
  ])(
    '%s',
    async (_what, throttle, bound) => {
      const of = await open(VERSIONS, 20);
      const front = await openThrottled(Number(new URL(of.registry.url).port), throttle);
      try {
        await inFolder(async (cwd) => {
          const plan = join(cwd, 'plan.json');
          const direct = given(of.registry.apiUrl, { 'keep-latest': '1', concurrency: '64', 'plan-path': plan });
          expect(await program.run('cleanup', direct, { cwd })).toMatchObject({ code: 0 });
          const since = performance.now();
          const ended = await program.run('cleanup', given(front.apiUrl, { ...inputs, 'expected-plan': plan }), {
            cwd,
          });
          const took = (performance.now() - since) / 1000;
          expect({ code: ended.code, said: ended.stderr.slice(-500) }).toMatchObject({ code: 0 });
          expect(ended.outputs['deleted-count']).toBe('10000');
          console.log(`${_what}: ${took.toFixed(1)} s, ${front.refused()} answers 429`);
          expect(took).toBeLessThan(bound);
          expect(await of.listed()).toEqual(['widget 2.0.0']);
        });
      } finally {
        await front.close();
      }
    },
    600_000,
  );

  test('a window of 72 in 36 s: a run that max-time stops is continued with its plan', async () => {
    const of = await open([...VERSIONS.slice(0, 100), { version: '2.0.0', age: 200 }]);
    const front = await openThrottled(Number(new URL(of.registry.url).port), { requests: 72, seconds: 36 });
    try {
      await inFolder(async (cwd) => {
        const plan = join(cwd, 'plan.json');
        const shown = given(of.registry.apiUrl, { 'keep-latest': '1', 'plan-path': plan });
        expect(await program.run('cleanup', shown, { cwd })).toMatchObject({ code: 0 });
        const carryOut = given(front.apiUrl, { ...inputs, 'expected-plan': plan });
        const stopped = await program.run('cleanup', { ...carryOut, 'max-time': '3s' }, { cwd });
        expect(stopped.code).toBe(1);
        expect(stopped.stderr).toContain('`max-time` is 3.0 s');
        expect((await of.listed()).length).toBeGreaterThan(1);
        expect(await program.run('cleanup', carryOut, { cwd })).toMatchObject({ code: 0 });
        expect(await of.listed()).toEqual(['widget 2.0.0']);
      });
    } finally {
      await front.close();
    }
  });
});
