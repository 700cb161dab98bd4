/** Looking: how a version stands in the registry, and how this machine's files compare with what is there. */
import pLimit from 'p-limit';
import { Failure } from '../../core/errors.ts';
import { formatDigest } from '../../core/digest.ts';
import { findPackages, newestByName, newestFile, packageFiles, type PackageRow } from '../../gitlab/api/packages.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import type { StoredManifest } from './manifest.ts';
import type { Compared, LocalFile, Standing } from '../model.ts';
import { askByName, mayList, readManifest, type VersionRef } from './stored-version.ts';
import type { StoredFile } from '../upload.ts';

/** What was seen of a version. */
export interface VersionView {
  readonly standing: Standing;
  /** False where no list can be read: only names can be asked for. */
  readonly listed: boolean;
  /** Only a list of hidden versions shows it. */
  readonly hidden?: boolean;
  /** A visible one, of a GitLab that tells the status of versions. */
  readonly tellsStatus?: boolean;
  readonly packageId?: number;
  readonly webPath?: string;
  /** The manifest, where it is there. */
  readonly manifest?: StoredManifest;
  /** Every name and what is served under it; absent where no list can be read. */
  readonly files?: ReadonlyMap<string, StoredFile>;
}

/** Looks at a version; `manifestName` absent: no manifest is in use, and visible means complete. */
export async function lookAt(ref: VersionRef, manifestName: string | undefined): Promise<VersionView> {
  if (!mayList(ref.client)) return lookByName(ref, manifestName);
  // Both at once: most versions that are published are new, and in neither list.
  const [visible, hidden] = await Promise.all([findVersion(ref, undefined), findVersion(ref, 'hidden')]);
  if (visible !== undefined) return lookAtVisible(ref, visible, manifestName);
  if (hidden === undefined) return { standing: 'new', listed: true };
  const manifest = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  const seen = { packageId: hidden.id, listed: true, hidden: true };
  return manifest === undefined ? { ...seen, standing: 'open' } : { ...seen, standing: 'complete', manifest };
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

/** Holds each file against the registry; content is only read where size and name give reason to. */
export async function compareFiles(
  ref: VersionRef,
  view: VersionView,
  files: readonly LocalFile[],
  signal: AbortSignal,
): Promise<Compared[]> {
  if (view.standing === 'new') return files.map((file) => ({ file, state: 'missing' }));
  // Of a complete version a difference is an error: a body that was spoiled on its way must not make one.
  const complete = view.standing === 'complete';
  // Names are asked in parallel up to the width of the client's own gate.
  const limit = pLimit(ref.client.width());
  return Promise.all(
    files.map((file) =>
      limit(async () => {
        signal.throwIfAborted();
        const stored =
          view.files === undefined
            ? await askByName(ref, file.name, complete ? file.source : { size: file.size })
            : view.files.get(file.name);
        return compareOne(file, stored);
      }),
    ),
  );
}

async function compareOne(file: LocalFile, stored: StoredFile | undefined): Promise<Compared> {
  if (stored === undefined) return { file, state: 'missing' };
  if (stored.size !== file.size || stored.sha256 === undefined) return { file, state: 'different' };
  const sha256 = await file.source.sha256();
  return { file, sha256, state: sha256 === stored.sha256 ? 'same' : 'different' };
}

async function findVersion(ref: VersionRef, status: 'hidden' | undefined): Promise<PackageRow | undefined> {
  const { client, project, name, version } = ref;
  const rows = await findPackages(client, project, { name, version, status });
  const row = rows[0];
  if (row?.status === 'error' || row?.status === 'processing') {
    throw new Failure('conflict', `GitLab lists ${name} ${version} with the status ${row.status}`, {
      hint: 'Delete that version in the package registry, or publish under another one.',
    });
  }
  return row;
}

async function lookAtVisible(ref: VersionRef, row: PackageRow, manifestName: string | undefined): Promise<VersionView> {
  const seen = {
    packageId: row.id,
    listed: true,
    tellsStatus: row.tellsStatus,
    ...(row.webPath === undefined ? {} : { webPath: row.webPath }),
  };
  const manifest = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  if (
    manifest !== undefined &&
    manifestName !== undefined &&
    (await isUntouched(ref, row.id, manifestName, manifest))
  ) {
    return { ...seen, standing: 'complete', manifest, files: listedFiles(manifest) };
  }
  const files = await readStoredFiles(ref, row.id);
  if (manifest !== undefined) return { ...seen, standing: 'complete', manifest, files };
  return { ...seen, standing: manifestName === undefined ? 'complete' : 'visible', files };
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

function listedFiles({ manifest }: StoredManifest): Map<string, StoredFile> {
  return new Map(manifest.files.map(({ name, size, sha256 }) => [name, { size, sha256 }]));
}

/** The newest row of each name: the one that GitLab serves. */
export async function readStoredFiles(ref: VersionRef, packageId: number): Promise<Map<string, StoredFile>> {
  return newestByName(await packageFiles(ref.client, ref.project, packageId));
}

/** Without lists: the manifest by its name; whether anything else is there shows when names are asked. */
async function lookByName(ref: VersionRef, manifestName: string | undefined): Promise<VersionView> {
  const manifest = manifestName === undefined ? undefined : await readManifest(ref, manifestName);
  const seen = { listed: false };
  return manifest === undefined ? { ...seen, standing: 'open' } : { ...seen, standing: 'complete', manifest };
}
