/** The folder that a registry keeps its database and contents in: a lasting one, or one that goes with it. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { type Blobs, openBlobs } from './blobs.ts';
import { openDatabase } from './database.ts';
import { openStore, type Store } from './store.ts';

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
  const folder = durable
    ? await lastingFolder(data)
    : await mkdtemp(join(tmpdir(), 'generic-packages-registry-'));
  if (!durable) undo.push(() => rm(folder, { recursive: true, force: true }));
  const database = openDatabase(join(folder, 'registry.sqlite'), durable);
  undo.push(() => {
    database.close();
  });
  const store = openStore(database);
  const blobs = openBlobs(folder, durable);
  blobs.sweep(new Set(store.blobs()));
  return { store, blobs };
}

async function lastingFolder(data: string): Promise<string> {
  try {
    await mkdir(data, { recursive: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('usage', `The registry cannot keep its data in ${data}: ${reason}.`, {
      hint: 'Name a folder that may be written to with --data.',
      cause,
    });
  }
  return data;
}
