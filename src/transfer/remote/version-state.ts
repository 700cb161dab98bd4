/** Looking: how a version stands in the registry, and how this machine's files compare with what is there. */
import { Failure } from '../../core/errors.ts';
import { formatDigest } from '../../core/digest.ts';
import { newestByName, newestFile, packageFiles, type PackageRow } from '../../gitlab/api/packages.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import type { Compared, LocalFile, StoredFile } from '../model.ts';
import { inParallel } from '../in-parallel.ts';
import type { ManifestFile, StoredManifest } from './manifest.ts';
import { askByName, mayList, readManifest, type VersionRef } from './stored-version.ts';
import { findVersionRow } from './version-row.ts';

/** What was seen of a version; `manifest` is there where the manifest in use is. */
export type VersionState = NewVersion | HiddenVersion | UnlistedVersion | VisibleVersion;

/** Neither list shows it. */
interface NewVersion {
  readonly kind: 'new';
  readonly manifest?: undefined;
}

/** Only the list of hidden versions shows it; its files can be asked for by name, and are in no list. */
interface HiddenVersion {
  readonly kind: 'hidden';
  readonly packageId: number;
  readonly deletable: boolean;
  readonly manifest?: StoredManifest;
}

/** The token may read no list: only names can be asked for, and nobody knows whether it is hidden or there at all. */
interface UnlistedVersion {
  readonly kind: 'unlisted';
  readonly manifest?: StoredManifest;
}

interface VisibleVersion {
  readonly kind: 'visible';
  readonly packageId: number;
  readonly deletable: boolean;
  /** False: this GitLab tells no status, and a run of ours that was stopped looks like this too. */
  readonly tellsStatus: boolean;
  readonly webPath?: string;
  readonly manifest?: StoredManifest;
  /** Every name and what is served under it, the manifest's own among them where the list was read. */
  readonly files: ReadonlyMap<string, StoredFile>;
}

/** Looks at a version; `manifestName` absent: no manifest is in use, and none is looked for. */
export async function readVersionState(ref: VersionRef, manifestName: string | undefined): Promise<VersionState> {
  const manifest = async (): Promise<{ readonly manifest?: StoredManifest }> => {
    const stored = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
    return stored === undefined ? {} : { manifest: stored };
  };
  if (!mayList(ref.client)) return { kind: 'unlisted', ...(await manifest()) };
  // Both at once: most versions that are published are new, and in neither list.
  const [visible, hidden] = await Promise.all([findSoundRow(ref), findSoundRow(ref, 'hidden')]);
  if (visible !== undefined) return readVisible(ref, visible, await manifest());
  if (hidden === undefined) return { kind: 'new' };
  return { kind: 'hidden', packageId: hidden.id, deletable: hidden.deletable, ...(await manifest()) };
}

/** True when the manifest in use is there, and for every version that people see. */
export function isComplete(state: VersionState): boolean {
  return state.kind === 'visible' || state.manifest !== undefined;
}

/** What a version holds, as a manifest would list it; one without a manifest tells no modes. */
export function storedEntries(state: VersionState): readonly ManifestFile[] {
  if (state.manifest !== undefined) return state.manifest.manifest.files;
  if (state.kind !== 'visible') return [];
  return [...state.files].map(([name, { size, sha256 }]) => ({ name, size, sha256: sha256 ?? '', mode: '0644' }));
}

/** A version that another run hides in the middle of our questions has no list of files any more: undefined. */
export async function unlessHidden<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  }
}

export interface ComparisonRules {
  readonly signal: AbortSignal;
  readonly onBytes?: ((bytes: number) => void) | undefined;
  readonly onFile?: () => void;
}

/** Holds each file against the registry; content is only read where size and name give reason to. */
export async function compareFiles(
  ref: VersionRef,
  state: VersionState,
  files: readonly LocalFile[],
  { signal, onBytes, onFile }: ComparisonRules,
): Promise<Compared[]> {
  if (state.kind === 'new') return files.map((file) => ({ file, state: 'missing' }));
  // Of a complete version a difference is an error: a body that was spoiled on its way must not make one.
  const readsTwice = isComplete(state);
  const listed = state.kind === 'visible' ? state.files : undefined;
  // Names are asked in parallel up to the width of the client's own gate.
  return inParallel(files, ref.client.width(), async (file) => {
    signal.throwIfAborted();
    const expected = readsTwice ? file.source : { size: file.size };
    const stored = listed === undefined ? await askByName(ref, file.name, expected) : listed.get(file.name);
    const compared = await compareOne(file, stored, { signal, onBytes });
    onFile?.();
    return compared;
  });
}

async function compareOne(
  file: LocalFile,
  stored: StoredFile | undefined,
  { signal, onBytes }: ComparisonRules,
): Promise<Compared> {
  if (stored === undefined) return { file, state: 'missing' };
  if (stored.size !== file.size || stored.sha256 === undefined) return { file, state: 'different', stored };
  const sha256 = await file.source.sha256(signal, onBytes);
  return sha256 === stored.sha256 ? { file, sha256, state: 'same' } : { file, sha256, state: 'different', stored };
}

/** Throws `conflict` for one that GitLab itself calls broken. */
async function findSoundRow(ref: VersionRef, status?: 'hidden'): Promise<PackageRow | undefined> {
  const row = await findVersionRow(ref, { status });
  if (row?.status === 'error' || row?.status === 'processing') {
    throw new Failure('conflict', `GitLab lists ${ref.name} ${ref.version} with the status ${row.status}`, {
      hint: 'Delete that version in the package registry, or publish under another one.',
    });
  }
  return row;
}

/**
 * The list of files is always read: what the manifest says and what is served are held against each other, and no
 * count of rows can stand for that. Rows of parts and older copies are counted too.
 */
async function readVisible(
  ref: VersionRef,
  row: PackageRow,
  known: { readonly manifest?: StoredManifest },
): Promise<VisibleVersion> {
  const { id: packageId, tellsStatus, webPath } = row;
  // A GitLab that tells no status is older than the route that deletes a file.
  const deletable = row.deletable && tellsStatus;
  const seen = { packageId, deletable, tellsStatus, ...(webPath === undefined ? {} : { webPath }), ...known };
  return { kind: 'visible', ...seen, files: await readStoredFiles(ref, packageId) };
}

/**
 * Tells with one request that nothing came or went since the manifest was written: its row is the
 * newest, and there are as many rows as it lists files, and itself. Every file was checked before
 * it was written, so the list need not be read: what was deleted since would lower the count, and
 * what was added since would be newer.
 */
export async function isUntouched(
  ref: VersionRef,
  packageId: number,
  manifestName: string,
  { manifest, digest }: Pick<StoredManifest, 'manifest' | 'digest'>,
): Promise<boolean> {
  const newest = await newestFile(ref.client, ref.project, packageId);
  if (newest?.total !== manifest.files.length + 1) return false;
  return newest.file.name === manifestName && formatDigest(newest.file.sha256 ?? '') === digest;
}

/** The newest row of each name: the one that GitLab serves. */
export async function readStoredFiles(ref: VersionRef, packageId: number): Promise<Map<string, StoredFile>> {
  return newestByName(await packageFiles(ref.client, ref.project, packageId));
}
