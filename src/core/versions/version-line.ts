/** The line of versions that a build stays in: a range that was given, or that its branch is named after. Pure. */

import { minVersion, Range, validRange } from 'semver';

import { quoted } from '../text.ts';
import type { NamingProblem, Occasion } from './version-naming.ts';
import { numbersOf, parseListedVersion, parseVersion, type Version } from './semantic-version.ts';

export interface VersionLine {
  /** A range of node-semver, as it was given or as the branch says it: `1.2`, `1.x`. */
  readonly range: string;
  /** The branch that says it; absent: it was given. */
  readonly branch?: string;
}

/** Longest range that is read, as in semver. */
const RANGE_CHARACTERS = 256;
const RANGE_TEXT = /^[0-9A-Za-z.*+^~<>=| -]+$/;
/** As semantic-release names them (`1.x`, `1.2.x`, `1.x.x`), also in a folder of branches. */
const MAINTENANCE_BRANCH =
  /^(?:(?:release|releases|maintenance|support)\/)?((?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8}|x))?\.x)$/;

/**
 * The line of a run: as given, none for `none`, else that of a maintenance branch. Undefined: all versions.
 */
export function chooseLine(
  given: string | undefined,
  occasion: Occasion,
): { readonly line: VersionLine | undefined } | NamingProblem {
  if (given === 'none') return { line: undefined };
  if (given !== undefined) return readLine(given);
  const range = maintenanceRange(occasion);
  return { line: range === undefined ? undefined : { range, branch: occasion.branch ?? '' } };
}

/**
 * The range that a maintenance branch is named after: `1.2.x` of `release/1.2.x`. In runs for the branch itself only:
 * a request's branch is whatever a fork calls it.
 */
export function maintenanceRange({ branch, tag, request, foreign = false }: Occasion): string | undefined {
  if (branch === undefined || tag !== undefined || request !== undefined || foreign) return undefined;
  return MAINTENANCE_BRANCH.exec(branch)?.[1];
}

/** By its three numbers: a prerelease of a version is of the line that the version is of. */
export function isInLine(version: Version, { range }: VersionLine): boolean {
  return new Range(range).test(numbersOf(version));
}

/** The first stable version of a line: 1.2.0 of `1.2`. Undefined where the range names nothing but prereleases. */
export function firstOfLine(line: VersionLine): Version | undefined {
  const first = parseVersion(minVersion(line.range)?.version ?? '');
  const stable = first === undefined ? undefined : parseVersion(numbersOf(first));
  return stable === undefined || !isInLine(stable, line) ? undefined : stable;
}

/** Words for a line, and for who says it: `` `within` is `1.2` ``. */
export function describeLine({ range, branch }: VersionLine, input: string): string {
  return branch === undefined
    ? `${quoted(input)} is ${quoted(range)}`
    : `the branch ${quoted(branch)} keeps to ${quoted(range)}`;
}

function readLine(given: string): { readonly line: VersionLine } | NamingProblem {
  const version = parseListedVersion(given);
  if (version !== undefined) {
    const numbers = quoted(`${version.major}.${version.minor}`);
    return wrong(`must be a range such as ${numbers} or \`1.x\`, but ${quoted(given)} is one version`);
  }
  if (!isRange(given) || firstOfLine({ range: given }) === undefined)
    return wrong(`must be \`none\` or a range such as \`1.2\`, \`1.x\` or \`>=1.2 <1.5\`, but is ${quoted(given)}`);
  return { line: { range: given } };
}

/** An empty alternative (`1 ||`) would mean any version at all. */
function isRange(text: string): boolean {
  if (text.length > RANGE_CHARACTERS || !RANGE_TEXT.test(text)) return false;
  return text.split('||').every((part) => part.trim() !== '') && validRange(text) !== null;
}

function wrong(problem: string): NamingProblem {
  return { input: 'within', problem };
}
