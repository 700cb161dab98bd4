/** Which files of a folder a publish takes. What patterns mean: patterns.ts; one folder: selection-walk.ts. */

import { realpath, stat } from 'node:fs/promises';

import { parsePatterns, unmatchedTexts, type Pattern } from '../patterns/patterns.ts';
import { rootStanding } from './rules.ts';
import { visitFolder, type Folder, type Search, type SelectedFile } from './walk.ts';
import { harmless } from '../text.ts';
import { walkTree } from './tree-walk.ts';

export interface SelectionRequest {
  /** Lines in the syntax of `@actions/glob`, relative to the directory or absolute inside it. */
  patterns: readonly string[];
  /** Absolute path. */
  directory: string;
  /** Also names with a leading dot that no pattern asks for; `.git` and `.generic-packages` never. */
  includeHidden: boolean;
  /** Also follow links that lead out of the directory, instead of refusing them. */
  followSymlinks: boolean;
  os: NodeJS.Platform;
}

export interface Selection {
  /** Sorted by name, in code units. */
  files: SelectedFile[];
  /** Lines that added no file, as typed. */
  unmatchedPatterns: string[];
  /** Files and links that only `includeHidden` would have taken. */
  hiddenLeftOut: number;
  /** One sentence for each pattern, file and folder that cannot be taken; with any, publish nothing. */
  problems: string[];
}

/** Folders that are read at once. */
const FOLDERS_IN_FLIGHT = 8;

/**
 * Finds the files that the patterns select, the last match deciding. Hidden names need consent: a
 * segment of a pattern that itself starts with a dot. Does not reject for what it finds: every
 * broken link, FIFO, unreadable folder and so on is gathered in `problems`.
 */
export async function selectFiles(request: SelectionRequest): Promise<Selection> {
  const { directory, os } = request;
  const { patterns, problems } = parsePatterns(request.patterns, { os, directory });
  if (problems.length > 0) return nothing(problems);
  const root = await realFolder(directory);
  if (root === undefined)
    return nothing([`the directory ${harmless(directory)} does not exist, is not a folder or cannot be read`]);
  const search = newSearch(request, patterns, root);
  await walkTree(rootFolder(search, directory), FOLDERS_IN_FLIGHT, (folder) => visitFolder(search, folder));
  return {
    files: search.files.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unmatchedPatterns: unmatchedTexts(patterns, search.useful),
    hiddenLeftOut: search.hiddenLeftOut,
    problems: search.problems.sort(),
  };
}

function newSearch(request: SelectionRequest, patterns: readonly Pattern[], root: string): Search {
  const { os, followSymlinks, includeHidden } = request;
  const rules = { patterns, includeHidden };
  return { rules, os, followSymlinks, root, files: [], useful: new Set(), hiddenLeftOut: 0, problems: [] };
}

function rootFolder(search: Search, directory: string): Folder {
  return {
    path: directory,
    prefix: '',
    real: search.root,
    parent: undefined,
    viaLink: false,
    standing: rootStanding(search.rules),
    counting: false,
  };
}

async function realFolder(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path);
    return (await stat(real)).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

function nothing(problems: string[]): Selection {
  return { files: [], unmatchedPatterns: [], hiddenLeftOut: 0, problems };
}
