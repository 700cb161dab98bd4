/** A dry run's end: the plan as outputs and report, and nothing sent. */
import { formatCount } from '../../core/format.ts';
import { harmless } from '../../core/text.ts';
import { versionUrl } from '../../gitlab/address.ts';
import type { Tools } from '../../definitions/command.ts';
import type { PublishPlan } from './decide.ts';
import type { LocalFile } from '../../transfer/model.ts';
import { checksumsFile } from './checksums.ts';
import type { PublishTarget } from './plan.ts';
import type { Gathered } from './gather.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';
import { outputsOf, reportOf, titleOf } from './result.ts';

/** What is planned, and what it was planned from. */
interface Seen {
  readonly plan: PublishPlan;
  readonly gathered: Gathered;
  /** Names that the registry has of this version and this run does not account for. */
  readonly leaving: readonly string[];
}

interface PlannedFile {
  readonly name: string;
  readonly size: number;
  /** Empty where it was not worked out. */
  readonly sha256: string;
  readonly status: 'would-upload' | 'would-replace' | 'unchanged';
}

/** `seen` absent: the registry was not asked, and only the local files are known. */
export function describePlan(
  inputs: PublishInputs,
  target: PublishTarget,
  files: readonly LocalFile[],
  tools: Tools,
  seen?: Seen,
): PublishResult {
  const planned = seen === undefined ? asNew(files) : plannedFiles(seen);
  const all = [...planned, ...checksumsOf(planned, inputs, seen)];
  for (const { name, status } of all) tools.log.info(`${status}: ${harmless(name)}`);
  const leaving = seen?.plan.sweep === true ? seen.leaving : [];
  for (const name of leaving) tools.log.info(`would-delete: ${harmless(name)}`);
  const { api, project } = target.connection;
  const root = versionUrl(api, project, target.packageName, target.version.version).href;
  const rows = all.map((file) => ({
    ...file,
    url: `${root}/${file.name.split('/').map(encodeURIComponent).join('/')}`,
  }));
  const sent = rows.filter(({ status }) => status !== 'unchanged').length;
  const outputs = {
    ...outputsOf(target),
    // A manifest that would be written anew has no digest yet.
    digest: seen?.plan.seal === 'nothing' ? (seen.gathered.view.manifest?.digest ?? '') : '',
    'file-count': rows.length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    uploaded: 0,
    unchanged: rows.length - sent,
    complete: seen?.gathered.view.standing === 'complete',
    files: rows,
  };
  const deleted = leaving.length === 0 ? '' : ` and ${formatCount(leaving.length, 'name')} deleted`;
  const shown = seen?.plan.reveals === true ? '; the version is hidden and would become visible' : '';
  const headline = `Dry run of ${titleOf(target)}: ${formatCount(sent, 'file')} would be sent${deleted}, nothing was${shown}`;
  return { outputs, report: reportOf(inputs, headline, outputs, undefined) };
}

function asNew(files: readonly LocalFile[]): readonly PlannedFile[] {
  return files.map(({ name, size }) => ({ name, size, sha256: '', status: 'would-upload' }));
}

/** In the order of a real run's list: by name, what is taken over among them. */
function plannedFiles({ plan, gathered }: Seen): readonly PlannedFile[] {
  const replaces = new Set(plan.replaces);
  const own = gathered.compared.map(({ file: { name, size }, state, sha256 = '' }): PlannedFile => {
    if (state === 'same') return { name, size, sha256, status: 'unchanged' };
    return { name, size, sha256: '', status: replaces.has(name) ? 'would-replace' : 'would-upload' };
  });
  const inherited = gathered.inherited.map(({ name, size, sha256 }): PlannedFile => ({
    name,
    size,
    sha256,
    status: 'unchanged',
  }));
  return [...own, ...inherited].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A visible version's stands among the compared; else its size can be told, for all digests are of one length. */
function checksumsOf(
  planned: readonly PlannedFile[],
  { checksums }: PublishInputs,
  seen: Seen | undefined,
): readonly PlannedFile[] {
  const standing = seen?.gathered.view.standing ?? 'new';
  if (checksums === undefined || standing === 'visible' || standing === 'complete') return [];
  const { name, size } = checksumsFile(
    checksums,
    planned.map((file) => ({ name: file.name, sha256: '0'.repeat(64) })),
  );
  return [{ name, size, sha256: '', status: 'would-upload' }];
}
