/**
 * Which number a run gets: the one that its pipeline reserved before, else the first free one, reserved if that is
 * asked.
 */
import {
  incrementFor,
  numbersOf,
  parseVersion,
  stableNumbers,
  type Named,
  type Version,
} from '../../core/versions/index.ts';
import type { Log } from '../../definitions/command.ts';
import type { PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import { claimVersion, findOwnClaim, listClaims, type ClaimDesk } from '../../transfer/remote/claims.ts';
import { decideNumber, withOwnNumber } from './decide.ts';
import type { VersionPlan } from './plan.ts';
import type { PublishedVersions } from './published-versions.ts';

export interface VersionWork {
  readonly plan: VersionPlan;
  readonly client: Client;
  readonly published: PublishedVersions;
  readonly log: Log;
}

/** The version with the number that this run may use; builds do not count for claims. */
export async function settleNumber(work: VersionWork, named: Named): Promise<Version> {
  const { plan, published, log } = work;
  if (!named.counted) {
    const first = mayHaveBegun(plan) ? (await readClaims(work)).own : undefined;
    if (first !== undefined) return withOwnNumber(named.version, first);
    if (plan.claim)
      log.info(`Nothing was claimed: ${named.version.text} is not a new number, or is a prerelease of this pipeline`);
    return named.version;
  }
  const { claims, desk, own } = await readClaims(work);
  if (own !== undefined) return withOwnNumber(named.version, own);
  const taken = new Set([...(await published.taken()), ...stableNumbers(claims.map(({ version }) => version))]);
  const free = nextFree(named.version, named, taken, log);
  return plan.claim && desk !== undefined ? claimFrom(free, named, { desk, taken, log }) : free;
}

/**
 * True where an earlier try of this pipeline may have reserved the first version of all, which no later try works out
 * again.
 */
function mayHaveBegun({ claim, naming: { source, identifier, initial } }: VersionPlan): boolean {
  return claim && source !== 'tag' && identifier === undefined && initial !== undefined;
}

/** The number that a run has already, though none can be worked out now: later runs may have gone ahead of it. */
export async function findOwnNumber(work: VersionWork): Promise<Version | undefined> {
  const { naming, owner } = work.plan;
  const { identifier, build } = naming;
  if (owner === undefined || identifier !== undefined || incrementFor(naming) === 'none') return undefined;
  const { own } = await readClaims(work);
  return own === undefined ? undefined : parseVersion(`${own}${build === undefined ? '' : `+${build}`}`);
}

interface Claims {
  readonly claims: readonly PackageRow[];
  /** Undefined outside of any pipeline or run. */
  readonly desk: ClaimDesk | undefined;
  readonly own: string | undefined;
}

async function readClaims({ plan: { connection, packageName, owner }, client, log }: VersionWork): Promise<Claims> {
  const place = { client, project: connection.project, packageName };
  // Somebody may have put anything else into that package by hand.
  const claims = (await listClaims(place)).filter(({ version }) => parseVersion(version) !== undefined);
  const desk: ClaimDesk | undefined = owner === undefined ? undefined : { ...place, owner };
  const own = desk === undefined ? undefined : await findOwnClaim(desk, claims);
  if (own !== undefined) log.info(`${own} was claimed by this pipeline before, so it is its version`);
  return { claims, desk, own };
}

interface Claiming {
  readonly desk: ClaimDesk;
  readonly taken: Set<string>;
  readonly log: Log;
}

/** Claims the first number that nobody else was faster for. */
async function claimFrom(first: Version, named: Named, { desk, taken, log }: Claiming): Promise<Version> {
  for (let version = first; ;) {
    const number = numbersOf(version);
    if (await claimVersion(desk, number)) {
      log.info(`${number} is claimed for ${desk.owner}`);
      return version;
    }
    taken.add(number);
    // Whoever was faster here was not alone: what else was claimed meanwhile is taken at once, unless another job of
    // this pipeline has claimed it.
    const fresh = (await listClaims(desk)).filter(
      (row) => parseVersion(row.version) !== undefined && !taken.has(row.version),
    );
    const own = await findOwnClaim(desk, fresh);
    if (own !== undefined) {
      log.info(`${own} was claimed by another job of this pipeline meanwhile, so it is its version`);
      return withOwnNumber(version, own);
    }
    for (const claimed of stableNumbers(fresh.map((row) => row.version))) taken.add(claimed);
    version = nextFree(version, named, taken, log);
  }
}

function nextFree(version: Version, { step }: Named, taken: ReadonlySet<string>, log: Log): Version {
  const choice = decideNumber({ version, step }, taken);
  if ('refusal' in choice) throw choice.refusal;
  if (choice.note !== undefined) log.info(choice.note);
  return choice.version;
}
