/** How far apart two names are: for "did you mean", and for names that cannot have been meant otherwise. */

/** The fewest insertions, deletions, replacements and swaps of neighbours that make `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isEqual = a[row - 1] === b[column - 1];
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current.push(
        Math.min(
          at(last, column - 1) + (isEqual ? 0 : 1),
          at(last, column) + 1,
          at(current, column - 1) + 1,
          isSwapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

/** The candidate nearest to `name`, if it is near enough for a hint. */
export function findNearest(name: string, candidates: readonly string[]): string | undefined {
  const limit = Math.min(3, Math.max(1, Math.floor(name.length / 2)));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/**
 * True when `typed` is so close to `name` that nothing else can have been meant: the same but for `_` and
 * `-`, one edit from five characters on, two from eight. Shorter words are close to too many others: a workflow's own
 * `INPUT_FILE` or `INPUT_PATH` is not `files` or `part`.
 */
export function isMisspelling(typed: string, name: string): boolean {
  const written = typed.replaceAll('_', '-');
  if (written === name) return true;
  const shorter = Math.min(written.length, name.length);
  if (shorter < 5) return false;
  return editDistance(written, name) <= (shorter < 8 ? 1 : 2);
}

/** True for words of four characters that are one edit apart: worth a word, but no reason to fail. */
export function isNear(typed: string, name: string): boolean {
  return Math.min(typed.length, name.length) === 4 && editDistance(typed, name) === 1;
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
