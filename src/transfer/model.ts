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

/**
 * How a version stands in the registry:
 * - `new`: nothing of it is there;
 * - `open`: hidden and without the manifest, so that nobody sees it yet;
 * - `visible`: visible and without the manifest (made by curl, or by a GitLab that knows no
 *   `status`); it is never hidden again;
 * - `complete`: the manifest is there; without a manifest in use: visible.
 */
export type Standing = 'new' | 'open' | 'visible' | 'complete';

/** A local file held against the registry's; `sha256` is known when both were compared by content. */
export interface Compared {
  readonly file: LocalFile;
  readonly state: 'missing' | 'same' | 'different';
  readonly sha256?: string;
}

/** A file that an earlier run sent: of a part, or of the version that is appended to. */
export interface Inherited {
  readonly name: string;
  readonly state: Compared['state'];
}

/** What the manifest says of a file that was sent or found equal. */
export function manifestEntry(file: LocalFile, sha256: string): ManifestFile {
  return { name: file.name, size: file.size, sha256, mode: file.mode };
}
