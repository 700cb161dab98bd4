/** Sample trees for tests, made in folders of their own, and fingerprints to compare them by. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** Makes a temporary folder, hands it to `work`, and removes it whatever happens. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'generic-packages-test-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Files with legal but odd names, nested, one empty, one executable, one of `bigBytes`. 36 in all. */
export async function makeTree(root: string, bigBytes: number): Promise<void> {
  const small: [name: string, content: string, mode?: number][] = [
    ['empty', ''],
    ['bin/run.sh', '#!/bin/sh\necho run\n', 0o755],
    ['odd/a+b.txt', 'plus'],
    ['odd/a~b.txt', 'tilde'],
    ['odd/a@b.txt', 'at'],
    ['__proto__', 'proto'],
    ['constructor', 'constructor'],
    ['deep/a/b/c/d/e/f.txt', 'deep'],
    ['toString/valueOf', 'nested'],
    ['scripts/another.sh', '#!/bin/sh\necho another\n', 0o755],
    ['private.txt', 'a name like any other'],
  ];
  for (let part = 1; part <= 24; part += 1) small.push([`parts/part-${part}.txt`, `part ${part}\n`.repeat(part)]);
  for (const [name, content, mode] of small) await put(join(root, name), content, mode);
  await put(join(root, 'big/model.bin'), pattern(bigBytes));
}

async function put(path: string, content: string | Buffer, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}

const patterns = new Map<number, Buffer>();

/** Bytes that do not repeat every few, so that a misplaced block shows. */
function pattern(size: number): Buffer {
  const made = patterns.get(size);
  if (made !== undefined) return made;
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let at = 0; at < words.length; at += 1) words[at] = Math.imul(at * 4, 2654435761);
  const bytes = Buffer.from(words.buffer, 0, size);
  patterns.set(size, bytes);
  return bytes;
}

/** Every file below `root`: name → mode and SHA-256. Links and devices show as such. */
export async function fingerprint(root: string): Promise<Record<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: [string, string][] = [];
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const { mode } = await lstat(path);
    const what = entry.isFile() ? await sha256(path) : 'no regular file';
    found.push([relative(root, path), `${(mode & 0o777).toString(8)} ${what}`]);
  }
  found.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(found));
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Is there anything of that name? A link that leads nowhere counts too. */
export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** Writes these files and the folders they need. */
export async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await put(join(root, name), content);
}
