/** Makes a folder and those above it, or ends with the system's reason: Node's own way tries for ever below `/proc`. */

import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes the folder, absolute, and what is missing above it; returns the first one that had to be made, undefined where
 * all was there. Rejects with the system's error: EROFS for a file system that is read-only, ENOENT where the folder
 * above is there and takes none (`/proc`, a mount whose source was deleted).
 */
export async function makeFolder(path: string): Promise<string | undefined> {
  try {
    return await makeOne(path);
  } catch (error) {
    const above = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === path) throw error;
    const first = await makeFolder(above);
    // Once more and no further: what is refused now, with the folder above it there, stays refused.
    const made = await makeOne(path);
    return first ?? made;
  }
}

/** The path, or undefined for a folder that is there: read-only file systems answer something else than EEXIST. */
async function makeOne(path: string): Promise<string | undefined> {
  try {
    await mkdir(path);
    return path;
  } catch (error) {
    const isFolder = await stat(path).then(
      (stats) => stats.isDirectory(),
      () => false,
    );
    if (!isFolder) throw error;
    return undefined;
  }
}
