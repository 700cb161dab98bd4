/** Manifests written by hand, as another tool or somebody with bad intent may have stored them. */
import { sha256, type Version } from './raw.ts';

export interface Entry {
  readonly name: string;
  readonly content: string;
  readonly mode?: string;
}

/** The text of a manifest that lists these files. */
export function manifestText(of: Version, entries: readonly Entry[]): string {
  const files = entries.map(({ name, content, mode = '0644' }) => ({
    path: name,
    size: Buffer.byteLength(content),
    sha256: sha256(content),
    mode,
  }));
  return JSON.stringify({
    manifestVersion: 1,
    package: { name: of.name, version: of.version },
    source: { project: '', commit: '', ref: '' },
    files,
  });
}
