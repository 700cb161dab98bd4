/** What a sealed version serves, held against its manifest: another run of it, or what a killed one still had on its way, may have come in between. */
import { parseDigest } from '../core/digest.ts';
import { findPackages, type PackageRow } from '../gitlab/packages.ts';
import { hasStatus } from '../gitlab/failure.ts';
import { runBatch, type BatchRules } from './batch.ts';
import { isUntouched, readStoredFiles } from './look.ts';
import type { Manifest } from './manifest.ts';
import { askByName, mayList, type VersionRef } from './stored-version.ts';
import type { StoredFile } from './upload.ts';

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
}

/** Two requests, at once, where nothing came in between; else the file list, and where there is none, each name. */
export async function checkServed(ref: VersionRef, seal: Seal, rules: BatchRules): Promise<Served> {
  const { client, project, name, version } = ref;
  const [[row], early] = await Promise.all([
    mayList(client) ? findPackages(client, project, { name, version }) : [],
    seal.packageId === undefined ? undefined : isUntouchedUnlessHidden(ref, seal.packageId, seal),
  ]);
  if (row !== undefined && (early ?? (await isUntouched(ref, row.id, seal.name, seal)))) return { row, wrong: [] };
  const items = [...seal.manifest.files, { name: seal.name, size: seal.size, sha256: parseDigest(seal.digest) }];
  const stored: ReadonlyMap<string, StoredFile | undefined> =
    row === undefined
      ? await runBatch(items, rules, (item) => askByName(ref, item.name, { size: item.size, sha256: () => Promise.resolve(item.sha256 ?? '') }))
      : await readStoredFiles(ref, row.id);
  const wrong = items.filter(({ name: file, size, sha256 }) => {
    const served = stored.get(file);
    return served?.size !== size || (served.sha256 ?? sha256) !== sha256;
  });
  return { row, wrong: wrong.map((item) => item.name) };
}

/** A hidden version has no list of files. */
async function isUntouchedUnlessHidden(ref: VersionRef, packageId: number, seal: Seal): Promise<boolean> {
  try {
    return await isUntouched(ref, packageId, seal.name, seal);
  } catch (error) {
    if (hasStatus(error, 404)) return false;
    throw error;
  }
}
