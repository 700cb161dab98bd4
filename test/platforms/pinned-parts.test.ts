/** Parts that are pinned to their digest: what was published again since never becomes visible. */
import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { getRaw, hiddenVersions, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileOf, puts, withRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const OTHER = `sha256:${'0'.repeat(64)}`;

interface Bench {
  readonly registry: RunningRegistry;
  /** Builds these words and publishes them as the part `candidate`. */
  readonly candidate: (text: string) => Promise<PlatformRun>;
  readonly download: () => Promise<PlatformRun>;
  readonly complete: (parts: string, more?: Inputs) => Promise<PlatformRun>;
}

function atBench(platform: Platform, work: (bench: Bench) => Promise<void>): Promise<void> {
  return inFolder((folder) =>
    withRegistry({}, async (registry) => {
      const run = (command: string, inputs: Inputs) =>
        platform.run(
          command,
          { ...rightInputs(registry, command), 'package-name': WIDGET.name, ...inputs },
          { cwd: folder },
        );
      await work({
        registry,
        candidate: async (text) => {
          await writeFiles(join(folder, 'out'), { 'app.txt': text });
          return succeeded(await run('publish', { part: 'candidate' }));
        },
        download: async () => succeeded(await run('download', { part: 'candidate' })),
        complete: (parts, more = {}) => run('publish', { files: '', directory: '', parts, ...more }),
      });
    }),
  );
}

function succeeded(run: PlatformRun): PlatformRun {
  expect(run).toMatchObject({ code: 0 });
  return run;
}

/** Nothing sent, and an error that names the part, what is there, and what was expected. */
function expectRefused(
  platform: Platform,
  registry: RunningRegistry,
  run: PlatformRun,
  { found, expected }: { found: string; expected: string },
): void {
  expect(run.code).toBe(1);
  const told = errorOf(platform, run);
  expect(told).toContain(`candidate: the digest of this part is ${found}, but ${expected} is expected`);
  expect(told).toContain('Nothing was sent.');
  expect(puts(registry)).toEqual([]);
}

describe.each([terminal, githubAction])('by $name', (platform) => {
  test('the part with that digest completes the version, and once more sends nothing', async () => {
    await atBench(bundleOf(platform), async ({ registry, candidate, download, complete }) => {
      const { digest = '' } = (await candidate('tested')).outputs;
      expect((await download()).outputs).toMatchObject({ digest });
      registry.forget();
      const last = await complete(`candidate@${digest}`);
      expect(last).toMatchObject({ code: 0, outputs: { complete: 'true', 'file-count': '1' } });
      expect(puts(registry).map(fileOf)).toEqual(['generic-package.json']);
      expect(await visibleVersions(registry)).toEqual([WIDGET.version]);

      registry.forget();
      expect(await complete(`candidate@${digest}`)).toMatchObject({
        code: 0,
        outputs: { digest: last.outputs.digest, uploaded: '0' },
      });
      expect(puts(registry)).toEqual([]);
    });
  });

  test('published again with other bytes, it is refused; and as it was, it is fine', async () => {
    await atBench(platform, async ({ registry, candidate, complete }) => {
      const { digest: tested = '' } = (await candidate('tested')).outputs;
      const { digest: untested = '' } = (await candidate('never tested')).outputs;
      expect(untested).not.toBe(tested);
      registry.forget();
      expectRefused(platform, registry, await complete(`candidate@${tested}`), { found: untested, expected: tested });
      expectRefused(platform, registry, await complete(`candidate@${tested}`, { 'dry-run': 'true' }), {
        found: untested,
        expected: tested,
      });
      expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([[], [WIDGET.version]]);

      expect((await candidate('tested')).outputs).toMatchObject({ digest: tested });
      expect((await complete(`candidate@${tested}`)).code).toBe(0);
      expect(await getRaw(registry, WIDGET, 'app.txt')).toBe('tested');
    });
  });

  test('of a complete version another digest is refused too, whatever if-exists says', async () => {
    await atBench(platform, async ({ registry, candidate, complete }) => {
      const { digest = '' } = (await candidate('tested')).outputs;
      await complete('candidate');
      registry.forget();
      for (const more of [{}, { 'if-exists': 'replace' }, { 'if-exists': 'append' }, { 'dry-run': 'true' }]) {
        expectRefused(platform, registry, await complete(`candidate@${OTHER}`, more), {
          found: digest,
          expected: OTHER,
        });
      }
    });
  });

  test('a dry run with the right digest plans, and one part pinned leaves the others free', async () => {
    await atBench(platform, async ({ registry, candidate, complete }) => {
      const { digest = '' } = (await candidate('tested')).outputs;
      registry.forget();
      expect(await complete(`candidate@${digest}`, { 'dry-run': 'true' })).toMatchObject({
        code: 0,
        outputs: { 'file-count': '1' },
      });
      const missing = await complete(`candidate@${digest}\nlinux`);
      expect(missing.code).toBe(1);
      expect(errorOf(platform, missing)).toContain('linux: this part was not published');
      expect(errorOf(platform, missing)).not.toContain('candidate: ');
      expect(puts(registry)).toEqual([]);
    });
  });
});

describe('by a GitLab job, passed on', () => {
  test('the digest that the download printed decides', async () => {
    await atBench(bundleOf(gitlabJob), async ({ registry, candidate, download, complete }) => {
      await candidate('tested');
      const { digest: tested = '' } = (await download()).outputs;
      const { digest: untested = '' } = (await candidate('never tested')).outputs;
      registry.forget();
      const refused = await complete('candidate@from-pipeline');
      expect(refused.code).toBe(1);
      expect(refused.stdout).toContain(`candidate: the digest of this part is ${untested}, but ${tested} is expected`);
      expect(puts(registry)).toEqual([]);
      expect(await visibleVersions(registry)).toEqual([]);

      await download();
      for (const uploaded of ['generic-package.json', undefined]) {
        registry.forget();
        expect((await complete('candidate@from-pipeline')).code).toBe(0);
        expect(puts(registry).map(fileOf)).toEqual(uploaded === undefined ? [] : [uploaded]);
      }
    });
  });

  test('nothing is asked of the registry without a download, or with one of another version', async () => {
    await atBench(gitlabJob, async ({ registry, candidate, download, complete }) => {
      await candidate('tested');
      registry.forget();
      const without = await complete('candidate@from-pipeline');
      expect([without.code, registry.requests]).toEqual([2, []]);
      expect(without.stdout).toContain('no `download` job of this pipeline passed a digest to this job');

      await download();
      registry.forget();
      const other = await complete('candidate@from-pipeline', { 'package-version': '2.0.0' });
      expect([other.code, registry.requests]).toEqual([2, []]);
      expect(other.stdout).toContain('fetched widget 1.0.0, but this run completes widget 2.0.0');
    });
  });
});
