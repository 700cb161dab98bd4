/** What a publish passes on and shows: outputs and report, from what was done or is planned. */
import { formatBytes, formatCount } from '../../core/format.ts';
import { quoted } from '../../core/text.ts';
import { packagePage, versionUrl } from '../../gitlab/address.ts';
import type { Context } from '../../definitions/context.ts';
import { typedSetting } from '../../definitions/naming.ts';
import type { Report } from '../../definitions/command.ts';
import type { ManifestFile } from '../../transfer/remote/manifest.ts';
import { isRecordName } from '../../transfer/remote/records.ts';
import { urlOf } from '../../transfer/remote/stored-version.ts';
import { findVersionRow } from '../../transfer/remote/version-row.ts';
import { isComplete, storedEntries } from '../../transfer/remote/version-state.ts';
import type { PublishJob, PublishOutcome } from './run-state.ts';
import type { Gathered } from './remote/gather.ts';
import { ownFiles } from './steps.ts';
import { checksumsText } from './checksums.ts';
import type { PublishIntent } from './intent.ts';
import type { PublishInputs, PublishResult } from './inputs.ts';

/** A job summary shows no more rows. */
const MOST_LINKS = 2000;

/** After a publish: asks once more where the version's page is, which also shows that it is there. */
export async function publishResult(
  job: PublishJob,
  intent: PublishIntent,
  outcome: PublishOutcome,
): Promise<PublishResult> {
  const { ref, inputs, tools, plan, gathered } = job;
  const listed = plan.keepsPublished
    ? publishedFiles(gathered, inputs)
    : outcome.files.map((file) => sentRow(file, outcome));
  const files = listed.map(({ name, size, sha256, status }) => ({
    name,
    url: urlOf(ref, name).href,
    size,
    sha256,
    status,
  }));
  const page = await findPage(job, outcome, tools.context);
  const outputs = {
    ...versionOutputs(intent),
    'package-url': page ?? '',
    digest: outcome.digest,
    'file-count': files.length,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    uploaded: outcome.uploaded.size,
    unchanged: files.filter(({ status }) => status === 'unchanged').length,
    // A part alone does not complete its version.
    complete: inputs.part === undefined || isComplete(gathered.facts.state),
    'parts-missing': gathered.partsMissing.join(','),
    'checksums-path': checksumsText(files),
    files,
  };
  const report = reportOf(inputs, headlineOf(job, intent, outcome, outputs), outputs, page);
  const subject = inputs.part === undefined ? titleOf(intent) : `Part ${inputs.part} of ${titleOf(intent)}`;
  return { outputs, report: { ...report, title: { subject, deed: deedOf(job, outcome) } } };
}

interface PublishedFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly status: 'unchanged' | 'kept';
}

/** A version, or a part of one, that stays as it was published, held against this run's files. */
export function publishedFiles(
  { facts, partManifest }: Gathered,
  { part }: Pick<PublishInputs, 'part'>,
): readonly PublishedFile[] {
  const { state, inherited } = facts;
  const own = ownFiles(facts);
  const same = new Set([...own, ...inherited].filter((one) => one.state === 'same').map(({ file }) => file.name));
  // What no list and no manifest tells, this run's own names do.
  const isTold = state.manifest !== undefined || state.kind === 'visible';
  const told = part === undefined ? storedEntries(state) : (partManifest?.manifest.files ?? []);
  const entries = isTold
    ? told
    : own
        .filter((one) => one.state !== 'missing')
        .map(({ file, sha256 = '', stored }) => ({
          name: file.name,
          size: stored?.size ?? file.size,
          sha256: stored === undefined ? sha256 : (stored.sha256 ?? ''),
        }));
  return entries
    .filter(({ name }) => !isRecordName(name))
    .map(({ name, size, sha256 }) => ({ name, size, sha256, status: same.has(name) ? 'unchanged' : 'kept' }));
}

function sentRow({ name, size, sha256 }: ManifestFile, { uploaded, replaced }: PublishOutcome) {
  if (!uploaded.has(name)) return { name, size, sha256, status: 'unchanged' };
  return { name, size, sha256, status: replaced.has(name) ? 'replaced' : 'uploaded' };
}

function headlineOf(job: PublishJob, intent: PublishIntent, outcome: PublishOutcome, outputs: Outputs): string {
  const what = subjectOf(job.inputs, intent);
  const revealed = job.plan.becomesVisible;
  const shown = revealed ? '; it was hidden and is visible now' : '';
  const sentNothing = revealed ? `no file was sent${shown}` : 'nothing was sent';
  if (job.plan.keepsPublished) return `${what} was published already and is kept as it is: ${sentNothing}`;
  if (outcome.uploaded.size === 0 && !outcome.wroteManifest) {
    return `${what} was published already with the same files: ${sentNothing}`;
  }
  const size = `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`;
  const waits = outcome.isShown
    ? '; this GitLab hides no version: it is visible already, and a run with parts completes it'
    : '; the version stays hidden until a run with parts completes it';
  const ending = outputs.complete ? shown : waits;
  return `Published ${what}: ${size}${ending}${isKeptHidden(job) ? hiddenText(job) : ''}`;
}

