/** Releases whose package, text, links or way to GitLab are special: another project, a changelog, many files, a front end. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { openImpatientFront, openSlashRefuser, type Between } from '../support/between.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import type { Inputs, PlatformRun } from '../support/platform.ts';
import { putRaw } from '../support/raw.ts';
import { FOREIGN_PROJECT, openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { linksOf, releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf } from './wrong-runs.ts';

const MANY = 250;
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  for (const file of ['linux/tool', 'win/tool', 'win/setup.exe', 'notes.txt'])
    await putRaw(registry, { name: 'widget', version: '4.0.0' }, file, file);
  for (const version of ['3.9.0', '4.1.0']) await putRaw(registry, { name: 'widget', version }, 'a.txt', version);
  const files = Array.from({ length: MANY }, (_, index) => `f${String(index).padStart(3, '0')}.txt`);
  await putRaw(registry, { name: 'many', version: '1.0.0' }, 'f000.txt', 'x');
  await Promise.all(files.slice(1).map((file) => putRaw(registry, { name: 'many', version: '1.0.0' }, file, 'x')));
});
beforeEach(() => {
  registry.forget();
});
afterAll(() => registry.close());

function release(
  inputs: Inputs,
  files: Readonly<Record<string, string>> = {},
  platform = terminal,
): Promise<PlatformRun> {
  const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.maintainer };
  return inFolder(async (cwd) => {
    await writeFiles(cwd, files);
    return platform.run('release', { ...connection, 'package-version': '4.0.0', ref: 'main', ...inputs }, { cwd });
  });
}

test('links are called as files', async () => {
  expect(await release({ tag: 'v-names' })).toMatchObject({ code: 0, outputs: { 'link-count': '4' } });
  expect(Object.keys(await linksOf(registry, 'v-names'))).toEqual(['linux-tool', 'notes.txt', 'setup.exe', 'win-tool']);

  registry.forget();
  expect(await release({ tag: 'v-names', files: '**\n!linux/**' })).toMatchObject({ code: 0 });
  expect(Object.keys(await linksOf(registry, 'v-names'))).toEqual(['notes.txt', 'setup.exe', 'tool']);
  expect(writes(registry).map((line) => line.split(' ')[0])).toEqual(['DELETE', 'PUT']);
});

describe('a version that is not there', () => {
  test.each([
    ['is answered with the one that is meant', 'v4.0.0', 'there is `4.0.0`', 'Give --package-version 4.0.0'],
    ['is answered with the nearest', '4.0.7', 'there is `4.0.0`', 'Publish the version first'],
  ])('%s', async (_title, version, first, next) => {
    const run = await release({ 'package-version': version });
    expect(run.code).toBe(1);
    const lines = errorOf(terminal, run).split('\n');
    expect(lines[1]).toContain(first);
    expect(lines.slice(2, 4).join()).toMatch(/there is `(?:4\.1\.0|3\.9\.0)`/);
    expect(errorOf(terminal, run)).toContain(next);
    expect(await tagNames(registry)).not.toContain('vv4.0.0');
  });
});

describe('a package of another project', () => {
  const inputs = { project: FOREIGN_PROJECT.path, 'package-project': PROJECT.path, tag: 'v4.0.0' };

  test('is linked from the release', async () => {
    const run = await release(inputs);
    expect(run).toMatchObject({ code: 0, outputs: { 'link-count': '4', created: 'true' } });
    const answer = await fetch(`${registry.apiUrl}/projects/${FOREIGN_PROJECT.id}/releases/v4.0.0`, {
      headers: { 'PRIVATE-TOKEN': TOKENS.maintainer },
    });
    const { assets } = (await answer.json()) as { assets: { links: { name: string; url: string }[] } };
    const root = `${registry.apiUrl}/projects/${encodeURIComponent(PROJECT.path)}/packages/generic/widget/4.0.0/`;
    expect(assets.links.map(({ url }) => url.startsWith(root))).toEqual([true, true, true, true]);
    expect(await releaseOf(registry, 'v4.0.0')).toBeUndefined();

    registry.forget();
    expect(await release(inputs)).toMatchObject({ code: 0, outputs: { created: 'false' } });
    expect(writes(registry)).toEqual([]);
  });

  test.each([
    ['a path that is none', 'no path', 2, '--package-project: is not a number and not a full path'],
    ['a project that is not there', 'acme/nowhere', 1, '404'],
  ])('is not found in %s', async (_what, project, code, says) => {
    const run = await release({ ...inputs, 'package-project': project, tag: 'v-nowhere', 'package-name': 'widget' });
    expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(says) as unknown]);
    expect(writes(registry)).toEqual([]);
  });
});

describe('the changelog', () => {
  const files = {
    'CHANGELOG.md': '# Changelog\n\n## [4.0.0] - 2026-03-01\n\n- **All** new\n\n## [3.9.0]\n\n- Old\n\n## [3.8.0]\n',
  };

  test('gives the text of the version', async () => {
    expect(await release({ tag: 'v-log', changelog: 'CHANGELOG.md' }, files, githubAction)).toMatchObject({ code: 0 });
    expect(await releaseOf(registry, 'v-log')).toMatchObject({ description: '- **All** new' });
  });

  test.each<[title: string, inputs: Inputs, says: readonly string[]]>([
    [
      'has no such section',
      { 'package-version': '4.1.0' },
      [
        '--changelog: ',
        '`CHANGELOG.md` has no section of `4.1.0`. It has `[4.0.0] - 2026-03-01`, `[3.9.0]`, `[3.8.0]`',
      ],
    ],
    ['is not there', { changelog: 'NEWS.md' }, ['--changelog: ', 'NEWS.md` does not exist']],
    ['comes with a text', { description: 'x' }, ['--changelog: cannot be given together with `description`']],
  ])('that %s is an error before anything is asked', async (_title, inputs, says) => {
    const run = await release({ tag: 'v-nolog', changelog: 'CHANGELOG.md', ...inputs }, files);
    expect(run.code).toBe(2);
    for (const words of says) expect(run.stderr).toContain(words);
    expect(registry.requests).toEqual([]);
  });

  test('whose section is empty gives no text, and that is said', async () => {
    const run = await release({ tag: 'v-emptylog', changelog: 'C.md' }, { 'C.md': '## [4.0.0]\n\n## [3.9.0]\n' });
    expect(run).toMatchObject({ code: 0 });
    expect(run.stderr).toContain('The section of `4.0.0` in `changelog` is empty');
  });
});

describe('behind a front end', () => {
  async function behind(front: Between, inputs: Inputs): Promise<PlatformRun> {
    return release({ 'api-url': `http://127.0.0.1:${front.port}/api/v4`, project: String(PROJECT.id), ...inputs });
  }

  test('that gives up on many links at once all of them are made, 100 with the release', async () => {
    const front = await openImpatientFront(Number(new URL(registry.url).port), 100);
    try {
      const run = await behind(front, { tag: 'v-many', 'package-name': 'many', 'package-version': '1.0.0' });
      expect(run).toMatchObject({ code: 0, outputs: { 'link-count': String(MANY), created: 'true' } });
      expect(run.stderr).toContain(`The release gets ${MANY} links`);
      expect((await releaseOf(registry, 'v-many'))?.assets.links).toHaveLength(MANY);
      const posts = writes(registry).map((line) => line.replace(/v-many.*/, ''));
      expect(posts.filter((line) => line === 'POST /releases')).toHaveLength(1);
      expect(posts.filter((line) => line === 'POST /releases/')).toHaveLength(MANY - 100);
      expect(front.busiest()).toBeGreaterThan(1);
    } finally {
      await front.close();
    }
  });

  test('that takes no encoded slash a tag with one is told so, and nothing is made', async () => {
    const front = await openSlashRefuser(Number(new URL(registry.url).port));
    try {
      const run = await behind(front, { tag: 'cli/v4.0.0', 'package-name': 'widget' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('a web page, not by GitLab');
      expect(errorOf(terminal, run)).toContain('without a slash');
      expect(writes(registry)).toEqual([]);
      expect(await behind(front, { tag: 'cli-v4.0.0', 'package-name': 'widget' })).toMatchObject({ code: 0 });
    } finally {
      await front.close();
    }
  });
});
