/** Which files of a folder a publish takes. What patterns mean: patterns.ts; one folder: selection-walk.ts. */

import { lstatSync } from 'node:fs';
import { realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { isLiteral, parsePatterns, unmatchedPatterns, type Pattern, type PatternList } from '../patterns/patterns.ts';
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
  /** Lines that added no file; empty where none added any. */
  unmatched: UnmatchedPattern[];
  /** Files and links that only `includeHidden` would have taken. */
  hiddenLeftOut: number;
  /** Links inside the directory that were followed: what they lead to is there as a copy. */
  followedLinks: number;
  /** One sentence for each pattern, file and folder that cannot be taken; with any, publish nothing. */
  problems: string[];
}

/** A line that added no file, and why. */
export interface UnmatchedPattern {
  /** As typed. */
  text: string;
  /** It has no wildcard: one file or one folder is meant. */
  isLiteral: boolean;
  /** `missing`: nothing matches; `hidden`: only hidden names do; `excluded`: a later line takes all of it out. */
  reason: 'missing' | 'hidden' | 'excluded';
}

/** Folders that are read at once. */
const FOLDERS_IN_FLIGHT = 8;

/**
 * Finds the files that the patterns select, the last match deciding. Hidden names need consent: a
 * segment of a pattern that itself starts with a dot. Does not reject for what it finds: every
 * broken link, FIFO, unreadable folder and so on is gathered in `problems`.
 */
export async function selectFiles(request: SelectionRequest): Promise<Selection> {
  const { directory } = request;
  const { patterns, problems } = parseLocalPatterns(request.patterns, request);
  if (problems.length > 0) return nothing(problems);
  const root = await realFolder(directory);
  if (root === undefined)
    return nothing([`the directory ${harmless(directory)} does not exist, is not a folder or cannot be read`]);
  const search = await searchTree(request, patterns, root);
  return {
    files: search.files.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unmatched:
      search.files.length === 0
        ? []
        : await explainUnmatched(request, unmatchedPatterns(patterns, search.useful), root),
    hiddenLeftOut: search.hiddenLeftOut,
    followedLinks: search.followedLinks,
    problems: search.problems.sort(),
  };
}

/** Patterns over files below the directory; what is there by a pattern's very letters is what it means. */
export function parseLocalPatterns(
  lines: readonly string[],
  { directory, os }: Pick<SelectionRequest, 'directory' | 'os'>,
): PatternList {
  const isThere = (name: string): boolean => lstatSync(join(directory, name), { throwIfNoEntry: false }) !== undefined;
  return parsePatterns(lines, { os, directory, isThere: (name) => orFalse(() => isThere(name)) });
}

/** A name that the system cannot even look for is not there. */
function orFalse(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return false;
  }
}

async function searchTree(request: SelectionRequest, patterns: readonly Pattern[], root: string): Promise<Search> {
  const { os, followSymlinks, includeHidden, directory } = request;
  const search: Search = {
    rules: { patterns, includeHidden },
    os,
    followSymlinks,
    root,
    files: [],
    useful: new Set(),
    hiddenLeftOut: 0,
    followedLinks: 0,
    problems: [],
  };
  await walkTree(rootFolder(search, directory), FOLDERS_IN_FLIGHT, (folder) => visitFolder(search, folder));
  return search;
}

/** Looks once more for what the lines that added nothing mean by themselves, and then also among hidden names. */
async function explainUnmatched(
  request: SelectionRequest,
  patterns: readonly Pattern[],
  root: string,
): Promise<UnmatchedPattern[]> {
  if (patterns.length === 0) return [];
  const plain = await searchTree(request, patterns, root);
  const all = await searchTree({ ...request, includeHidden: true }, patterns, root);
  const reasonOf = (pattern: Pattern): UnmatchedPattern['reason'] => {
    if (plain.useful.has(pattern)) return 'excluded';
    return all.useful.has(pattern) ? 'hidden' : 'missing';
  };
  return patterns.map((pattern) => ({
    text: pattern.text,
    isLiteral: isLiteral(pattern),
    reason: reasonOf(pattern),
  }));
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
  return { files: [], unmatched: [], hiddenLeftOut: 0, followedLinks: 0, problems };
}
