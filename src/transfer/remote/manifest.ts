/** The manifest: our list of a version's files, written last, and the only sign that a version is whole. */
import { formatDigest, sha256OfBytes } from '../../core/digest.ts';
import { Failure } from '../../core/errors.ts';
import { byName } from '../model.ts';
import { harmless } from '../../core/text.ts';
import { readObjectWithList } from './json-list.ts';

/** Whether the owner may execute the file; other permission bits say more of a machine than of a file. */
export type FileMode = '0755' | '0644';

/** One file as the manifest lists it, there under the key `path`. */
export interface ManifestFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly mode: FileMode;
}

/** What was built: the repository's web address, the commit, and the ref in full; empty at a terminal. */
export interface Origin {
  readonly project: string;
  readonly commit: string;
  readonly ref: string;
}

export interface Manifest {
  readonly manifestVersion: 1;
  readonly package: { readonly name: string; readonly version: string };
  readonly source: Origin;
  /** Sorted by name, in the order of their UTF-16 code units. */
  readonly files: readonly ManifestFile[];
}

/** A manifest together with the bytes that stand in the registry, and their digest. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  readonly digest: string;
}

export const MAX_MANIFEST_BYTES = 64 * 1024 * 1024;
const MAX_MANIFEST_FILES = 200_000;
const ORIGIN_BYTES = 8 * 1024;
/** Up to here a manifest is laid out for people; a longer one nobody reads, and a fifth of it would be blanks. */
const MOST_LAID_OUT = 10_000;
/** So many files are written at once. */
const FILES_A_PIECE = 1000;

export const NO_ORIGIN: Origin = { project: '', commit: '', ref: '' };

/** The manifest as it is stored: a file's name is called `path` there. */
interface StoredForm extends Omit<Manifest, 'files'> {
  readonly files: readonly (Omit<ManifestFile, 'name'> & { readonly path: string })[];
}

/** The same files from the same commit and ref give the same bytes: the digest depends on it. */
export function createManifest(
  owner: { readonly name: string; readonly version: string },
  source: Origin,
  files: readonly ManifestFile[],
): Manifest {
  const sorted = files.map(({ name, size, sha256, mode }) => ({ name, size, sha256, mode })).sort(byName);
  return {
    manifestVersion: 1,
    package: { name: owner.name, version: owner.version },
    source: { project: source.project, commit: source.commit, ref: source.ref },
    files: sorted,
  };
}

/**
 * The manifest's bytes: JSON with a newline at its end, indented by two where there are 10,000 files or fewer.
 */
export function renderManifest(manifest: Manifest): Buffer {
  return Buffer.concat([...textPieces(manifest)].map((text) => Buffer.from(text)));
}

/** In pieces, so that a long list is never held as one text beside its bytes. */
function* textPieces({ files, ...rest }: Manifest): Generator<string> {
  const storedForm = ({ name, size, sha256, mode }: ManifestFile): StoredForm['files'][number] => ({
    path: name,
    size,
    sha256,
    mode,
  });
  if (files.length <= MOST_LAID_OUT) {
    const stored: StoredForm = { ...rest, files: files.map(storedForm) };
    yield `${JSON.stringify(stored, null, 2)}\n`;
    return;
  }
  // The list comes last: what precedes it ends where the empty list and the object would.
  yield JSON.stringify({ ...rest, files: [] }).slice(0, -2);
  for (let at = 0; at < files.length; at += FILES_A_PIECE) {
    const piece = JSON.stringify(files.slice(at, at + FILES_A_PIECE).map(storedForm)).slice(1, -1);
    yield at === 0 ? piece : `,${piece}`;
  }
  yield ']}\n';
}

export function manifestDigest(bytes: Uint8Array): string {
  return formatDigest(sha256OfBytes(bytes));
}

/** Why no download would take a manifest of these files, if so; for a publish to know before it sends. */
export function manifestLimitProblem(
  owner: { readonly name: string; readonly version: string },
  files: readonly Omit<ManifestFile, 'sha256'>[],
): string | undefined {
  if (files.length > MAX_MANIFEST_FILES)
    return `there are ${files.length} files, and a manifest lists ${MAX_MANIFEST_FILES} at most`;
  const anyDigest = '0'.repeat(64);
  // What it was built from is known later, and short.
  const listed = files.map(({ name, size, mode }) => ({ name, size, mode, sha256: anyDigest }));
  let bytes = ORIGIN_BYTES;
  for (const text of textPieces(createManifest(owner, NO_ORIGIN, listed))) bytes += Buffer.byteLength(text);
  return bytes > MAX_MANIFEST_BYTES
    ? `its manifest would have ${bytes} bytes, and may have ${MAX_MANIFEST_BYTES}`
    : undefined;
}

