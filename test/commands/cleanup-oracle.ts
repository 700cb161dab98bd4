/**
 * What `cleanup` has to decide, written a second time from the documented rules and without anything of `src`: slowly,
 * version by version, in the order in which the rules are told.
 */
import { satisfies, validRange } from 'semver';

export interface WorldVersion {
  readonly id: number;
  readonly name: string;
  readonly version: string;
  readonly status: 'default' | 'deprecated' | 'hidden' | 'error';
  /** Days before now. */
  readonly age: number;
  /** Days before now; undefined: never. */
  readonly downloaded: number | undefined;
  readonly pipeline: { readonly status: string; readonly age: number } | undefined;
  readonly hasManifest: boolean;
}

export interface World {
  readonly project: { readonly id: number; readonly path: string };
  readonly versions: readonly WorldVersion[];
  readonly tags: readonly string[];
  /** Addresses of all links of all releases. */
  readonly links: readonly string[];
  readonly variables: readonly string[];
}

/** As the inputs give them; days, undefined where an input is not given. */
export interface WorldRules {
  readonly olderThan: number | undefined;
  readonly prereleasesOlderThan: number | undefined;
  readonly othersOlderThan: number | undefined;
  readonly incompleteOlderThan: number | undefined;
  readonly notDownloadedFor: number | undefined;
  readonly keepLatest: number;
  readonly keepPer: 'none' | 'major' | 'minor';
  readonly keep: readonly string[];
  readonly keepTagged: boolean;
  readonly tagPrefix: string;
  readonly maxDeletions: number;
  readonly maxShare: number;
}

export interface Verdicts {
  readonly deleted: ReadonlySet<number>;
  /** A keep rule whose facts make no sense, or a cap: the whole run is refused. */
  readonly refused: boolean;
}

export function oracle(world: World, rules: WorldRules): Verdicts {
  const deleted = new Set<number>();
  let refused = false;
  for (const name of new Set(world.versions.map((one) => one.name))) {
    const versions = world.versions.filter((one) => one.name === name);
    const going = versions.filter((one) => goes(one, versions, world, rules));
    const visible = versions.filter(isSeen);
    if (visible.length > 0 && visible.every((one) => going.includes(one))) {
      // The last visible version of a package stays: the one that was made last.
      const last = visible.reduce((a, b) => (b.age < a.age || (b.age === a.age && b.id > a.id) ? b : a));
      going.splice(going.indexOf(last), 1);
    }
    if (rules.keepTagged && !versions.some((one) => isTagged(one, world, rules))) refused = true;
    if (versions.length >= 5 && going.length / versions.length > rules.maxShare / 100) refused = true;
    for (const one of going) deleted.add(one.id);
  }
  if (deleted.size > rules.maxDeletions) refused = true;
  return { deleted, refused };
}

function goes(one: WorldVersion, all: readonly WorldVersion[], world: World, rules: WorldRules): boolean {
  if (one.age <= 1) return false;
  const limit = limitOf(one, rules);
  if (limit === undefined || one.age <= limit) return false;
  if (rules.notDownloadedFor !== undefined && (one.downloaded ?? one.age) <= rules.notDownloadedFor) return false;
  if (one.status === 'hidden' && (one.hasManifest || isUnderWay(one))) return false;
  return !isKept(one, all, world, rules);
}

function limitOf(one: WorldVersion, rules: WorldRules): number | undefined {
  if (one.status === 'hidden') return rules.incompleteOlderThan;
  const read = readVersion(one.version);
  if (read === undefined) return rules.othersOlderThan;
  return read.prerelease.length === 0 ? rules.olderThan : rules.prereleasesOlderThan;
}

function isUnderWay({ pipeline }: WorldVersion): boolean {
  if (pipeline === undefined) return false;
  if (pipeline.status === 'manual' || pipeline.status === 'scheduled') return pipeline.age <= 90;
  return !['success', 'failed', 'canceled', 'skipped'].includes(pipeline.status);
}

function isKept(one: WorldVersion, all: readonly WorldVersion[], world: World, rules: WorldRules): boolean {
  if (isAmongLatest(one, all, rules)) return true;
  if (rules.keep.some((line) => line === one.version || isInRange(one.version, line))) return true;
  if (rules.keepTagged && isTagged(one, world, rules)) return true;
  return world.variables.some((held) => bare(held) === bare(one.version));
}

/** How many numbers of its line stand above it: versions of equal precedence are one number, and the oldest has it. */
function isAmongLatest(one: WorldVersion, all: readonly WorldVersion[], rules: WorldRules): boolean {
  const stable = all.filter((other) => isSeen(other) && isStable(other));
  if (!stable.includes(one)) return false;
  const isOlder = (other: WorldVersion): boolean => other.age > one.age || (other.age === one.age && other.id < one.id);
  if (stable.some((other) => other !== one && compare(other, one) === 0 && isOlder(other))) return false;
  const above: WorldVersion[] = [];
  for (const other of stable) {
    if (lineOf(other, rules) !== lineOf(one, rules) || compare(other, one) <= 0) continue;
    if (!above.some((known) => compare(known, other) === 0)) above.push(other);
  }
  return above.length < rules.keepLatest;
}

function lineOf({ version }: WorldVersion, { keepPer }: WorldRules): string {
  const [major = 0n, minor = 0n] = readVersion(version)?.numbers ?? [];
  if (keepPer === 'none') return '';
  return keepPer === 'major' ? String(major) : `${String(major)}.${String(minor)}`;
}

function isTagged(one: WorldVersion, world: World, rules: WorldRules): boolean {
  const { id, path } = world.project;
  const names = [`${rules.tagPrefix}${one.version}`, ...(rules.tagPrefix === 'v' ? [one.version] : [])];
  if (names.some((name) => world.tags.includes(name))) return true;
  const places = [
    ...[String(id), encodeURIComponent(path), path].map(
      (project) => `/projects/${project}/packages/generic/${one.name}/${one.version}/`,
    ),
    `/${path}/-/packages/${one.id}`,
  ];
  return world.links.some((link) => places.some((place) => link.endsWith(place) || link.includes(`${place}file`)));
}

function isSeen({ status }: WorldVersion): boolean {
  return status === 'default' || status === 'deprecated';
}

function isStable({ version }: WorldVersion): boolean {
  return readVersion(version)?.prerelease.length === 0;
}

function isInRange(version: string, range: string): boolean {
  return validRange(range) !== null && satisfies(bare(version), range);
}

function bare(version: string): string {
  return version.replace(/^v/, '');
}

interface Read {
  readonly numbers: readonly bigint[];
  readonly prerelease: readonly string[];
}

/** A semantic version, or two or more dotted numbers. */
function readVersion(version: string): Read | undefined {
  const semantic = /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/.exec(
    version,
  );
  const parts = semantic?.[4]?.split('.') ?? [];
  if (semantic !== null && parts.every((part) => part !== '' && !/^0\d+$/.test(part))) {
    return { numbers: semantic.slice(1, 4).map(BigInt), prerelease: parts };
  }
  const dotted = /^v?(\d+(?:\.\d+)+)$/.exec(version);
  return dotted === null ? undefined : { numbers: (dotted[1] ?? '').split('.').map(BigInt), prerelease: [] };
}

function compare(a: WorldVersion, b: WorldVersion): number {
  const [left, right] = [readVersion(a.version)?.numbers ?? [], readVersion(b.version)?.numbers ?? []];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at] ?? 0n, right[at] ?? 0n];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
