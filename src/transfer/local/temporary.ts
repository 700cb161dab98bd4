/** Temporary files beside the place where a download will put its file, and clearing up after killed runs. */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open, readdir, unlink, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

export interface TemporaryFile {
  readonly path: string;
  readonly handle: FileHandle;
}

/** After this long a leftover of another machine (a job's container, say) is nobody's any more. */
const FOREIGN_LEFTOVER_MS = 60 * 60 * 1000;
const NAME = /^\.generic-packages-([0-9a-f]{8})-(\d{1,10})-[0-9a-f]{16}\.part$/;

/** Creates a file that nobody else has, never through a link; only its owner may read it. */
export async function createTemporary(folder: string): Promise<TemporaryFile> {
  const name = `.generic-packages-${machine()}-${process.pid}-${randomBytes(8).toString('hex')}.part`;
  const path = join(folder, name);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | noFollow();
  return { path, handle: await open(path, flags, 0o600) };
}

/** True for the name of a temporary file, of whichever run. */
export function isTemporary(name: string): boolean {
  return NAME.test(name);
}

/** Removes what killed runs left in a folder, before this run makes its own; others at work keep theirs. */
export async function clearLeftovers(folder: string, now: number): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const match = NAME.exec(name);
    if (match === null) continue;
    const path = join(folder, name);
    const [, madeOn = '', pid = ''] = match;
    if (await isLeftover(path, madeOn, Number(pid), now)) await unlink(path).catch(() => undefined);
  }
}

async function isLeftover(path: string, madeOn: string, pid: number, now: number): Promise<boolean> {
  if (madeOn === machine()) return pid === process.pid || !isRunning(pid);
  const stat = await lstat(path).catch(() => undefined);
  return stat !== undefined && now - stat.mtimeMs > FOREIGN_LEFTOVER_MS;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** A short word for this machine: process ids mean nothing on another one. */
function machine(): string {
  return createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
}

/** Windows has no O_NOFOLLOW; O_EXCL alone refuses an existing link there. */
function noFollow(): number {
  return (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
}
