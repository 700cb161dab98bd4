/** What a version has to offer a download: the files of its manifest, else of the package's list. */
import { Failure } from '../../core/errors.ts';
import { digestOfFiles, parseDigest } from '../../core/digest.ts';
import { formatNames } from '../../core/format.ts';
import { literalName, selectNames, type Pattern } from '../../core/patterns/patterns.ts';
import { newestByName, newestFile, packageFiles } from '../../gitlab/api/packages.ts';
import type { FileRow } from '../../gitlab/types.ts';
import { readStoredFiles } from './version-state.ts';
import type { WantedFile } from '../local/targets.ts';
import type { StoredManifest } from './manifest.ts';
import { ABANDONED_MARKER, isRecordName, partManifestName } from './records.ts';
import { mayList, peekByName, readManifest, type VersionRef } from './stored-version.ts';
import { findVersionRow } from './version-row.ts';

/** So many names stand in one message. */
const MOST_NAMES = 10;

export interface Content {
  readonly files: readonly WantedFile[];
  /** Of the manifest's bytes, else of the sorted list of checksums and names. */
  readonly digest: string;
  readonly hasManifest: boolean;
  /** The manifest as a file that may be asked for. */
  readonly manifestFile?: WantedFile;
  /** Hidden and without a manifest: the files are those that were asked for by name. */
  readonly isHidden?: boolean;
  /** Somebody began to delete the version. */
  readonly isAbandoned?: boolean;
}

export interface ContentRequest {
  /** The names asked for where nothing but names is: enough where no list can be read. */
  readonly literals?: readonly string[] | undefined;
  /** What becomes of a version that somebody began to delete: an error, or told in the content. */
  readonly abandoned?: 'refused' | 'told';
}

/**
 * Reads a version; undefined when the project has none of that name. Without a manifest its list of files is read;
 * where there is none to read (a hidden version, a token that may not list) each of `literals` is asked for. Throws
 * `not-found` for a version that is there and hidden where neither manifest nor literals tell its files, and for one
 * that was abandoned.
 */
export async function readContent(
  ref: VersionRef,
  manifestName: string | undefined,
  { literals, abandoned = 'refused' }: ContentRequest = {},
): Promise<Content | undefined> {
  const stored = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  if (stored !== undefined && manifestName !== undefined) return manifestContent(manifestName, stored);
  const content = await readWithoutManifest(ref, manifestName, literals);
  if (abandoned === 'refused' && content?.isAbandoned === true) throw abandonedVersion(ref);
  return content;
}

/** The error for a version that somebody began to delete. */
export function abandonedVersion({ name, version }: VersionRef): Failure {
  return new Failure('not-found', `${name} ${version} is abandoned: somebody began to delete it`, {
    hint: 'Nothing was done with it. Take another version, or publish this one again.',
  });
}

async function readWithoutManifest(
  ref: VersionRef,
  manifestName: string | undefined,
  literals: readonly string[] | undefined,
): Promise<Content | undefined> {
  if (!mayList(ref.client)) return namedContent(ref, literals);
  const row = await findVersionRow(ref);
  if (row !== undefined) return listedContent(ref, row.id);
  const hidden = await findVersionRow(ref, { status: 'hidden' });
  if (hidden === undefined) return undefined;
  if (literals === undefined) throw hiddenVersion(ref, manifestName);
  const content = await namesThere(ref, literals);
  if (content.files.length === 0) throw noneThere(ref, literals);
  return { ...content, isHidden: true };
}

function hiddenVersion({ name, version }: VersionRef, manifestName: string | undefined): Failure {
  const state =
    manifestName === undefined
      ? 'is there, but hidden, and GitLab lists no files of a hidden version'
      : 'is there, but not complete: it is hidden and has no manifest';
  return new Failure('not-found', `${name} ${version} ${state}`, {
    hint:
      'If it is made of parts, run the job that completes it; else run its publish again, which sends only what is ' +
      'missing. If it is hidden on purpose, name its files without wildcards in the input `files`: each is asked for ' +
      'by its name.',
  });
}

function noneThere({ name, version }: VersionRef, literals: readonly string[]): Failure {
  const names = formatNames(literals, MOST_NAMES);
  const what = `${name} ${version}`;
  return new Failure('not-found', `${what} is hidden, has no manifest, and has none of these files: ${names}`, {
    hint: 'Write the names as they are in the package, from its root. Or complete the version: run its publish again.',
  });
}

async function listedContent(ref: VersionRef, packageId: number): Promise<Content> {
  const stored = newestByName(await packageFiles(ref.client, ref.project, packageId));
  const files = [...stored]
    .filter(([name]) => !isRecordName(name))
    .map(([name, { size, sha256 }]) => ({ name, size, sha256, mode: undefined }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { files, digest: listingDigest(files), hasManifest: false, isAbandoned: isAbandoned(stored) };
}

/** What came after the marker was published by somebody who wants the version. */
function isAbandoned(rows: ReadonlyMap<string, FileRow>): boolean {
  const marker = rows.get(ABANDONED_MARKER);
  return marker !== undefined && ![...rows].some(([name, { id }]) => id > marker.id && !isRecordName(name));
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
  const marker = files.length === 0 ? undefined : await peekByName(ref, ABANDONED_MARKER);
  return { files, digest: listingDigest(files), hasManifest: false, isAbandoned: marker !== undefined };
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
  const row = await findVersionRow(ref);
  if (row === undefined) return [];
  const newest = await newestFile(ref.client, ref.project, row.id);
  if (newest?.total === content.files.length + 1) return [];
  const own = new Set([manifestName, ...content.files.map((file) => file.name)]);
  return [...(await readStoredFiles(ref, row.id)).keys()].filter((file) => !own.has(file) && !isRecordName(file));
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
