/** Where a bench works: a temporary folder, the program under test in it, and files to move. */
import { randomFillSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

export interface Workplace {
  readonly folder: string;
  /** What `node` is started with: the bundle, else the sources. */
  readonly program: string;
  readonly programName: string;
}

/** Hands a workplace to `work`, and removes it whatever happens. */
export async function inWorkplace<T>(work: (place: Workplace) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'generic-packages-bench-'));
  try {
    return await work({ folder, ...(await programIn(folder)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A copy of the bundle, so that a build in between does not change what is measured. */
async function programIn(folder: string): Promise<{ program: string; programName: string }> {
  const bundle = join(ROOT, 'dist', 'cli');
  if (!existsSync(join(bundle, 'index.js'))) {
    return { program: join(ROOT, 'src', 'main', 'cli.ts'), programName: 'src/main/cli.ts (dist/ is not built)' };
  }
  await cp(bundle, join(folder, 'cli'), { recursive: true });
  return { program: join(folder, 'cli', 'index.js'), programName: 'dist/cli/index.js' };
}

/** Makes `count` files of `size` random bytes, a hundred to a folder; returns their names. */
export async function makeFiles(folder: string, count: number, size: number): Promise<readonly string[]> {
  const names = Array.from({ length: count }, (_, index) => {
    const number = String(index).padStart(6, '0');
    return `part-${number.slice(0, 4)}/file-${number}.bin`;
  });
  for (const part of new Set(names.map((name) => dirname(name)))) await mkdir(join(folder, part), { recursive: true });
  for (const name of names) await writeFile(join(folder, name), randomFillSync(Buffer.allocUnsafe(size)));
  return names;
}

/** Makes one file of `size` bytes, a multiple of 16 MiB, all of them random. */
export async function makeLargeFile(path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(path, 'wx');
  const block = Buffer.allocUnsafe(16 * 2 ** 20);
  try {
    for (let written = 0; written < size; written += block.length) await file.write(randomFillSync(block));
    // Else the disk would still be busy with it while the first runs are measured.
    await file.sync();
  } finally {
    await file.close();
  }
}
