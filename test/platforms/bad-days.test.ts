/** A GitLab and a network that fail all the time: a run that ends well has every file once, whole and right. */
import { expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleOf } from '../support/by-bundle.ts';
import { terminal } from '../support/in-process.ts';
import { hiddenVersions, sha256, storedRows, visibleVersions, WIDGET } from '../support/raw.ts';
import { TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const FILES = Object.fromEntries([
  ...Array.from({ length: 30 }, (_, index) => [
    `part-${String(index).padStart(2, '0')}.txt`,
    `part ${index}\n`.repeat(50),
  ]),
  ['large.bin', 'large'.repeat(400_000)],
]) as Record<string, string>;

const UPLOAD_FAULTS = ['500', '502', 'reset', 'reset-after-store'];
const DOWNLOAD_FAULTS = ['500', '502', 'reset', 'truncate', 'corrupt'];

test.each([
  { seed: 1, kinds: UPLOAD_FAULTS, token: 'personal', platform: bundleOf(terminal) },
  { seed: 2, kinds: ['reset-after-store'], token: 'personal', platform: terminal },
  { seed: 3, kinds: ['reset-after-store', '502'], token: 'deploy', platform: terminal },
  { seed: 4, kinds: ['429', 'reset'], token: 'personal', platform: terminal },
] as const)('publish, faults $kinds, seed $seed, $token token', async ({ seed, kinds, token, platform }) => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    const faultRate = kinds.includes('429' as never) ? 0.04 : 0.15;
    const data = join(folder, 'data');
    await withRegistry({ faultRate, faultKinds: kinds, faultSeed: seed, data }, async (registry) => {
      const inputs = { ...rightInputs(registry, 'publish'), token: TOKENS[token], retries: '10' };
      expect(await platform.run('publish', inputs, { cwd: folder })).toMatchObject({
        code: 0,
        outputs: { uploaded: '31' },
      });
      expect(registry.requests.some(({ fault }) => fault !== undefined)).toBe(true);
    });
    await withRegistry({ data }, async (registry) => {
      const rows = await storedRows(registry, WIDGET);
      const stored = rows.filter(({ name }) => name !== 'generic-package.json').map((row) => [row.name, row.sha256]);
      expect(stored.sort()).toEqual(
        Object.entries(FILES)
          .map(([name, content]) => [name, sha256(content)])
          .sort(),
      );
      expect(rows).toHaveLength(32);
    });
  });
});

test.each([
  { seed: 1, storage: 'local', platform: terminal },
  { seed: 2, storage: 'redirect', platform: bundleOf(terminal) },
] as const)('download, $storage storage, seed $seed', async ({ seed, storage, platform }) => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    const data = join(folder, 'data');
    await mkdir(data);
    await withRegistry({ data }, async (registry) => {
      expect((await terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder })).code).toBe(0);
    });
    const faults = { faultRate: 0.15, faultKinds: DOWNLOAD_FAULTS, faultSeed: seed };
    await withRegistry({ ...faults, data, settings: { object_storage: storage } }, async (registry) => {
      const inputs = { ...rightInputs(registry, 'download'), retries: '10' };
      expect(await platform.run('download', inputs, { cwd: folder })).toMatchObject({
        code: 0,
        outputs: { downloaded: '31' },
      });
    });
    expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
  });
});

test('a download that is cut goes on where it stopped', async () => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'large.bin': FILES['large.bin'] ?? '' });
    const data = join(folder, 'data');
    await withRegistry({ data }, async (registry) => {
      expect((await terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder })).code).toBe(0);
    });
    await withRegistry({ data, faultRate: 0.6, faultKinds: ['truncate'], faultSeed: 3 }, async (registry) => {
      const inputs = { ...rightInputs(registry, 'download'), retries: '20' };
      expect((await terminal.run('download', inputs, { cwd: folder })).code).toBe(0);
      const ranges = registry.requests
        .filter(({ path }) => path.endsWith('/large.bin'))
        .map(({ headers }) => headers.range);
      expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=[1-9]\d*-$/), ...ranges.slice(2)]);
    });
    expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
  });
});

test('when one file is refused for good, nothing becomes visible, and the failure says what is done and what is not', async () => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { ...FILES, 'part-20.txt': 'too large'.repeat(1000) });
    await withRegistry({ settings: { max_file_size: 5000 } }, async (registry) => {
      const inputs = { ...rightInputs(registry, 'publish'), files: 'part-*', concurrency: '1' };
      const run = await terminal.run('publish', inputs, { cwd: folder });
      expect(run.code).toBe(1);
      const told = errorOf(terminal, run);
      expect(told).toMatch(/^error: .*File is too large.* \(20 of 30 files were published, 10 were not\)/);
      expect(told).toContain('generic_packages_max_file_size');
      expect(told).toContain('--verbose lists the 10 files that are not done');
      expect(run.stdout).toContain('"part-21.txt: not published"');
      expect(run.stdout).not.toContain('part-19.txt');
      expect(await visibleVersions(registry)).toEqual([]);
      expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
    });
  });
});
