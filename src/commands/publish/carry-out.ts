/** Carries a plan's steps out in their order. What they are was decided before: decide.ts. */
import type { Tools } from '../../definitions/command.ts';
import type { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount } from '../../core/format.ts';
import { harmless } from '../../core/text.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import { manifestEntry, type Compared, type LocalFile } from '../../transfer/model.ts';
import { deleteRows, surplusRows, type DeletedRows, type DeleteRules } from '../../transfer/remote/delete-rows.ts';
import {
  createManifest,
  manifestDigest,
  NO_ORIGIN,
  renderManifest,
  type ManifestFile,
} from '../../transfer/remote/manifest.ts';
import { isRecord, visibleMarkerName } from '../../transfer/remote/records.ts';
import type { VersionRef } from '../../transfer/remote/stored-version.ts';
import { sendAgain, sendFile, sendFiles, type SendEvents, type SendFile } from '../../transfer/send.ts';
import { bytesSource } from '../../transfer/local/source.ts';
import { accounting, type Account } from '../../transfer/stopped.ts';
import { isDuplicateRefusal } from '../../transfer/upload.ts';
import { progressOf } from '../shared/progress.ts';
import { checksumsFile } from './checksums.ts';
import {
  addedMeanwhile,
  chooseScope,
  confirmPart,
  confirmServed,
  confirmShown,
  type Sealed,
} from './remote/confirm.ts';
import { ownFiles, type Alternative, type PublishPlan, type Refusal, type Step } from './steps.ts';
import type { Gathered } from './remote/gather.ts';
import type { PublishInputs } from './inputs.ts';
import { cannotDelete, leftBehind, refusalFailure } from './messages.ts';
import { originOf } from './origin.ts';

/** One publish: whereto, what was decided, and from what. */
export interface PublishJob {
  readonly ref: VersionRef;
  readonly plan: PublishPlan;
  readonly gathered: Gathered;
  readonly inputs: PublishInputs;
  readonly tools: Tools;
}

/** What a publish did. */
export interface PublishOutcome {
  /** Names of files that this run sent. */
  readonly uploaded: ReadonlySet<string>;
  /** Of these, names under which people saw other content before. */
  readonly replaced: ReadonlySet<string>;
  /** The version's files as this run has them, what it took over among them. */
  readonly files: readonly ManifestFile[];
  /** Of the manifest that stands now; empty without one. */
  readonly digest: string;
  readonly wroteManifest: boolean;
  /** Of a part: lists show the version, for this GitLab hides none. */
  readonly isShown: boolean;
  /** Where the version's page is, if the last look told. */
  readonly page?: { readonly packageId: number; readonly webPath: string };
}

type SendStep = Extract<Step, { kind: 'send' }>;

/** What is known of a run while its steps go on. */
interface Progressing {
  readonly job: PublishJob;
  readonly events: SendEvents;
  /** Entries of this run's files, by name: those that were unchanged from the beginning. */
  readonly entries: Map<string, ManifestFile>;
  readonly uploaded: Set<string>;
  readonly replaced: Set<string>;
  /** Files that can be sent again, should another run overwrite them. */
  readonly own: LocalFile[];
  sealed?: Sealed;
  page?: PublishOutcome['page'];
  /** Of a part: lists show the version. */
  isShown?: boolean;
}

/** Throws as the client does, `conflict` where GitLab refuses what the plan needs, and when the run is stopped. */
export async function carryOut(job: PublishJob): Promise<PublishOutcome> {
  const run = begin(job);
  let steps = job.plan.steps;
  while (steps.length > 0) {
    job.tools.signal.throwIfAborted();
    const batch = batchAt(steps);
    if (batch.length > 0) {
      await sendBatch(run, batch);
      steps = steps.slice(batch.length);
      continue;
    }
    const [step, ...later] = steps;
    if (step === undefined) break;
    const instead = await accounting(job.tools.signal, accountOf(run, step), () => act(run, step));
    steps = instead ?? later;
  }
  return endOf(run);
}

