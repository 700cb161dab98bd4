/** What a registry holds after a run, as sentences to assert on: names, twins, bytes, the manifest's word. */
import { expect } from '@jest/globals';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { getRaw, sha256, storedRows, visibleVersions, type Version } from '../../support/raw.ts';
import { MANIFEST } from './watch.ts';

export type Files = Readonly<Record<string, string>>;

/** Small files with content of their own; another `build` gives other bytes, of the same length if it is as long a word. */
export function makeFiles(count: number, build = 'first', folder = ''): Record<string, string> {
  const names = Array.from({ length: count }, (_, index) => `${folder}file-${String(index).padStart(4, '0')}.txt`);
  return Object.fromEntries(names.map((name) => [name, `${build} build of ${name}\n`]));
}

/** Names that have several rows, and how many. */
export async function twins(registry: RunningRegistry, of: Version): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { name } of await storedRows(registry, of)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].filter(([, count]) => count > 1));
}

/** Which of these names the version serves, be it hidden or not. */
export async function servedAmong(registry: RunningRegistry, of: Version, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => (await getRaw(registry, of, name)) !== undefined));
  return names.filter((_, index) => found[index]);
}

/** The version is visible, serves exactly these files and a manifest that lists just them; returns its digest. */
export async function expectComplete(registry: RunningRegistry, of: Version, files: Files): Promise<string> {
  expect(await visibleVersions(registry)).toContain(of.version);
  const served = new Map((await storedRows(registry, of)).map((row) => [row.name, row.sha256]));
  const parts = [...served.keys()].filter((name) => name.startsWith('generic-package.part-'));
  for (const name of [MANIFEST, ...parts]) served.delete(name);
  const wanted = Object.entries(files).map(([name, content]) => [name, sha256(content)] as const);
  expect([...served].sort()).toEqual([...wanted].sort());
  const manifest = (await getRaw(registry, of, MANIFEST)) ?? '';
  expect(listedIn(manifest)).toEqual([...wanted].sort());
  return `sha256:${sha256(manifest)}`;
}

function listedIn(manifest: string): (readonly [string, string])[] {
  const { files } = JSON.parse(manifest) as { files: { path: string; sha256: string }[] };
  return files.map(({ path, sha256: digest }) => [path, digest] as const).sort();
}
