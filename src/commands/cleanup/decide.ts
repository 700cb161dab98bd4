/**
 * Which versions go and which stay: from the facts and the rules to one row a version, each with the rule that decided.
 * Pure: a dry run prints these rows, a run carries them out.
 */
import { validRange, satisfies } from 'semver';
import { formatCount } from '../../core/format.ts';
import { quoted } from '../../core/text.ts';
import {
  compareOrdered,
  isStableOrdered,
  readOrdered,
  type OrderedVersion,
} from '../../core/versions/version-order.ts';
import { isVisible } from '../../gitlab/api/packages.ts';
import { isReferenced, type ReferenceFacts } from '../shared/references.ts';
import type { Facts, PipelineFacts, VersionFacts } from './facts.ts';

export type VersionType = 'hidden' | 'stable' | 'prerelease' | 'other';

/** The rules, each as its input gives it; times in milliseconds. */
export interface CleanupRules {
  /** Absent: no version of that type goes. */
  readonly deleteAfter: Readonly<Partial<Record<VersionType, number>>>;
  readonly notDownloadedFor: number | undefined;
  readonly keepLatest: number;
  readonly keepPer: 'none' | 'major' | 'minor';
  /** Exact versions and ranges. */
  readonly keep: readonly string[];
  /** Undefined: none. */
  readonly tagPrefix: string | undefined;
  readonly maxDeletions: number;
  /** Of one package's versions, in percent. */
  readonly maxShare: number;
}

export type DeleteRule =
  'delete-older-than' | 'delete-prereleases-older-than' | 'delete-others-older-than' | 'delete-incomplete-older-than';

type KeepReason =
  | 'keep-latest'
  | 'keep'
  | 'keep-tagged'
  | 'keep-variable'
  | 'younger-than-24h'
  | 'no-rule'
  | 'not-old-enough'
  | 'downloaded'
  | 'status'
  | 'has-manifest'
  | 'pipeline-not-over'
  | 'only-version';

export interface PlanRow {
  readonly facts: VersionFacts;
  readonly type: VersionType;
  readonly verdict: 'delete' | 'keep';
  readonly rule: DeleteRule | KeepReason;
}

export interface VersionPlan {
  /** By package, then from the lowest version to the highest. */
  readonly rows: readonly PlanRow[];
  /** Facts that do not fit the rules: without them nothing can be decided. */
  readonly refusals: readonly string[];
  readonly warnings: readonly string[];
}

export const DELETE_RULES: Readonly<Record<VersionType, DeleteRule>> = {
  stable: 'delete-older-than',
  prerelease: 'delete-prereleases-older-than',
  other: 'delete-others-older-than',
  hidden: 'delete-incomplete-older-than',
};

const DAY_MS = 86_400_000;
/** So long a pipeline counts as under way that waits for somebody or for a time. */
const WAITING_MS = 90 * DAY_MS;
/** Packages of fewer versions are exempt from the share. */
const FEWEST_SHARED = 5;

/** A version with what is worked out of it once. */
interface Candidate {
  readonly facts: VersionFacts;
  readonly order: OrderedVersion | undefined;
  readonly type: VersionType;
}

export function decideVersions(facts: Facts, rules: CleanupRules): VersionPlan {
  const packages = byPackage(facts.versions.map(candidateOf));
  const decided = [...packages.values()].map((versions) => decidePackage(versions, facts, rules));
  const rows = decided.flatMap((one) => one.rows);
  return {
    rows,
    refusals: [
      ...untoldDownloads(rows, rules),
      ...[...packages].flatMap(([name, versions]) => unreferenced(name, versions, facts.references, rules)),
    ],
    warnings: decided.flatMap((one) => one.warnings),
  };
}

/** The rows that go. */
export function deletionsOf(rows: readonly PlanRow[]): readonly PlanRow[] {
  return rows.filter(({ verdict }) => verdict === 'delete');
}

function candidateOf(facts: VersionFacts): Candidate {
  const order = readOrdered(facts.version);
  return { facts, order, type: typeOf(facts, order) };
}

function typeOf({ status, isAbandoned }: VersionFacts, order: OrderedVersion | undefined): VersionType {
  if (status === 'hidden' || isAbandoned === true) return 'hidden';
  if (order === undefined) return 'other';
  return isStableOrdered(order) ? 'stable' : 'prerelease';
}

