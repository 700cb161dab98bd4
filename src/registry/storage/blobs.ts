/** File contents on disk: kept, found, removed. Taking them in is take.ts. Knows no names and no packages. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { join } from 'node:path';
import { syncFolder } from './sync.ts';
import { take, type TakenContent } from './take.ts';

/** The names of contents and of their folders: what is called otherwise, or is a link, was not made here. */
const KEY = /^[0-9a-f]{32}$/;
const SHARD = /^[0-9a-f]{2}$/;

/** What came in. It waits outside of the store until `keep` or `drop` is called. */
export interface IncomingContent extends TakenContent {
  /** Moves it into the store, for good when that is durable; returns its key. */
  keep(): Promise<string>;
  drop(): void;
}

export interface Blobs {
  /**
   * Reads `source` to its end. Rejects, leaving nothing behind, when it ends early or the disk is
   * full. What goes beyond `limit` bytes is read and thrown away.
   */
  receive(source: Readable, limit: number): Promise<IncomingContent>;
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
      const isStale = (name: string): boolean => KEY.test(name) && !known.has(name);
      for (const name of filesIn(incoming).filter(isStale)) rmSync(join(incoming, name), { force: true });
      for (const shard of readdirSync(files, { withFileTypes: true })) {
        if (!shard.isDirectory() || !SHARD.test(shard.name)) continue;
        const folderOfShard = join(files, shard.name);
        for (const key of filesIn(folderOfShard).filter(isStale)) rmSync(join(folderOfShard, key), { force: true });
      }
    },
  };
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}
