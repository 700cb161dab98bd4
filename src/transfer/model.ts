/**
 * What moving files is about, as shapes that several rooms share: local files, and how they stand against the
 * registry.
 */
import type { FileSource } from './local/source.ts';
import type { FileMode, ManifestFile } from './remote/manifest.ts';

/** A file to publish. */
export interface LocalFile {
  readonly name: string;
  readonly size: number;
  readonly mode: FileMode;
  readonly source: FileSource;
}

/** A file as the registry holds it; `sha256` is absent where GitLab does not tell. */
export interface StoredFile {
  readonly size: number;
  readonly sha256: string | undefined;
}

/** A local file held against the registry's; `sha256` is known when both were compared by content. */
export interface Compared {
  readonly file: LocalFile;
  readonly state: 'missing' | 'same' | 'different';
  readonly sha256?: string;
  /** What is there under this name with other content. */
  readonly stored?: StoredFile;
}

/** A file of the version that this run takes over without sending it, held against a complete version. */
export interface Inherited {
  readonly file: ManifestFile;
  readonly state: Compared['state'];
}

/** GitLab's status of a package, as an upload sets it. */
export type Status = 'default' | 'hidden';

/** What the manifest says of a file that was sent or found equal. */
export function manifestEntry(file: LocalFile, sha256: string): ManifestFile {
  return { name: file.name, size: file.size, sha256, mode: file.mode };
}

/** Orders records by name, in the order of UTF-16 code units: the same on every machine. */
export function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  if (a.name === b.name) return 0;
  return a.name < b.name ? -1 : 1;
}