function begin(job: PublishJob): Progressing {
  const { checksums } = job.gathered.facts;
  const held = ownFiles(job.gathered.facts);
  const sends = job.plan.steps.flatMap((step) => (step.kind === 'send' ? [step.file] : []));
  const progress = progressOf('publish', sends, job.tools.log);
  const replaced = new Set(
    job.plan.steps.flatMap((step) => (step.kind === 'send' && step.replaces ? [step.file.name] : [])),
  );
  return {
    job,
    events: {
      onFile: (file, sha256) => {
        progress.file();
        const replaces = replaced.has(file.name);
        job.tools.record.file({ ...fileRow(file, sha256), status: replaces ? 'replaced' : 'uploaded' });
      },
      onBytes: progress.bytes,
      onUnverified: (names) => {
        job.tools.log.warn(
          `This GitLab tells no checksum of ${formatCount(names.length, 'file')}: only the size could be compared`,
        );
      },
    },
    entries: new Map(
      held
        .filter(({ state }) => state === 'same')
        .map(({ file, sha256 = '' }) => [file.name, manifestEntry(file, sha256)]),
    ),
    uploaded: new Set(),
    replaced: new Set(),
    own: held.filter(({ file, state }) => state === 'same' || file !== checksums?.file).map(({ file }) => file),
  };
}

/** The files at the beginning that are sent as one: the first of them alone, then the others at once. */
function batchAt(steps: readonly Step[]): readonly SendStep[] {
  const batch: SendStep[] = [];
  for (const step of steps) {
    if (step.kind !== 'send' || step.order === 'last' || mayBeRefused(step)) break;
    batch.push(step);
  }
  return batch;
}

function mayBeRefused({ ifRefused, ifNameRefused }: SendStep): boolean {
  return ifRefused !== undefined || ifNameRefused !== undefined;
}

async function sendBatch(run: Progressing, steps: readonly SendStep[]): Promise<void> {
  const { ref, inputs, tools } = run.job;
  const rules = { concurrency: inputs.concurrency, signal: tools.signal, firstAlone: steps[0]?.order === 'first' };
  const items = steps.map(({ file, status }) => ({
    name: file.name,
    file,
    ...(status === undefined ? {} : { status }),
  }));
  const sent = await sendFiles(ref, items, rules, run.events);
  for (const step of steps) noteSent(run, step.file, sent.get(step.file.name)?.sha256 ?? '', step.replaces);
}

function noteSent(run: Progressing, file: LocalFile, sha256: string, replaces: boolean): void {
  run.entries.set(file.name, manifestEntry(file, sha256));
  run.uploaded.add(file.name);
  if (replaces) run.replaced.add(file.name);
}

/** One step; the steps to go on with in place of those that follow, where GitLab's answer asks for others. */
async function act(run: Progressing, step: Step): Promise<readonly Step[] | undefined> {
  const { ref, tools } = run.job;
  switch (step.kind) {
    case 'send':
      return unlessRefused(run, step, () => sendBatch(run, [{ ...step, order: 'any' }]));
    case 'checksums':
      return unlessRefused(run, step, () => sendChecksums(run, step));
    case 'manifest':
      await sendManifest(run, step);
      return undefined;
    case 'probe':
      return unlessRefused(run, step, async () => {
        await sendAgain(ref, storedManifest(run, step.name), undefined);
      });
    case 'reveal':
      await reveal(run, step);
      return undefined;
    case 'clear':
      await clearNames(run, step.names);
      return undefined;
    case 'delete':
      tellDeleted(run, await deleteRows(ref, (rows) => surplusRows(rows, keepsOf(run)), deleteRules(tools)));
      return undefined;
    case 'confirm':
      await confirm(run);
      return undefined;
  }
}

function deleteRules({ signal, record }: Tools): DeleteRules {
  return {
    signal,
    onDeleted: ({ name, size, sha256 }) => {
      record.file({ name, size, sha256, status: 'deleted' });
    },
  };
}

/** As `log-file` tells it. */
function fileRow({ name, size }: { readonly name: string; readonly size: number }, sha256: string) {
  return { name, size, sha256 };
}

/** What stands in a plan for a refusal of GitLab: the end, or other steps. */
interface Refusable {
  readonly ifRefused?: Alternative;
  readonly ifNameRefused?: Refusal;
}

