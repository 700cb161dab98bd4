/** Which of a package's versions `latest` or a range means. */

import { Range, SemVer } from 'semver';

import { formatCount, formatNames } from '../format.ts';
import { harmless } from '../text.ts';
import { parseListedVersion } from './semantic-version.ts';

/** So many versions are named in one sentence. */
const MOST_NAMED = 5;

/** A version as the registry lists it. */
export interface Candidate {
  id: number;
  version: string;
  /** When it was made, in ISO 8601. */
  createdAt: string;
}

export type VersionRequest = { kind: 'latest' } | { kind: 'range'; range: string };

export interface Choice<T> {
  /** Undefined: no version answers the request. */
  picked: T | undefined;
  /** Versions of the same precedence that were not picked; worth a warning when there are any. */
  equals: T[];
  /** Semantic versions that only `include-prereleases` would have let in. */
  prereleases: number;
  /** Versions that are not exactly `M.m.p[-pre][+build]`, a leading `v` allowed. */
  others: T[];
}

interface Ranked<T> {
  candidate: T;
  version: SemVer;
}

/**
 * The highest version by semver precedence, not by date; of those that are equal (`1.2.3`,
 * `v1.2.3`, `1.2.3+b`) the oldest. Without `includePrereleases`, `latest` is a stable version and a
 * range takes prereleases only where it names one of the same numbers, as in node-semver.
 * Throws a TypeError for a range that `parseRequested` would refuse.
 */
export function pickVersion<T extends Candidate>(
  candidates: Iterable<T>,
  request: VersionRequest,
  includePrereleases: boolean,
): Choice<T> {
  const admits = admission(request, includePrereleases);
  const admitsAny = admission(request, true);
  const choice: Choice<T> = { picked: undefined, equals: [], prereleases: 0, others: [] };
  const ranked: Ranked<T>[] = [];
  for (const candidate of candidates) {
    const version = semanticVersion(candidate.version);
    if (version === undefined) choice.others.push(candidate);
    else if (admits(version)) ranked.push({ candidate, version });
    else if (version.prerelease.length > 0 && admitsAny(version)) choice.prereleases += 1;
  }
  ranked.sort((a, b) => b.version.compare(a.version) || byAge(a.candidate, b.candidate));
  const [best, ...rest] = ranked;
  if (best === undefined) return choice;
  const equals = rest.filter(({ version }) => version.compare(best.version) === 0);
  return { ...choice, picked: best.candidate, equals: equals.map(({ candidate }) => candidate) };
}

/** The sentence for a choice among versions of equal precedence; undefined when there was none. */
export function equalsNote(choice: Choice<Candidate>): string | undefined {
  if (choice.picked === undefined || choice.equals.length === 0) return undefined;
  const equals = formatNames(
    choice.equals.map(({ version }) => version),
    MOST_NAMED,
  );
  return `${harmless(choice.picked.version)} has the same precedence as ${equals}; the oldest was taken`;
}

/** The sentence for versions that no request can mean, for they are none; undefined when there are none. */
export function othersNote({ others }: Choice<Candidate>): string | undefined {
  if (others.length === 0) return undefined;
  const names = formatNames(
    others.map(({ version }) => version),
    MOST_NAMED,
  );
  return `${formatCount(others.length, 'version')} ignored, not semantic: ${names}`;
}

function admission(request: VersionRequest, includePrerelease: boolean): (version: SemVer) => boolean {
  if (request.kind === 'latest') return (version) => includePrerelease || version.prerelease.length === 0;
  const range = new Range(request.range, { includePrerelease });
  return (version) => range.test(version);
}

function semanticVersion(text: string): SemVer | undefined {
  const strict = parseListedVersion(text);
  return strict === undefined ? undefined : new SemVer(strict.text);
}

function byAge(a: Candidate, b: Candidate): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.id - b.id;
}
