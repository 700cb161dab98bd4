/** Makes the release what it should be: reads, compares, writes what differs. Of two runs at once none fails for the other. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { RequestFailure } from '../../gitlab/failures/request-failure.ts';
import {
  addLink,
  changeLink,
  createRelease,
  findRelease,
  removeLink,
  updateRelease,
  type Release,
  type ReleaseChanges,
} from '../../gitlab/api/releases.ts';
import { delayFor } from '../../gitlab/http/retry.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';
import { planChanges } from './changes.ts';
import type { ReleasePlan } from './plan.ts';
import { isNothing, newLinks, planLinks, type LinkChanges, type WantedFile } from './links.ts';

export interface Settled {
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
  readonly plan: ReleasePlan;
  readonly wanted: readonly WantedFile[];
  readonly log: Log;
}

export async function settleRelease(work: ReleaseWork): Promise<Settled> {
  const { client, plan } = work;
  let how: Settled['how'] = 'unchanged';
  const earlier = new Set<string>();
  let last: RequestFailure | undefined;
  for (let round = 1; ; round += 1) {
    const existing = await findRelease(client, plan.connection.project, plan.tag);
    const update = existing === undefined ? undefined : planUpdate(work, existing);
    if (existing !== undefined && update === undefined) return { release: existing, how, earlier: [...earlier] };
    // Nothing is sent any more, but what was sent last may have arrived.
    if (last !== undefined) throw explained(last, plan);
    try {
      if (existing === undefined || update === undefined)
        return { release: await create(work), how: 'created', earlier: [] };
      for (const version of update.links.earlier) earlier.add(version);
      await carryOut(work, update);
      return { release: existing, how: how === 'created' ? how : 'updated', earlier: [...earlier] };
    } catch (thrown) {
      if (!(thrown instanceof RequestFailure) || !maySettle(thrown, existing))
        throw thrown instanceof RequestFailure ? explained(thrown, plan) : thrown;
      // A request whose answer was lost may have been obeyed: then the release is this run's own.
      if (thrown.ambiguous && how !== 'created') how = existing === undefined ? 'created' : 'updated';
      if (
        round === MOST_ROUNDS + work.wanted.length ||
        (thrown.ambiguous && (round > client.policy.retries || thrown.givenUp === 'exhausted'))
      )
        last = thrown;
      await pause(work, thrown, round);
    }
  }
}

/** A server that fails is given time; another run that was faster has done its work already. */
async function pause({ client, log }: ReleaseWork, failure: RequestFailure, round: number): Promise<void> {
  if (!failure.ambiguous) {
    log.info('Another run works on the same release: compared again with what it is now');
    return;
  }
  log.info('GitLab gave no clear answer: looked again at what the release is now');
  const { policy } = client;
  await policy.sleep(delayFor(round, failure.retryAfterMs, policy.random), policy.signal);
}

async function create({ client, plan, wanted }: ReleaseWork): Promise<Release> {
  const { tag, ref, name, notes, milestones } = plan;
  return createRelease(client, plan.connection.project, {
    tag,
    ref,
    name: name ?? tag,
    ...(notes === undefined ? {} : { description: notes }),
    ...(milestones.length === 0 ? {} : { milestones }),
    links: newLinks(wanted),
  });
}

interface Update {
  readonly changes: ReleaseChanges;
  readonly links: LinkChanges;
}

/** Undefined: there is nothing to write. Throws `conflict` for links of others that are in the way. */
function planUpdate({ client, plan, wanted }: ReleaseWork, existing: Release): Update | undefined {
  const links = planLinks(client.api, wanted, existing.links);
  if (links.problems.length > 0) throw foreignLinks(plan, links);
  const changes = planChanges(plan, existing);
  return Object.keys(changes).length === 0 && isNothing(links) ? undefined : { changes, links };
}

async function carryOut(work: ReleaseWork, { changes, links }: Update): Promise<void> {
  const { client, plan, log } = work;
  const fields = Object.keys(changes);
  if (fields.length > 0) {
    log.info(`Writing ${fields.join(', ')} of the release`);
    await updateRelease(client, plan.connection.project, plan.tag, changes);
  }
  if (!isNothing(links)) await writeLinks(work, links);
}

/** Those that go make room for the names and paths of those that come. */
async function writeLinks({ client, plan, log }: ReleaseWork, { remove, change, add }: LinkChanges): Promise<void> {
  const { tag, connection } = plan;
  log.info(`Links: ${add.length} to add, ${change.length} to change, ${remove.length} to remove`);
  for (const { id } of remove) await removeLink(client, connection.project, tag, id);
  for (const { id, link } of change) await changeLink(client, connection.project, tag, { id, ...link });
  for (const link of add) await addLink(client, connection.project, tag, link);
}

/** True for what another look can settle. GitLab answers the slower of two with 409, or 400 for a name that is taken. */
function maySettle(failure: RequestFailure, existing: Release | undefined): boolean {
  if (failure.ambiguous || failure.status === 409) return true;
  if (failure.status === 400) return /already (?:exists|been taken)/i.test(failure.words);
  return failure.status === 404 && existing !== undefined;
}

function explained(failure: RequestFailure, { tag, connection, ref }: ReleasePlan): Failure {
  if (ref !== undefined || !/ref is not specified/i.test(failure.words)) return failure;
  return new Failure(
    'not-found',
    `The project ${connection.project} has no tag ${tag}, and ref does not say what to make it from`,
    {
      hint: 'Push the tag to the GitLab project first, or give ref: a branch, a tag or a commit there.',
      cause: failure,
    },
  );
}

function foreignLinks({ tag }: ReleasePlan, { problems }: LinkChanges): Failure {
  return new Failure(
    'conflict',
    `The release ${tag} has ${formatCount(problems.length, 'link')} of the same name that lead elsewhere`,
    {
      problems,
      hint: 'Nothing was written, for links of others are never touched. Rename or delete them, or leave those files out with the input files.',
    },
  );
}
