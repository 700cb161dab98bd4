/** What a cleanup passes on and shows: the plan as a table, what was deleted, and what stays and why. */
import { formatBytes, formatCount } from '../../core/format.ts';
import type { Report } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedSetting, typedSwitch } from '../../definitions/naming.ts';
import { DELETE_RULES, type PlanRow } from './decide.ts';
import { deletionItem, type Deletion } from './deletions.ts';
import type { CleanupResult } from './inputs.ts';

export interface Shown {
  readonly packageName: string;
  readonly platform: Platform;
  readonly isDryRun: boolean;
  readonly rows: readonly PlanRow[];
  readonly plan: readonly Deletion[];
  readonly digest: string;
  readonly deleted: readonly Deletion[];
  /** Of the plan, but left alone, each with its reason. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
}

/** A version that stays, with the reason of a rule or of what happened since the plan. */
interface Kept {
  readonly row: PlanRow;
  readonly reason: string;
}

export function cleanupResult(shown: Shown): CleanupResult {
  const { rows, plan, digest, deleted, isDryRun } = shown;
  const kept = keptOf(shown);
  const ofVersions = (deletions: readonly Deletion[]): number =>
    deletions.filter(({ kind }) => kind === 'version').length;
  const types = new Map(rows.map(({ facts, type }) => [facts.id, type]));
  const typeOf = ({ kind, facts }: Deletion): string => (kind === 'version' ? (types.get(facts.id) ?? '') : kind);
  return {
    outputs: {
      deleted: deleted.map(({ kind, facts, rule, bytes, file }) => ({
        ...{ kind, name: facts.name, version: facts.version },
        ...(file === undefined ? {} : { file: file.name }),
        rule,
        ...(bytes === undefined ? {} : { bytes }),
      })),
      kept: kept.map(({ row: { facts, type }, reason }) => ({
        ...{ name: facts.name, version: facts.version, type, reason },
      })),
      plan: plan.map((deletion) => deletionItem(deletion, typeOf(deletion))),
      'deleted-count': ofVersions(deleted),
      'kept-count': kept.length,
      'planned-count': ofVersions(plan),
      'bytes-freed': bytesOf(deleted),
      'plan-digest': digest,
    },
    report: reportOf(shown, kept, { typeOf, shownRows: isDryRun ? plan : deleted }),
  };
}

interface Details {
  readonly typeOf: (deletion: Deletion) => string;
  readonly shownRows: readonly Deletion[];
}

function reportOf(shown: Shown, kept: readonly Kept[], { typeOf, shownRows }: Details): Report {
  const { packageName, isDryRun, digest, platform, plan, left } = shown;
  const what = countsOf(shownRows);
  const bytes = formatBytes(bytesOf(shownRows));
  const headline = isDryRun ? `Dry run of ${packageName}: ${what} would be deleted` : `${packageName}: deleted ${what}`;
  return {
    headline: `${headline}, ${bytes}`,
    title: { subject: packageName, deed: isDryRun ? 'would be cleaned up (dry run)' : 'cleaned up' },
    tally: `${what} ${isDryRun ? 'would be ' : ''}deleted, ${bytes} free, ${formatCount(kept.length, 'version')} kept`,
    facts: [
      ['Plan', digest],
      ['Kept', reasonsOf(kept)],
      ['Left alone', left.length === 0 ? '' : formatCount(left.length, 'deletion') + ' of the plan'],
    ],
    table: {
      columns: ['Version', 'Type', 'Rule', 'Created', 'Size'],
      // The plan is what a dry run is asked for.
      ...(isDryRun ? { whole: true as const } : {}),
      rows: shownRows.map((deletion) => rowCells(deletion, typeOf(deletion))),
    },
    links: [],
    summary: true,
    closing: isDryRun ? nextSteps(plan, digest, platform) : [],
  };
}

function rowCells({ facts, rule, bytes, file }: Deletion, type: string): readonly string[] {
  const name = `${facts.name} ${facts.version}${file === undefined ? '' : ` ${file.name}`}`;
  return [name, type, rule, facts.createdAt.slice(0, 10), bytes === undefined ? '' : formatBytes(bytes)];
}

/** `3 versions, 2 claims`. */
function countsOf(deletions: readonly Deletion[]): string {
  const of = (kind: Deletion['kind']): number => deletions.filter((one) => one.kind === kind).length;
  const [claims, copies] = [of('claim'), of('duplicate')];
  return [
    formatCount(of('version'), 'version'),
    ...(claims === 0 ? [] : [formatCount(claims, 'record of claims', 'records of claims')]),
    ...(copies === 0 ? [] : [formatCount(copies, 'old copy', 'old copies')]),
  ].join(', ');
}

function nextSteps(plan: readonly Deletion[], digest: string, platform: Platform): readonly string[] {
  if (plan.length === 0) return [];
  return [
    'To carry out exactly this plan:',
    `  ${typedSwitch('dry-run', false, platform)} ${typedSetting('expected-plan', digest, platform)}`,
  ];
}

/** Rows that the plan keeps, and those of the plan that were left alone. */
function keptOf({ rows, plan, deleted, left, isDryRun }: Shown): readonly Kept[] {
  const gone = new Set(
    (isDryRun ? plan : deleted).filter(({ kind }) => kind === 'version').map(({ facts }) => facts.id),
  );
  const why = new Map(left.map((one) => [one.name, one.why]));
  return rows
    .filter(({ facts }) => !gone.has(facts.id))
    .filter(({ facts }) => why.get(`${facts.name} ${facts.version}`) !== 'it is gone already')
    .map((row) => {
      const { facts, verdict, rule } = row;
      const stayed =
        why.get(`${facts.name} ${facts.version}`) ?? (verdict === 'delete' ? 'not in the plan' : undefined);
      return { row, reason: stayed ?? rule };
    });
}

/** The most frequent reason first: `12: 8 keep-latest, 4 keep-tagged`. */
function reasonsOf(kept: readonly Kept[]): string {
  const counts = new Map<string, number>();
  for (const { reason } of kept) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([reason, count]) => `${count} ${reason}`);
  return parts.length === 0 ? '0' : `${kept.length}: ${parts.join(', ')}`;
}

function bytesOf(deletions: readonly Deletion[]): number {
  return deletions.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0);
}

/** Lines for the log: each version that stays, and its reason. A hidden leftover says why it counts as one. */
export function keptLines(rows: readonly PlanRow[]): readonly string[] {
  return rows
    .filter(({ verdict }) => verdict === 'keep')
    .map(({ facts, type, rule }) => `${facts.name} ${facts.version} (${type}): ${rule}`);
}

/** Why a hidden version counts as left over, a line each. */
export function leftoverLines(deletions: readonly Deletion[]): readonly string[] {
  return deletions
    .filter(({ rule }) => rule === DELETE_RULES.hidden)
    .map(({ facts: { name, version, pipeline, createdAt, isAbandoned } }) => {
      const from =
        pipeline === undefined ? 'no pipeline published to it' : `pipeline ${pipeline.id} is ${pipeline.status}`;
      const state = isAbandoned === true ? 'its deletion was begun' : `hidden, without a manifest, ${from}`;
      return `${name} ${version} counts as left over: ${state}, made ${createdAt.slice(0, 10)}`;
    });
}

/** The plan as lines of a log, for a run that may not carry it out and shows no result. */
export function planLines(deletions: readonly Deletion[]): readonly string[] {
  return deletions.map(({ facts, rule, file }) => {
    const what = file === undefined ? '' : ` ${file.name}`;
    return `${facts.name} ${facts.version}${what}: ${rule}`;
  });
}
