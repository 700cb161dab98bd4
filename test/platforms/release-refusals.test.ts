/** Releases that cannot be: one clear error with the next step, and nothing written. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { withCrafted } from '../support/crafted-registry.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { putRaw } from '../support/raw.ts';
import { FOREIGN_PROJECT, OPEN_PROJECT, openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { tagNames, writes } from '../support/releases.ts';
import { inFolder } from '../support/tree.ts';
import { errorOf } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await putRaw(registry, { name: 'widget', version: '1.0.0' }, 'a.txt', 'a');
  await putRaw(registry, { name: 'widget', version: '2.0.0', status: 'hidden' }, 'a.txt', 'a');
  const url = `${registry.apiUrl}/projects/${OPEN_PROJECT.id}/packages/generic/gadget/1.0.0/a.txt`;
  await fetch(url, { method: 'PUT', body: 'a', headers: { 'PRIVATE-TOKEN': TOKENS.maintainer } });
});
afterAll(() => registry.close());

function rightInputs(): Inputs {
  return {
    'api-url': registry.apiUrl,
    project: PROJECT.path,
    token: TOKENS.personal,
    'package-version': '1.0.0',
    ref: 'main',
  };
}

/** In a workspace with files that no release may tell of, beside one that it may not read. */
function release(inputs: Inputs, platform = terminal): Promise<PlatformRun> {
  return inFolder(async (folder) => {
    const cwd = join(folder, 'work');
    await mkdir(join(cwd, '.git'), { recursive: true });
    await mkdir(join(cwd, 'folder'));
    await writeFile(join(folder, 'outside.md'), 'not yours');
    await symlink(join(folder, 'outside.md'), join(cwd, 'leading-out.md'));
    await symlink('nowhere.md', join(cwd, 'leading-nowhere.md'));
    await symlink('.git/config', join(cwd, 'harmless.md'));
    await writeFile(join(cwd, '.git', 'config'), 'extraheader = AUTHORIZATION: basic c2VjcmV0');
    await writeFile(join(cwd, 'large.md'), 'x'.repeat(1024 * 1024 + 1));
    await writeFile(join(cwd, 'long.md'), 'x'.repeat(1_000_001));
    await writeFile(join(cwd, 'latin1.md'), Buffer.from([0x67, 0x72, 0xfc, 0xdf]));
    await writeFile(join(cwd, 'zero.md'), 'a\0b');
    await writeFile(join(cwd, 'telling.md'), `Made with ${TOKENS.personal}.`);
    return platform.run('release', { ...rightInputs(), ...inputs }, { cwd });
  });
}

describe('seen before anything is asked', () => {
  test.each<[title: string, inputs: Inputs, says: string]>([
    ['no token', { token: 'none' }, '--token: is required'],
    ['a deploy token', { token: TOKENS.deploy }, '--token: does not fit: a deploy token cannot reach releases'],
    [
      'Basic authentication',
      { 'token-type': 'basic' },
      '--token-type: does not fit: a token sent by Basic authentication cannot reach releases',
    ],
    ['a token of another service', { token: 'ghp_0123456789abcdef0123456789abcdef0123' }, '--token: '],
    ['no version', { 'package-version': '' }, '--package-version: was not given'],
    ['a version that GitLab takes not', { 'package-version': 'a b' }, '--package-version: `a b`'],
    ['a tag that git takes not', { tag: 'v 1' }, '--tag: `v 1` has characters which git does not allow'],
    ['a prefix that git takes not', { 'tag-prefix': 'v~' }, '--tag-prefix: makes the tag `v~1.0.0`'],
    ['a pattern that is none', { files: '../a' }, '--files: '],
    ['a manifest in a folder', { manifest: 'a/b' }, '--manifest: '],
    ['a title of two lines', { name: 'a\nb' }, '--name: must be one line'],
    [
      'two texts',
      { description: 'a', 'description-file': 'b' },
      '--description-file: cannot be given together with `description`',
    ],
    ['a text that is not there', { 'description-file': 'none.md' }, 'none.md` does not exist'],
    ['a link that leads nowhere', { 'description-file': 'leading-nowhere.md' }, 'leading-nowhere.md` does not exist'],
    ['a text outside the workspace', { 'description-file': '../outside.md' }, 'lies outside the workspace'],
    ['a link that leads outside', { 'description-file': 'leading-out.md' }, 'lies outside the workspace'],
    ['git’s own configuration', { 'description-file': '.git/config' }, 'never published'],
    ['a link to git’s own configuration', { 'description-file': 'harmless.md' }, 'never published'],
    ['a folder', { 'description-file': 'folder' }, 'is not a regular file'],
    ['a text over 1 MiB', { 'description-file': 'large.md' }, 'is larger than 1'],
    [
      'a text that is too long for GitLab',
      { 'description-file': 'long.md' },
      '--description-file: is longer than the 1000000 characters',
    ],
    ['a text that is not UTF-8', { 'description-file': 'latin1.md' }, 'latin1.md` is not UTF-8'],
    ['a text with a zero byte', { 'description-file': 'zero.md' }, 'has a zero byte'],
    ['a title that holds the token', { name: `x${TOKENS.personal}` }, '--name: holds the token of this run'],
    [
      'a text that holds the token',
      { description: `Made with\n${TOKENS.personal}` },
      '--description: holds the token of this run',
    ],
    [
      'a text that holds the token as an address would',
      { description: `?token=${encodeURIComponent(TOKENS.personal)}` },
      '--description: holds the token of this run',
    ],
    [
      'a file that holds the token',
      { 'description-file': 'telling.md' },
      '--description-file: holds the token of this run',
    ],
  ])('%s is wrong usage', async (_title, inputs, says) => {
    registry.forget();
    const run = await release(inputs);

    expect(run.code).toBe(2);
    expect(errorOf(terminal, run)).toContain(says);
    expect(registry.requests).toEqual([]);
    for (const secret of ['extraheader', TOKENS.personal, encodeURIComponent(TOKENS.personal)])
      expect(run.stdout + run.stderr).not.toContain(secret);
  });

  test('all problems are told at once', async () => {
    const error = errorOf(
      terminal,
      await release({ token: TOKENS.deploy, tag: 'v 1', 'description-file': 'latin1.md', files: '../a' }),
    );
    for (const input of ['--token: ', '--tag: ', '--description-file: ', '--files: ']) expect(error).toContain(input);
  });
});

