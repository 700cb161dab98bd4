/** A dry run's end: the plan as outputs and report, and nothing sent. */
import { formatCount } from '../../core/format.ts';
import { harmless, quoted } from '../../core/text.ts';
import { versionUrl } from '../../gitlab/address.ts';
import type { Log, Tools } from '../../definitions/command.ts';
import { byName, type LocalFile } from '../../transfer/model.ts';
import { isComplete } from '../../transfer/remote/version-state.ts';
import { checksumsFile } from './checksums.ts';
import { ownFiles, type Alternative, type PublishPlan, type PublishStep } from './steps.ts';
import type { Gathered } from './remote/gather.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';
import type { PublishIntent } from './intent.ts';
import { versionOutputs, publishedFiles, reportOf, titleOf } from './result.ts';

/** As many as a screen shows of the files. */
const MOST_LINES = 10;
/** A name that stands in an address as it is. */
const PLAIN = /^[\w./-]*$/;

interface PlannedFile {
  readonly name: string;
  readonly size: number;
  /** Empty where it was not worked out. */
  readonly sha256: string;
  readonly status: 'would-upload' | 'would-replace' | 'unchanged' | 'kept';
}

/** What a plan says of the whole version. */
interface PlannedEnd {
  readonly digest: string;
  readonly complete: boolean;
  readonly partsMissing: readonly string[];
  /** What a run would do besides. */
  readonly also: string;
  readonly ending: string;
}

interface DryRun {
  readonly inputs: PublishInputs;
  readonly intent: PublishIntent;
  readonly tools: Tools;
}

/** Without a token the registry was not asked: only the local files are known. */
export function describeLocalFiles(run: DryRun, files: readonly LocalFile[]): PublishResult {
  const planned = files.map(({ name, size }): PlannedFile => ({ name, size, sha256: '', status: 'would-upload' }));
  const all = [...planned, ...checksumsToCome(planned, run.inputs)];
  tellSteps(run.tools.log, all, []);
  return resultOf(run, all, { digest: '', complete: false, partsMissing: [], also: '', ending: '' });
}

/** What the registry was asked for decides; the lines are the plan's steps. */
export function describePlan(run: DryRun, plan: PublishPlan, gathered: Gathered): PublishResult {
  const { facts, partManifest } = gathered;
  const planned = plan.keepsPublished ? publishedFiles(gathered, run.inputs) : filesOf(plan, gathered);
  const sums = plan.steps.some((step) => step.kind === 'checksums' && step.file === undefined);
  const all = [...planned, ...(sums ? checksumsToCome(planned, run.inputs) : [])];
  tellSteps(run.tools.log, all, plan.steps);
  const stands = run.inputs.part === undefined ? facts.state.manifest : partManifest;
  const writes = plan.steps.some(({ kind }) => kind === 'manifest');
  const deleted = plan.steps.flatMap((step) => (step.kind === 'delete' ? step.names : []));
  return resultOf(run, all, {
    // A manifest that would be written anew has no digest yet.
    digest: writes ? '' : (stands?.digest ?? ''),
    complete: isComplete(facts.state),
    partsMissing: gathered.partsMissing,
    also: deleted.length === 0 ? '' : ` and delete ${formatCount(deleted.length, 'name')}`,
    ending: plan.becomesVisible ? '; the version is hidden and would become visible' : '',
  });
}

/** The steps as lines, no more than ten of a kind: what is sent stands in the table of files too. */
function tellSteps(log: Log, files: readonly PlannedFile[], steps: readonly PublishStep[]): void {
  const sends = files.filter(({ status }) => status.startsWith('would-'));
  for (const { name, status } of sends.slice(0, MOST_LINES)) log.info(`${status}: ${harmless(name)}`);
  tellLeft(log, sends.length);
  for (const step of steps) {
    const lines = linesOf(step);
    for (const line of lines.slice(0, MOST_LINES)) log.info(line);
    tellLeft(log, lines.length);
    for (const line of lines.slice(MOST_LINES)) log.detail(line);
  }
}

function tellLeft(log: Log, count: number): void {
  if (count > MOST_LINES) log.info(`… and ${count - MOST_LINES} more`);
}

