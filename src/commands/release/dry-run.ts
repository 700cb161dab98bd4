/** A dry run of a release: the steps as decided, and what is known of its tag. Writes nothing. */
import { formatCount } from '../../core/format.ts';
import { harmless, quoted } from '../../core/text.ts';
import { findCommit } from '../../gitlab/api/commits.ts';
import { findRelease, type Release } from '../../gitlab/api/releases.ts';
import { findTagCommit } from '../../gitlab/api/tags.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import type { Log } from '../../definitions/command.ts';
import { noTagToMake, type ReleaseWork } from './carry-out.ts';
import { decideRelease, type ReleaseStep } from './decide.ts';
import { refMissing } from './decide-ref.ts';
import type { Platform } from '../../definitions/context.ts';

/** So many links of one kind are named. */
const MOST_LINES = 10;

/** What a run would do. */
export interface PlannedRelease {
  readonly existing: Release | undefined;
  readonly steps: readonly ReleaseStep[];
}

/** Decides as a run does, and throws what a run would refuse. Each step is a line `would-<step>: <name>` of the log. */
export async function describeRelease(work: ReleaseWork, platform: Platform): Promise<PlannedRelease> {
  const { client, intent, ref, wanted, log } = work;
  const existing = await findRelease(client, intent.connection.project, intent.tag);
  const decision = decideRelease({ ...intent, ref }, wanted, existing, client.api);
  if ('refusal' in decision) throw decision.refusal;
  if (existing === undefined) await tellTag(work, platform);
  tellSteps(decision.steps, intent.tag, log);
  return { existing, steps: decision.steps };
}

/** A release that is missing needs its tag, or something to make that from. */
async function tellTag({ client, intent, ref, log }: ReleaseWork, platform: Platform): Promise<void> {
  const { tag, connection, origin } = intent;
  const { project } = connection;
  // Where the code was looked up, that was seen: a ref is there for a tag that is missing.
  const isThere = origin.lookedUp
    ? ref === undefined
    : await ifReadable(async () => (await findTagCommit(client, project, tag)) !== undefined);
  if (isThere === true) return;
  const name = harmless(tag);
  if (isThere === undefined) {
    const otherwise = ref === undefined ? 'the run fails' : `it is made from ${quoted(ref)}`;
    log.info(`This token may not read tags: if ${quoted(tag)} is missing, ${otherwise}`);
    return;
  }
  if (ref === undefined) throw noTagToMake(project, tag);
  const hasRef =
    origin.lookedUp || (await ifReadable(async () => (await findCommit(client, project, ref)) !== undefined));
  if (hasRef === false) throw refMissing({ project, platform }, ref);
  log.info(`would-create-tag: ${name}, from ${quoted(ref)}`);
}

/** Undefined where the token may not ask: job tokens reach releases, and no tags. */
async function ifReadable(ask: () => Promise<boolean>): Promise<boolean | undefined> {
  try {
    return await ask();
  } catch (thrown) {
    if (hasStatus(thrown, 401) || hasStatus(thrown, 403) || hasStatus(thrown, 404)) return undefined;
    throw thrown;
  }
}

function tellSteps(steps: readonly ReleaseStep[], tag: string, log: Log): void {
  const lines = new Map<string, string[]>();
  for (const step of steps) {
    const { deed, what } = lineOf(step, tag);
    const known = lines.get(deed);
    if (known === undefined) lines.set(deed, [what]);
    else known.push(what);
  }
  for (const [deed, all] of lines) {
    for (const what of all.slice(0, MOST_LINES)) log.info(`${deed}: ${what}`);
    if (all.length > MOST_LINES) log.info(`… and ${all.length - MOST_LINES} more`);
    for (const what of all.slice(MOST_LINES)) log.detail(`${deed}: ${what}`);
  }
}

function lineOf(step: ReleaseStep, tag: string): { readonly deed: string; readonly what: string } {
  switch (step.kind) {
    case 'create':
      return {
        deed: 'would-create',
        what: `${harmless(tag)}, the release with ${formatCount(step.release.links.length, 'link')}`,
      };
    case 'update':
      return { deed: 'would-update', what: `${harmless(tag)}, its ${Object.keys(step.changes).join(', ')}` };
    case 'remove-link':
    case 'change-link':
    case 'add-link':
      return { deed: `would-${step.kind}`, what: harmless(step.link.name) };
  }
}
