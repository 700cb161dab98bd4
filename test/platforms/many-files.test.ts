/** Hundreds of small files: an unchanged run asks little and sends nothing; long lists go by file. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { firstByBundle } from '../support/by-bundle.ts';
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
  expect(lists(registry).length).toBeLessThanOrEqual(4);
  expect(registry.requests.length).toBeLessThanOrEqual(5);
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

test.each(
  firstByBundle([
    { platform: terminal, warning: /^warning: The output files is \[\]/m },
    { platform: githubAction, warning: /^::warning::The output files is \[\]/m },
  ]),
)(
  'make a list too long for an output: it is [] and its file holds all: $platform.name',
  async ({ platform, warning }) => {
    const run = await platform.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
    expect(run).toMatchObject({ code: 0, outputs: { files: '[]', 'file-count': '400' } });
    expect(run.stdout + run.stderr).toMatch(warning);
    const listed = JSON.parse(await readFile(run.outputs['files-path'] ?? '', 'utf8')) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(Object.keys(FILES).sort());
  },
);

test('a shorter list is printed, and its file holds the same', async () => {
  await writeFile(join(folder, 'out', 'only.txt'), 'only');
  const inputs = { ...rightInputs(registry, 'publish'), 'package-version': '1.0.1', files: 'only.txt' };
  const run = await githubAction.run('publish', inputs, { cwd: folder });
  const listed: unknown = JSON.parse(run.outputs.files ?? '');
  expect(listed).toMatchObject([{ name: 'only.txt', size: 4, status: 'uploaded' }]);
  expect(JSON.parse(await readFile(run.outputs['files-path'] ?? '', 'utf8'))).toEqual(listed);
  expect(run.summary).toContain('only.txt');
});
