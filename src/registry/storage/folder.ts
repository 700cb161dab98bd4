/** The folder that a registry keeps its database and contents in: a lasting one, or one that goes with it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { makeFolder } from '../../core/make-folder.ts';
import { systemReason } from '../../core/system-words.ts';
import { type Blobs, openBlobs } from './blobs.ts';
import { openDatabase } from './database.ts';
import { openStore, type Store } from './store.ts';
import { syncWay } from './sync.ts';

const DATABASE = 'registry.sqlite';

/** Steps that stop what was started; they run last first. */
export type Undo = (() => void | Promise<void>)[];

export interface Folder {
  readonly store: Store;
  readonly blobs: Blobs;
}

/**
 * Opens `data`, or a temporary folder without it, and clears what a killed run left half done.
 * Throws `usage` failures for a folder that cannot be used or is in use.
 */
export async function openFolder(data: string | undefined, undo: Undo): Promise<Folder> {
  const durable = data !== undefined;
  const { folder, made } = durable ? await lastingFolder(data) : await passingFolder(undo);
  const database = openDatabase(join(folder, DATABASE), durable);
  undo.push(() => {
    database.close();
  });
  const store = openStore(database);
  const blobs = openBlobs(folder, durable);
  blobs.sweep(new Set(store.blobs()));
  if (durable) await syncWay(folder, made);
  return { store, blobs };
}

interface Place {
  readonly folder: string;
  /** The first folder that had to be made on the way. */
  readonly made: string | undefined;
}

async function passingFolder(undo: Undo): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'generic-packages-registry-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  return { folder, made: undefined };
}

async function lastingFolder(data: string): Promise<Place> {
  try {
    const made = await makeFolder(resolve(data));
    const names = await readdir(data);
    // What no row names is cleared at start: that must never be somebody else's.
    if (names.length === 0 || names.includes(DATABASE)) return { folder: data, made };
  } catch (cause) {
    const reason = cause instanceof Error ? systemReason(cause) : String(cause);
    throw new Failure('usage', `The registry cannot keep its data in ${data}: ${reason}.`, {
      hint: 'Name a folder that may be written to with --data.',
      cause,
    });
  }
  throw new Failure('usage', `The registry cannot keep its data in ${data}: the folder holds other things.`, {
    hint: 'Name an empty folder, or one that a registry made, with --data.',
  });
}
