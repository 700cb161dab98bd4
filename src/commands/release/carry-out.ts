/** Makes the release what it should be: reads, has it decided, writes. Of two runs at once none fails for the other. */
import { Failure } from '../../core/errors.ts';
import { quoted } from '../../core/text.ts';
import { RequestFailure } from '../../gitlab/failures/request-failure.ts';
import {
  addLink,
  changeLink,
  createRelease,
  findRelease,
  removeLink,
  updateRelease,
  type Release,
} from '../../gitlab/api/releases.ts';
import { delayFor } from '../../gitlab/http/retry.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';
import { decideRelease, MOST_AT_ONCE, type ReleaseDecision, type ReleaseStep } from './decide.ts';
import type { WantedLink } from './links.ts';
import type { ReleaseIntent } from './intent.ts';

/** How a release ended. */
export interface ReleaseOutcome {
  readonly release: Release;
  readonly how: 'created' | 'updated' | 'unchanged';
  /** Other versions of the package that its links led to before. */
  readonly earlier: readonly string[];
}

/**
 * Each repetition has something new to find: what another run, or an own request without answer, has
 * done. Each link may be one that another run was faster with, so as many are allowed besides.
 */
const MOST_ROUNDS = 5;

export interface ReleaseWork {
  readonly client: Client;
  readonly intent: ReleaseIntent;
  /** What a missing tag is made from. */
  readonly ref: string | undefined;
  readonly wanted: readonly WantedLink[];
  readonly log: Log;
}

export async function settleRelease(work: ReleaseWork): Promise<ReleaseOutcome> {
  const { client, intent, ref, wanted } = work;
  let how: ReleaseOutcome['how'] = 'unchanged';
  const created = (): void => {
    how = 'created';
  };
  const earlier = new Set<string>();
  let last: RequestFailure | undefined;
  for (let round = 1; ; round += 1) {
    const existing = await findRelease(client, intent.connection.project, intent.tag);
    const decision = decideRelease({ ...intent, ref }, wanted, existing, client.api);
    if ('refusal' in decision) throw decision.refusal;
    if (existing !== undefined && decision.steps.length === 0) return { release: existing, how, earlier: [...earlier] };
    // Nothing is sent any more, but what was sent last may have arrived.
    if (last !== undefined) throw explained(last, work);
    for (const version of decision.earlier) earlier.add(version);
    try {
      const release = await carryOut(work, decision, { existing, created });
      if (existing === undefined) return { release, how: 'created', earlier: [] };
      return { release, how: how === 'created' ? how : 'updated', earlier: [...earlier] };
    } catch (thrown) {
      if (!(thrown instanceof RequestFailure)) throw thrown;
      if (!maySettle(thrown, existing)) throw explained(thrown, work);
      // A request whose answer was lost may have been obeyed: then the release is this run's own.
      if (thrown.ambiguous && how !== 'created') how = existing === undefined ? 'created' : 'updated';
      const isUsedUp = thrown.ambiguous && (round > client.policy.retries || thrown.givenUp === 'exhausted');
      if (isUsedUp || round === MOST_ROUNDS + wanted.length) last = thrown;
      await pause(work, thrown, round);
    }
  }
}

/** A server that fails is given time; another run that was faster has done its work already. */
async function pause({ client, log }: ReleaseWork, failure: RequestFailure, round: number): Promise<void> {
  if (!failure.ambiguous) {
    log.info('Another run works on the same release: comparing again with what it is now');
    return;
  }
  log.info('GitLab gave no clear answer: looking again at what the release is now');
  const { policy } = client;
  await policy.sleep(delayFor(round, failure.retryAfterMs, policy.random), policy.signal);
}

interface Found {
  readonly existing: Release | undefined;
  /** Called when this run has made the release. */
  readonly created: () => void;
}

/**
 * The release as it was made, else as it was found. Links of one kind go out together: what goes makes room for what
 * changes, and that for what comes.
 */
