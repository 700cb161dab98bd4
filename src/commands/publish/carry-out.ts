/** Carries a plan's steps out in their order. What they are was decided before: decide.ts. */
import type { Failure } from '../../core/errors.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import { sendAgain, sendFiles } from '../../transfer/send.ts';
import { accounting } from '../../transfer/stopped.ts';
import { isDuplicateRefusal } from '../../transfer/upload.ts';
import { IF_EXISTS } from './if-exists.ts';
import { cannotDelete, leftBehind, publishRefusalFailure } from './messages.ts';
import { addedMeanwhile, confirmPart, confirmServed, confirmShown } from './remote/confirm.ts';
import { clearNames, deleteOthers } from './remote/delete-names.ts';
import { reveal, sendChecksums, sendManifest, storedManifest } from './remote/send-seal.ts';
import { accountOf, begin, endOf, entriesOf, noteSent } from './run-state.ts';
import type { PublishJob, PublishOutcome, RunState } from './run-state.ts';
import type { Alternative, PublishRefusal, PublishStep } from './steps.ts';

type SendStep = Extract<PublishStep, { kind: 'send' }>;

/** Throws as the client does, `conflict` where GitLab refuses what the plan needs, and when the run is stopped. */
export async function carryOutPublish(job: PublishJob): Promise<PublishOutcome> {
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

/** The files at the beginning that are sent as one: the first of them alone, then the others at once. */
function batchAt(steps: readonly PublishStep[]): readonly SendStep[] {
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

async function sendBatch(run: RunState, steps: readonly SendStep[]): Promise<void> {
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

/** One step; the steps to go on with in place of those that follow, where GitLab's answer asks for others. */
async function act(run: RunState, step: PublishStep): Promise<readonly PublishStep[] | undefined> {
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
        await sendAgain(run.job.ref, storedManifest(run, step.name), undefined);
      });
    case 'reveal':
      await reveal(run, step);
      return undefined;
    case 'clear':
      await clearNames(run, step.names);
      return undefined;
    case 'delete':
      await deleteOthers(run);
      return undefined;
    case 'confirm':
      await confirm(run);
      return undefined;
  }
}

/** What stands in a plan for a refusal of GitLab: the end, or other steps. */
interface Refusable {
  readonly ifRefused?: Alternative;
  readonly ifNameRefused?: PublishRefusal;
}

async function unlessRefused(
  run: RunState,
  { ifRefused, ifNameRefused }: Refusable,
  work: () => Promise<void>,
): Promise<readonly PublishStep[] | undefined> {
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

function refused({ job: { ref, inputs, tools } }: RunState, refusal: PublishRefusal): Failure {
  return publishRefusalFailure(refusal, { ref, manifest: inputs.manifest, platform: tools.context.platform });
}

/** A GitLab that is older than a character of the name. */
function isNameRefusal(error: unknown): boolean {
  return hasStatus(error, 400) && error.words.includes('file_name is invalid');
}

async function confirm(run: RunState): Promise<void> {
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
  const { besides } = IF_EXISTS[inputs['if-exists']];
  if (state.kind === 'visible' && besides === 'take-over') throw addedMeanwhile(ref, news);
  tools.log.warn(besides === 'delete' ? cannotDelete(news) : leftBehind(news, inputs.manifest));
}
