/** Versions that are hidden on purpose, without a manifest: fetched by exact version and the names of files. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import type { Inputs, PlatformRun } from '../support/platform.ts';
import { putRaw } from '../support/raw.ts';
import { openRegistry, TOKENS } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const VERSION = { 'package-name': 'quiet', 'package-version': '1.0.0' };

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await inFolder(async (cwd) => {
    await writeFiles(join(cwd, 'out'), { 'f.txt': 'f' });
    const hidden = { ...VERSION, status: 'hidden', manifest: 'none', files: 'f.txt' };
    expect(await terminal.run('publish', { ...rightInputs(registry, 'publish'), ...hidden }, { cwd })).toMatchObject({
      code: 0,
    });
  });
  await putRaw(registry, { name: 'leaving', version: '1.0.0', status: 'hidden' }, 'f.txt', 'f');
  await putRaw(registry, { name: 'leaving', version: '1.0.0' }, 'generic-package.abandoned.json', '{}');
});
afterAll(() => registry.close());

function download(cwd: string, more: Inputs, platform = terminal): Promise<PlatformRun> {
  return platform.run('download', { ...rightInputs(registry, 'download'), ...VERSION, ...more }, { cwd });
}

describe.each([terminal, githubAction, gitlabJob])('by $name', (platform) => {
  test('what is named is fetched', async () => {
    await inFolder(async (cwd) => {
      const run = await download(cwd, { files: 'f.txt' }, platform);
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1', found: 'true' } });
      expect(await readFile(join(cwd, 'in', 'f.txt'), 'utf8')).toBe('f');
    });
  });

  test('with a wildcard it is refused, and what to do is said', async () => {
    await inFolder(async (cwd) => {
      const run = await download(cwd, { files: '*.txt' }, platform);
      expect(run.code).toBe(1);
      expect(errorOf(platform, run)).toContain('name its files without wildcards in the input `files`');
    });
  });
});

test.each([
  ['a token that may list', TOKENS.personal],
  ['a deploy token', TOKENS.deploy],
])('the same by %s', async (_who, token) => {
  await inFolder(async (cwd) => {
    expect(await download(cwd, { files: 'f.txt', token })).toMatchObject({ code: 0 });
    expect(Object.keys(await fingerprint(join(cwd, 'in')))).toEqual(['f.txt']);
  });
});

test.each<[string, Inputs, string]>([
  ['a name that it does not have', { files: 'g.txt' }, 'has none of these files: g.txt'],
  ['latest', { 'package-version': 'latest', files: 'f.txt' }, 'that `latest` stands for'],
  ['newest', { 'package-version': 'newest', files: 'f.txt' }, 'that `newest` stands for'],
  ['a range', { 'package-version': '^1', files: 'f.txt' }, 'that `^1` stands for'],
  ['a manifest that is demanded', { 'require-manifest': 'true', files: 'f.txt' }, 'require-manifest is true'],
])('it is not fetched by %s', async (_title, more, says) => {
  await inFolder(async (cwd) => {
    const run = await download(cwd, more);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(says);
  });
});

test('a name that it does not have beside one that it has is warned of', async () => {
  await inFolder(async (cwd) => {
    const run = await download(cwd, { files: 'f.txt\ng.txt' });
    expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    expect(run.stderr).toContain('The pattern g.txt matches no file of the version');
  });
});

test('one that somebody began to delete is refused, whoever asks', async () => {
  await inFolder(async (cwd) => {
    for (const token of [TOKENS.personal, TOKENS.deploy]) {
      const run = await download(cwd, { 'package-name': 'leaving', files: 'f.txt', token });
      expect(run.code).toBe(1);
      expect(run.stderr).toContain('leaving 1.0.0 is abandoned');
    }
  });
});

test.each([
  [terminal, '`--status default`'],
  [githubAction, '`status: default`'],
  [gitlabJob, '`status: default`'],
])('its publish says that it is hidden, and how to make it visible', async (platform, way) => {
  await inFolder(async (cwd) => {
    await writeFiles(join(cwd, 'out'), { 'a.txt': 'a' });
    const version = { 'package-version': `9.0.0-${platform.name.replaceAll(/[^a-z]/g, '-')}` };
    const inputs = { ...rightInputs(registry, 'publish'), ...version };
    const hidden = await platform.run('publish', { ...inputs, status: 'hidden' }, { cwd });
    expect(hidden.code).toBe(0);
    expect(hidden.stdout + hidden.stderr).toContain(
      `it is hidden, and \`latest\` passes it over. To make it visible, publish it again with ${way}`,
    );
    const shown = await platform.run('publish', { ...inputs, status: 'default' }, { cwd });
    expect(shown.stdout + shown.stderr).toContain('it was hidden and is visible now');
  });
});
