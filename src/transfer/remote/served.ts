/**
 * What a sealed version serves, held against its manifest: another run of it, or what a killed one still had on its
 * way, may have come in between.
 */
import { parseDigest } from '../../core/digest.ts';
import type { PackageRow } from '../../gitlab/api/packages.ts';
import { runBatch, type BatchRules } from '../batch.ts';
import { isUntouched, readStoredFiles, unlessHidden } from './version-state.ts';
import type { Manifest } from './manifest.ts';
import { isRecordName } from './records.ts';
import { askByName, mayList, peekByName, type VersionRef } from './stored-version.ts';
import { findVersionRow } from './version-row.ts';
import type { StoredFile } from '../model.ts';

/** The manifest that a run has written. */
export interface Seal {
  readonly name: string;
  readonly size: number;
  readonly digest: string;
  readonly manifest: Manifest;
  /** If the answer to its upload told. */
  readonly packageId: number | undefined;
}

export interface Served {
  /** The version as lists show it; absent when none does, or none can be read. */
  readonly row: PackageRow | undefined;
  /** Names under which there are other bytes than the manifest says, or none; its own may be among them. */
  readonly wrong: readonly string[];
  /** Names beside the manifest's and the parts', in order; none are known where the list of files was not read. */
  readonly strays: readonly string[];
}

/**
 * What is asked for by name where no list shows the version: each file, fetched if no checksum is told;
 * each file, but nothing of it fetched; only the manifest, which is always read.
 */
export type CheckScope = 'content' | 'sizes' | 'manifest';

/**
 * Two requests, at once, where nothing came in between; else the file list; where none shows the version, its names.
 */
export async function checkServed(ref: VersionRef, seal: Seal, scope: CheckScope, rules: BatchRules): Promise<Served> {
  const lists = mayList(ref.client);
  const [row, early] = await Promise.all([
    findVersionRow(ref),
    lists && seal.packageId !== undefined ? listedFiles(ref, seal.packageId, seal) : undefined,
  ]);
  const listed = early ?? (row === undefined ? undefined : await listedFiles(ref, row.id, seal));
  const shown = listed === undefined ? undefined : row;
  if (listed === 'untouched') return { row: shown, wrong: [], strays: [] };
  const items = [
    ...(scope === 'manifest' ? [] : seal.manifest.files),
    { name: seal.name, size: seal.size, sha256: parseDigest(seal.digest) },
  ];
  const stored: ReadonlyMap<string, StoredFile | undefined> =
    listed ??
    (await runBatch(items, rules, ({ name: file, size, sha256 }) =>
      scope === 'sizes' && file !== seal.name
        ? peekByName(ref, file)
        : askByName(ref, file, { size, sha256: () => Promise.resolve(sha256 ?? '') }),
    ));
  const wrong = items.filter(({ name: file, size, sha256 }) => {
    const served = stored.get(file);
    return served?.size !== size || (served.sha256 ?? sha256) !== sha256;
  });
  const own = new Set(items.map(({ name: file }) => file));
  const strays = [...(listed?.keys() ?? [])].filter((file) => !own.has(file) && !isRecordName(file)).sort();
  return { row: shown, wrong: wrong.map((item) => item.name), strays };
}

/** Undefined while the version is hidden. */
function listedFiles(
  ref: VersionRef,
  packageId: number,
  seal: Seal,
): Promise<'untouched' | ReadonlyMap<string, StoredFile> | undefined> {
  return unlessHidden(async () =>
    (await isUntouched(ref, packageId, seal.name, seal)) ? 'untouched' : readStoredFiles(ref, packageId),
  );
}
