/** Work trees that workflows run in, made once for all tests of a file. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commitAll, copyCheckout } from './checkout.ts';
import { makePayload } from './payload.ts';

export interface Workspace {
  /** A folder for whatever else a test makes. */
  readonly root: string;
  /** The repository, with the tree to publish in `payload/`. */
  readonly path: string;
  /** What must come back: see payload.ts. */
  readonly tree: Record<string, string>;
  remove(): Promise<void>;
}

/** A repository that holds this project itself, so that `uses: ./publish` means it. */
export async function makeOwnWorkspace(bigBytes: number): Promise<Workspace> {
  return makeWorkspace(bigBytes, copyCheckout);
}

/** A repository of somebody who uses the project. */
export async function makeForeignWorkspace(bigBytes: number): Promise<Workspace> {
  return makeWorkspace(bigBytes, (path) => writeFile(join(path, 'README.md'), 'A project that uses the actions.\n'));
}

async function makeWorkspace(bigBytes: number, fill: (path: string) => Promise<void>): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), 'generic-packages-e2e-'));
  const path = join(root, 'workspace');
  await mkdir(path);
  await fill(path);
  await commitAll(path);
  const tree = await makePayload(join(path, 'payload'), bigBytes);
  return { root, path, tree, remove: () => rm(root, { recursive: true, force: true }) };
}
