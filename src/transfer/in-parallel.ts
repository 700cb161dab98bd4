/** Work on many items, so many at once, in their order: no promise waits for an item whose turn has not come. */

/**
 * The results in the order of the items. After the first rejection nothing new is started, and what is under way is
 * waited for; then it rejects with the first.
 */
export async function inParallel<I, R>(
  items: readonly I[],
  width: number,
  work: (item: I) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const turns = items.entries();
  const lost: unknown[] = [];
  const worker = async (): Promise<void> => {
    for (const [index, item] of turns) {
      if (lost.length > 0) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        lost.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, width), items.length) }, worker));
  if (lost.length > 0) throw lost[0];
  return results;
}
