/**
 * How the manifest that stands there lists what this run would list. What the registry serves and what its manifest
 * says are two things: a run that was stopped between the two leaves files that no download fetches.
 */
import type { Compared, Inherited } from '../../../transfer/model.ts';
import { CHECKSUMS_MODE } from '../checksums.ts';
import type { ManifestFile, StoredManifest } from '../../../transfer/remote/manifest.ts';

/** A name under which the registry serves what this run has, and the manifest does not say so. */
export interface Misfit {
  readonly name: string;
  /** The manifest has not this name, another SHA-256, or another mode. */
  readonly lists: 'nothing' | 'other-content' | 'other-mode';
}

/** What this run has, held against what the registry serves. */
interface Held {
  readonly compared: readonly Compared[];
  readonly checksums: Compared | undefined;
  readonly inherited: readonly Inherited[];
}

/** None without a manifest; what the registry does not serve as this run has it is no misfit but a difference. */
export function findMisfits(listing: StoredManifest | undefined, held: Held): readonly Misfit[] {
  if (listing === undefined) return [];
  const listed = new Map(listing.manifest.files.map((file) => [file.name, file]));
  return entriesOf(held).flatMap((entry) => {
    const lists = misfitOf(entry, listed.get(entry.name));
    return lists === undefined ? [] : [{ name: entry.name, lists }];
  });
}

type Entry = Pick<ManifestFile, 'name' | 'sha256' | 'mode'>;

function entriesOf({ compared, checksums, inherited }: Held): readonly Entry[] {
  return [
    ...compared
      .filter(({ state }) => state === 'same')
      .map(({ file: { name, mode }, sha256 = '' }) => ({ name, mode, sha256 })),
    ...(checksums?.state === 'same'
      ? [{ name: checksums.file.name, sha256: checksums.sha256 ?? '', mode: CHECKSUMS_MODE }]
      : []),
    ...inherited.filter(({ state }) => state === 'same').map(({ file }) => file),
  ];
}

function misfitOf(entry: Entry, listed: Entry | undefined): Misfit['lists'] | undefined {
  if (listed === undefined) return 'nothing';
  if (listed.sha256 !== entry.sha256) return 'other-content';
  return listed.mode === entry.mode ? undefined : 'other-mode';
}
