/**
 * Claims: a version's number made one pipeline's own before anything is published. Which number is
 * tried next is decided elsewhere.
 *
 * The first PUT into a new version of a generic package is atomic in GitLab: package and first file
 * commit together under a unique index, so that the lowest file id names the creator, whoever looks.
 */
import { fileUrl } from '../../gitlab/address.ts';
import { hasStatus, RequestFailure } from '../../gitlab/failures/request-failure.ts';
import { findPackages, packageFiles, type PackageRow } from '../../gitlab/api/packages.ts';
import { retrying } from '../../gitlab/http/retry.ts';
import type { Client } from '../../gitlab/types.ts';
import { bytesSource } from '../local/source.ts';

/** Where claims are kept, and who claims. */
export interface ClaimDesk {
  readonly client: Client;
  readonly project: string;
  readonly packageName: string;
  /** `pipeline-<id>` or `run-<id>`: the same in a retry. */
  readonly owner: string;
}

/** How far a retry looks back for its own claim. */
const LOOK_BACK = 100;

/** The package that holds the claims on versions of another one. */
export function claimsPackage(packageName: string): string {
  return `${packageName}.claims`;
}

/** Every claimed version, the youngest first. */
export async function listClaims({ client, project, packageName }: Omit<ClaimDesk, 'owner'>): Promise<PackageRow[]> {
  return findPackages(client, project, { name: claimsPackage(packageName), newestFirst: true });
}

/** The version that this owner has claimed already, among the newest hundred; undefined: none. */
export async function findOwnClaim(desk: ClaimDesk, claims: readonly PackageRow[]): Promise<string | undefined> {
  const newest = claims.slice(0, LOOK_BACK);
  // In groups as wide as the client is: the own claim of a retry is among the first.
  for (let at = 0; at < newest.length;) {
    const group = newest.slice(at, at + Math.max(1, desk.client.width()));
    const owners = await Promise.all(group.map((row) => ownerOf(desk, row.id)));
    const own = group.find((_row, index) => owners[index] === fileOf(desk.owner));
    if (own !== undefined) return own.version;
    at += group.length;
  }
  return undefined;
}

/** Tries to make `version` this owner's. False: somebody else was first. */
export async function claimVersion(desk: ClaimDesk, version: string): Promise<boolean> {
  const owner = await retrying((attempt) => claimOnce(desk, version, attempt), desk.client.policy);
  return owner === fileOf(desk.owner);
}

/**
 * Puts the claim and reads who was first. The loser of a race may get 201 or 500, and a lost answer
 * may hide a claim that arrived: the list knows, so it is asked before anything is sent again.
 */
async function claimOnce(desk: ClaimDesk, version: string, attempt: number): Promise<string> {
  let packageId: number | undefined;
  try {
    packageId = await putClaim(desk, version, attempt);
  } catch (thrown) {
    // What never got there needs no look.
    const open = thrown instanceof RequestFailure && ((thrown.retryable && !thrown.unsent) || isDuplicate(thrown));
    const owner = open ? await ownerOfVersion(desk, version) : undefined;
    if (owner === undefined) throw thrown;
    return owner;
  }
  const owner = packageId === undefined ? await ownerOfVersion(desk, version) : await ownerOf(desk, packageId);
  if (owner !== undefined) return owner;
  throw new RequestFailure('protocol', `GitLab took the claim on ${version} and does not list it`, {
    retryable: true,
    hint: `Is the package ${claimsPackage(desk.packageName)} hidden, or is it being deleted? Run again.`,
  });
}

/** The id of the package that the claim went into, from GitLab versions that tell it. */
async function putClaim(desk: ClaimDesk, version: string, attempt: number): Promise<number | undefined> {
  const { client, project, packageName, owner } = desk;
  const text = JSON.stringify({ claimVersion: 1, package: { name: packageName, version }, owner }, null, 2);
  const source = bytesSource(Buffer.from(`${text}\n`));
  const { record, sha256 } = await client.putFile(
    fileUrl(client.api, { project, name: claimsPackage(packageName), version, file: fileOf(owner) }),
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

async function ownerOfVersion(desk: ClaimDesk, version: string): Promise<string | undefined> {
  const [row] = await findPackages(desk.client, desk.project, { name: claimsPackage(desk.packageName), version });
  return row === undefined ? undefined : ownerOf(desk, row.id);
}

/** The name of the file that made the package; undefined when it is gone, as after a cleanup. */
async function ownerOf({ client, project }: ClaimDesk, packageId: number): Promise<string | undefined> {
  try {
    // Oldest first.
    const [first] = await packageFiles(client, project, packageId);
    return first?.name;
  } catch (thrown) {
    if (hasStatus(thrown, 404)) return undefined;
    throw thrown;
  }
}

function fileOf(owner: string): string {
  return `${owner}.json`;
}

function isDuplicate(failure: RequestFailure): boolean {
  return failure.status === 400 && failure.words.includes('Duplicate package is not allowed');
}
