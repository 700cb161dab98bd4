/** What a version has to offer a download: the files of its manifest, else of the package's list. */
import { Failure } from '../core/errors.ts';
import { digestOfFiles } from '../core/digest.ts';
import { findPackages, newestFile } from '../gitlab/packages.ts';
import { readStoredFiles } from './look.ts';
import type { WantedFile } from './local-targets.ts';
import { mayList, readManifest, type VersionRef } from './stored-version.ts';

export interface Content {
  readonly files: readonly WantedFile[];
  /** Of the manifest's bytes, else of the sorted list of checksums and names. */
  readonly digest: string;
  readonly hasManifest: boolean;
}

/**
 * Reads a version; undefined when the project has none of that name. Throws `not-found` for one
 * that is there and unfinished: hidden, and without the manifest that would list its files.
 */
export async function readContent(ref: VersionRef, manifestName: string | undefined): Promise<Content | undefined> {
  const stored = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  if (stored !== undefined) return { files: stored.manifest.files, digest: stored.digest, hasManifest: true };
  if (!mayList(ref.client)) throw noListing(ref);
  const { client, project, name, version } = ref;
  const [row] = await findPackages(client, project, { name, version });
  if (row !== undefined) return listedContent(ref, row.id);
  const [hidden] = await findPackages(client, project, { name, version, status: 'hidden' });
  if (hidden === undefined) return undefined;
  throw new Failure('not-found', `${name} ${version} is there, but not finished: it is hidden and has no manifest`, {
    hint: 'Run its publish again, which sends only what is missing; or fetch another version.',
  });
}

async function listedContent(ref: VersionRef, packageId: number): Promise<Content> {
  const stored = await readStoredFiles(ref, packageId);
  const files = [...stored]
    .map(([name, { size, sha256 }]) => ({ name, size, sha256, mode: undefined }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, digest: digestOfFiles(files.map(({ name, sha256 = '' }) => ({ name, sha256 }))), hasManifest: false };
}

/**
 * Names that the registry has beside a finished version's own: they are not fetched, but somebody
 * put them there. Two requests in the usual case: when there are as many rows as the manifest lists
 * files, and itself, there is nothing else.
 */
export async function findStrays(ref: VersionRef, content: Content, manifestName: string): Promise<readonly string[]> {
  const { client, project, name, version } = ref;
  if (!mayList(client)) return [];
  const [row] = await findPackages(client, project, { name, version });
  if (row === undefined) return [];
  const newest = await newestFile(client, project, row.id);
  if (newest?.total === content.files.length + 1) return [];
  const own = new Set([manifestName, ...content.files.map((file) => file.name)]);
  return [...(await readStoredFiles(ref, row.id)).keys()].filter((file) => !own.has(file));
}

function noListing(ref: VersionRef): Failure {
  return new Failure('not-found', `${ref.name} ${ref.version} has no manifest, and this token may not list what a package holds`, {
    hint: 'A deploy token can fetch versions that were published with a manifest. For others use a job token, or an access token with `read_api`.',
  });
}