/** What a plan does besides the files that are listed. */
function linesOf(step: PublishStep): readonly string[] {
  switch (step.kind) {
    case 'manifest':
      return [
        `would-upload: ${harmless(step.name)} (the ` +
          `manifest${step.status === undefined ? '' : `, status ${step.status}`})`,
      ];
    case 'reveal':
      return [
        `would-upload: ${harmless(step.name)} once more, to make the version ` +
          `visible${step.unlessVisible ? ', unless it is visible already' : ''}`,
      ];
    case 'delete':
      return step.names.length > 0
        ? step.names.map((name) => `would-delete: ${harmless(name)}`)
        : ['would-delete: older copies, and what the version has besides these files'];
    case 'probe':
      return [
        `would-upload: ${harmless(step.name)} once more, to see whether GitLab stores a name twice here. If ` +
          `it refuses: ${refusedText(step.ifRefused)}`,
      ];
    case 'send':
    case 'checksums':
      if (step.ifRefused === undefined) return [];
      return [`If GitLab refuses to store ${quoted(sentName(step))} a second time: ${refusedText(step.ifRefused)}`];
    case 'clear':
    case 'confirm':
      return [];
  }
}

function sentName(step: Extract<PublishStep, { kind: 'send' | 'checksums' }>): string {
  return step.kind === 'send' ? step.file.name : step.name;
}

function refusedText(ifRefused: Alternative): string {
  return 'refusal' in ifRefused ? 'the run ends there' : 'what is replaced is deleted first';
}

function resultOf(
  { inputs, intent }: DryRun,
  files: readonly PlannedFile[],
  { digest, complete, partsMissing, also, ending }: PlannedEnd,
): PublishResult {
  const { api, project } = intent.connection;
  const root = `${versionUrl(api, project, intent.packageName, intent.version.version).href}/`;
  const rows = files.map(({ name, size, sha256, status }) => ({
    name,
    url: root + (PLAIN.test(name) ? name : name.split('/').map(encodeURIComponent).join('/')),
    size,
    sha256,
    status,
  }));
  const sent = rows.filter(({ status }) => status.startsWith('would-')).length;
  const outputs = {
    ...versionOutputs(intent),
    digest,
    'file-count': rows.length,
    bytes: rows.reduce((sum, { size }) => sum + size, 0),
    uploaded: 0,
    unchanged: rows.filter(({ status }) => status === 'unchanged').length,
    complete,
    'parts-missing': partsMissing.join(','),
    'checksums-path': '',
    files: rows,
  };
  const would = `would send ${formatCount(sent, 'file')}${also}; nothing was sent`;
  const headline = `Dry run of ${titleOf(intent)}: ${would}${ending}`;
  return { outputs, report: reportOf(inputs, headline, outputs, undefined) };
}

/** In the order of a real run's list: by name, what is taken over among them. */
function filesOf({ steps }: PublishPlan, { facts }: Gathered): readonly PlannedFile[] {
  const status = new Map<string, PlannedFile['status']>();
  for (const step of steps) {
    if (step.kind !== 'send' && step.kind !== 'checksums') continue;
    status.set(sentName(step), step.replaces ? 'would-replace' : 'would-upload');
  }
  const own = ownFiles(facts).map(({ file, sha256 = '' }): PlannedFile => {
    const sends = status.get(file.name);
    return {
      name: file.name,
      size: file.size,
      sha256: sends === undefined ? sha256 : '',
      status: sends ?? 'unchanged',
    };
  });
  const taken = facts.inherited.map(({ file: { name, size, sha256 } }): PlannedFile => ({
    name,
    size,
    sha256,
    status: 'unchanged',
  }));
  return [...own, ...taken].sort(byName);
}

/** Its size can be told, for all digests are of one length. */
function checksumsToCome(planned: readonly PlannedFile[], { checksums }: PublishInputs): readonly PlannedFile[] {
  if (checksums === undefined) return [];
  const listed = planned.map((file) => ({ name: file.name, sha256: '0'.repeat(64) }));
  const { name, size } = checksumsFile(checksums, listed);
  return [{ name, size, sha256: '', status: 'would-upload' }];
}
