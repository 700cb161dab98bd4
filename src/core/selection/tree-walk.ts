/** Visits a tree with several visits in flight; no recursion, so depth has no limit. */

/**
 * Calls `visit` for the first item and for every item that a visit returns, `inFlight` at once.
 * Rejects as soon as one visit does.
 */
export async function walkTree<T>(
  first: T,
  inFlight: number,
  visit: (item: T) => Promise<readonly T[]>,
): Promise<void> {
  const waiting = [first];
  let running = 0;
  await new Promise<void>((resolve, reject) => {
    const settle = (found: readonly T[]): void => {
      running -= 1;
      for (const item of found) waiting.push(item);
      fill();
    };
    const fill = (): void => {
      while (running < inFlight) {
        const next = waiting.pop();
        if (next === undefined) break;
        running += 1;
        visit(next).then(settle, reject);
      }
      if (running === 0) resolve();
    };
    fill();
  });
}
