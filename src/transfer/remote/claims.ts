/**
 * Claims: a version's number made one pipeline's own before anything is published. Which number is
 * tried next is decided elsewhere.
 *
 * The first PUT into a new version of a generic package is atomic in GitLab: package and first file
 * commit together under a unique index, so that the lowest file id names the creator, whoever looks.
 * Two records make a claim: `<number>/<owner>.json` says whose a number is, and `<owner>/<number>.json`
 * which number a pipeline has, for its retries. A crash between the two costs a number, never a double one.
 */
import { createHash } from 'node:crypto';
import { quoted } from '../../core/text.ts';
import { parseVersion } from '../../core/versions/index.ts';
import { fileUrl } from '../../gitlab/address.ts';
import { hasStatus, RequestFailure } from '../../gitlab/failures/request-failure.ts';
import { findPackages, packageFiles } from '../../gitlab/api/packages.ts';
import { retrying } from '../../gitlab/http/retry.ts';
import type { Client } from '../../gitlab/types.ts';
import { bytesSource } from '../local/source.ts';

/** Where the claims on the versions of a package are kept. */
export interface ClaimPlace {
  readonly client: Client;
  readonly project: string;
  readonly packageName: string;
}

/** The same, and who claims. */
export interface ClaimDesk extends ClaimPlace {
  /** `pipeline-<id>` or `run-<id>`: the same in a retry. */
  readonly owner: string;
}

/** The claims made last, as one page of GitLab's list shows them. */
export interface NewestClaims {
  /** The number of each, and the id of the package that holds its record. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Records by owner are among them: this GitLab takes such versions. */
  readonly byOwner: boolean;
}

/** A record of a claim: the file `file` in the version `version` of the claims package. */
interface ClaimRecord {
  readonly version: string;
  readonly file: string;
  readonly content: object;
}

/** Of claims, numbers and owners together. */
const PAGE = 100;
/** So often a record is put again that GitLab took and does not show. */
const MOST_UNSEEN = 2;
const OWNER = /^(?:pipeline|run)-\d+$/;
const ENDING = '.json';

/**
 * The package that holds the claims on versions of another one. Its name has nothing of the other's: GitLab searches
 * names for a part of them, and whoever asks for `widget` would get every claim too.
 */
export function claimsPackage(packageName: string): string {
  return `claims.${createHash('sha256').update(packageName).digest('hex').slice(0, 16)}`;
}

/** The number that this owner has, however many were claimed later; undefined: none. */
export async function findOwnClaim(desk: ClaimDesk): Promise<string | undefined> {
  const first = await firstFileOfVersion(desk, desk.owner);
  return first === undefined ? undefined : numberOf(desk, first);
}

/** The newest claims, in one request. */
export async function newestClaims(place: ClaimPlace): Promise<NewestClaims> {
  const { client, project, packageName } = place;
  const rows = await findPackages(client, project, {
    name: claimsPackage(packageName),
    newestFirst: true,
    limit: PAGE,
  });
  // Somebody may have put anything else into that package by hand.
  const numbers = rows.filter(({ version }) => parseVersion(version) !== undefined);
  return {
    numbers: new Map(numbers.map(({ version, id }) => [version, id])),
    byOwner: rows.some(({ version }) => OWNER.test(version)),
  };
}

/** As `findOwnClaim`, but among the newest claims: for a GitLab that takes no record by owner (before 13.11). */
export async function searchOwnClaim(desk: ClaimDesk, { numbers }: NewestClaims): Promise<string | undefined> {
  const newest = [...numbers];
  // In groups as wide as the client is: the own claim of a retry is among the first.
  for (let at = 0; at < newest.length;) {
    const group = newest.slice(at, at + Math.max(1, desk.client.width()));
    const owners = await Promise.all(group.map(([, id]) => firstFileOf(desk, id)));
    const own = group.find((_row, index) => owners[index] === fileOf(desk.owner));
    if (own !== undefined) return own[0];
    at += group.length;
  }
  return undefined;
}

/** Who has claimed this number; undefined: nobody. */
export async function ownerOfNumber(place: ClaimPlace, number: string): Promise<string | undefined> {
  const first = await firstFileOfVersion(place, number);
  return first?.endsWith(ENDING) === true ? first.slice(0, -ENDING.length) : first;
}

/** Tries to make a number this owner's. False: somebody else was first. */
export async function claimNumber(desk: ClaimDesk, number: string): Promise<boolean> {
  const { packageName, owner } = desk;
  const content = { claimVersion: 2, package: { name: packageName, version: number }, owner };
  const first = await putRecord(desk, { version: number, file: fileOf(owner), content });
  return first === fileOf(owner);
}

/**
 * Writes down which number this owner has won, for its retries, and returns the one that counts: of two jobs of one
 * pipeline the first to write.
 */
export async function recordOwnClaim(desk: ClaimDesk, number: string): Promise<string> {
  const { packageName, owner } = desk;
  const content = { claimVersion: 2, package: { name: packageName, version: number }, owner };
  try {
    return numberOf(desk, await putRecord(desk, { version: owner, file: fileOf(number), content }));
  } catch (thrown) {
    // Before 13.11 a version has three numbers: there retries search the newest claims.
    if (hasStatus(thrown, 400) && thrown.words.includes('package_version')) return number;
    throw thrown;
  }
}

