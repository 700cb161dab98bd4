/** Temporary files beside the place where a download will put its file, and clearing up after killed runs. */
import { createHash, randomBytes } from 'node:crypto';
import { constants, readFileSync, readlinkSync } from 'node:fs';
import { lstat, open, readdir, rename, unlink, type FileHandle } from 'node:fs/promises';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** What `stat` counts in. */
const BLOCK = 512;
const NAME = /^\.generic-packages-([0-9a-f]{8})-(\d{1,10})-([0-9a-f]{16})\.part$/;

/** Creates a file that nobody else has, never through a link; only its owner may read it. */
export async function createTemporary(folder: string): Promise<TemporaryFile> {
  return createNamed(join(folder, nameOf(randomBytes(8).toString('hex'))));
}

/**
 * The file that a run which has ended left under this mark, made this run's own; else a new one. `mark`: 16 hex digits
 * that stand for what is to be in the file.
 */
export async function continueTemporary(folder: string, mark: string): Promise<TemporaryFile> {
  const path = join(folder, nameOf(mark));
  for (const name of await readdir(folder).catch(() => [])) {
    const left = leftoverOf(name);
    if (left?.mark !== mark) continue;
    try {
      // Of two runs that want it one gets it.
      await rename(join(folder, name), path);
      const handle = await open(path, constants.O_RDWR | noFollow());
      if ((await handle.stat()).isFile()) return { path, handle };
      await handle.close();
    } catch {
      // Gone, or no file of ours: a new one does as well.
    }
  }
  return createNamed(path);
}

/** Bytes on the disk of the files that this run could continue. */
export async function bytesToContinue(folder: string, marks: ReadonlySet<string>): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    if (!marks.has(leftoverOf(name)?.mark ?? '')) continue;
    const stats = await lstat(join(folder, name)).catch(() => undefined);
    if (stats?.isFile() === true) bytes += stats.blocks * BLOCK;
  }
  return bytes;
}

/** The mark of a file's content and place, for `continueTemporary`. */
export function markOf(...what: readonly (string | number)[]): string {
  return createHash('sha256').update(JSON.stringify(what)).digest('hex').slice(0, 16);
}

function nameOf(mark: string): string {
  return `.generic-packages-${ownProcesses()}-${process.pid}-${mark}.part`;
}

async function createNamed(path: string): Promise<TemporaryFile> {
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | noFollow();
  return { path, handle: await open(path, flags, 0o600) };
}

/** True for the name of a temporary file, of whichever run. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/**
 * Removes what killed runs left in a folder, before this run makes its own. Only what belongs to a process that
 * has certainly ended: whose process it is cannot be told of another machine's file, nor of another container's.
 * `kept` are the paths of files that the version itself has, `marks` those of files that this run may continue.
 */
export async function clearLeftovers(
  folder: string,
  kept: ReadonlySet<string> = new Set(),
  marks: ReadonlySet<string> = new Set(),
): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const left = leftoverOf(name);
    if (left === undefined || kept.has(path) || marks.has(left.mark)) continue;
    await unlink(path).catch(() => undefined);
  }
}

/** A temporary file of a process that has certainly ended; undefined for every other name. */
function leftoverOf(name: string): { readonly mark: string } | undefined {
  const [, processes, pid, mark = ''] = NAME.exec(name) ?? [];
  return processes !== ownProcesses() || isOther(Number(pid)) ? undefined : { mark };
}

/** True for another process that runs; this one has made no file yet when it clears. */
function isOther(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** What tells one set of process ids from another: machines may share a name, containers also a kernel. */
export interface ProcessSpace {
  readonly hostname: string;
  /** Changes with every start of the machine. */
  readonly boot: string;
  /** On Linux each container has its own. */
  readonly namespace: string;
}

/** A short word for a set of process ids. */
export function processesWord({ hostname: name, boot, namespace }: ProcessSpace): string {
  return createHash('sha256')
    .update(JSON.stringify([name, boot, namespace]))
    .digest('hex')
    .slice(0, 8);
}

let known: string | undefined;

function ownProcesses(): string {
  return (known ??= processesWord(ownProcessSpace()));
}

function ownProcessSpace(): ProcessSpace {
  try {
    return {
      hostname: hostname(),
      boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      namespace: readlinkSync('/proc/self/ns/pid'),
    };
  } catch (error) {
    // The system would tell it: the next file could not be opened either.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EMFILE' || code === 'ENFILE') throw error;
    return { hostname: hostname(), boot: networkAddresses(), namespace: '' };
  }
}

/** Where the system tells neither boot nor namespace: the addresses of its network cards. */
function networkAddresses(): string {
  const cards = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return [...new Set(cards.filter(({ internal }) => !internal).map(({ mac }) => mac))].sort().join(' ');
}

/** Windows has no O_NOFOLLOW; O_EXCL alone refuses an existing link there. */
function noFollow(): number {
  return (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
}
