/**
 * Proves: where uploads of three hundred files are stored and then answered 409, 429, 5xx or reset
 * in an order that a seed draws, a publish ends well and each name is there once, for each kind of token.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { WIDGET } from '../support/raw.ts';
import { TOKENS } from '../support/registry.ts';
import { copyProgram, type Program } from './support/program.ts';
import type { Fate } from './support/relay.ts';
import { inScene } from './support/scene.ts';
import { expectComplete, makeFiles, twins } from './support/stored.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const FATES: readonly (Fate | undefined)[] = [
  undefined,
  undefined,
  ...[408, 409, 425, 429, 500, 502, 503, 504].map((status) => ({ status, body: 'no' })),
  'cut',
];
const FILES = makeFiles(300);
const KINDS = [
  { who: 'a personal token', token: TOKENS.personal },
  { who: 'a job token', token: TOKENS.job },
  { who: 'a deploy token', token: TOKENS.deploy },
];
const ROWS = Array.from({ length: 10 }, (_, index) => KINDS.map((kind) => ({ seed: index + 1, ...kind }))).flat();

/** The same row of numbers for the same seed. */
function drawing(seed: number): () => number {
  let state = seed * 2_654_435_769;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test.concurrent.each(ROWS)('seed $seed, $who', async ({ seed, token }) => {
  await inScene(program, {}, async (scene) => {
    const { registry, relay } = scene;
    const draw = drawing(seed);
    const doubts = new Map<string, number>();
    relay.rule({
      after: ({ upload, file }) => {
        const times = doubts.get(file) ?? 0;
        if (upload === 0 || times === 2) return undefined;
        doubts.set(file, times + 1);
        return FATES[Math.floor(draw() * FATES.length)];
      },
    });
    await scene.build(FILES);

    const run = await scene.publish({ token, retries: '8', concurrency: '16' });

    expect(run.stderr).not.toContain('error:');
    expect(run.code).toBe(0);
    expect(doubts.size).toBe(301);
    await expectComplete(registry, WIDGET, FILES);
    expect(await twins(registry, WIDGET)).toEqual({});
  });
});
