/** One step of a selection: reads one folder, judges what lies in it, says which folders come next. */

import { lstatSync } from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { readFolder, type FolderEntry } from './folder-entries.ts';
import { followLink, isInside, leadsIntoReserved, type LinkTarget } from '../links.ts';
import type { Pattern } from '../patterns/patterns.ts';
import { isOwnOrGit } from '../names/reserved-names.ts';
import {
  addingPatterns,
  fileVerdict,
  folderVerdict,
  standingBelow,
  type SelectionRules,
  type Standing,
} from './rules.ts';
import { harmless, quoted } from '../text.ts';

export interface SelectedFile {
  /** Path relative to the directory, with `/`. */
  name: string;
  /** Absolute path, as it was found. */
  path: string;
  /** The same with all links on the way resolved: what is to be opened. */
  real: string;
  /** Which file it is, whatever its name: number of the device and of the file on it. */
  dev: number;
  ino: number;
  /** Bytes, when the folder was read. */
  size: number;
  /** Permission bits. */
  mode: number;
}

/** What a whole selection knows and has gathered so far. */
export interface Search {
  rules: SelectionRules;
  os: NodeJS.Platform;
  followSymlinks: boolean;
  /** The directory, links resolved. */
  root: string;
  files: SelectedFile[];
  /** Patterns that added a file. */
  useful: Set<Pattern>;
  hiddenLeftOut: number;
  /** Links that lead to somewhere inside the directory and were followed. */
  followedLinks: number;
  problems: string[];
}

export interface Folder {
  path: string;
  /** As in a file’s name, with a `/` at the end; empty for the root. */
  prefix: string;
  /** Links resolved. */
  real: string;
  parent: Folder | undefined;
  /** A link was followed on the way here, so that this may be a place seen before. */
  viaLink: boolean;
  standing: Standing;
  /** Nothing below can be taken; what is left out for being hidden is only counted. */
  counting: boolean;
}

/** Something in a folder, and where the patterns stand there. */
interface Item {
  folder: Folder;
  entry: FolderEntry;
  name: string;
  path: string;
  standing: Standing;
}

/** In a huge folder signals and timers get their turn after so many files. */
const FILES_AT_A_STRETCH = 2000;

/** Puts the folder's files and problems into `search`; returns the folders to visit next. Does not reject. */
export async function visitFolder(search: Search, folder: Folder): Promise<Folder[]> {
  const below: Folder[] = [];
  try {
    for (const [index, entry] of (await readFolder(folder.path)).entries()) {
      if (isReserved(search, entry.name)) continue;
      const visited = visitEntry(search, folder, entry);
      const next = visited instanceof Promise ? await visited : visited;
      if (next !== undefined) below.push(next);
      if (index % FILES_AT_A_STRETCH === FILES_AT_A_STRETCH - 1) await setImmediate();
    }
  } catch (error) {
    // A hidden folder that is left out anyway may be unreadable.
    if (!folder.counting) search.problems.push(`${quoted(folder.prefix || '.')} cannot be read: ${reason(error)}`);
  }
  return below;
}

function itemOf(search: Search, folder: Folder, entry: FolderEntry): Item {
  return {
    folder,
    entry,
    name: folder.prefix + entry.name,
    path: folder.path.endsWith(sep) ? folder.path + entry.name : folder.path + sep + entry.name,
    standing: standingBelow(search.rules, folder.standing, entry.name),
  };
}

function isReserved(search: Search, name: string): boolean {
  const folds = search.os === 'win32' || search.os === 'darwin';
  return isOwnOrGit(folds ? name.toLowerCase() : name);
}

/** The folder to visit next, if the entry is one that matters. */
function visitEntry(
  search: Search,
  folder: Folder,
  entry: FolderEntry,
): Folder | undefined | Promise<Folder | undefined> {
  const item = itemOf(search, folder, entry);
  const { kind } = entry;
  const asFile = fileVerdict(search.rules, item.standing);
  const asFolder = folderVerdict(search.rules, item.standing);
  if (kind === 'folder') {
    if (asFolder === 'unmeant' || refusedBytes(search, item, asFolder === 'taken')) return undefined;
    return enter(item, join(item.folder.real, item.entry.name), item.folder.viaLink, asFolder === 'hidden');
  }
  if (asFile === 'hidden') {
    search.hiddenLeftOut += 1;
    return undefined;
  }
  const isMeant = asFile === 'taken';
  if (kind === 'link') return isMeant || asFolder === 'taken' ? visitLink(search, item, isMeant) : undefined;
  if (!isMeant || refusedBytes(search, item, true)) return undefined;
  if (kind === 'file') addFile(search, item);
  else search.problems.push(`${quoted(item.name)} is not a file but a ${kind}`);
  return undefined;
}

