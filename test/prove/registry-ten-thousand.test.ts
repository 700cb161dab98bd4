/** Proves: 10,000 files go out and come back through every door, and what each door writes stays within its host's limits. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rightInputs } from '../doors/wrong-runs.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal, type Door, type DoorRun } from '../support/doors.ts';
import { fileGets, fileOf, openRegistry, puts } from '../support/registry.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';

const COUNT = 10_000;
const MANIFEST = 'generic-package.json';
const DOORS = [terminal, githubAction, gitlabJob];

let registry: RunningRegistry;
let folder: string;
beforeAll(async () => {
  registry = await openRegistry();
  folder = await mkdtemp(join(tmpdir(), 'generic-packages-test-'));
  const names = Array.from(
    { length: COUNT },
    (_, index) => `folder-${index % 100}/a-name-of-usual-length-${String(index).padStart(5, '0')}.txt`,
  );
  await writeFiles(join(folder, 'out'), Object.fromEntries(names.map((name) => [name, name])));
});
afterAll(async () => {
  await registry.close();
  await rm(folder, { recursive: true, force: true });
});

/** A version and a target folder of its own for each door. */
function run(verb: string, door: Door): Promise<DoorRun> {
  const at = DOORS.indexOf(door);
  const inputs = { ...rightInputs(registry, verb), 'package-name': 'widget', 'package-version': `1.0.${at}` };
  return door.run(verb, verb === 'download' ? { ...inputs, directory: `in-${at}` } : inputs, { cwd: folder });
}

test.each(DOORS)('through $name', async (door) => {
  registry.forget();
  const publish = await run('publish', door);
  expect(publish).toMatchObject({ code: 0, outputs: { uploaded: String(COUNT) } });
  expect(puts(registry)).toHaveLength(COUNT + 1);
  await expectWithinLimits('publish', publish);

  registry.forget();
  expect(await run('publish', door)).toMatchObject({ code: 0, outputs: { uploaded: '0', skipped: String(COUNT) } });
  expect([puts(registry), registry.requests.length <= COUNT / 100]).toEqual([[], true]);

  const download = await run('download', door);
  expect(download).toMatchObject({ code: 0, outputs: { downloaded: String(COUNT) } });
  expect(await fingerprint(join(folder, `in-${DOORS.indexOf(door)}`))).toEqual(await fingerprint(join(folder, 'out')));
  await expectWithinLimits('download', download);

  registry.forget();
  expect(await run('download', door)).toMatchObject({
    code: 0,
    outputs: { downloaded: '0', unchanged: String(COUNT) },
  });
  expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
});

/** The file of the whole list, and what only one of the doors writes. */
async function expectWithinLimits(verb: string, { outputs, summary, stdout, stderr }: DoorRun): Promise<void> {
  const path = (outputs['files-path'] ?? '').replace(/^(?=\.generic)/, `${folder}/`);
  expect((JSON.parse(await readFile(path, 'utf8')) as unknown[]).length).toBe(COUNT);
  expect((stdout + stderr).match(/ \[\], for 10000 entries/g)).toHaveLength(1);
  expect((stdout + stderr).length).toBeLessThan(200_000);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900_000);
  expect(summary.match(/^\| \[/gm)?.length ?? 200).toBe(200);
  if (!path.startsWith(join(folder, '.generic-packages'))) return;
  const dotenv = await readFile(join(folder, '.generic-packages', `${verb}.env`), 'utf8');
  expect([dotenv.length <= 4_000, dotenv.trim().split('\n').length <= 15]).toEqual([true, true]);
  const annotations = JSON.parse(
    await readFile(join(folder, '.generic-packages', `${verb}.annotations.json`), 'utf8'),
  ) as Record<string, unknown[]>;
  expect(annotations['generic-packages']?.length).toBe(15);
}
