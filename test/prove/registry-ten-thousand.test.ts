/** Proves: 10,000 files go out and come back through every platform, and what each platform writes stays within its host's limits. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rightInputs } from '../platforms/wrong-runs.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, PlatformRun } from '../support/platform.ts';
import { githubAction, gitlabJob, terminal } from '../support/platforms.ts';
import { fileGets, fileOf, openRegistry, puts } from '../support/registry.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';

const COUNT = 10_000;
const MANIFEST = 'generic-package.json';
const PLATFORMS = [terminal, githubAction, gitlabJob];

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

/** A version and a target folder of its own for each platform. */
function run(command: string, platform: Platform): Promise<PlatformRun> {
  const at = PLATFORMS.indexOf(platform);
  const inputs = { ...rightInputs(registry, command), 'package-name': 'widget', 'package-version': `1.0.${at}` };
  return platform.run(command, command === 'download' ? { ...inputs, directory: `in-${at}` } : inputs, { cwd: folder });
}

test.each(PLATFORMS)('through $name', async (platform) => {
  registry.forget();
  const publish = await run('publish', platform);
  expect(publish).toMatchObject({ code: 0, outputs: { uploaded: String(COUNT) } });
  expect(puts(registry)).toHaveLength(COUNT + 1);
  await expectWithinLimits('publish', publish);

  registry.forget();
  expect(await run('publish', platform)).toMatchObject({
    code: 0,
    outputs: { uploaded: '0', unchanged: String(COUNT) },
  });
  // The list of files, a hundred at a time, and what tells that it is this version.
  expect([puts(registry), registry.requests.length <= COUNT / 100 + 10]).toEqual([[], true]);

  const download = await run('download', platform);
  expect(download).toMatchObject({ code: 0, outputs: { downloaded: String(COUNT) } });
  expect(await fingerprint(join(folder, `in-${PLATFORMS.indexOf(platform)}`))).toEqual(
    await fingerprint(join(folder, 'out')),
  );
  await expectWithinLimits('download', download);

  registry.forget();
  expect(await run('download', platform)).toMatchObject({
    code: 0,
    outputs: { downloaded: '0', unchanged: String(COUNT) },
  });
  expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
});

/** The whole list, in the output or in a file, and what only one of the platforms writes. */
async function expectWithinLimits(command: string, { outputs, summary, stdout, stderr }: PlatformRun): Promise<void> {
  const path = outputs['files-path']?.replace(/^(?=\.generic)/, `${folder}/`);
  const list = path === undefined ? outputs.files : await readFile(path, 'utf8');
  expect((JSON.parse(list ?? '') as unknown[]).length).toBe(COUNT);
  if (path === undefined) return;
  // Told in the log where the output exists, and no warning: nobody may have asked for it.
  expect(stdout + stderr).not.toMatch(/::warning.*10000 entries/);
  expect((stdout + stderr).length).toBeLessThan(200_000);
  expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(900_000);
  // As many as fit, and the count of the others; two lines of the table are its head.
  const rows = (summary.match(/^\| /gm)?.length ?? 2) - 2;
  if (rows > 0) expect(summary).toContain(`… and ${COUNT - rows} more`);
  if (!path.startsWith(join(folder, '.generic-packages'))) return;
  const dotenv = await readFile(join(folder, '.generic-packages', `${command}.env`), 'utf8');
  expect([dotenv.length <= 4_000, dotenv.trim().split('\n').length <= 15]).toEqual([true, true]);
  const annotations = JSON.parse(
    await readFile(join(folder, '.generic-packages', `${command}.annotations.json`), 'utf8'),
  ) as Record<string, unknown[]>;
  expect(annotations['generic-packages']?.length).toBe(15);
}
