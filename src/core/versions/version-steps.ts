/** The next version after another, and versions among others: highest, taken, free. Pure. */

import { inc } from 'semver';

import {
  compareVersions,
  isStable,
  numbersOf,
  parseListedVersion,
  parseVersion,
  type Version,
} from './semantic-version.ts';
import { isInLine, type VersionLine } from './version-line.ts';

/** Which number counts up. */
export type Step = 'patch' | 'minor' | 'major';

/**
 * The next version by semver's rules: `1.2.3` → `1.2.4`, `1.3.0`, `2.0.0`; a prerelease first
 * becomes the version that it precedes (`1.3.0-rc.1` → `1.3.0`). The build is dropped. Undefined
 * where the number would no longer be exact.
 */
export function increaseVersion(version: Version, step: Step): Version | undefined {
  const next = inc(version.text, step);
  return next === null ? undefined : parseVersion(next);
}

/** The highest stable version, of a line if one is given; undefined when there is none. */
export function highestStable(texts: Iterable<string>, line?: VersionLine): Version | undefined {
  let highest: Version | undefined;
  for (const version of stableOnes(texts)) {
    if (line !== undefined && !isInLine(version, line)) continue;
    if (highest === undefined || compareVersions(version, highest) > 0) highest = version;
  }
  return highest;
}

/** The numbers of all stable versions, as `numbersOf` gives them. */
export function stableNumbers(texts: Iterable<string>): Set<string> {
  return new Set(Array.from(stableOnes(texts), numbersOf));
}

/** Why a version is not the latest one: it is a prerelease, or this one is higher. */
export type NotLatest = { readonly because: 'prerelease' } | { readonly because: 'higher'; readonly higher: Version };

/** Undefined for the latest: a stable version that no stable one of the others is higher than. */
export function notLatest(version: Version, others: Iterable<string>): NotLatest | undefined {
  if (!isStable(version)) return { because: 'prerelease' };
  const higher = highestStable(others);
  if (higher === undefined || compareVersions(version, higher) >= 0) return undefined;
  return { because: 'higher', higher };
}

/** The version itself, or the first after it that is free; undefined when the numbers run out. */
export function firstFree(version: Version, step: Step, taken: ReadonlySet<string>): Version | undefined {
  let candidate: Version | undefined = version;
  while (candidate !== undefined && taken.has(numbersOf(candidate))) {
    candidate = increaseVersion(candidate, step);
  }
  return candidate;
}

function* stableOnes(texts: Iterable<string>): Generator<Version> {
  for (const text of texts) {
    const version = parseListedVersion(text);
    if (version !== undefined && isStable(version)) yield version;
  }
}
