/** Which of the versions that are there a user may have meant by one that is not: the nearest first. Pure. */

import { parseListedVersion, type Version } from './semantic-version.ts';

/** How far away, digit by digit of importance; the first that differs decides. */
type Distance = readonly number[];

/** The same versions, the nearest first; of equals in the order given. */
export function nearestVersions(asked: string, versions: readonly string[]): readonly string[] {
  return versions
    .map((version) => ({ version, distance: distanceOf(asked, version) }))
    .sort((one, other) => compareDistances(one.distance, other.distance))
    .map(({ version }) => version);
}

/** True for `v1.2.3`, `1.2.3` and `1.2.3+b`: one version in several spellings. */
export function isSpelledAlike(one: string, other: string): boolean {
  return spelling(one) === spelling(other);
}

/** What is left of a version without `v` before it, a build after it and capitals. */
function spelling(version: string): string {
  const [numbers = ''] = version.toLowerCase().split('+');
  return numbers.startsWith('v') ? numbers.slice(1) : numbers;
}

function distanceOf(asked: string, version: string): Distance {
  if (isSpelledAlike(asked, version)) return [0];
  const [one, other] = [asked, version].map(spelling).map(parseListedVersion);
  if (one !== undefined && other !== undefined) return [1, ...numbersApart(one, other)];
  // Names: the longer the beginning that they share, the nearer.
  return [2, -sharedLength(spelling(asked), spelling(version))];
}

function numbersApart(one: Version, other: Version): readonly number[] {
  return [
    Math.abs(one.major - other.major),
    Math.abs(one.minor - other.minor),
    Math.abs(one.patch - other.patch),
    Number(one.prerelease !== other.prerelease),
  ];
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

function compareDistances(one: Distance, other: Distance): number {
  for (let place = 0; place < Math.max(one.length, other.length); place += 1) {
    const difference = (one[place] ?? 0) - (other[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
