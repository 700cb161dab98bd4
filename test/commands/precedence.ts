/** Which of two semantic versions comes first, by the letter of semver's section 11: an oracle for what `latest` says. */

/** A whole number: negative, zero or positive; builds do not count. */
export function comparePrecedence(a: string, b: string): number {
  const [one, other] = [split(a), split(b)];
  const byNumbers = compareLists(one.numbers, other.numbers);
  if (byNumbers !== 0) return byNumbers;
  // A version without prerelease is higher than those that precede it.
  if (one.identifiers.length === 0 || other.identifiers.length === 0)
    return other.identifiers.length - one.identifiers.length;
  return compareLists(one.identifiers, other.identifiers);
}

function split(version: string): { numbers: string[]; identifiers: string[] } {
  const [plain = ''] = version.split('+');
  const hyphen = plain.indexOf('-');
  if (hyphen < 0) return { numbers: plain.split('.'), identifiers: [] };
  return { numbers: plain.slice(0, hyphen).split('.'), identifiers: plain.slice(hyphen + 1).split('.') };
}

/** A larger set of identifiers is higher where all before are equal. */
function compareLists(a: readonly string[], b: readonly string[]): number {
  for (const [at, one] of a.entries()) {
    const other = b[at];
    if (other === undefined) return 1;
    const order = compareIdentifiers(one, other);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Numbers by size and below words, words by their ASCII codes. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (isNumber && isOtherNumber) return Number(a) - Number(b);
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
