/** Bad days on purpose: which request meets which fault, repeatable by seed. How each is acted out: chaos.ts. */

import type { FaultKind } from '../public.ts';

export type { FaultKind };

export const FAULT_KINDS = [
  ...(['500', '502', '429', 'reset', 'reset-after-store'] as const),
  ...(['truncate', 'stall', 'corrupt'] as const),
] as const satisfies readonly FaultKind[];

/** What a request does, as far as faults can tell. */
export type Errand = 'read' | 'file-read' | 'write' | 'large-write';

const EVERY: readonly Errand[] = ['read', 'file-read', 'write', 'large-write'];

/** What each kind can happen to. */
export const APPLIES: Record<FaultKind, readonly Errand[]> = {
  '500': EVERY,
  '502': EVERY,
  '429': EVERY,
  reset: EVERY,
  'reset-after-store': ['write', 'large-write'],
  truncate: ['file-read'],
  stall: ['file-read', 'large-write'],
  corrupt: ['file-read'],
};

/** Draws the fate of one request after the other. */
export type FaultDraw = (errand: Errand) => FaultKind | undefined;

/**
 * Makes a draw that is the same for the same seed and order of requests. Each request takes two
 * numbers, whatever becomes of it, so that one more kind does not shift the ones that follow.
 */
export function faultDraw(rate: number, kinds: readonly FaultKind[], seed: number): FaultDraw {
  if (rate === 0) return () => undefined;
  const random = generator(seed);
  return (errand) => {
    const chance = random();
    const choice = random();
    if (chance >= rate) return undefined;
    const fitting = kinds.filter((kind) => APPLIES[kind].includes(errand));
    return fitting[Math.floor(choice * fitting.length)];
  };
}

/** mulberry32: small, even, and the same on every machine. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
