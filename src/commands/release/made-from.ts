/**
 * What a missing tag is made from. On GitHub the run's commit is looked up in GitLab first: a mirror may lag, and a
 * project may have no copy of the code at all. What the answers mean is decided by decide-ref.ts.
 */
import { formatDuration } from '../../core/duration.ts';
import { quoted } from '../../core/text.ts';
import { findCommit } from '../../gitlab/api/commits.ts';
import { findTagCommit } from '../../gitlab/api/tags.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { decideRef, waitsOf, type CodeFacts } from './decide-ref.ts';
import type { ReleaseIntent } from './intent.ts';

interface RefWork {
  readonly client: Client;
  readonly intent: ReleaseIntent;
  readonly platform: Platform;
  readonly log: Log;
}

/** What a missing tag is made from; undefined: nothing, or the tag is there. Throws before anything is made. */
export async function findRef({ client, intent, platform, log }: RefWork): Promise<string | undefined> {
  const { origin, tag, connection } = intent;
  if (!origin.lookedUp) return origin.ref;
  const { project } = connection;
  if ((await findTagCommit(client, project, tag)) !== undefined) return undefined;
  const facts = await lookUp({ client, intent, platform, log });
  const decision = decideRef({ tag, project, origin, facts, platform });
  if ('refusal' in decision) throw decision.refusal;
  if (decision.warning !== undefined) log.warn(decision.warning);
  return decision.ref;
}

async function lookUp({ client, intent: { origin, connection }, log }: RefWork): Promise<CodeFacts> {
  const { project } = connection;
  const { ref, commit, waitMs } = origin;
  const isOther = ref !== undefined && ref.toLowerCase() !== commit?.toLowerCase();
  const find = (name: string): Promise<string | undefined> => findCommit(client, project, name);
  const refAt = isOther ? await find(ref) : undefined;
  if (commit === undefined) return { refAt, commitAt: undefined };
  // A ref that was given is no reason to wait: the project may have no copy of the code, which is its reason.
  const waits = isOther ? [] : waitsOf(waitMs);
  for (let look = 0; ; look += 1) {
    const commitAt = await find(commit);
    const pause = commitAt === undefined ? waits[look] : undefined;
    if (pause === undefined) return { refAt, commitAt };
    if (look === 0) {
      const shown = `${quoted(project)} does not have the commit ${quoted(commit)} of this run yet`;
      log.info(`The GitLab project ${shown}: looking again for ${formatDuration(waitMs)}`);
    }
    await client.policy.sleep(pause, client.policy.signal);
  }
}
