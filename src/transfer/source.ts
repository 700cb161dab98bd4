/** Where the bytes of an upload come from: a selected file, or bytes we made ourselves. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { sha256OfBytes, sha256OfFile } from '../core/digest.ts';
import { Failure } from '../core/errors.ts';
import type { LocalFile } from './publish-plan.ts';

export interface Source {
  readonly name: string;
  readonly size: number;
  /** A new stream for each attempt, from the first byte. */
  open(): Promise<Readable>;
  /** Lower-case hex of all bytes. */
  sha256(): Promise<string>;
}

const READ_SIZE = 512 * 1024;

export function fileSource(file: LocalFile): Source {
  return {
    name: file.name,
    size: file.size,
    open: () => openUnchanged(file),
    sha256: () => sha256OfFile(file.path),
  };
}

export function bytesSource(name: string, bytes: Buffer): Source {
  return {
    name,
    size: bytes.length,
    open: () => Promise.resolve(Readable.from([bytes])),
    sha256: () => Promise.resolve(sha256OfBytes(bytes)),
  };
}

async function openUnchanged(file: LocalFile): Promise<Readable> {
  const handle = await open(file.path, 'r');
  const stat = await handle.stat();
  if (stat.isFile() && stat.size === file.size) {
    return handle.createReadStream({ highWaterMark: READ_SIZE });
  }
  await handle.close();
  throw new Failure(
    'changed-while-read',
    `${file.name} changed since it was selected: ${file.size} bytes then, ${stat.size} now`,
    { hint: 'Publish after everything that writes these files has ended.' },
  );
}
