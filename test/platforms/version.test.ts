/** The command version by its platforms: outputs, tokens that do not fit, and errors that show no secret. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, rootAction, terminal } from '../support/in-process.ts';
import { putRaw } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';
import { errorOf } from './wrong-runs.ts';

const SECRET = 'a-value-that-is-nobodys-business';
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openVersionRegistry({
    variables: [
      { key: 'VERSION', value: '1.2.3' },
      { key: 'MASKED', value: SECRET, masked: true },
      { key: 'WORDS', value: SECRET },
      { key: 'SHARED', value: '4.0.0', group: 'acme/tools' },
    ],
    tags: ['v3.0.0'],
  });
  await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'a.txt', 'a');
});
afterAll(() => registry.close());

const PUSH = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_RUN_ID: '900',
  GITHUB_RUN_NUMBER: '9',
  GITHUB_SHA: 'abcdef0123456789',
};

function connection(token: string = VERSION_TOKENS.maintainer): Inputs {
  return { 'api-url': registry.apiUrl, project: PROJECT.path, token };
}

describe('by GitHub', () => {
  test.each([githubAction, rootAction].map(bundleOf))('$name puts out every part of the version', async (platform) => {
    await inFolder(async (folder) => {
      const run = await platform.run(
        'version',
        { ...connection(), variable: 'VERSION', build: 'true', claim: 'true' },
        { cwd: folder, env: PUSH },
      );

      expect(run).toMatchObject({ code: 0 });
      expect(run.outputs).toEqual({
        version: '1.2.4+abcdef01',
        previous: '1.2.3',
        tag: 'v1.2.4+abcdef01',
        major: '1',
        minor: '2',
        patch: '4',
        prerelease: '',
        build: 'abcdef01',
        'is-prerelease': 'false',
        'is-latest': 'true',
        source: 'variable',
      });
      expect(run.summary).toContain('1.2.4+abcdef01');
    });
  });

  test('a pull request is told from the branch it comes from', async () => {
    await inFolder(async (folder) => {
      const event = join(folder, 'event.json');
      await writeFile(event, JSON.stringify({ pull_request: { number: 34 }, repository: { default_branch: 'main' } }));
      const env = {
        ...PUSH,
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_REF: 'refs/pull/34/merge',
        GITHUB_HEAD_REF: 'main',
        GITHUB_EVENT_PATH: event,
      };
      const run = await githubAction.run(
        'version',
        { ...connection(), variable: 'VERSION', claim: 'true' },
        { cwd: folder, env },
      );

      expect(run.outputs).toMatchObject({ version: '1.2.4-pr-34.9', 'is-prerelease': 'true', 'is-latest': 'false' });
      expect(run.stdout).toContain('Nothing was claimed');
    });
  });
});

describe('at the terminal', () => {
  test('numbers and booleans are typed, and a group’s variable is read with the token for it', async () => {
    await inFolder(async (folder) => {
      const env = { GENERIC_PACKAGES_VARIABLE_TOKEN: VERSION_TOKENS.owner };
      const inputs = {
        ...connection(VERSION_TOKENS.developer),
        variable: 'SHARED',
        group: 'acme/tools',
        prerelease: 'none',
      };
      const run = await bundleOf(terminal).run('version', inputs, { cwd: folder, env });

      expect(JSON.parse(run.stdout)).toMatchObject({
        version: '4.0.1',
        major: 4,
        'is-prerelease': false,
        'is-latest': true,
      });
    });
  });

  test('the variable’s token is used for the variable alone', async () => {
    registry.forget();
    await inFolder(async (folder) => {
      const env = { GENERIC_PACKAGES_VARIABLE_TOKEN: VERSION_TOKENS.owner };
      await terminal.run(
        'version',
        { ...connection(VERSION_TOKENS.developer), variable: 'VERSION', prerelease: 'none' },
        { cwd: folder, env },
      );
    });
    const asking = new Map(
      registry.requests.map(({ path, headers }) => [path.includes('/variables'), headers['private-token']]),
    );
    expect(asking).toEqual(
      new Map([
        [true, VERSION_TOKENS.owner],
        [false, VERSION_TOKENS.developer],
      ]),
    );
  });

  test.each([
    {
      title: 'a role that is too low',
      inputs: { variable: 'VERSION' },
      token: VERSION_TOKENS.developer,
      says: 'was answered 403',
      hint: 'Maintainer (for a group: Owner)',
    },
    {
      title: 'a group whose owner one is not',
      inputs: { variable: 'SHARED', group: 'acme/tools' },
      token: VERSION_TOKENS.maintainer,
      says: 'was answered 403',
      hint: 'Owner',
    },
    {
      title: 'a revoked token',
      inputs: { variable: 'VERSION' },
      token: VERSION_TOKENS.revoked,
      says: 'was answered 401',
      hint: 'revoked',
    },
    {
      title: 'a token of another service',
      inputs: { variable: 'VERSION' },
      token: 'ghp_0123456789',
      says: 'variable-token: The token is a GitHub',
      hint: '',
    },
    {
      title: 'no token',
      inputs: { variable: 'VERSION' },
      token: 'none',
      says: 'variable-token: is required for CI/CD variables',
      hint: '',
    },
    {
      title: 'a masked variable',
      inputs: { variable: 'MASKED' },
      token: VERSION_TOKENS.maintainer,
      says: 'MASKED of project acme/tools/widget is masked',
      hint: 'visible',
    },
    {
      title: 'a variable that is no version',
      inputs: { variable: 'WORDS' },
      token: VERSION_TOKENS.maintainer,
      says: 'does not hold a semantic version',
      hint: 'MAJOR.MINOR.PATCH',
    },
    {
      title: 'no such project',
      inputs: { variable: 'VERSION', project: 'acme/none', 'package-name': 'widget' },
      token: VERSION_TOKENS.maintainer,
      says: 'was answered 404',
      hint: 'Check project',
    },
  ])('$title is an error of its own, and shows no value', async ({ inputs, token, says, hint }) => {
    await inFolder(async (folder) => {
      const env = { GENERIC_PACKAGES_VARIABLE_TOKEN: token };
      const all = { ...connection(), prerelease: 'none', 'initial-version': '0.1.0', ...inputs };
      const run = await terminal.run('version', all, { cwd: folder, env });

      expect(run.code).toBeGreaterThan(0);
      expect(errorOf(terminal, run)).toContain(says);
      expect(errorOf(terminal, run)).toContain(hint);
      for (const secret of [SECRET, ...Object.values(VERSION_TOKENS)])
        expect(run.stdout + run.stderr).not.toContain(secret);
    });
  });

  test.each([
    { title: "the package's versions", inputs: {} },
    { title: 'the tags', inputs: { source: 'tags' } },
    { title: 'what is taken', inputs: { variable: 'VERSION' } },
  ])('a deploy token cannot see $title, and is told so before any request', async ({ inputs }) => {
    registry.forget();
    await inFolder(async (folder) => {
      const env = { GENERIC_PACKAGES_VARIABLE_TOKEN: VERSION_TOKENS.maintainer };
      const run = await terminal.run(
        'version',
        { ...connection(VERSION_TOKENS.deploy), prerelease: 'none', ...inputs },
        { cwd: folder, env },
      );

      expect(run.code).toBe(2);
      expect(errorOf(terminal, run)).toContain('a deploy token may not list versions or tags');
    });
    expect(registry.requests).toEqual([]);
  });

  test('a claim outside of any pipeline is wrong usage', async () => {
    await inFolder(async (folder) => {
      const run = await terminal.run(
        'version',
        { ...connection(), prerelease: 'none', claim: 'true' },
        { cwd: folder },
      );
      expect(run.code).toBe(2);
      expect(errorOf(terminal, run)).toContain('--claim: needs a pipeline or workflow run');
    });
  });

  test('all problems are told at once', async () => {
    await inFolder(async (folder) => {
      const inputs = {
        ...connection(),
        variable: 'no-key',
        'initial-version': 'v1',
        increment: 'pipeline',
        build: 'true',
      };
      const error = errorOf(terminal, await terminal.run('version', inputs, { cwd: folder }));
      for (const input of ['--prerelease', '--initial-version', '--increment', '--build'])
        expect(error).toContain(`${input}: `);
    });
  });
});
