/**
 * Which number a run gets: the one that its pipeline reserved before, else the first free one, reserved if that is
 * asked.
 */
import { incrementFor, numbersOf, parseVersion, type Named, type Version } from '../../core/versions/index.ts';
import type { Log } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import type { Client } from '../../gitlab/types.ts';
import {
  claimNumber,
  findOwnClaim,
  newestClaims,
  ownerOfNumber,
  recordOwnClaim,
  searchOwnClaim,
  type ClaimDesk,
  type NewestClaims,
} from '../../transfer/remote/claims.ts';
import { decideNumber, withOwnNumber } from './decide.ts';
import type { VersionIntent } from './intent.ts';
import type { PublishedVersions } from './published-versions.ts';

export interface VersionWork {
  readonly intent: VersionIntent;
  readonly client: Client;
  readonly published: PublishedVersions;
  readonly log: Log;
  readonly platform: Platform;
}

/** The version with the number that this run may use; builds do not count for claims. */
export async function settleNumber(work: VersionWork, named: Named): Promise<Version> {
  const { intent, log } = work;
  const desk = deskOf(work);
  if (named.counted)
    return intent.claim && desk !== undefined ? claimFrom(work, named, desk) : firstUnclaimed(work, named);
  const first = mayHaveBegun(intent) && desk !== undefined ? await ownNumber(desk) : undefined;
  if (first !== undefined) return toldAs(first, named.version, log);
  if (intent.claim)
    log.info(`Nothing was claimed: ${named.version.text} is not a new number, or is a prerelease of this pipeline`);
  return named.version;
}

/** The number that a run has already, though none can be worked out now: later runs may have gone ahead of it. */
export async function findOwnNumber(work: VersionWork): Promise<Version | undefined> {
  const { naming, claim } = work.intent;
  const { identifier, build } = naming;
  const desk = deskOf(work);
  if (!claim || desk === undefined || identifier !== undefined || incrementFor(naming) === 'none') return undefined;
  const own = await ownNumber(desk);
  const version = own === undefined ? undefined : parseVersion(`${own}${build === undefined ? '' : `+${build}`}`);
  return version === undefined || own === undefined ? undefined : toldAs(own, version, work.log);
}

/**
 * True where an earlier try of this pipeline may have reserved the first version of all, which no later try works out
 * again.
 */
function mayHaveBegun({ claim, naming: { source, identifier, initial } }: VersionIntent): boolean {
  return claim && source !== 'tag' && identifier === undefined && initial !== undefined;
}

/** Undefined outside of any pipeline or run. */
function deskOf({ intent: { connection, packageName, owner }, client }: VersionWork): ClaimDesk | undefined {
  return owner === undefined ? undefined : { client, project: connection.project, packageName, owner };
}

/** By the owner's own record; on a GitLab that takes none, among the newest claims. */
async function ownNumber(desk: ClaimDesk, newest?: NewestClaims): Promise<string | undefined> {
  return (await findOwnClaim(desk)) ?? searchedOwn(desk, newest ?? (await newestClaims(desk)));
}

function toldAs(own: string, version: Version, log: Log): Version {
  log.info(`${own} was claimed by this pipeline before, so it is its version`);
  return withOwnNumber(version, own);
}

async function searchedOwn(desk: ClaimDesk, newest: NewestClaims): Promise<string | undefined> {
  return newest.byOwner ? undefined : searchOwnClaim(desk, newest);
}

/** A run that reserves nothing asks of the number that it is about to give, and of no other unless that is taken. */
async function firstUnclaimed(work: VersionWork, named: Named): Promise<Version> {
  const { intent, client, published, log } = work;
  const place = { client, project: intent.connection.project, packageName: intent.packageName };
  const taken = new Set(await published.taken());
  let isFirst = true;
  for (let version = nextFree(named.version, { named, taken }, work); ;) {
    const number = numbersOf(version);
    const owner = await ownerOfNumber(place, number);
    if (owner === undefined || owner === intent.owner) return version;
    taken.add(number);
    if (isFirst) {
      isFirst = false;
      const newest = await newestClaims(place);
      const desk = deskOf(work);
      const own = desk === undefined ? undefined : await ownNumber(desk, newest);
      if (own !== undefined) return toldAs(own, named.version, log);
      for (const claimed of newest.numbers.keys()) taken.add(claimed);
    }
    version = nextFree(version, { named, taken }, work);
  }
}

/** Claims the first number that nobody else was faster for. */
async function claimFrom(work: VersionWork, named: Named, desk: ClaimDesk): Promise<Version> {
  const { published, log } = work;
  const recorded = await findOwnClaim(desk);
  if (recorded !== undefined) return toldAs(recorded, named.version, log);
  let newest = await newestClaims(desk);
  const searched = await searchedOwn(desk, newest);
  if (searched !== undefined) return toldAs(searched, named.version, log);
  const taken = new Set([...(await published.taken()), ...newest.numbers.keys()]);
  for (let version = nextFree(named.version, { named, taken }, work); ;) {
    const number = numbersOf(version);
    if (await claimNumber(desk, number)) return withOwnNumber(version, await ownNumberAfter(desk, number, log));
    taken.add(number);
    if (!newest.byOwner) {
      // Where no record by owner is there yet, another job of this pipeline may have been faster unseen.
      newest = await newestClaims(desk);
      const fresh = { ...newest, numbers: new Map([...newest.numbers].filter(([claimed]) => !taken.has(claimed))) };
      const meanwhile = await searchedOwn(desk, fresh);
      if (meanwhile !== undefined) return withOwnNumber(version, meanwhile);
      for (const claimed of fresh.numbers.keys()) taken.add(claimed);
    }
    version = nextFree(version, { named, taken }, work);
  }
}

/** The number that counts for this pipeline, of which another job may have been faster. */
async function ownNumberAfter(desk: ClaimDesk, number: string, log: Log): Promise<string> {
  const own = await recordOwnClaim(desk, number);
  log.info(
    own === number
      ? `${number} is claimed for ${desk.owner}`
      : `${own} was claimed by another job of this pipeline meanwhile, so it is its version`,
  );
  return own;
}

interface Counting {
  readonly named: Named;
  readonly taken: ReadonlySet<string>;
}

function nextFree(version: Version, { named, taken }: Counting, { intent, log, platform }: VersionWork): Version {
  const choice = decideNumber({ version, step: named.step }, { taken, line: intent.line, platform });
  if ('refusal' in choice) throw choice.refusal;
  if (choice.note !== undefined) log.info(choice.note);
  return choice.version;
}
