/** Interleaved rounds and what is made of them: medians, and ratios of medians. Starts nothing itself. */

/** Runs one measured thing once; returns seconds. */
export type Measurement = () => Promise<number>;

/**
 * Measures all of `things` in turn, `rounds` times over, so that what slows the machine down for a
 * while slows them all; every other round in reverse, for each leaves something behind for the next.
 * Returns the samples of each, in seconds.
 */
export async function interleave<Name extends string>(
  rounds: number,
  things: Readonly<Record<Name, Measurement>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(things) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) samples[name].push(await things[name]());
  }
  return samples;
}

/** Throws for no samples: a median of nothing would pass for a result. */
export function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new Error('nothing was measured');
  return (low + high) / 2;
}

/** Seconds that `work` takes. */
export async function secondsOf(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
