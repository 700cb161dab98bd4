/** What lies where a download will put its files: inspected whole before anything is placed. */
import type { Stats } from 'node:fs';
import { lstat, realpath, statfs } from 'node:fs/promises';
import nodePath, { dirname, join, resolve, type PlatformPath } from 'node:path';
import { sha256OfFile, type HashOptions } from '../../core/digest.ts';
import { isOutOfFiles } from '../../core/errors.ts';
import { isInside } from '../../core/links.ts';
import { inParallel } from '../in-parallel.ts';

/** A file as the registry has it; an absent checksum or size is one that nobody told us. */
export interface WantedFile {
  readonly name: string;
  readonly size: number | undefined;
  readonly sha256: string | undefined;
  /** Octal text; absent for versions without a manifest. */
  readonly mode: string | undefined;
}

/** `differs` also stands for a link at the file's own place, which is replaced, never followed. */
export interface Target {
  readonly file: WantedFile;
  /** Below the target folder, divided by `/`. */
  readonly place: string;
  readonly path: string;
  readonly state: 'absent' | 'same' | 'differs';
  /** Permission bits of a file that is the same. */
  readonly mode?: number;
}

/** A file and its name below the target folder. */
export interface Placement {
  readonly file: WantedFile;
  readonly place: string;
}

export interface Inspection {
  readonly targets: readonly Target[];
  readonly problems: readonly string[];
}

const PARALLEL_LOOKS = 4;
const FIT = Symbol('fit');
const ABSENT = Symbol('absent');
/** What is asked for lies below something that is no folder. */
const NO_FOLDER = Symbol('no folder');

/** Told while files that lie there are read. */
export interface LookEvents {
  readonly onBytes?: (bytes: number) => void;
  readonly onFile?: () => void;
}

/** Looks at every target; `directory` is absolute and need not exist. */
export async function inspectTargets(
  directory: string,
  wanted: readonly Placement[],
  signal: AbortSignal,
  events: LookEvents = {},
): Promise<Inspection> {
  const parents = new ParentCheck(directory);
  const problems: string[] = [];
  const inspect = async ({ file, place }: Placement): Promise<Target | undefined> => {
    signal.throwIfAborted();
    const path = join(directory, place);
    const seen = await lookAt(path, file, { parents, signal, ...events }).catch(unseen);
    events.onFile?.();
    if (seen.problem === undefined) return { file, place, path, ...seen.look };
    problems.push(`${file.name}: ${seen.problem}`);
    return undefined;
  };
  const targets = await inParallel(wanted, PARALLEL_LOOKS, inspect);
  return { targets: targets.filter((target) => target !== undefined), problems: problems.sort() };
}

/** Bytes that may still be written where `directory` will be; undefined where the system does not tell. */
export async function freeSpace(directory: string): Promise<number | undefined> {
  const place = await nearestExisting(directory, exists);
  if (place === undefined) return undefined;
  const known = await statfs(place).catch(() => undefined);
  // A file system in memory without a limit says 0 of 0.
  return known === undefined || known.blocks === 0 ? undefined : known.bavail * known.bsize;
}

/** The path or the first folder above it that exists; undefined where not even the drive is there. */
export async function nearestExisting(
  path: string,
  isThere: (path: string) => Promise<boolean>,
  paths: PlatformPath = nodePath,
): Promise<string | undefined> {
  for (let place = path; ; place = paths.dirname(place)) {
    if (await isThere(place)) return place;
    if (paths.dirname(place) === place) return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(absent)) !== undefined;
}

type Look = Pick<Target, 'state' | 'mode'>;
type Seen = { readonly look: Look; readonly problem?: undefined } | { readonly problem: string };

interface Surroundings extends LookEvents {
  readonly parents: ParentCheck;
  readonly signal: AbortSignal;
}

async function lookAt(path: string, file: WantedFile, { parents, signal, onBytes }: Surroundings): Promise<Seen> {
  const folder = await parents.stateOf(dirname(path));
  if (folder === ABSENT) return { look: { state: 'absent' } };
  if (folder !== FIT) return { problem: folder };
  const stats = await lstat(path).catch(absent);
  if (stats === undefined) return { look: { state: 'absent' } };
  const problem = placeProblem(stats);
  if (problem !== undefined) return { problem };
  return { look: await compareWith(path, stats, { file, options: { signal, onBytes } }) };
}

/** What may not be looked at is in the way like anything else: permissions, names too long for this file system. */
function unseen(error: unknown): Seen {
  const { syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined || isOutOfFiles(error)) throw error;
  return { problem: `its place cannot be looked at: ${message}` };
}

function placeProblem(stats: Stats): string | undefined {
  if (stats.isFile() || stats.isSymbolicLink()) return undefined;
  return stats.isDirectory() ? 'a folder is in its place' : 'something that is not a regular file is in its place';
}

async function compareWith(
  path: string,
  stats: Stats,
  { file, options }: { readonly file: WantedFile; readonly options: HashOptions },
): Promise<Look> {
  if (!stats.isFile() || file.sha256 === undefined) return { state: 'differs' };
  if (file.size !== undefined && stats.size !== file.size) return { state: 'differs' };
  const isSame = (await sha256OfFile(path, options)) === file.sha256;
  return isSame ? { state: 'same', mode: stats.mode & 0o777 } : { state: 'differs' };
}

/** What a folder is to files that are to lie in it: there, not there yet, or what is wrong with it. */
type FolderState = typeof FIT | typeof ABSENT | string;

/** Remembers which folders are fit to hold files: real ones, or links that stay inside. */
class ParentCheck {
  readonly #root: string;
  readonly #known = new Map<string, Promise<FolderState>>();

  constructor(directory: string) {
    this.#root = resolve(directory);
  }

  stateOf(folder: string): Promise<FolderState> {
    let known = this.#known.get(folder);
    if (known === undefined) {
      known = this.#check(folder);
      this.#known.set(folder, known);
    }
    return known;
  }

  async #check(folder: string): Promise<FolderState> {
    if (folder !== this.#root) {
      const above = await this.stateOf(dirname(folder));
      if (above !== FIT) return above;
    }
    const stat = await lstat(folder).catch(beneathAFile);
    if (stat === undefined) return ABSENT;
    if (stat === NO_FOLDER) return `${folder} cannot be made: something above it is not a folder`;
    if (stat.isDirectory()) return FIT;
    if (!stat.isSymbolicLink()) return `${folder} is not a folder`;
    return this.#linkProblem(folder);
  }

  async #linkProblem(folder: string): Promise<FolderState> {
    const target = await realpath(folder).catch(leadsNowhere);
    if (target === undefined) return `${folder} is a broken link`;
    const targetStat = await lstat(target);
    if (!targetStat.isDirectory()) return `${folder} is a link to something that is not a folder`;
    if (folder === this.#root) return FIT;
    const inside = isInside(await realpath(this.#root), target);
    return inside ? FIT : `${folder} is a link that leads out of the folder`;
  }
}

function absent(error: unknown): undefined {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw error;
}

function beneathAFile(error: unknown): undefined | typeof NO_FOLDER {
  if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return NO_FOLDER;
  absent(error);
  return undefined;
}

/** Also a link that leads back to itself. */
function leadsNowhere(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ELOOP') absent(error);
}
