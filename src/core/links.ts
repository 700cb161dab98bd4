/** Where symbolic links lead: in or out of a folder, to a file or a folder, or nowhere. */

import type { Stats } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import nodePath, { relative, sep, type PlatformPath } from 'node:path';

import { isOwnOrGit } from './names/reserved-names.ts';

/** A link's target with all links on the way resolved. */
export interface LinkTarget {
  real: string;
  stats: Stats;
}

/** Follows a link to its end; undefined when it leads nowhere or in a circle. Rejects with any other error. */
export async function followLink(path: string): Promise<LinkTarget | undefined> {
  try {
    const real = await realpath(path);
    return { real, stats: await stat(real) };
  } catch (error) {
    if (isNowhere(error)) return undefined;
    throw error;
  }
}

/**
 * True if the path is the folder or lies below it, on the system that `paths` is of. Both absolute; links in them
 * are the caller's to resolve. On Windows case does not count.
 */
export function isInside(folder: string, path: string, paths: PlatformPath = nodePath): boolean {
  const way = paths.relative(folder, path);
  return way !== '..' && !way.startsWith(`..${paths.sep}`) && !paths.isAbsolute(way);
}

/** True if a link leads into `.git` or `.generic-packages`, which are never published, by whatever name. */
export function leadsIntoReserved(folder: string, real: string): boolean {
  const way = isInside(folder, real) ? relative(folder, real) : real;
  return way.split(sep).some(isOwnOrGit);
}

function isNowhere(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ELOOP' || code === 'ENOTDIR';
}