async function unlessRefused(
  run: Progressing,
  { ifRefused, ifNameRefused }: Refusable,
  work: () => Promise<void>,
): Promise<readonly Step[] | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (ifNameRefused !== undefined && isNameRefusal(error)) throw refused(run, ifNameRefused);
    if (ifRefused === undefined || !isDuplicateRefusal(error)) throw error;
    if ('refusal' in ifRefused) throw refused(run, ifRefused.refusal);
    run.job.tools.log.warn(ifRefused.warning);
    return ifRefused.steps;
  }
}

function refused({ job: { ref, inputs } }: Progressing, refusal: Refusal): Failure {
  return refusalFailure(`${ref.name} ${ref.version}`, refusal, inputs.manifest);
}

/** A GitLab that is older than a character of the name. */
function isNameRefusal(error: unknown): boolean {
  return hasStatus(error, 400) && error.words.includes('file_name is invalid');
}

async function sendChecksums(run: Progressing, step: Extract<Step, { kind: 'checksums' }>): Promise<void> {
  const file = step.file ?? checksumsFile(step.name, entriesOf(run));
  const { sha256 } = await sendFile(run.job.ref, file, step.status);
  run.own.push(file);
  run.job.tools.record.file({ ...fileRow(file, sha256), status: step.replaces ? 'replaced' : 'uploaded' });
  noteSent(run, file, sha256, step.replaces);
}

async function sendManifest(run: Progressing, step: Extract<Step, { kind: 'manifest' }>): Promise<void> {
  const { ref, tools } = run.job;
  const manifest = createManifest(ref, originOf(tools.context), entriesOf(run));
  const bytes = renderManifest(manifest);
  const file = { name: step.name, source: bytesSource(bytes) };
  // A part is checked by the run that completes the version.
  const scope = run.job.inputs.part === undefined ? await chooseScope(run.job, comparedOf(run), step.name) : 'manifest';
  const { packageId, sha256 } = await sendFile(ref, file, step.status);
  tools.record.file({ name: step.name, size: bytes.length, sha256, status: 'uploaded' });
  run.sealed = { file, manifest, size: bytes.length, digest: manifestDigest(bytes), packageId, isNew: true, scope };
}

function comparedOf({ job }: Progressing): readonly Compared[] {
  return job.gathered.facts.compared;
}

/** This run's files and those it takes over, each once. */
function entriesOf({ entries, job }: Progressing): readonly ManifestFile[] {
  const inherited = job.gathered.facts.inherited.filter(({ file }) => !entries.has(file.name));
  return [...entries.values(), ...inherited.map(({ file }) => file)];
}

/** The version's, or this part's. */
function storedManifest(run: Progressing, name: string): SendFile {
  const { facts, partManifest } = run.job.gathered;
  const manifest = run.job.inputs.part === undefined ? facts.state.manifest : partManifest;
  return { name, source: bytesSource(Buffer.from(manifest?.bytes ?? [])) };
}

/** Where GitLab refuses to store the name twice, one that says nothing but this carries the status. */
async function reveal(run: Progressing, step: Extract<Step, { kind: 'reveal' }>): Promise<void> {
  const { ref, gathered, tools } = run.job;
  const { manifest: stored } = gathered.facts.state;
  const file = step.file ?? storedManifest(run, step.name);
  if (step.file === undefined && stored !== undefined) {
    const { manifest, digest, bytes } = stored;
    const scope = await chooseScope(run.job, comparedOf(run), step.name);
    run.sealed = { file, manifest, size: bytes.length, digest, packageId: undefined, isNew: false, scope };
  }
  try {
    await sendAgain(ref, file, 'default');
  } catch (error) {
    if (!isDuplicateRefusal(error)) throw error;
    if (!step.unlessVisible) await sendMarker(ref);
    else {
      tools.log.warn(
        'GitLab refuses to store a name twice here, and this token may not list: whether the version is ' +
          'visible could not be seen, and was not changed',
      );
    }
  }
}

const MOST_MARKERS = 99;

async function sendMarker(ref: VersionRef): Promise<void> {
  const source = bytesSource(Buffer.from('{"visible": true}\n'));
  for (let count = 1; ; count += 1) {
    try {
      await sendAgain(ref, { name: visibleMarkerName(count), source }, 'default');
      return;
    } catch (error) {
      if (count === MOST_MARKERS || !isDuplicateRefusal(error)) throw error;
    }
  }
}

