/** Where the bytes of an upload come from: a selected file, or bytes we made ourselves. */
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { sha256OfBytes, sha256OfFile } from '../core/digest.ts';
import { Failure } from '../core/errors.ts';

export interface Source {
  readonly size: number;
  /** A new stream for each attempt, from the first byte. */
  open(): Promise<Readable>;
  /** Lower-case hex of all bytes. */
  sha256(): Promise<string>;
}

const READ_SIZE = 512 * 1024;

/** A file of this machine; opening it fails with `changed-while-read` when it is no longer of that size. */
export function fileSource(path: string, size: number): Source {
  return { size, open: () => openUnchanged(path, size), sha256: () => sha256OfFile(path) };
}

export function bytesSource(bytes: Buffer): Source {
  return {
    size: bytes.length,
    open: () => Promise.resolve(Readable.from([bytes])),
    sha256: () => Promise.resolve(sha256OfBytes(bytes)),
  };
}

async function openUnchanged(path: string, size: number): Promise<Readable> {
  const handle = await open(path, 'r');
  const stat = await handle.stat();
  if (stat.isFile() && stat.size === size) return handle.createReadStream({ highWaterMark: READ_SIZE });
  await handle.close();
  throw new Failure('changed-while-read', `${path} changed since it was selected: ${size} bytes then, ${stat.size} now`, {
    hint: 'Publish after everything that writes these files has ended.',
  });
}
