/**
 * Carries out a plan's deletions, so many at once. Before the first, and again after every thousand, the facts are read
 * anew: what differs from the plan stays. Decides nothing: the same rules decide again.
 */
import { asFailure, Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { deleteFile, deletePackage, findPackages } from '../../gitlab/api/packages.ts';
import { hasStatus, RequestFailure } from '../../gitlab/failures/request-failure.ts';
import type { Log, RunRecord } from '../../definitions/command.ts';
import { inParallel } from '../../transfer/in-parallel.ts';
import { deleteAbandoned, deleteHidden } from '../../transfer/remote/hidden-version.ts';
import { isNumber, surplusOf } from './assemble.ts';
import { decideClaims } from './claims.ts';
import { decideVersions, deletionsOf } from './decide.ts';
import { keyOfDeletion, type Deletion } from './deletions.ts';
import { fingerprintOf, isUnchanged, type VersionFacts } from './facts.ts';
import { gather, type Desk, type Gathered } from './gather.ts';

export interface Work {
  readonly desk: Desk;
  /** A client that may end what it has begun for some seconds after the run was stopped. */
  readonly closing: Desk['client'];
  /** GitLab's time of the first list. */
  readonly since: Date;
  readonly concurrency: number;
  readonly log: Log;
  readonly record: RunRecord;
}

interface Stayed {
  readonly deletion: Deletion;
  readonly why: string;
}

export interface Outcome {
  readonly deleted: readonly Deletion[];
  readonly stayed: readonly Stayed[];
}

/** So many deletions later the facts are read again. */
const FACTS_FOR = 1000;
const TOLD_EVERY_MS = 5000;

/** Throws what ended the run early, with how far it came. */
export async function carryOut(deletions: readonly Deletion[], work: Work): Promise<Outcome> {
  const deleted: Deletion[] = [];
  const stayed: Stayed[] = [];
  const tell = teller(work.log, deletions.length, deleted);
  const one = async (deletion: Deletion): Promise<void> => {
    work.desk.signal.throwIfAborted();
    const why = await deleteOne(deletion, work);
    if (why !== undefined) {
      stayed.push({ deletion, why });
      return;
    }
    deleted.push(deletion);
    const { facts, bytes, file } = deletion;
    const name = `${facts.name}/${facts.version}${file === undefined ? '' : `/${file.name}`}`;
    work.record.file({ name, size: bytes, status: 'deleted' });
    tell();
  };
  try {
    for (const group of groupsOf(deletions)) {
      for (let at = 0; at < group.length; at += FACTS_FOR) {
        const { due, changed } = stillDue(group.slice(at, at + FACTS_FOR), await factsNow(work), work);
        stayed.push(...changed);
        // The first alone: a token that may not delete is told once.
        const alone = deleted.length === 0 ? due.slice(0, 1) : [];
        for (const deletion of alone) await one(deletion);
        await inParallel(due.slice(alone.length), work.concurrency, one);
      }
    }
  } catch (thrown) {
    throw endedEarly(thrown, { deletions, deleted, stayed }, work);
  }
  return { deleted, stayed };
}

/** Numbers of claims go after the records of their owners, copies of files last. */
function groupsOf(deletions: readonly Deletion[]): readonly (readonly Deletion[])[] {
  const of = (fits: (deletion: Deletion) => boolean): readonly Deletion[] => deletions.filter(fits);
  return [
    of(({ kind }) => kind === 'version'),
    of(({ kind, facts }) => kind === 'claim' && !isNumber(facts)),
    of(({ kind, facts }) => kind === 'claim' && isNumber(facts)),
    of(({ kind }) => kind === 'duplicate'),
  ].filter((group) => group.length > 0);
}

interface FactsNow {
  readonly gathered: Gathered;
  readonly versions: ReadonlyMap<number, VersionFacts>;
  /** Ids that the rules delete now. */
  readonly due: ReadonlySet<number>;
}

async function factsNow({ desk, since }: Work): Promise<FactsNow> {
  const gathered = await gather(desk, since.getTime());
  const { rows, refusals } = decideVersions(gathered.facts, desk.intent.rules);
  if (refusals.length > 0) {
    throw new Failure('conflict', 'The facts that the plan was made of have changed', {
      problems: refusals,
      hint: 'Make the plan anew: run a dry run.',
    });
  }
  const { claimsAfter } = desk.intent;
  const claims =
    claimsAfter === undefined
      ? []
      : [...gathered.claims].flatMap(([name, listed]) =>
          decideClaims(
            listed,
            rows.filter((row) => row.facts.name === name),
            { deleteAfter: claimsAfter, now: since.getTime() },
          ),
        );
  const all = [...gathered.facts.versions, ...[...gathered.claims.values()].flat()];
  return {
    gathered,
    versions: new Map(all.map((facts) => [facts.id, facts])),
    due: new Set([...deletionsOf(rows).map((row) => row.facts.id), ...claims.map(({ id }) => id)]),
  };
}

function stillDue(
  deletions: readonly Deletion[],
  now: FactsNow,
  { desk }: Work,
): { due: readonly Deletion[]; changed: readonly Stayed[] } {
  const due: Deletion[] = [];
  const changed: Stayed[] = [];
  for (const deletion of deletions) {
    const why = reasonToStay(deletion, now, desk);
    if (why === undefined) due.push({ ...deletion, facts: now.versions.get(deletion.facts.id) ?? deletion.facts });
    else changed.push({ deletion, why });
  }
  return { due, changed };
}

function reasonToStay({ kind, facts }: Deletion, { versions, due }: FactsNow, { intent }: Desk): string | undefined {
  const now = versions.get(facts.id);
  if (now === undefined) return 'it is gone already';
  // A copy of a file goes from what stays; the manifest that was read for it counts as a download.
  if (kind === 'duplicate') return due.has(facts.id) || now.status !== facts.status ? 'its version changed' : undefined;
  const type = facts.status === 'hidden' || facts.isAbandoned === true ? 'hidden' : '';
  if (!isUnchanged(now, { type, fingerprint: fingerprintOf(facts) })) return 'it changed since the plan was made';
  // A record by owner goes with its number.
  if (kind === 'claim' && !isNumber(facts)) return intent.claimsAfter === undefined ? 'no rule deletes it' : undefined;
  return due.has(facts.id) ? undefined : 'it no longer qualifies';
}

/** Deletes one, or says why it stays. */
async function deleteOne(deletion: Deletion, work: Work): Promise<string | undefined> {
  const { desk, since, closing } = work;
  const { facts, kind, file } = deletion;
  const { project } = desk.intent.connection;
  if (file !== undefined) return deleteCopy(deletion, work);
  const hidden = { client: closing, project, ...facts, manifest: desk.intent.manifest };
  if (kind === 'version' && facts.status === 'hidden') return deleteHidden(hidden);
  // Its status was changed by the run that began to delete it.
  if (facts.isAbandoned === true) return deleteAbandoned(hidden);
  const removal = await deletePackage(desk.client, project, facts.id, since);
  if (removal === 'changed') return 'its status changed since the plan was made';
  return removal === 'missing' && (await isHiddenNow(desk, facts))
    ? 'it was hidden since the plan was made'
    : undefined;
}

async function isHiddenNow({ client, intent }: Desk, { id, name, version }: VersionFacts): Promise<boolean> {
  const hidden = await findPackages(client, intent.connection.project, { name, version, status: 'hidden' });
  return hidden.some((row) => row.id === id);
}

/** The rows are read once more: what is the newest now is no copy. */
async function deleteCopy({ facts, file }: Deletion, { desk, since }: Work): Promise<string | undefined> {
  const surplus = await surplusOf(desk, facts, since.getTime());
  if (file === undefined || !surplus.some(({ id }) => id === file.id)) return 'it is no old copy any more';
  try {
    await deleteFile(desk.client, desk.intent.connection.project, facts.id, file.id);
  } catch (thrown) {
    if (!hasStatus(thrown, 404)) throw thrown;
  }
  return undefined;
}

function teller(log: Log, total: number, deleted: readonly Deletion[]): () => void {
  let last = Date.now();
  return () => {
    if (Date.now() - last < TOLD_EVERY_MS) return;
    last = Date.now();
    log.info(`${deleted.length} of ${total} deleted`);
  };
}

interface Account extends Outcome {
  readonly deletions: readonly Deletion[];
}

/** Why the run ended, and how far it had come. */
function endedEarly(thrown: unknown, { deletions, deleted, stayed }: Account, { desk }: Work): Failure {
  const stopped: unknown = desk.signal.aborted ? desk.signal.reason : undefined;
  const cause = stopped instanceof Failure ? stopped : asFailure(thrown);
  const done = new Set([...deleted, ...stayed.map(({ deletion }) => deletion)].map(keyOfDeletion));
  const left = deletions.filter((deletion) => !done.has(keyOfDeletion(deletion)));
  const were = deleted.length === 1 ? 'is' : 'are';
  const counts = `${deleted.length} of ${formatCount(deletions.length, 'deletion')} ${were} done`;
  const next = 'Run it again with the same `expected-plan` file to go on with this very plan.';
  const hint = cause.hint ?? '';
  return new Failure(cause.code, `${refusalWords(cause)}${cause.message} (${counts})`, {
    left: left.map(({ facts }) => `${facts.name} ${facts.version}: not deleted`),
    hint: deleted.length === 0 || hint === '' ? hint || next : `${hint} ${next}`,
    cause: stopped instanceof Failure ? stopped.cause : cause,
  });
}

/** A rule of the project and a role that is too low are both answered with 403. */
function refusalWords(cause: Failure): string {
  if (!(cause instanceof RequestFailure) || cause.status !== 403) return '';
  return cause.words.includes('deletion protected')
    ? 'A protection rule keeps a package. '
    : 'The token may not delete. ';
}
