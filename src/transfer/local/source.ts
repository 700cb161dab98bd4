/** Where the bytes of an upload come from: a selected file, or bytes we made ourselves. */
import { accessSync, closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { sha256OfBytes, sha256OfOpen, type HashOptions } from '../../core/digest.ts';
import { Failure, isOutOfFiles } from '../../core/errors.ts';
import type { SelectedFile } from '../../core/selection/walk.ts';
import { harmless } from '../../core/text.ts';

export interface FileSource {
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

/** What is known of a file since it was selected. */
export type SelectedSource = Pick<SelectedFile, 'path' | 'real' | 'size' | 'dev' | 'ino'>;

/**
 * A file of this machine. What is opened is what was selected: the same file by device and number, of the same size,
 * and no link has come into its way. Else it fails with `changed-while-read`, and with `local-file` when it is gone or
 * may not be read.
 */
export function fileSource(file: SelectedSource): FileSource {
  return new OpenedOnDemand(file);
}

/** Without functions of its own: a publish may have 200,000 of them. */
class OpenedOnDemand implements FileSource {
  readonly #file: SelectedSource;

  constructor(file: SelectedSource) {
    this.#file = file;
  }

  get size(): number {
    return this.#file.size;
  }

  open(): Promise<Readable> {
    return reading(this.#file, () => openUnchanged(this.#file));
  }

  sha256(signal?: AbortSignal, onBytes?: (bytes: number) => void): Promise<string> {
    return reading(this.#file, () => hashUnchanged(this.#file, { signal, onBytes }));
  }
}

async function reading<T>({ path }: SelectedSource, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSystemError(error) || isOutOfFiles(error)) throw error;
    if (BECAME_ANOTHER.has(error.code ?? '')) throw changed(path, 'it is a link or another special file now', error);
    throw new Failure('local-file', `${path} cannot be read: ${error.message}`, {
      hint: 'Publish after everything that writes or removes these files has ended.',
      cause: error,
    });
  }
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

/** Of the system: a link where none is followed, a socket, a folder that became a file. */
const BECAME_ANOTHER: ReadonlySet<string> = new Set(['ELOOP', 'EMLINK', 'ENXIO', 'ENOTDIR', 'EOPNOTSUPP']);

function changed(path: string, how: string, cause?: unknown): Failure {
  return new Failure('changed-while-read', `${path} changed since it was selected: ${how}`, {
    hint: 'Nothing of it was sent. Publish after everything that writes these files has ended.',
    cause,
  });
}

export function bytesSource(bytes: Buffer): FileSource {
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

function readSmall(selected: SelectedSource): Buffer {
  const file = openSync(selected.real, OPEN_FLAGS);
  try {
    assertUnchanged(selected, fstatSync(file));
    // Room for one byte more, so that whoever counts sees a file that has grown since.
    const bytes = Buffer.allocUnsafe(selected.size + 1);
    let filled = 0;
    for (let read = 1; read > 0 && filled < bytes.length; filled += read)
      read = readSync(file, bytes, { offset: filled });
    return bytes.subarray(0, filled);
  } finally {
    closeSync(file);
  }
}

async function openUnchanged(selected: SelectedSource): Promise<Readable> {
  const { size } = selected;
  if (size <= SMALL) return streamOf(readSmall(selected));
  const file = await openLarge(selected);
  return file.createReadStream({ highWaterMark: Math.min(READ_SIZE, size + 1) });
}

async function hashUnchanged(selected: SelectedSource, options: HashOptions): Promise<string> {
  options.signal?.throwIfAborted();
  const file = await openLarge(selected);
  try {
    return await sha256OfOpen(file, options);
  } finally {
    await file.close();
  }
}

async function openLarge(selected: SelectedSource): Promise<FileHandle> {
  const file = await open(selected.real, OPEN_FLAGS);
  try {
    assertUnchanged(selected, await file.stat());
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A link that has taken the file's place is not followed, a FIFO not waited for. Windows has neither flag. */
const { O_NONBLOCK, O_NOFOLLOW } = constants as Partial<typeof constants>;
const OPEN_FLAGS = constants.O_RDONLY | (O_NONBLOCK ?? 0) | (O_NOFOLLOW ?? 0);

/** Of what is open now. A folder above that has become a link leads to another file, or shows in its real path. */
function assertUnchanged({ path, real, size, dev, ino }: SelectedSource, stats: Stats): void {
  if (!stats.isFile()) throw changed(path, 'it is no longer a file');
  if (stats.size !== size) throw changed(path, `${size} bytes then, ${stats.size} now`);
  // On Windows two calls may tell the same device by two numbers.
  const isSame = stats.ino === ino && (O_NOFOLLOW === undefined || stats.dev === dev);
  if (!isSame) throw changed(path, 'another file has its name now');
  const folder = dirname(real);
  if (realpathSync.native(folder) !== folder) throw changed(path, 'a folder above it is a link now');
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
