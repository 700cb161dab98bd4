/** Deleting local files that a version does not have: where that is refused, and what would go. */
import { lstat, readdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import nodePath, { dirname, join, posix, relative, resolve, sep, type PlatformPath } from 'node:path';
import { isInside } from '../../core/links.ts';
import { readFolder } from '../../core/selection/folder-entries.ts';
import { selectNames, type Pattern } from '../../core/patterns/patterns.ts';
import { OWN_FOLDER } from '../../core/names/reserved-names.ts';
import { foldName } from '../../core/names/system-names.ts';
import { patiently } from './patience.ts';
import { isTemporary } from './temporary.ts';

/** Folders that must never be pruned, as absolute paths. */
export interface Protected {
  /** Empty: nobody knows it. */
  readonly home: string;
  readonly workspace: string;
  /** A GitLab job's, where it is not the workspace: the job works elsewhere. */
  readonly projectFolder?: string | undefined;
}

/**
 * Why `directory`, absolute with links resolved, may not be pruned; a pure rule over paths of the system that `paths`
 * is of.
 */
export function pruneRefusal(directory: string, kept: Protected, paths: PlatformPath = nodePath): string | undefined {
  if (paths.relative(paths.parse(directory).root, directory) === '') return 'is the root of a file system';
  const places = { 'home folder': kept.home, workspace: kept.workspace, 'project folder': kept.projectFolder ?? '' };
  for (const [what, place] of Object.entries(places)) {
    if (place === '') continue;
    if (paths.relative(directory, place) === '') return `is the ${what}`;
    if (isInside(directory, place, paths)) return `is a folder above the ${what}`;
  }
  return undefined;
}

/** The same with links resolved, and with a look for `.git` at any depth. A missing folder is fine. */
export async function findPruneRefusal(directory: string, kept: Protected): Promise<string | undefined> {
  const real = await realpath(directory).catch(() => undefined);
  if (real === undefined) return pruneRefusal(resolve(directory), kept);
  const resolved = async (path: string): Promise<string> => (path === '' ? '' : realpath(path).catch(() => path));
  const places = {
    home: await resolved(kept.home),
    workspace: await resolved(kept.workspace),
    projectFolder: await resolved(kept.projectFolder ?? ''),
  };
  const refusal = pruneRefusal(real, places) ?? (await mountPointProblem(real));
  if (refusal !== undefined) return refusal;
  const git = await findGit(real);
  return git === undefined ? undefined : `holds a git repository (${git})`;
}

/**
 * Relative names of files and links that match the patterns and are not among `keep`; never through
 * a link. A missing folder has none. On Windows and macOS a file may lie there under another case or
 * Unicode form of a name to keep: it is that file.
 */
export async function findPrunable(
  directory: string,
  patterns: readonly Pattern[],
  keep: Iterable<string>,
  os: NodeJS.Platform,
): Promise<readonly string[]> {
  if ((await stat(directory).catch(ignoreMissing)) === undefined) return [];
  const kept = await keptNames(directory, keep);
  const folded = new Set([...kept].map((name) => foldName(name, os)));
  const names: string[] = [];
  await walk(directory, '', names);
  return selectNames(patterns, names.sort()).names.filter((name) => !folded.has(foldName(name, os)));
}

/** The names to keep, the links on the way to them, and where these lead. */
async function keptNames(directory: string, keep: Iterable<string>): Promise<ReadonlySet<string>> {
  const kept = new Set<string>();
  const root = await realpath(directory);
  const places = new Map<string, string | undefined>([['.', '']]);
  const placeOf = async (folder: string): Promise<string | undefined> => {
    const known = places.has(folder) ? places.get(folder) : await placeInside(root, folder);
    places.set(folder, known);
    return known;
  };
  for (const name of keep) {
    kept.add(name);
    for (let folder = posix.dirname(name); folder !== '.'; folder = posix.dirname(folder)) {
      const place = await placeOf(folder);
      if (place === undefined || place === folder) continue;
      kept.add(folder).add(posix.join(place, name.slice(folder.length + 1)));
    }
  }
  return kept;
}

/** Where a folder lies below `root` once links are followed, by `/`; undefined where there is none inside. */
async function placeInside(root: string, folder: string): Promise<string | undefined> {
  const real = await realpath(join(root, ...folder.split('/'))).catch(() => undefined);
  if (real === undefined || !isInside(root, real)) return undefined;
  return relative(root, real).split(sep).join('/');
}

/** Deletes the named files and links, and then the folders that this emptied. What is gone already is no failure. */
export async function prune(directory: string, names: readonly string[], os: NodeJS.Platform): Promise<void> {
  const folders = new Set<string>();
  for (const name of names) {
    await patiently(() => rm(join(directory, ...name.split('/')), { force: true }), { os });
    for (let folder = dirname(name); folder !== '.'; folder = dirname(folder)) folders.add(folder);
  }
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await rmdir(join(directory, ...folder.split('/'))).catch(ignoreNotEmpty);
}

async function walk(directory: string, prefix: string, names: string[]): Promise<void> {
  for (const entry of await readFolder(join(directory, prefix))) {
    // What has no UTF-8 name matches no pattern, and what another download writes is not ours.
    if (entry.bytes !== undefined || entry.name === OWN_FOLDER || isTemporary(entry.name)) continue;
    const name = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.kind === 'folder') await walk(directory, name, names);
    else if (entry.kind === 'file' || entry.kind === 'link') names.push(name);
  }
}

async function findGit(folder: string): Promise<string | undefined> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name.toLowerCase() === '.git') return path;
    const below = entry.isDirectory() ? await findGit(path) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}

/** A mounted file system's root is a root too. */
async function mountPointProblem(real: string): Promise<string | undefined> {
  const [own, above] = await Promise.all([lstat(real), lstat(dirname(real))]);
  return own.dev === above.dev ? undefined : 'is the root of a file system';
}

function ignoreNotEmpty(error: unknown): void {
  const code = (error as NodeJS.ErrnoException).code;
  if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