describe('told by GitLab', () => {
  const OTHER = { project: OPEN_PROJECT.path, 'package-name': 'gadget' };
  test.each<[title: string, inputs: Inputs, says: readonly string[]]>([
    [
      'a version that is not there',
      { 'package-version': '9.9.9' },
      ['has no `widget` `9.9.9` to link to', 'Publish the version first'],
    ],
    [
      'a version with the v of its tag',
      { 'package-version': 'v1.0.0' },
      ['has no `widget` `v1.0.0`', 'there is `1.0.0`', 'Nothing was released. Give '],
    ],
    ['a version that is not complete', { 'package-version': '2.0.0' }, ['widget 2.0.0 is there, but not complete']],
    ['patterns that match nothing', { files: '*.zip' }, ['*.zip', 'the version has a.txt']],
    ['a missing tag without ref', { ref: '' }, ['has no tag `v1.0.0`', 'Push the tag', 'give `ref`']],
    [
      'a milestone that is not there',
      { milestones: 'M1\nM2' },
      ['Milestone(s) not found: M1, M2', 'Create the milestone'],
    ],
    ['a token that may only read', { token: TOKENS.reader }, ['403', 'the scope api']],
    ['a revoked token', { token: TOKENS.revoked }, ['401', 'revoked']],
    ['an expired token', { token: TOKENS.expired }, ['401', 'expired']],
    ['a job without a role in the project', { ...OTHER, token: TOKENS.job }, ['403', 'the role Developer']],
    [
      'a job that the project does not let in',
      { project: FOREIGN_PROJECT.path, token: TOKENS.job },
      ['403', 'allowlist'],
    ],
    ['a project that is not there', { project: 'acme/no/such', 'package-name': 'widget' }, ['404', 'Check project']],
    [
      'a server that nobody runs',
      { 'api-url': 'http://127.0.0.1:1/api/v4', retries: '0' },
      ['127.0.0.1', 'ECONNREFUSED'],
    ],
  ])('%s', async (title, inputs, says) => {
    const before = await tagNames(registry);
    const here = [terminal, githubAction];
    for (const platform of title === 'a token that may only read' ? here.map(bundleOf) : here) {
      registry.forget();
      const run = await release(inputs, platform);

      expect(run.code).toBe(1);
      for (const words of says) expect(errorOf(platform, run)).toContain(words);
      // On GitHub the runner is told what to mask.
      const shown = (run.stdout + run.stderr)
        .split('\n')
        .filter((line) => !line.startsWith('::add-mask::'))
        .join('\n');
      for (const secret of Object.values(TOKENS)) expect(shown).not.toContain(secret);
      expect(
        registry.requests.filter(({ method, status }) => method !== 'GET' && method !== 'HEAD' && status < 300),
      ).toEqual([]);
    }
    expect(await tagNames(registry)).toEqual(before);
  });

  test('nothing is asked of releases while the version is wrong', async () => {
    registry.forget();
    await release({ 'package-version': '9.9.9' });
    expect(registry.requests.filter(({ path }) => path.includes('/releases'))).toEqual([]);
    expect(writes(registry)).toEqual([]);
  });

  test.each<[title: string, status: number, body: object, says: readonly string[]]>([
    [
      'a protected tag',
      403,
      { message: 'You are not allowed to create this tag as it is protected.' },
      ['it is protected', 'Protected tags'],
    ],
    [
      'a ref that is not there',
      400,
      { message: 'Target nowhere is invalid' },
      ['Target nowhere is invalid', 'give a branch, a tag or a commit'],
    ],
    ['a name that GitLab takes not', 400, { message: 'Tag name invalid' }, ['check tag and tag-prefix']],
    ['words that could be commands', 400, { message: '::error::a\u001b[31m##[b' }, ['\\u{1b}[31m']],
  ])('%s', async (_title, status, body, says) => {
    const version = { name: 'widget', version: '1.0.0', files: [{ storedName: 'a.txt', content: 'a' }] };
    await withCrafted(
      version,
      async ({ apiUrl }) => {
        const run = await release({ 'api-url': apiUrl });
        expect(run.code).toBe(1);
        for (const words of says) expect(errorOf(terminal, run)).toContain(words);
      },
      (url, response, request) => {
        if (request.method !== 'POST' || !url.pathname.endsWith('/releases')) return false;
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
        return true;
      },
    );
  });

  test('a version with a name that leads elsewhere is refused', async () => {
    const version = {
      name: 'widget',
      version: '1.0.0',
      files: [
        { storedName: '..%2F..%2Fevil', content: 'x' },
        { storedName: 'a.txt', content: 'a' },
      ],
    };
    await withCrafted(version, async ({ apiUrl, requests }) => {
      const run = await release({ 'api-url': apiUrl });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('1 name of 2 cannot be linked safely');
      expect(requests.filter((line) => line.includes('/releases'))).toEqual([]);
    });
  });
});
