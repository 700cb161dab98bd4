/**
 * The one order of versions, for `latest` and for whatever speaks of it: number by number, semantic versions and dotted
 * numbers alike. Pure.
 */

import { SemVer } from 'semver';

import { parseListedVersion } from './semantic-version.ts';

/** A version that has a place in the order: a semantic one, or two or more dotted numbers. */
export interface OrderedVersion {
  /** As the registry lists it. */
  readonly text: string;
  /** In decimal, without leading zeros; of any length. */
  readonly numbers: readonly string[];
  /** Absent for dotted numbers that are no semantic version: `2024.05.01`, `1.2.3.10`, `24.04`. */
  readonly semantic: SemVer | undefined;
}

const DOTTED = /^v?(\d+(?:\.\d+)+)$/;

/** Undefined for what has no place: names, dates without dots, single numbers. A leading `v` is allowed. */
export function readOrdered(text: string): OrderedVersion | undefined {
  const version = parseListedVersion(text);
  if (version !== undefined) {
    const { major, minor, patch } = version;
    return { text, numbers: [major, minor, patch].map(String), semantic: new SemVer(version.text) };
  }
  const [, dotted] = DOTTED.exec(text) ?? [];
  if (dotted === undefined) return undefined;
  return { text, numbers: dotted.split('.').map(withoutZeros), semantic: undefined };
}

/** True for a semantic version without prerelease, and for dotted numbers. */
export function isStableOrdered({ semantic }: OrderedVersion): boolean {
  return semantic === undefined || semantic.prerelease.length === 0;
}

/**
 * Negative, zero or positive. Numbers first, of which missing ones are 0; then a prerelease comes before what has none,
 * and prereleases compare as semver says. Builds do not count.
 */
export function compareOrdered(a: OrderedVersion, b: OrderedVersion): number {
  const places = Math.max(a.numbers.length, b.numbers.length);
  for (let place = 0; place < places; place += 1) {
    const difference = compareNumbers(a.numbers[place] ?? '0', b.numbers[place] ?? '0');
    if (difference !== 0) return difference;
  }
  if (a.semantic !== undefined && b.semantic !== undefined) return a.semantic.comparePre(b.semantic);
  return Number(isStableOrdered(a)) - Number(isStableOrdered(b));
}

/** The highest stable one; undefined when there is none. */
export function highestOrdered(texts: Iterable<string>): OrderedVersion | undefined {
  let highest: OrderedVersion | undefined;
  for (const text of texts) {
    const version = readOrdered(text);
    if (version === undefined || !isStableOrdered(version)) continue;
    if (highest === undefined || compareOrdered(version, highest) > 0) highest = version;
  }
  return highest;
}

/** By length, then by digits: exact for numbers of any length. */
function compareNumbers(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** `007` is `7`, and `000` is `0`. */
function withoutZeros(digits: string): string {
  let start = 0;
  while (start < digits.length - 1 && digits[start] === '0') start += 1;
  return digits.slice(start);
}
