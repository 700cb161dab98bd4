/** What was expected held against what was seen, for the rows of a table. */
import type { Broken } from './judge.ts';

/** Empty when both are the same as JSON. */
export function differing(promise: string, expected: unknown, seen: unknown): readonly Broken[] {
  const [one, other] = [JSON.stringify(expected), JSON.stringify(seen)];
  return one === other ? [] : [{ promise, seen: `expected ${one}, was ${other}` }];
}