/** Puts a record and returns the name of the file that was first in its version. */
function putRecord(desk: ClaimDesk, record: ClaimRecord): Promise<string> {
  let unseen = 0;
  return retrying((attempt) => putOnce(desk, record, attempt), {
    ...desk.client.policy,
    mayRetry: (failure) => failure.retryable && (failure.code !== 'protocol' || (unseen += 1) <= MOST_UNSEEN),
  });
}

/**
 * Puts the record and reads who was first. The loser of a race may get 201 or 500, and a lost answer
 * may hide a record that arrived: the list knows, so it is asked before anything is sent again.
 */
async function putOnce(desk: ClaimDesk, record: ClaimRecord, attempt: number): Promise<string> {
  const { version } = record;
  let packageId: number | undefined;
  try {
    packageId = await sendRecord(desk, record, attempt);
  } catch (thrown) {
    // What never got there needs no look.
    const first = mayHaveArrived(thrown) ? await firstFileOfVersion(desk, version) : undefined;
    if (first === undefined) throw thrown;
    return first;
  }
  const first = packageId === undefined ? await firstFileOfVersion(desk, version) : await firstFileOf(desk, packageId);
  if (first === undefined) throw await unseenRecord(desk, version);
  return first;
}

/** The id of the package that the record went into, from GitLab versions that tell it. */
async function sendRecord(
  desk: ClaimDesk,
  { version, file, content }: ClaimRecord,
  attempt: number,
): Promise<number | undefined> {
  const { client, project, packageName } = desk;
  const source = bytesSource(Buffer.from(`${JSON.stringify(content, null, 2)}\n`));
  const { record, sha256 } = await client.putFile(
    fileUrl(client.api, { project, name: claimsPackage(packageName), version, file }),
    { open: () => source.open(), size: source.size, query: { select: 'package_file' }, try: attempt },
  );
  if (record?.sha256 === undefined || record.sha256 === sha256) return record?.packageId;
  throw new RequestFailure('checksum-mismatch', `GitLab stored another claim on ${version} than was sent`, {
    retryable: true,
    hint:
      'Something between here and GitLab changes what is uploaded. Run it again, without a proxy in ' +
      'between if there is one.',
  });
}

/** A hidden version takes records and shows them to nobody: no waiting helps there. */
async function unseenRecord({ client, project, packageName }: ClaimDesk, version: string): Promise<RequestFailure> {
  const name = claimsPackage(packageName);
  const hidden = await findPackages(client, project, { name, version, status: 'hidden', limit: 1 });
  if (hidden.length > 0) {
    return new RequestFailure(
      'conflict',
      `The claims on versions of ${quoted(packageName)} cannot be read: the version ${quoted(version)} of the ` +
        `package ${quoted(name)} is hidden`,
      { hint: `No number was given out. Delete that version of ${quoted(name)}, or make it visible. Then run again.` },
    );
  }
  return new RequestFailure('protocol', `GitLab took the claim on ${version} and does not list it`, {
    retryable: true,
    hint:
      `Check the version ${quoted(version)} of the package ${quoted(name)}: it may be broken, or being deleted. ` +
      'Then run again.',
  });
}

async function firstFileOfVersion(place: ClaimPlace, version: string): Promise<string | undefined> {
  const { client, project, packageName } = place;
  const name = claimsPackage(packageName);
  const [row] = await findPackages(client, project, { name, version, newestFirst: true, limit: 1 });
  return row === undefined ? undefined : firstFileOf(place, row.id);
}

/** The name of the file that made the package; undefined when it is gone, as after a cleanup. */
async function firstFileOf({ client, project }: ClaimPlace, packageId: number): Promise<string | undefined> {
  try {
    // Oldest first.
    const [first] = await packageFiles(client, project, packageId);
    return first?.name;
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return undefined;
    throw thrown;
  }
}

/** The number in the name of an owner's record. Anything else was put there by hand. */
function numberOf({ packageName, owner }: ClaimDesk, file: string): string {
  const number = file.endsWith(ENDING) ? file.slice(0, -ENDING.length) : '';
  if (parseVersion(number) !== undefined) return number;
  const name = claimsPackage(packageName);
  throw new RequestFailure(
    'conflict',
    `The claim of ${quoted(owner)} cannot be read: its version of the package ${quoted(name)} begins with the file ` +
      `${quoted(file)}, which is not a claim`,
    { hint: `No number was given out. Delete the version ${quoted(owner)} of ${quoted(name)}. Then run again.` },
  );
}

function fileOf(name: string): string {
  return `${name}${ENDING}`;
}

function mayHaveArrived(thrown: unknown): boolean {
  if (!(thrown instanceof RequestFailure)) return false;
  return thrown.ambiguous || (thrown.retryable && !thrown.unsent) || isDuplicate(thrown);
}

function isDuplicate(failure: RequestFailure): boolean {
  return failure.status === 400 && failure.words.includes('Duplicate package is not allowed');
}
