/** Takes file contents in: hashed on the way, small ones in memory, others into a file. Where that goes: blobs.ts. */
import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

/** Written in pieces of this size, so that memory stays flat and system calls few. */
const PIECE = 1024 * 1024;

/** Contents up to this size are handed to whoever received them, for the database, and never become a file. */
const SMALL = 64 * 1024;

export interface TakenContent {
  readonly size: number;
  /** Hex. Empty when there was more than the limit, for then nothing was kept. */
  readonly sha256: string;
  readonly tooLarge: boolean;
  /** All of it, when it is small; then there is no file to keep. */
  readonly bytes: Buffer | undefined;
}

/**
 * Reads `source` to its end, of which it keeps up to `limit` bytes: small ones in memory, others in a new
 * file at `path`, synced when `durable`. Rejects, leaving no file behind, when the source ends early or
 * the disk is full.
 */
export async function take(source: Readable, path: string, limit: number, durable: boolean): Promise<TakenContent> {
  const digest = createHash('sha256');
  const writer = new PieceWriter(path);
  let size = 0;
  try {
    // destroyOnReturn false: a full disk must still be answered on the same connection.
    for await (const chunk of source.iterator({
      destroyOnReturn: false,
    }) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) continue;
      writer.add(chunk);
      if (writer.waiting < PIECE) continue;
      for (const piece of writer.pieces) digest.update(piece);
      await writer.flush();
    }
    if (size > limit) {
      await writer.discard();
      return { size, sha256: '', tooLarge: true, bytes: undefined };
    }
    if (size <= SMALL) {
      const bytes = joined(writer.pieces);
      return { size, sha256: digest.update(bytes).digest('hex'), tooLarge: false, bytes };
    }
    for (const piece of writer.pieces) digest.update(piece);
    await writer.complete(durable);
    return { size, sha256: digest.digest('hex'), tooLarge: false, bytes: undefined };
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

/** A temporary file that is opened with the first full piece only: most uploads are smaller. */
class PieceWriter {
  readonly #path: string;
  #file: FileHandle | undefined;
  #writing: Promise<unknown> = Promise.resolve();
  pieces: Buffer[] = [];
  waiting = 0;

  constructor(path: string) {
    this.#path = path;
  }

  add(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.waiting += chunk.length;
  }

  /** Starts writing what waits; at most one write is under way while the next piece comes in. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#file ??= await open(this.#path, 'wx');
    const pieces = this.pieces;
    this.pieces = [];
    this.waiting = 0;
    this.#writing = writeAll(this.#file, pieces);
    // The next flush, complete or discard awaits it; until then nobody does.
    this.#writing.catch(ignore);
  }

  async complete(durable: boolean): Promise<void> {
    await this.flush();
    await this.#writing;
    if (durable) await this.#file?.datasync();
    await this.#file?.close();
    this.#file = undefined;
  }

  async discard(): Promise<void> {
    await this.#writing.catch(ignore);
    await this.#file?.close().catch(ignore);
    await rm(this.#path, { force: true });
  }
}

/** `writev` may write less than it was given. */
async function writeAll(file: FileHandle, pieces: readonly Buffer[]): Promise<void> {
  const whole = joined(pieces);
  for (let at = 0; at < whole.length;) at += (await file.write(whole, at)).bytesWritten;
}

/** Most small uploads are one piece already. */
function joined(pieces: readonly Buffer[]): Buffer {
  const [first, second] = pieces;
  return first !== undefined && second === undefined ? first : Buffer.concat(pieces);
}

function ignore(): void {
  // The failure is reported where the write is awaited.
}
