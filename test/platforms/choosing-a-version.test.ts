/** Which version a download takes, and what it does when there is none. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { putRaw } from '../support/raw.ts';
import { fileGets, fileOf, OPEN_PROJECT, openRegistry, TOKENS } from '../support/registry.ts';
import { exists, inFolder, writeFiles } from '../support/tree.ts';
import { rightInputs } from './wrong-runs.ts';

/** In the order made: neither age nor spelling decides. */
const VERSIONS = ['1.10.0', '1.9.0', '2.0.0', '1.2', '2.1.0-rc.1', 'v1.9.5', 'nightly', '2024-05'];
const HIDDEN = '3.0.0';
/** Packages by themselves, the same way. */
const OTHERS = {
  numbers: ['1.2.3.4', '1.2.3.10', '1.2.3.9'],
  padded: ['2024.05.01', '2024.11.02', '2024.06.30'],
  stamped: ['20240511T0100', '20240512T0100'],
  mixed: ['2.0.0', '1.2.3.10', '1.0.0-rc.1'],
  same: ['1.2', '1.2.0'],
  leaving: ['1.0.0', '2.0.0'],
};
/** What whoever deletes a version puts there first. */
const MARKER = 'generic-package.abandoned.json';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  for (const version of VERSIONS) await putRaw(registry, { name: 'chosen', version }, 'which.txt', version);
  await putRaw(registry, { name: 'chosen', version: HIDDEN, status: 'hidden' }, 'which.txt', HIDDEN);
  // GitLab's search by name is fuzzy: this one is none of ours.
  await putRaw(registry, { name: 'chosen-not', version: '9.0.0' }, 'which.txt', 'not this one');
  await putRaw(registry, { name: 'twins', version: '1.0.0+b' }, 'which.txt', 'older');
  await putRaw(registry, { name: 'twins', version: '1.0.0' }, 'which.txt', 'younger');
  for (const [name, versions] of Object.entries(OTHERS))
    for (const version of versions) await putRaw(registry, { name, version }, 'which.txt', version);
  await putRaw(registry, { name: 'leaving', version: '2.0.0' }, MARKER, '{}');
  await putRaw(registry, { name: 'leaving', version: '1.0.0' }, MARKER, '{}');
  await putRaw(registry, { name: 'leaving', version: '1.0.0' }, 'which.txt', '1.0.0');
  await putRaw(registry, { name: 'early', version: '0.1.0-alpha' }, 'which.txt', 'alpha');
});
afterAll(() => registry.close());

function download(folder: string, inputs: Inputs, platform = terminal): Promise<PlatformRun> {
  return platform.run(
    'download',
    { ...rightInputs(registry, 'download'), 'package-name': 'chosen', ...inputs },
    { cwd: folder },
  );
}

describe('download takes', () => {
  test.each([
    { asked: 'latest', taken: '2.0.0' },
    { asked: '^1', taken: '1.10.0' },
    { asked: '~1.9.0', taken: 'v1.9.5' },
    { asked: '>=1 <1.10', taken: 'v1.9.5' },
    { asked: '1.2', taken: '1.2' },
    { asked: '1.9', taken: 'v1.9.5' },
    { asked: 'nightly', taken: 'nightly' },
    { asked: '2024-05', taken: '2024-05' },
    { asked: '2.1.0-rc.1', taken: '2.1.0-rc.1' },
    { asked: '^2.1.0-rc', taken: '2.1.0-rc.1' },
  ])('$taken for $asked', async ({ asked, taken }) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': asked });
      expect(run).toMatchObject({ code: 0, outputs: { 'package-version': taken, found: 'true' } });
      expect(await readFile(join(folder, 'in', 'which.txt'), 'utf8')).toBe(taken);
    });
  });

  test.each<[keyof typeof OTHERS, string, string]>([
    ['numbers', 'latest', '1.2.3.10'],
    ['padded', 'latest', '2024.11.02'],
    ['stamped', 'newest', '20240512T0100'],
    ['mixed', 'latest', '2.0.0'],
    ['mixed', 'newest', '1.0.0-rc.1'],
    ['same', 'latest', '1.2'],
  ])('of %s, %s: %s, on every platform', async (name, asked, taken) => {
    for (const platform of [terminal, githubAction, gitlabJob]) {
      await inFolder(async (folder) => {
        const run = await download(folder, { 'package-name': name, 'package-version': asked }, platform);
        expect(run).toMatchObject({ code: 0, outputs: { 'package-version': taken } });
        expect(await readFile(join(folder, 'in', 'which.txt'), 'utf8')).toBe(taken);
      });
    }
  });

  test('none that somebody began to delete; publishing it again takes that back', async () => {
    await inFolder(async (folder) => {
      const asked = (version: string): Promise<PlatformRun> =>
        download(folder, { 'package-name': 'leaving', 'package-version': version });
      for (const word of ['latest', 'newest', '>=1']) {
        const run = await asked(word);
        expect(run).toMatchObject({ code: 0, outputs: { 'package-version': '1.0.0', 'file-count': '1' } });
        expect(run.stderr).toContain('leaving 2.0.0 is abandoned: somebody began to delete it. It is passed over');
      }
      const exact = await asked('2.0.0');
      expect(exact.code).toBe(1);
      expect(exact.stderr).toContain('leaving 2.0.0 is abandoned');
      const publish = { ...rightInputs(registry, 'publish'), 'package-name': 'leaving', 'package-version': '2.0.0' };
      await writeFiles(join(folder, 'out'), { 'which.txt': '2.0.0' });
      expect(await terminal.run('publish', publish, { cwd: folder })).toMatchObject({ code: 0 });
      registry.forget();
      expect(await asked('latest')).toMatchObject({ code: 0, outputs: { 'package-version': '2.0.0' } });
      expect(fileGets(registry).map(fileOf)).not.toContain(MARKER);
    });
  });

  test.each(['latest', '>=2'])('a prerelease for %s only with include-prereleases', async (asked) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': asked, 'include-prereleases': 'true' });
      expect(run).toMatchObject({ code: 0, outputs: { 'package-version': '2.1.0-rc.1' } });
    });
  });

  test('the older of two versions of equal precedence, with a warning', async () => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-name': 'twins', 'package-version': 'latest' });
      expect(run).toMatchObject({ code: 0, outputs: { 'package-version': '1.0.0+b' } });
      expect(run.stderr).toContain('warning: 1.0.0+b has the same precedence as 1.0.0');
    });
  });

  test('no notice of what is no semantic version, and says so; a version without manifest is told too', async () => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': '^1' });
      expect(run.stderr).toContain('3 versions ignored, not semantic: 1.2, nightly, 2024-05\n');
      expect(run.stderr).toContain(
        "chosen 1.10.0 has no manifest: its files were checked against the registry's checksums only",
      );
    });
  });

  test('the two lines that pin what latest was end the log', async () => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': 'latest' }, bundleOf(terminal));
      const lines = run.stderr.trimEnd().split('\n').slice(-2);
      expect(lines).toEqual(['--package-version 2.0.0 \\', `--expected-digest ${run.outputs.digest}`]);
      const pinned = { 'package-version': '2.0.0', 'expected-digest': run.outputs.digest ?? '' };
      const again = await download(folder, pinned);
      expect(again).toMatchObject({ code: 0, outputs: { unchanged: '1' } });
      expect(again.stderr).toContain('chosen 2.0.0 is unchanged: 1 file');
      expect(again.stderr).not.toContain('Fetched chosen');
    });
  });
});