/** The whole version, made to be hidden; one that was visible before stays so. */
function isKeptHidden({ inputs, gathered }: PublishJob): boolean {
  const { part, status } = inputs;
  return part === undefined && status === 'hidden' && gathered.facts.state.kind !== 'visible';
}

/** What a reader of a hidden version's result asks next. */
function hiddenText({ tools }: PublishJob): string {
  const status = typedSetting('status', 'default', tools.context.platform);
  return `; it is hidden, and \`latest\` passes it over. To make it visible, publish it again with ${quoted(status)}`;
}

/** The headline in a word. */
function deedOf({ plan }: PublishJob, { uploaded, wroteManifest }: PublishOutcome): string {
  if (plan.keepsPublished) return 'was published already and is kept as it is';
  return uploaded.size === 0 && !wroteManifest ? 'was published already with the same files' : 'published';
}

function subjectOf({ part }: PublishInputs, intent: PublishIntent): string {
  return `${part === undefined ? '' : `part ${part} of `}${titleOf(intent)}`;
}

/** Nothing matched, and that was said to be fine. */
export function emptyResult(inputs: PublishInputs, intent: PublishIntent): PublishResult {
  const outputs = {
    ...versionOutputs(intent),
    'file-count': 0,
    bytes: 0,
    uploaded: 0,
    unchanged: 0,
    complete: false,
    'parts-missing': '',
    'checksums-path': '',
    files: [],
  };
  return { outputs, report: reportOf(inputs, `Nothing to publish as ${titleOf(intent)}`, outputs, undefined) };
}

export function versionOutputs(intent: PublishIntent) {
  const { api, project } = intent.connection;
  const { packageName, version } = intent;
  return {
    'package-name': packageName,
    'package-version': version.version,
    'package-url': '',
    'download-url': versionUrl(api, project, packageName, version.version).href,
    digest: '',
  };
}

type Outputs = PublishResult['outputs'];

export function reportOf(inputs: PublishInputs, headline: string, outputs: Outputs, page: string | undefined): Report {
  const size = `${formatCount(outputs['file-count'], 'file')}, ${formatBytes(outputs.bytes)}`;
  const planned = outputs.files.filter(({ status }) => String(status).startsWith('would-')).length;
  const sent = planned > 0 ? `${planned} would be sent` : `${outputs.uploaded} sent`;
  const moved = `${sent}, ${outputs.unchanged} unchanged`;
  return {
    headline,
    tally: `${size}: ${moved}`,
    facts: [
      ['Files', size, 'log'],
      ['Sent', moved, 'log'],
      ...(inputs.parts.length === 0 ? [] : [['Parts', inputs.parts.map(partName).join(', ')] as const]),
      ...(outputs['parts-missing'] === ''
        ? []
        : [['Parts left out', outputs['parts-missing'].replaceAll(',', ', ')] as const]),
      ...(outputs.digest === '' ? [] : [['Digest', outputs.digest] as const]),
      ['Files at', outputs['download-url'], 'log'],
    ],
    table: {
      columns: ['File', 'Size', { title: 'SHA-256', type: 'digest' }, { title: 'Status', type: 'status' }],
      rows: outputs.files.map((file) => [
        String(file.name),
        formatBytes(Number(file.size)),
        String(file.sha256),
        String(file.status),
      ]),
    },
    ...(inputs.part === undefined ? {} : { brief: true }),
    links: [
      ...(page === undefined ? [] : [{ label: `${outputs['package-name']} ${outputs['package-version']}`, url: page }]),
      ...outputs.files.slice(0, MOST_LINKS).map((file) => ({ label: String(file.name), url: String(file.url) })),
    ],
    summary: inputs.summary,
  };
}

/** Of a line of `parts`, without its digest. */
function partName(line: string): string {
  return line.split('@')[0] ?? line;
}

async function findPage(
  { ref, inputs, gathered }: PublishJob,
  { page }: PublishOutcome,
  context: Context,
): Promise<string | undefined> {
  const { client, project } = ref;
  const { state } = gathered.facts;
  if (page !== undefined) return packagePage(client.api, page.packageId, { webPath: page.webPath });
  if (state.kind === 'visible' && state.webPath !== undefined) {
    return packagePage(client.api, state.packageId, { webPath: state.webPath });
  }
  const status = inputs.status === 'hidden' || inputs.part !== undefined ? 'hidden' : undefined;
  const row = await findVersionRow(ref, { status });
  if (row === undefined) return undefined;
  return packagePage(client.api, row.id, { webPath: row.webPath, projectWebUrl: webUrlOf(project, context) });
}

function webUrlOf(project: string, context: Context): string | undefined {
  const { serverUrl, projectId, projectPath } = context.job ?? {};
  if (serverUrl === undefined || projectPath === undefined) return undefined;
  return project === projectId || project === projectPath ? `${serverUrl}/${projectPath}` : undefined;
}

export function titleOf(intent: PublishIntent): string {
  return `${intent.packageName} ${intent.version.version}`;
}
