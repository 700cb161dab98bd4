/** The tree that goes out and comes back in every platform, and what must come back of it. */
import { execFileSync } from 'node:child_process';
import { fingerprint, makeTree } from '../../support/tree.ts';

export const PAYLOAD_FILES = 36;
export const BIG = 100_000_000;
export const SMALL = 1_000_000;

/** Makes the tree at `root` and says what a download of it must look like. */
export async function makePayload(root: string, bigBytes: number): Promise<Record<string, string>> {
  await makeTree(root, bigBytes);
  return travelled(await fingerprint(root));
}

/** Modes go along; a download leaves of them what the umask allows. */
function travelled(tree: Record<string, string>): Record<string, string> {
  const umask = Number.parseInt(execFileSync('sh', ['-c', 'umask']).toString(), 8);
  const moved = Object.entries(tree).map(([name, look]) => {
    const [mode = '', sha256 = ''] = look.split(' ');
    return [name, `${(Number.parseInt(mode, 8) & ~umask).toString(8)} ${sha256}`] as const;
  });
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(moved));
}
