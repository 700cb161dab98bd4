/** What a sealed version serves, held against its manifest: another run of it, or what a killed one still had on its way, may have come in between. */
import { parseDigest } from '../core/digest.ts';
import { findPackages, type PackageRow } from '../gitlab/packages.ts';
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
}

export interface Served {
  /** The version as lists show it; absent when none does, or none can be read. */
  readonly row: PackageRow | undefined;
  /** Names under which there are other bytes than the manifest says, or none; its own may be among them. */
  readonly wrong: readonly string[];
}

/** Two requests where nothing came in between; else the file list, and where there is none, each name. */
export async function checkServed(ref: VersionRef, seal: Seal, rules: BatchRules): Promise<Served> {
  const { client, project, name, version } = ref;
  const [row] = mayList(client) ? await findPackages(client, project, { name, version }) : [];
  if (row !== undefined && (await isUntouched(ref, row.id, seal.name, seal))) return { row, wrong: [] };
  const items = [...seal.manifest.files, { name: seal.name, size: seal.size, sha256: parseDigest(seal.digest) }];
  const stored: ReadonlyMap<string, StoredFile | undefined> =
    row === undefined
      ? await runBatch(items, rules, (item) => askByName(ref, item.name, item.size))
      : await readStoredFiles(ref, row.id);
  const wrong = items.filter(({ name: file, size, sha256 }) => {
    const served = stored.get(file);
    return served?.size !== size || (served.sha256 ?? sha256) !== sha256;
  });
  return { row, wrong: wrong.map((item) => item.name) };
}