function byPackage(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const packages = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const { name } = candidate.facts;
    const known = packages.get(name);
    if (known === undefined) packages.set(name, [candidate]);
    else known.push(candidate);
  }
  for (const versions of packages.values()) versions.sort(byOrder);
  return new Map([...packages].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function decidePackage(
  versions: readonly Candidate[],
  facts: Facts,
  rules: CleanupRules,
): { rows: readonly PlanRow[]; warnings: readonly string[] } {
  const { latest, equals } = latestOf(versions, rules);
  const rows = versions.map((candidate) => rowOf(candidate, { ...facts, latest }, rules));
  return { rows: withOneVisible(rows), warnings: equalsWarnings(versions[0]?.facts.name ?? '', equals) };
}

/** The versions that `keep-latest` keeps. Of equal ones the oldest counts, as for `latest`. */
function latestOf(
  versions: readonly Candidate[],
  { keepLatest, keepPer }: CleanupRules,
): { latest: ReadonlySet<number>; equals: readonly string[] } {
  const latest = new Set<number>();
  const equals: string[] = [];
  const counts = new Map<string, number>();
  let last: OrderedVersion | undefined;
  const stable = versions.filter(({ type, facts }) => type === 'stable' && isVisible(facts));
  for (const { facts, order } of stable.sort(bestFirst)) {
    if (order === undefined) continue;
    if (last !== undefined && compareOrdered(order, last) === 0) {
      equals.push(facts.version);
      continue;
    }
    last = order;
    const line = lineOf(order, keepPer);
    const count = (counts.get(line) ?? 0) + 1;
    counts.set(line, count);
    if (count <= keepLatest) latest.add(facts.id);
  }
  return { latest, equals };
}

function lineOf({ numbers }: OrderedVersion, keepPer: CleanupRules['keepPer']): string {
  if (keepPer === 'none') return '';
  return keepPer === 'major' ? (numbers[0] ?? '0') : `${numbers[0] ?? '0'}.${numbers[1] ?? '0'}`;
}

function equalsWarnings(name: string, equals: readonly string[]): readonly string[] {
  if (equals.length === 0) return [];
  const [first = ''] = equals;
  const others = equals.length === 1 ? '' : ` and ${formatCount(equals.length - 1, 'other')}`;
  return [
    `${quoted(name)} has versions of the same precedence: of these the oldest counts for \`keep-latest\`, and ` +
      `${quoted(first)}${others} ${equals.length === 1 ? 'does' : 'do'} not`,
  ];
}

type Scene = Facts & { readonly latest: ReadonlySet<number> };

function rowOf({ facts, type }: Candidate, scene: Scene, rules: CleanupRules): PlanRow {
  const kept = keepRuleOf(facts, scene, rules) ?? notDueReasonOf(facts, type, { now: scene.now, rules });
  if (kept !== undefined) return { facts, type, verdict: 'keep', rule: kept };
  return { facts, type, verdict: 'delete', rule: DELETE_RULES[type] };
}

/** The keep rule that names a version. */
function keepRuleOf(facts: VersionFacts, scene: Scene, rules: CleanupRules): KeepReason | undefined {
  if (scene.latest.has(facts.id)) return 'keep-latest';
  if (rules.keep.some((line) => isNamedBy(facts.version, line))) return 'keep';
  if (scene.references !== undefined && isReferenced(facts, scene.references, rules.tagPrefix)) return 'keep-tagged';
  const plain = withoutV(facts.version);
  return scene.variables.some((held) => withoutV(held) === plain) ? 'keep-variable' : undefined;
}

/** Why a version that no keep rule names does not go. */
function notDueReasonOf(
  facts: VersionFacts,
  type: VersionType,
  { now, rules }: { readonly now: number; readonly rules: CleanupRules },
): KeepReason | undefined {
  const after = rules.deleteAfter[type];
  // An age that cannot be read is none: every comparison with it is false.
  const age = now - Date.parse(facts.createdAt);
  if (!(age > DAY_MS)) return 'younger-than-24h';
  if (after === undefined) return 'no-rule';
  if (!(age > after)) return 'not-old-enough';
  if (type !== 'hidden' && facts.status !== 'error' && !isVisible(facts)) return 'status';
  if (rules.notDownloadedFor !== undefined) {
    const unused = now - Date.parse(facts.lastDownloadedAt ?? facts.createdAt);
    if (!(unused > rules.notDownloadedFor)) return 'downloaded';
  }
  if (type !== 'hidden') return undefined;
  if (facts.hasManifest === true) return 'has-manifest';
  // The pipeline of what is abandoned is that of the cleanup that began to delete it.
  if (facts.pipeline === undefined || facts.isAbandoned === true) return undefined;
  return isOver(facts.pipeline, now) ? undefined : 'pipeline-not-over';
}

/** A status that is not known counts as under way. */
export function isOver({ status, changedAt }: PipelineFacts, now: number): boolean {
  if (status === 'manual' || status === 'scheduled') return now - Date.parse(changedAt) > WAITING_MS;
  return ['success', 'failed', 'canceled', 'skipped'].includes(status);
}

/** A line of `keep` is a name, a range, or both. */
function isNamedBy(version: string, line: string): boolean {
  if (version === line) return true;
  return validRange(line) !== null && satisfies(withoutV(version), line);
}

function withoutV(version: string): string {
  return version.startsWith('v') ? version.slice(1) : version;
}

/** Where all visible versions of a package would go, the one that was made last stays. */
function withOneVisible(rows: readonly PlanRow[]): readonly PlanRow[] {
  const visible = rows.filter(({ facts, type }) => type !== 'hidden' && isVisible(facts));
  if (visible.length === 0 || visible.some(({ verdict }) => verdict === 'keep')) return rows;
  const [last] = [...visible].sort((a, b) => byAge(b.facts, a.facts));
  return rows.map((row) => (row === last ? { ...row, verdict: 'keep', rule: 'only-version' } : row));
}

/** An age that GitLab does not tell must not pass for a long one. */
function untoldDownloads(rows: readonly PlanRow[], { notDownloadedFor }: CleanupRules): readonly string[] {
  const untold = notDownloadedFor === undefined ? [] : rows.filter(({ facts }) => !facts.tellsDownloads);
  if (untold.length === 0) return [];
  const problem =
    `delete-not-downloaded-for: this GitLab does not tell when ${formatCount(untold.length, 'version')} ` +
    `${untold.length === 1 ? 'was' : 'were'} downloaded last. Omit this rule`;
  return [problem];
}

/** Tags that fit no version at all are most likely looked for under another name or in another project. */
function unreferenced(
  name: string,
  versions: readonly Candidate[],
  references: ReferenceFacts | undefined,
  rules: CleanupRules,
): readonly string[] {
  if (references === undefined || versions.some(({ facts }) => isReferenced(facts, references, rules.tagPrefix)))
    return [];
  const problem =
    `keep-tagged: no tag and no release fits any version of ${quoted(name)}. Set \`tag-prefix\` to what stands ` +
    'before the version in your tags, name the projects that have them in `keep-tagged-projects`, or switch the ' +
    'rule off with `keep-tagged: false`';
  return [problem];
}

/** Why so many deletions may not be carried out. */
export function capRefusals(rows: readonly PlanRow[], { maxDeletions, maxShare }: CleanupRules): readonly string[] {
  const deletions = deletionsOf(rows);
  const refusals: string[] = [];
  if (deletions.length > maxDeletions) {
    const many = formatCount(deletions.length, 'version');
    const problem = `max-deletions: ${many} would be deleted, and ${maxDeletions} may be`;
    refusals.push(problem);
  }
  for (const [name, { all, gone }] of counted(rows)) {
    if (all < FEWEST_SHARED || gone * 100 <= maxShare * all) continue;
    const share = `${gone} of ${all} versions of ${quoted(name)}`;
    const problem = `max-share: ${share} would be deleted, and ${maxShare}% may be`;
    refusals.push(problem);
  }
  return refusals;
}

function counted(rows: readonly PlanRow[]): ReadonlyMap<string, { all: number; gone: number }> {
  const counts = new Map<string, { all: number; gone: number }>();
  for (const { facts, verdict } of rows) {
    const count = counts.get(facts.name) ?? { all: 0, gone: 0 };
    count.all += 1;
    if (verdict === 'delete') count.gone += 1;
    counts.set(facts.name, count);
  }
  return counts;
}

/** The highest first; of equal ones the oldest. */
function bestFirst(a: Candidate, b: Candidate): number {
  const order = a.order === undefined || b.order === undefined ? 0 : compareOrdered(b.order, a.order);
  return order || byAge(a.facts, b.facts);
}

/** The lowest first; what has no place in the order stands before, by its age. */
function byOrder(a: Candidate, b: Candidate): number {
  if (a.order === undefined || b.order === undefined)
    return Number(a.order !== undefined) - Number(b.order !== undefined) || byAge(a.facts, b.facts);
  return compareOrdered(a.order, b.order) || byAge(b.facts, a.facts);
}

/** The oldest first. */
function byAge(a: VersionFacts, b: VersionFacts): number {
  return (Date.parse(a.createdAt) || 0) - (Date.parse(b.createdAt) || 0) || a.id - b.id;
}