async function clearNames(run: Progressing, names: readonly string[]): Promise<void> {
  const gone = new Set(names);
  const { ref, inputs, tools } = run.job;
  const { deleted, left } = await deleteRows(
    ref,
    (rows) => rows.filter(({ name }) => gone.has(name)),
    deleteRules(tools),
  );
  for (const name of new Set(deleted)) tools.log.info(`deleted: ${harmless(name)}`);
  if (left.length === 0) return;
  throw refusalFailure(`${ref.name} ${ref.version}`, { reason: 'duplicates-kept', problems: [] }, inputs.manifest);
}

/** The names that a version has after this run. */
function keepsOf(run: Progressing): (name: string) => boolean {
  const { manifest } = run.job.inputs;
  const keep = new Set([...entriesOf(run).map(({ name }) => name), ...(manifest === undefined ? [] : [manifest])]);
  return (name) => keep.has(name) || isRecord(name);
}

function tellDeleted(run: Progressing, { deleted, left }: DeletedRows): void {
  const { log } = run.job.tools;
  const keeps = keepsOf(run);
  for (const name of new Set(deleted)) {
    log.info(keeps(name) ? `deleted: an older copy of ${harmless(name)}` : `deleted: ${harmless(name)}`);
  }
  const others = [...new Set(left)].filter((name) => !keeps(name));
  if (others.length > 0) log.warn(cannotDelete(others));
  else if (left.length > 0) {
    log.warn(
      `${formatCount(left.length, 'older copy', 'older copies')} of files stay behind the newer ones: this ` +
        'token may not delete them, which takes the Maintainer role',
    );
  }
}

async function confirm(run: Progressing): Promise<void> {
  const { ref, gathered, inputs, tools, plan } = run.job;
  if (inputs.part !== undefined) {
    run.isShown = await confirmPart({ ref, inputs, tools }, gathered.facts.state);
    return;
  }
  const files = run.own;
  const { row, strays } =
    run.sealed === undefined
      ? await confirmShown({ ref, inputs, tools, last: files.at(-1), files: entriesOf(run) })
      : await confirmServed({ ref, inputs, tools, sealed: run.sealed, files });
  if (row?.webPath !== undefined) run.page = { packageId: row.id, webPath: row.webPath };
  const { state } = gathered.facts;
  // Of a visible version the plan has told what was there, and the step that deletes tells what stays.
  const known = state.kind === 'visible' ? state.files : new Map<string, unknown>();
  const news = strays.filter((name) => !known.has(name));
  if (news.length === 0 || plan.steps.some(({ kind }) => kind === 'delete')) return;
  if (state.kind === 'visible' && inputs['if-exists'] === 'append') throw addedMeanwhile(ref, news);
  tools.log.warn(inputs['if-exists'] === 'replace' ? cannotDelete(news) : leftBehind(news, inputs.manifest));
}

/** What is done and what is not, should the run be stopped in this step. */
function accountOf({ job, uploaded }: Progressing, step: Step): Account {
  const { compared } = job.gathered.facts;
  const unsent = compared.filter(({ file, state }) => state !== 'same' && !uploaded.has(file.name));
  const left = step.kind === 'manifest' || step.kind === 'reveal' ? [step.name] : unsent.map(({ file }) => file.name);
  return { deed: 'published', done: compared.length - unsent.length, total: compared.length, left };
}

function endOf(run: Progressing): PublishOutcome {
  const { facts, partManifest } = run.job.gathered;
  const { uploaded, replaced, page, sealed } = run;
  const files = createManifest(run.job.ref, NO_ORIGIN, entriesOf(run)).files;
  const stands = run.job.inputs.part === undefined ? facts.state.manifest : partManifest;
  const bytes = files.filter(({ name }) => uploaded.has(name)).reduce((total, { size }) => total + size, 0);
  if (!run.job.plan.keepsPublished) {
    run.job.tools.log.info(
      `${formatCount(uploaded.size, 'file')} sent (${formatBytes(bytes)}), ${files.length - uploaded.size} unchanged`,
    );
  }
  return {
    uploaded,
    replaced,
    files,
    digest: sealed?.digest ?? stands?.digest ?? '',
    wroteManifest: sealed?.isNew === true,
    isShown: run.isShown === true,
    ...(page === undefined ? {} : { page }),
  };
}
