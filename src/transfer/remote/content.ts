/** What a version has to offer a download: the files of its manifest, else of the package's list. */
import { Failure } from '../../core/errors.ts';
import { digestOfFiles, parseDigest } from '../../core/digest.ts';
import { literalName, selectNames, type Pattern } from '../../core/patterns/patterns.ts';
import { findPackages, newestFile } from '../../gitlab/api/packages.ts';
import { readStoredFiles } from './version-state.ts';
import type { WantedFile } from '../local/targets.ts';
import type { StoredManifest } from './manifest.ts';
import { isRecord, partManifestName } from './records.ts';
import { mayList, peekByName, readManifest, type VersionRef } from './stored-version.ts';

export interface Content {
  readonly files: readonly WantedFile[];
  /** Of the manifest's bytes, else of the sorted list of checksums and names. */
  readonly digest: string;
  readonly hasManifest: boolean;
  /** The manifest as a file that may be asked for. */
  readonly manifestFile?: WantedFile;
}

/**
 * Reads a version; undefined when the project has none of that name. Throws `not-found` for one
 * that is there and incomplete: hidden, and without the manifest that would list its files.
 * `literals` are the names asked for where nothing but names is (a token that may not list).
 */
export async function readContent(
  ref: VersionRef,
  manifestName: string | undefined,
  literals: readonly string[] | undefined,
): Promise<Content | undefined> {
  const stored = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  if (stored !== undefined && manifestName !== undefined) return manifestContent(manifestName, stored);
  if (!mayList(ref.client)) return namedContent(ref, literals);
  const found = await findListed(ref);
  if (found !== 'hidden') return found;
  throw new Failure(
    'not-found',
    `${ref.name} ${ref.version} is there, but not complete: it is hidden and has no manifest`,
    {
      hint:
        'If it is made of parts, run the job that completes it; else run its publish again, which sends only ' +
        'what is missing. Or fetch another version.',
    },
  );
}

/**
 * What the registry holds of a version, complete or not; undefined when the project has none of that name.
 * GitLab lists no files of a hidden one, whatever the token: of `literals` those that are there are told, and
 * without them it throws `not-found`.
 */
export async function readHeld(ref: VersionRef, literals: readonly string[] | undefined): Promise<Content | undefined> {
  if (!mayList(ref.client)) return namedContent(ref, literals);
  const found = await findListed(ref);
  if (found !== 'hidden') return found;
  if (literals !== undefined) return namesThere(ref, literals);
  throw new Failure(
    'not-found',
    `${ref.name} ${ref.version} is there, but hidden, and GitLab lists no files of a hidden version`,
    {
      hint:
        'Name files without wildcards in the input files: each is asked for by its name. Or complete the ' +
        'version: run the job that completes its parts, else its publish again.',
    },
  );
}

async function findListed(ref: VersionRef): Promise<Content | 'hidden' | undefined> {
  const { client, project, name, version } = ref;
  const [row] = await findPackages(client, project, { name, version });
  if (row !== undefined) return listedContent(ref, row.id);
  const [hidden] = await findPackages(client, project, { name, version, status: 'hidden' });
  return hidden === undefined ? undefined : 'hidden';
}

async function listedContent(ref: VersionRef, packageId: number): Promise<Content> {
  const stored = await readStoredFiles(ref, packageId);
  const files = [...stored]
    .filter(([name]) => !isRecord(name))
    .map(([name, { size, sha256 }]) => ({ name, size, sha256, mode: undefined }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, digest: listingDigest(files), hasManifest: false };
}

function manifestContent(name: string, { manifest, digest, bytes }: StoredManifest): Content {
  const manifestFile = { name, size: bytes.length, sha256: parseDigest(digest), mode: undefined };
  return { files: manifest.files, digest, hasManifest: true, manifestFile };
}

/** Without list and manifest there is what is asked for by name; all of it or nothing. */
async function namedContent(ref: VersionRef, literals: readonly string[] | undefined): Promise<Content | undefined> {
  if (literals === undefined) throw noListing(ref);
  const content = await namesThere(ref, literals);
  return content.files.length < new Set(literals).size ? undefined : content;
}

async function namesThere(ref: VersionRef, literals: readonly string[]): Promise<Content> {
  const files: WantedFile[] = [];
  for (const name of new Set(literals)) {
    const stored = await peekByName(ref, name);
    if (stored !== undefined) files.push({ name, size: stored.size, sha256: stored.sha256, mode: undefined });
  }
  return { files, digest: listingDigest(files), hasManifest: false };
}

/**
 * The files that the patterns select, and the patterns that select none; the manifest itself only when
 * a pattern is its very name.
 */
export function selectContent(
  content: Content,
  patterns: readonly Pattern[],
): { readonly files: readonly WantedFile[]; readonly unmatched: readonly string[] } {
  const { manifestFile } = content;
  const named = manifestFile !== undefined && patterns.some((pattern) => literalName(pattern) === manifestFile.name);
  const offered = named ? [...content.files, manifestFile] : content.files;
  const { names, unmatched } = selectNames(
    patterns,
    offered.map(({ name }) => name),
  );
  const selected = new Set(names);
  return { files: offered.filter(({ name }) => selected.has(name)), unmatched };
}

function listingDigest(files: readonly WantedFile[]): string {
  return digestOfFiles(files.map(({ name, sha256 = '' }) => ({ name, sha256 })));
}

/** What one part of a version lists; undefined where that part is not there. */
export async function readPart(ref: VersionRef, part: string): Promise<Content | undefined> {
  const name = partManifestName(part);
  const stored = await readManifest(ref, name);
  return stored === undefined ? undefined : manifestContent(name, stored);
}

/**
 * Names that the registry has beside a complete version's own: they are not fetched, but somebody
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
  return [...(await readStoredFiles(ref, row.id)).keys()].filter((file) => !own.has(file) && !isRecord(file));
}

function noListing(ref: VersionRef): Failure {
  return new Failure(
    'not-found',
    `${ref.name} ${ref.version} has no manifest or does not exist, and this token may not list what a package holds`,
    {
      hint:
        'Check name and version. A deploy token can fetch versions that were published with a manifest. For ' +
        'others name the files without wildcards, or use a job token or an access token with `read_api`.',
    },
  );
}
