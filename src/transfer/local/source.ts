/** Where the bytes of an upload come from: a selected file, or bytes we made ourselves. */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { sha256OfBytes, sha256OfFile } from '../../core/digest.ts';
import { Failure, isOutOfFiles } from '../../core/errors.ts';
import { harmless } from '../../core/text.ts';

export interface Source {
  readonly size: number;
  /** A new stream for each attempt, from the first byte. */
  open(): Promise<Readable>;
  /** Lower-case hex of all bytes. Rejects with the signal's reason once that is aborted. */
  sha256(signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<string>;
}

/** Large, for each read goes to another thread and back. */
const READ_SIZE = 512 * 1024;
/** Up to here a file is read at once and in this thread, in less time than the ways to another take. */
const SMALL = 64 * 1024;

/**
 * A file of this machine; opening it fails with `changed-while-read` when it is no longer of that size,
 * and with `local-file` when it is gone or may not be read.
 */
export function fileSource(path: string, size: number): Source {
  return {
    size,
    open: () => reading(path, () => openUnchanged(path, size)),
    sha256: (signal, onBytes) => reading(path, () => sha256OfFile(path, { signal, onBytes })),
  };
}

async function reading<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || isOutOfFiles(error)) throw error;
    throw new Failure('local-file', `${path} cannot be read: ${error.message}`, {
      hint: 'Publish after everything that writes or removes these files has ended.',
      cause: error,
    });
  }
}

export function bytesSource(bytes: Buffer): Source {
  return {
    size: bytes.length,
    open: () => Promise.resolve(streamOf(bytes)),
    sha256: () => Promise.resolve(sha256OfBytes(bytes)),
  };
}

function streamOf(bytes: Buffer): Readable {
  return new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
}

function readSmall(path: string, size: number): Buffer {
  const file = openSync(path, openFlags());
  try {
    assertUnchanged(path, size, fstatSync(file));
    // Room for one byte more, so that whoever counts sees a file that has grown since.
    const bytes = Buffer.allocUnsafe(size + 1);
    let filled = 0;
    for (let read = 1; read > 0 && filled < bytes.length; filled += read)
      read = readSync(file, bytes, { offset: filled });
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

async function openUnchanged(path: string, size: number): Promise<Readable> {
  if (size <= SMALL) return streamOf(readSmall(path, size));
  const file = await open(path, openFlags());
  try {
    assertUnchanged(path, size, await file.stat());
  } catch (error) {
    await file.close();
    throw error;
  }
  return file.createReadStream({ highWaterMark: Math.min(READ_SIZE, size + 1) });
}

function assertUnchanged(path: string, size: number, stats: Stats): void {
  if (stats.isFile() && stats.size === size) return;
  throw new Failure(
    'changed-while-read',
    `${path} changed since it was selected: ${size} bytes then, ${stats.size} now`,
    {
      hint: 'Publish after everything that writes these files has ended.',
    },
  );
}

/** A FIFO that has taken the file's place is not waited for. Windows has neither. */
function openFlags(): number {
  return constants.O_RDONLY | ((constants as Partial<typeof constants>).O_NONBLOCK ?? 0);
}

/** One sentence for each file that cannot be opened for reading; opens none. */
export function unreadableProblems(files: readonly { readonly name: string; readonly path: string }[]): string[] {
  return files.flatMap(({ name, path }) => {
    const problem = readingProblem(path);
    return problem === undefined ? [] : [`${harmless(name)}: cannot be read: ${problem}`];
  });
}

/** In this thread: it takes some microseconds, and the ways to another one take more. */
function readingProblem(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}