async function carryOut(work: ReleaseWork, { steps }: ReleaseDecision, { existing, created }: Found): Promise<Release> {
  tell(steps, work.log);
  let release = existing;
  for (const step of steps) {
    if (step.kind === 'create') {
      release = await createRelease(work.client, work.intent.connection.project, step.release);
      created();
    } else if (step.kind === 'update') await carryOutStep(work, step);
  }
  for (const kind of ['remove-link', 'change-link', 'add-link'] as const) {
    const those = steps.filter((step): step is Changing => step.kind === kind);
    await carryOutTogether(work, those);
  }
  if (release === undefined) throw new Failure('internal', 'No step made the release');
  return release;
}

/** So many at a time, as parallel as the client allows; a failure is told when those under way have ended. */
async function carryOutTogether(work: ReleaseWork, steps: readonly Changing[]): Promise<void> {
  for (let at = 0; at < steps.length; at += MOST_AT_ONCE) {
    const batch = steps.slice(at, at + MOST_AT_ONCE);
    const ended = await Promise.allSettled(batch.map((step) => carryOutStep(work, step)));
    const failures = ended.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    if (failures.length > 0) throw gravest(failures);
    if (at + MOST_AT_ONCE < steps.length) work.log.info(`Links: ${at + MOST_AT_ONCE} of ${steps.length}`);
  }
}

/** What no other look can settle comes first. */
function gravest(failures: readonly unknown[]): unknown {
  const isGrave = (failure: unknown): boolean => !(failure instanceof RequestFailure) || !maySettle(failure, undefined);
  return failures.find(isGrave) ?? failures[0];
}

type Changing = Exclude<ReleaseStep, { kind: 'create' }>;

function carryOutStep({ client, intent }: ReleaseWork, step: Changing): Promise<void> {
  const { tag, connection } = intent;
  const { project } = connection;
  switch (step.kind) {
    case 'update':
      return updateRelease(client, project, tag, step.changes);
    case 'remove-link':
      return removeLink(client, project, tag, step.link.id);
    case 'change-link':
      return changeLink(client, project, tag, { id: step.id, ...step.link });
    case 'add-link':
      return addLink(client, project, tag, step.link);
  }
}

function tell(steps: readonly ReleaseStep[], log: Log): void {
  const update = steps.find((step) => step.kind === 'update');
  if (update !== undefined) log.info(`Writing ${Object.keys(update.changes).join(', ')} of the release`);
  const count = (kind: ReleaseStep['kind']): number => steps.filter((step) => step.kind === kind).length;
  const [add, change, remove] = [count('add-link'), count('change-link'), count('remove-link')];
  if (add + change + remove > 0) log.info(`Links: ${add} to add, ${change} to change, ${remove} to remove`);
}

/**
 * True for what another look can settle. GitLab answers the slower of two with 409, or 400 for a name that is taken.
 */
function maySettle(failure: RequestFailure, existing: Release | undefined): boolean {
  if (failure.ambiguous || failure.status === 409) return true;
  if (failure.status === 400) return /already (?:exists|been taken)/i.test(failure.words);
  return failure.status === 404 && existing !== undefined;
}

function explained(failure: RequestFailure, { intent: { tag, connection }, ref }: ReleaseWork): Failure {
  if (ref !== undefined || !/ref is not specified/i.test(failure.words)) return failure;
  return noTagToMake(connection.project, tag, failure);
}

/** The tag of a new release is missing, and no ref was given. */
export function noTagToMake(project: string, tag: string, cause?: Failure): Failure {
  return new Failure(
    'not-found',
    `The project ${quoted(project)} has no tag ${quoted(tag)}, and nothing says what to make it from`,
    {
      hint: 'Push the tag to the GitLab project first, or give `ref`: a branch, a tag or a commit there.',
      ...(cause === undefined ? {} : { cause }),
    },
  );
}
