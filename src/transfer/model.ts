/** What moving files is about, as shapes that several rooms share: local files, and how they stand against the registry. */
import type { Source } from './local/source.ts';
import type { FileMode, ManifestFile } from './remote/manifest.ts';

/** A file to publish. */
export interface LocalFile {
  readonly name: string;
  readonly size: number;
  readonly mode: FileMode;
  readonly source: Source;
}

/** A local file held against the registry's; `sha256` is known when both were compared by content. */
export interface Compared {
  readonly file: LocalFile;
  readonly state: 'missing' | 'same' | 'different';
  readonly sha256?: string;
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
