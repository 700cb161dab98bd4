/** Which number of a row a run gets: its own claim, else the first that is free, claimed if that is asked. */
import { Failure } from '../../core/errors.ts';
import {
  firstFree,
  incrementFor,
  numbersOf,
  parseVersion,
  stableNumbers,
  type Named,
  type Version,
} from '../../core/versions/index.ts';
import type { PackageRow } from '../../gitlab/api/packages.ts';
import type { Client } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';
import { claimVersion, findOwnClaim, listClaims, type ClaimDesk } from '../../transfer/remote/claims.ts';
import type { VersionPlan } from './plan.ts';
import type { Published } from './published-versions.ts';

/** The version with the number that this run may use; builds do not count for claims. */
export async function settleNumber(
  plan: VersionPlan,
  named: Named,
  client: Client,
  published: Published,
  log: Log,
): Promise<Version> {
  if (!named.counted) {
    if (plan.claim)
      log.info(
        `Nothing was claimed: ${named.version.text} was not counted up, or is a prerelease of this pipeline alone`,
      );
    return named.version;
  }
  const { claims, desk, own } = await readClaims(plan, client, log);
  if (own !== undefined) return withNumbers(named.version, own);
  const taken = new Set([...(await published.taken()), ...stableNumbers(claims.map(({ version }) => version))]);
  const free = stepOver(named.version, named, taken, log);
  return plan.claim && desk !== undefined ? claimFrom(free, named, desk, taken, log) : free;
}

/** The number that a run has already, though none can be counted now: later runs may have gone ahead of it. */
export async function findOwnNumber(plan: VersionPlan, client: Client, log: Log): Promise<Version | undefined> {
  const { identifier, build } = plan.naming;
  if (plan.owner === undefined || identifier !== undefined || incrementFor(plan.naming) === 'none') return undefined;
  const { own } = await readClaims(plan, client, log);
  return own === undefined ? undefined : parseVersion(`${own}${build === undefined ? '' : `+${build}`}`);
}

interface Claims {
  readonly claims: readonly PackageRow[];
  /** Undefined outside of any pipeline or run. */
  readonly desk: ClaimDesk | undefined;
  readonly own: string | undefined;
}

async function readClaims({ connection, packageName, owner }: VersionPlan, client: Client, log: Log): Promise<Claims> {
  const place = { client, project: connection.project, packageName };
  // Somebody may have put anything else into that package by hand.
  const claims = (await listClaims(place)).filter(({ version }) => parseVersion(version) !== undefined);
  const desk: ClaimDesk | undefined = owner === undefined ? undefined : { ...place, owner };
  const own = desk === undefined ? undefined : await findOwnClaim(desk, claims);
  if (own !== undefined) log.info(`${own} was claimed by this pipeline before, so it is its version`);
  return { claims, desk, own };
}

/** Claims the first number that nobody else was faster for. */
async function claimFrom(
  first: Version,
  named: Named,
  desk: ClaimDesk,
  taken: Set<string>,
  log: Log,
): Promise<Version> {
  for (let version = first; ;) {
    const number = numbersOf(version);
    if (await claimVersion(desk, number)) {
      log.info(`${number} is claimed for ${desk.owner}`);
      return version;
    }
    taken.add(number);
    // Whoever was faster here was not alone: what else was claimed meanwhile is stepped over at once, unless another job of
    // this pipeline has claimed it.
    const fresh = (await listClaims(desk)).filter(
      (row) => parseVersion(row.version) !== undefined && !taken.has(row.version),
    );
    const own = await findOwnClaim(desk, fresh);
    if (own !== undefined) {
      log.info(`${own} was claimed by another job of this pipeline meanwhile, so it is its version`);
      return withNumbers(version, own);
    }
    for (const claimed of stableNumbers(fresh.map((row) => row.version))) taken.add(claimed);
    version = stepOver(version, named, taken, log);
  }
}

function stepOver(version: Version, { step }: Named, taken: ReadonlySet<string>, log: Log): Version {
  const free = firstFree(version, step, taken);
  const found = free === undefined ? undefined : withBuild(free, version);
  if (found === undefined) throw new Failure('conflict', `There is no free version after ${version.text}`);
  if (found.text !== version.text) log.info(`${version.text} is taken already: ${found.text} is the next that is free`);
  return found;
}

function withNumbers(version: Version, numbers: string): Version {
  const own = parseVersion(numbers);
  return own === undefined ? version : withBuild(own, version);
}

/** Counting on drops the build, which is the commit's and stays. */
function withBuild(version: Version, { build }: Version): Version {
  return parseVersion(`${numbersOf(version)}${build === '' ? '' : `+${build}`}`) ?? version;
}
