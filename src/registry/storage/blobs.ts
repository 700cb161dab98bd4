/** File contents on disk: taken in while they are hashed, opened for reading, removed. Knows no names and no packages. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { syncFolder } from './sync.ts';

/** Written in pieces of this size, so that memory stays flat and system calls few. */
const PIECE = 1024 * 1024;

/** Contents up to this size are handed to whoever received them, for the database, and never become a file. */
const SMALL = 64 * 1024;

/** What came in. It waits outside of the store until `keep` or `drop` is called. */
export interface Incoming {
  readonly size: number;
  /** Hex. Empty when there was more than the limit, for then nothing was kept. */
  readonly sha256: string;
  readonly tooLarge: boolean;
  /** All of it, when it is small; then there is no file to keep. */
  readonly bytes: Buffer | undefined;
  /** Moves it into the store, for good when that is durable; returns its key. */
  keep(): Promise<string>;
  drop(): void;
}

export interface Blobs {
  /**
   * Reads `source` to its end. Rejects, leaving nothing behind, when it ends early or the disk is
   * full. What goes beyond `limit` bytes is read and thrown away.
   */
  receive(source: Readable, limit: number): Promise<Incoming>;
  pathOf(key: string): string;
  /** Removes contents that rows no longer name. Missing ones are fine. */
  remove(keys: Iterable<string>): Promise<void>;
  /** Removes whatever is not among `known`, and half uploads of a killed run. */
  sweep(known: ReadonlySet<string>): void;
}

/**
 * Uses `folder/files` and `folder/incoming`. `durable`: contents reach the disk before `receive` returns,
 * and their names before `keep` does.
 */
export function openBlobs(folder: string, durable: boolean): Blobs {
  const files = join(folder, 'files');
  const incoming = join(folder, 'incoming');
  mkdirSync(files, { recursive: true });
  mkdirSync(incoming, { recursive: true });
  const shards = new Map<string, Promise<void>>();
  const pathOf = (key: string): string => join(files, key.slice(0, 2), key);
  const makeShard = async (shard: string): Promise<void> => {
    await mkdir(join(files, shard), { recursive: true });
    if (durable) await syncFolder(files);
  };
  const place = async (from: string, key: string): Promise<string> => {
    const shard = key.slice(0, 2);
    const made = shards.get(shard) ?? makeShard(shard);
    shards.set(shard, made);
    made.catch(() => shards.delete(shard));
    await made;
    await rename(from, pathOf(key));
    // A file that is synced may still lose its name with the power.
    if (durable) await syncFolder(join(files, shard));
    return key;
  };
  return {
    async receive(source, limit) {
      const key = randomBytes(16).toString('hex');
      const path = join(incoming, key);
      const taken = await take(source, path, limit, durable);
      return {
        ...taken,
        keep: () => (taken.bytes === undefined ? place(path, key) : Promise.resolve(key)),
        drop: () => {
          rmSync(path, { force: true });
        },
      };
    },
    pathOf,
    async remove(keys) {
      for (const key of keys) await rm(pathOf(key), { force: true });
    },
    sweep(known) {
      for (const name of readdirSync(incoming)) rmSync(join(incoming, name), { force: true });
      for (const shard of readdirSync(files)) {
        for (const key of readdirSync(join(files, shard))) {
          if (!known.has(key)) rmSync(join(files, shard, key), { force: true });
        }
      }
    },
  };
}

type Taken = Pick<Incoming, 'size' | 'sha256' | 'tooLarge' | 'bytes'>;

async function take(
  source: Readable,
  path: string,
  limit: number,
  durable: boolean,
): Promise<Taken> {
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
    await writer.finish(durable);
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
    // The next flush, finish or discard awaits it; until then nobody does.
    this.#writing.catch(ignore);
  }

  async finish(durable: boolean): Promise<void> {
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
