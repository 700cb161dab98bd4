/** Hundreds of small files: an unchanged run asks little and sends nothing; long lists go by file. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { fileGets, fileOf, lists, openRegistry, puts } from '../support/registry.ts';
import { writeFiles } from '../support/tree.ts';
import { rightInputs } from './wrong-runs.ts';

const FILES = Object.fromEntries(
  Array.from({ length: 400 }, (_, index) => [
    `folder-${index % 20}/file-${String(index).padStart(4, '0')}.txt`,
    `content ${index}\n`,
  ]),
);
const MANIFEST = 'generic-package.json';

let registry: RunningRegistry;
let folder: string;
beforeAll(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), 'generic-packages-test-'));
  await writeFiles(join(folder, 'out'), FILES);
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

test('are published, and published again with few questions and no upload', async () => {
  const publish = () => terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
  expect(await publish()).toMatchObject({ code: 0, outputs: { uploaded: '400' } });
  expect(puts(registry)).toHaveLength(401);
  registry.forget();
  expect(await publish()).toMatchObject({ code: 0, outputs: { uploaded: '0', unchanged: '400' } });
  expect(puts(registry)).toEqual([]);
  // The version in two lists, its manifest, and its list of files: five pages of 100 rows, and both ends of it once
  // more, for no row has moved meanwhile.
  expect(lists(registry).length).toBeLessThanOrEqual(9);
  expect(registry.requests.length).toBeLessThanOrEqual(10);
});

test('are fetched, and fetched again with no file but the manifest', async () => {
  const download = () => githubAction.run('download', rightInputs(registry, 'download'), { cwd: folder });
  const first = await download();
  expect(first).toMatchObject({ code: 0, outputs: { downloaded: '400', files: '[]' } });
  registry.forget();
  expect(await download()).toMatchObject({ code: 0, outputs: { downloaded: '0', unchanged: '400' } });
  expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
  expect(lists(registry).length).toBeLessThanOrEqual(4);
});

test('make a list too long for an output of a step: it is [] and its file holds all', async () => {
  const run = await githubAction.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
  expect(run).toMatchObject({ code: 0, outputs: { files: '[]', 'file-count': '400' } });
  expect(run.stdout + run.stderr).toMatch(/^The output files is \[\]/m);
  expect(namesIn(await readFile(run.outputs['files-path'] ?? '', 'utf8'))).toEqual(Object.keys(FILES).sort());
});

test('are a whole list at the terminal, which has no such limit', async () => {
  const run = await terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
  expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '400' } });
  expect(namesIn(run.outputs.files ?? '')).toEqual(Object.keys(FILES).sort());
  expect(run.outputs).not.toHaveProperty('files-path');
  expect(run.stderr).not.toContain('warning');
});

function namesIn(json: string): readonly string[] {
  return (JSON.parse(json) as { name: string }[]).map(({ name }) => name);
}

test('a shorter list is printed, and its file holds the same', async () => {
  await writeFile(join(folder, 'out', 'only.txt'), 'only');
  const inputs = { ...rightInputs(registry, 'publish'), 'package-version': '1.0.1', files: 'only.txt' };
  const run = await githubAction.run('publish', inputs, { cwd: folder });
  const listed: unknown = JSON.parse(run.outputs.files ?? '');
  expect(listed).toMatchObject([{ name: 'only.txt', size: 4, status: 'uploaded' }]);
  expect(JSON.parse(await readFile(run.outputs['files-path'] ?? '', 'utf8'))).toEqual(listed);
  expect(run.summary).toContain('only.txt');
});
