/** Which of a package's versions `latest`, `newest` or a range means. How versions are ordered: version-order.ts. */

import { Range } from 'semver';

import { formatCount, formatNames } from '../format.ts';
import { harmless } from '../text.ts';
import { compareOrdered, isStableOrdered, readOrdered, type OrderedVersion } from './version-order.ts';

/** So many versions are named in one sentence. */
const MOST_NAMED = 5;

/** A version as the registry lists it. */
export interface Candidate {
  id: number;
  version: string;
  /** When it was made, in ISO 8601. */
  createdAt: string;
}

export type VersionRequest = { kind: 'latest' } | { kind: 'newest' } | { kind: 'range'; range: string };

export interface Choice<T> {
  /** Undefined: no version answers the request. */
  picked: T | undefined;
  /** Versions of the same precedence that were not picked; worth a warning when there are any. */
  equals: T[];
  /** Semantic versions that only `include-prereleases` would have let in. */
  prereleases: number;
  /** Versions that such a request cannot mean, whatever their number: a name; for a range also dotted numbers. */
  others: T[];
}

interface Ranked<T> {
  candidate: T;
  version: OrderedVersion;
}

/** What a request makes of a version: taken, a prerelease that was not asked for, outside, or nothing it can mean. */
type Verdict = 'admitted' | 'prerelease' | 'outside' | 'other';

/**
 * For `latest` and a range the highest version, not the last one made; of those that are equal (`1.2.3`, `v1.2.3`,
 * `1.2.3+b`, `1.2.3.0`) the oldest. Without `includePrereleases`, `latest` is a stable version and a range takes
 * prereleases only where it names one of the same numbers, as in node-semver. For `newest` the one that was made last,
 * whatever its name. Throws a TypeError for a range that `parseRequested` would refuse.
 */
export function pickVersion<T extends Candidate>(
  candidates: Iterable<T>,
  request: VersionRequest,
  includePrereleases: boolean,
): Choice<T> {
  const choice: Choice<T> = { picked: undefined, equals: [], prereleases: 0, others: [] };
  if (request.kind === 'newest') return { ...choice, picked: [...candidates].sort(byAge).at(-1) };
  const judge = judgeOf(request, includePrereleases);
  const ranked: Ranked<T>[] = [];
  for (const candidate of candidates) {
    const version = readOrdered(candidate.version);
    const verdict = version === undefined ? 'other' : judge(version);
    if (verdict === 'other') choice.others.push(candidate);
    else if (verdict === 'prerelease') choice.prereleases += 1;
    else if (verdict === 'admitted' && version !== undefined) ranked.push({ candidate, version });
  }
  ranked.sort((a, b) => compareOrdered(b.version, a.version) || byAge(a.candidate, b.candidate));
  const [best, ...rest] = ranked;
  if (best === undefined) return choice;
  const equals = rest.filter(({ version }) => compareOrdered(version, best.version) === 0);
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

/** The sentence for versions that the request cannot mean; undefined when there are none. */
export function othersNote({ others }: Choice<Candidate>, { kind }: VersionRequest): string | undefined {
  if (others.length === 0) return undefined;
  const names = formatNames(
    others.map(({ version }) => version),
    MOST_NAMED,
  );
  const why = kind === 'range' ? 'not semantic' : 'neither semantic nor dotted numbers';
  return `${formatCount(others.length, 'version')} ignored, ${why}: ${names}`;
}

function judgeOf(
  request: Exclude<VersionRequest, { kind: 'newest' }>,
  includePrerelease: boolean,
): (version: OrderedVersion) => Verdict {
  if (request.kind === 'latest')
    return (version) => (includePrerelease || isStableOrdered(version) ? 'admitted' : 'prerelease');
  const range = new Range(request.range, { includePrerelease });
  const wide = new Range(request.range, { includePrerelease: true });
  return ({ semantic }) => {
    if (semantic === undefined) return 'other';
    if (range.test(semantic)) return 'admitted';
    return semantic.prerelease.length > 0 && wide.test(semantic) ? 'prerelease' : 'outside';
  };
}

/** The oldest first. */
function byAge(a: Candidate, b: Candidate): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.id - b.id;
}