/**
 * Reads a stored file as this package's manifest. `undefined` when it is none of ours: no JSON
 * object with a `manifestVersion`. Throws `bad-manifest` when it claims to be one and is not valid
 * or belongs to another package or version.
 */
export function parseManifest(
  bytes: Uint8Array,
  owner: { readonly name: string; readonly version: string },
): StoredManifest | undefined {
  const list = new FileList();
  const value = readObjectWithList(bytes, 'files', (items) => {
    list.take(items);
  });
  if (value === undefined || !('manifestVersion' in value)) return undefined;
  const problems = manifestProblems(value, list, owner);
  if (problems.length > 0) {
    throw new Failure(
      'bad-manifest',
      `The manifest of ${owner.name} ${owner.version} is not valid: ${problems[0] ?? ''}`,
      {
        problems,
        hint:
          'Nothing was fetched. Publish the version again under a new number, or name another file with ' +
          '`manifest`.',
      },
    );
  }
  const { project, commit, ref } = value.source as Origin;
  const manifest: Manifest = {
    manifestVersion: 1,
    package: { name: owner.name, version: owner.version },
    source: { project, commit, ref },
    files: list.sorted(),
  };
  return { manifest, bytes, digest: manifestDigest(bytes) };
}

/** The files of a manifest as they are read: each is checked and kept in our form only. */
class FileList {
  count = 0;
  readonly problems: string[] = [];
  readonly #files: ManifestFile[] = [];
  readonly #seen = new Set<string>();

  take(items: readonly unknown[]): void {
    for (const item of items) {
      this.count += 1;
      if (this.count > MAX_MANIFEST_FILES) return;
      const problem = fileProblem(item, this.#seen);
      if (problem !== undefined) this.problems.push(`entry ${this.count}: ${problem}`);
      else this.#files.push(manifestFile(item as StoredForm['files'][number]));
    }
  }

  /** Once, when all of it is read. */
  sorted(): readonly ManifestFile[] {
    this.#seen.clear();
    return this.#files.sort(byName);
  }
}

function manifestFile({ path, size, sha256, mode }: StoredForm['files'][number]): ManifestFile {
  // One text for all files that share it.
  return { name: path, size, sha256, mode: mode === '0755' ? '0755' : '0644' };
}

function manifestProblems(
  value: Readonly<Record<string, unknown>>,
  list: FileList,
  owner: { readonly name: string; readonly version: string },
): readonly string[] {
  if (value.manifestVersion !== 1) {
    return ['its manifestVersion is not 1; a newer release of this tool may read it'];
  }
  const named = value.package;
  if (!isObject(named) || named.name !== owner.name || named.version !== owner.version) {
    return ['it belongs to another package or version'];
  }
  if (!isOrigin(value.source))
    return ['it does not say what it was built from: source needs the texts project, commit and ref'];
  if (!Array.isArray(value.files)) return ['it has no list of files'];
  if (list.count > MAX_MANIFEST_FILES) return [`it lists more than ${MAX_MANIFEST_FILES} files`];
  return list.problems;
}

function fileProblem(file: unknown, seen: Set<string>): string | undefined {
  if (!isObject(file)) return 'it is no object';
  const { path: name, size, sha256, mode } = file;
  if (typeof name !== 'string' || name === '') return 'it has no path';
  if (seen.has(name)) return `\`${harmless(name)}\` is listed twice`;
  seen.add(name);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    return `\`${harmless(name)}\` has no valid size`;
  }
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
    return `\`${harmless(name)}\` has no valid sha256`;
  }
  if (mode !== '0755' && mode !== '0644') return `\`${harmless(name)}\` has no valid mode`;
  return undefined;
}

function isOrigin(value: unknown): value is Origin {
  return isObject(value) && [value.project, value.commit, value.ref].every((text) => typeof text === 'string');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
