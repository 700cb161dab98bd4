/** What lies in one folder, by name and kind; names that are no UTF-8 are told apart. */

import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';

type EntryKind = 'file' | 'folder' | 'link' | 'FIFO' | 'socket' | 'device';

export interface FolderEntry {
  /** With U+FFFD for bytes that are no UTF-8. */
  name: string;
  kind: EntryKind;
  /** Such a name with `\xNN` for its bytes beyond ASCII; undefined for every sound name. */
  bytes: string | undefined;
}

/** Lists a folder, in no order. Rejects with the system's error. */
export async function readFolder(path: string): Promise<FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true });
  // Node puts U+FFFD for what it cannot decode; a file may also be called that.
  if (entries.some(({ name }) => name.includes('\u{FFFD}'))) return readBytes(path);
  return entries.map((entry) => ({ name: entry.name, kind: kindOf(entry), bytes: undefined }));
}

async function readBytes(path: string): Promise<FolderEntry[]> {
  const entries = await readdir(path, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => {
    const name = entry.name.toString('utf8');
    const isSound = Buffer.from(name, 'utf8').equals(entry.name);
    return { name, kind: kindOf(entry), bytes: isSound ? undefined : escapeBytes(entry.name) };
  });
}

function escapeBytes(name: Buffer): string {
  return Array.from(name, (byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`,
  ).join('');
}

function kindOf(entry: Dirent | Dirent<Buffer>): EntryKind {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  if (entry.isSymbolicLink()) return 'link';
  if (entry.isFIFO()) return 'FIFO';
  return entry.isSocket() ? 'socket' : 'device';
}