/** Without a promise for each of 100,000 files, which takes three times as long. */
function addFile(search: Search, item: Item): void {
  try {
    const stats = lstatSync(item.path);
    if (stats.isFile()) take(search, item, { real: realPath(item), stats });
    else search.problems.push(`${quoted(item.name)} was a file, and became something else while the folder was read`);
  } catch (error) {
    search.problems.push(`${quoted(item.name)} cannot be read: ${reason(error)}`);
  }
}

/** One text for both paths where no link is on the way: it stands in memory for each of the files. */
function realPath({ folder, entry, path }: Item): string {
  return folder.real === folder.path ? path : join(folder.real, entry.name);
}

async function visitLink(search: Search, item: Item, isMeant: boolean): Promise<Folder | undefined> {
  if (refusedBytes(search, item, true)) return undefined;
  try {
    const target = await followLink(item.path);
    return visitTarget(search, item, isMeant, target);
  } catch (error) {
    search.problems.push(`${quoted(item.name)} is a link that cannot be followed: ${reason(error)}`);
    return undefined;
  }
}

function visitTarget(search: Search, item: Item, isMeant: boolean, target: LinkTarget | undefined): Folder | undefined {
  if (target === undefined) {
    if (isMeant) search.problems.push(`${quoted(item.name)} is a link that leads nowhere`);
    return undefined;
  }
  const { real, stats } = target;
  const isFolder = stats.isDirectory();
  const matters = isFolder ? folderVerdict(search.rules, item.standing) === 'taken' : isMeant;
  if (!matters || leadsIntoReserved(search.root, real)) return undefined;
  const isWithin = isInside(search.root, real);
  if (!search.followSymlinks && !isWithin) {
    search.problems.push(`${quoted(item.name)} is a link that leads out of the directory, to ${harmless(real)}`);
  } else if (isFolder) {
    const next = enter(item, real, true, false);
    if (isWithin && next !== undefined) search.followedLinks += 1;
    return next;
  } else if (stats.isFile()) {
    if (isWithin) search.followedLinks += 1;
    take(search, item, target);
  } else {
    search.problems.push(`${quoted(item.name)} is a link to something that is not a file`);
  }
  return undefined;
}

/** The folder as the next to visit; undefined where links lead back to a folder on the way here. */
function enter(item: Item, real: string, viaLink: boolean, counting: boolean): Folder | undefined {
  for (let above: Folder | undefined = item.folder; viaLink && above !== undefined; above = above.parent) {
    if (above.real === real) return undefined;
  }
  const { path, standing, folder } = item;
  return {
    path,
    prefix: `${item.name}/`,
    real,
    parent: folder,
    viaLink,
    standing,
    counting: counting || folder.counting,
  };
}

function take(search: Search, { name, path, standing }: Item, { real, stats }: LinkTarget): void {
  const { size, mode, dev, ino } = stats;
  search.files.push({ name, path, real, dev, ino, size, mode: mode & 0o777 });
  for (const pattern of addingPatterns(search.rules, standing)) search.useful.add(pattern);
}

/** True for a name that is no UTF-8; a problem if the thing was meant. */
function refusedBytes(search: Search, item: Item, isMeant: boolean): boolean {
  const { bytes } = item.entry;
  if (bytes !== undefined && isMeant) {
    search.problems.push(`${quoted(item.folder.prefix + bytes)} has a name that is not UTF-8`);
  }
  return bytes !== undefined;
}

/** `EACCES: permission denied`, without the call and path that the system’s message goes on with. */
function reason(error: unknown): string {
  const { message } = error as NodeJS.ErrnoException;
  return harmless(message.split(', ', 1)[0] ?? message);
}