test('publish warns of a version whose name is latest or newest, which no download takes', async () => {
  await inFolder(async (folder) => {
    const shared = { ...rightInputs(registry, 'publish'), 'package-name': 'moving', 'dry-run': 'true' };
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
    const warned = async (version: string): Promise<boolean> => {
      const run = await terminal.run('publish', { ...shared, 'package-version': version }, { cwd: folder });
      expect(run.code).toBe(0);
      return run.stderr.includes(`warning: \`${version}\` is a version that \`download\` never fetches`);
    };
    expect(await warned('latest')).toBe(true);
    expect(await warned('newest')).toBe(true);
    expect(await warned('latest-1')).toBe(false);
    await putRaw(registry, { name: 'moving', version: 'latest' }, 'which.txt', 'by that name');
    expect((await download(folder, { 'package-name': 'moving', 'package-version': 'latest' })).code).toBe(1);
  });
});

describe('when there is no such version', () => {
  const MISSING = [
    { title: 'a hidden version by latest', inputs: { 'package-version': '>=3' }, says: 'and 3 more' },
    {
      title: 'prereleases only',
      inputs: { 'package-name': 'early', 'package-version': 'latest' },
      says: '1 prerelease ignored',
    },
    { title: 'no such package', inputs: { 'package-name': 'chose' }, says: 'no version of chose is there' },
    { title: 'no such exact version', inputs: { 'package-version': '7.7.7' }, says: 'chosen 2024-05 is there' },
    { title: 'another spelling', inputs: { 'package-version': '1.9.5' }, says: 'did you mean v1.9.5?' },
  ];

  test.each(MISSING)('if-not-found: error fails: $title', async ({ inputs, says }) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': 'latest', ...inputs });
      expect(run.code).toBe(1);
      expect(run.stdout).toContain('"code":"not-found"');
      expect(run.stderr).toContain(says);
    });
  });

  test.each([
    { how: 'warn', says: 'warning: ' },
    { how: 'ignore', says: '' },
  ])('if-not-found: $how succeeds and says found: false', async ({ how, says }) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': '7.7.7', 'if-not-found': how });
      const outputs = {
        found: 'false',
        'package-version': '',
        'file-count': '0',
        downloaded: '0',
        digest: '',
        files: '[]',
      };
      expect(run).toMatchObject({ code: 0, outputs });
      expect(run.stderr.split('\n').some((line) => line.startsWith('warning: '))).toBe(says !== '');
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });

  test.each([
    { title: 'a project that is not there', inputs: { project: 'acme/no/such' } },
    { title: 'a revoked token', inputs: { token: TOKENS.revoked } },
    { title: 'a revoked token and a public project', inputs: { token: TOKENS.revoked, project: OPEN_PROJECT.path } },
    { title: 'no token', inputs: { token: 'none' } },
    {
      title: 'a deploy token and a project that it does not open',
      inputs: { token: TOKENS.deploy, project: 'acme/vault/secret' },
    },
  ])('if-not-found: ignore does not forgive $title', async ({ inputs }) => {
    await inFolder(async (folder) => {
      const run = await download(folder, { 'package-version': '7.7.7', 'if-not-found': 'ignore', ...inputs });
      expect(run.code).toBe(1);
    });
  });

  test('on GitHub the outputs say so', async () => {
    await inFolder(async (folder) => {
      const inputs = {
        ...rightInputs(registry, 'download'),
        'package-name': 'chosen',
        'package-version': '7.7.7',
        'if-not-found': 'warn',
      };
      const run = await bundleOf(githubAction).run('download', inputs, { cwd: folder });
      expect(run).toMatchObject({ code: 0, outputs: { found: 'false', 'file-count': '0' } });
      expect(run.stdout).toContain('::warning::');
    });
  });
});
