/** A fix of an old line while a newer one is out: the branch's own line, the line that is given, and neither. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { claimsOf, putRaw, visibleVersions } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';

const folder = makeFolder();
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openVersionRegistry({
    tags: ['v1.2.3', 'v2.0.0'],
    variables: [
      { key: 'OLD', value: '1.2.3' },
      { key: 'NEW', value: '2.0.0' },
    ],
  });
  for (const version of ['1.2.3', '2.0.0']) await putRaw(registry, { name: 'widget', version }, 'a.txt', version);
  for (const version of ['1.2.3.4', '2024.05.01'])
    await putRaw(registry, { name: 'dotted', version }, 'a.txt', version);
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

function onBranch(branch: string, inputs: Readonly<Record<string, string>>, more = {}): Promise<Run> {
  const job = {
    GITLAB_CI: 'true',
    CI_PIPELINE_ID: '7001',
    CI_PIPELINE_IID: '45',
    CI_COMMIT_BRANCH: branch,
    CI_DEFAULT_BRANCH: 'main',
    GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner,
    ...more,
  };
  const connection = { 'api-url': registry.apiUrl, project: String(PROJECT.id), 'package-name': 'widget' };
  return runHere('version', { ...connection, ...inputs }, job, folder.path);
}

const OLD_LINE = { version: '1.2.4', previous: '1.2.3', 'is-prerelease': false, 'is-latest': false };
const WARNING = 'which is not the default one. If that branch keeps an older line of versions, give --within';

describe('the fix of 1.2 while 2.0.0 is out', () => {
  test.each([
    ['the package', {}],
    ['the tags', { source: 'tags' }],
    ['a variable', { variable: 'OLD' }],
    ['the package, claimed', { claim: 'true' }],
  ])('is 1.2.4 by %s, not the latest, and the reason is told', async (_source, inputs) => {
    const given = await onBranch('release/1.2', { ...inputs, within: '1.2', prerelease: 'none' });
    expect([given.code, given.outputs]).toEqual([0, expect.objectContaining(OLD_LINE) as unknown]);
    expect(given.shown).toMatch(/Latest +no: 2\.0\.0 is higher/);
    expect(given.shown).not.toContain('warning:');

    const named = await onBranch('release/1.2.x', inputs);
    expect([named.code, named.outputs]).toEqual([0, expect.objectContaining(OLD_LINE) as unknown]);
    expect(named.shown).not.toContain('warning:');
  });

  test('reserves the number of its own line', async () => {
    expect(await visibleVersions(registry, claimsOf('widget'))).toEqual(['1.2.4', 'pipeline-7001']);
  });

  test('is 2.0.1 without a line, with a warning that names the range', async () => {
    const { code, outputs, shown } = await onBranch('release/1.2', { prerelease: 'none' });
    expect([code, outputs]).toEqual([0, expect.objectContaining({ version: '2.0.1', 'is-latest': true }) as unknown]);
    expect(shown).toContain(
      `warning: \`2.0.1\` is a stable version, made on the branch \`release/1.2\`, ${WARNING} 1.2`,
    );
  });

  test.each([
    ['the default branch', 'main', {}],
    ['a branch whose user wants no line', 'hotfix', { within: 'none', prerelease: 'none' }],
    ['a prerelease', 'feature/x', {}],
  ])('%s is not warned of', async (_what, branch, inputs) => {
    const { code, shown } = await onBranch(branch, inputs);
    expect([code, shown]).toEqual([0, expect.not.stringContaining('warning:')]);
  });

  test('is a prerelease in a merge request, whatever the fork calls its branch', async () => {
    const { outputs } = await onBranch('1.2.x', {}, { CI_MERGE_REQUEST_IID: '12' });
    expect(outputs).toMatchObject({ version: '2.0.1-mr-12.45' });
  });
});

test('on GitHub a push to a maintenance branch keeps to it, a pull request does not', async () => {
  const run = {
    GITHUB_ACTIONS: 'true',
    GITHUB_RUN_ID: '9',
    GITHUB_RUN_NUMBER: '45',
    GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner,
  };
  const connection = { 'api-url': registry.apiUrl, project: String(PROJECT.id), 'package-name': 'widget' };
  const by = (env: object): Promise<Run> => runHere('version', connection, { ...run, ...env }, folder.path);
  const push = await by({ GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/maintenance/1.x' });
  // 1.2.4 is reserved by now.
  expect(push.outputs).toMatchObject({ version: '1.2.5', 'is-prerelease': false });
  const pull = await by({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_REF: 'refs/pull/3/merge', GITHUB_HEAD_REF: '1.x' });
  expect(pull.outputs).toMatchObject({ version: '2.0.1-pr-3.45' });
});

test('a line without any version begins with its first', async () => {
  expect((await onBranch('3.1.x', {})).outputs).toMatchObject({
    version: '3.1.0',
    previous: 'none',
    'is-latest': true,
  });
  const given = await onBranch('main', { within: '0.9', 'initial-version': '0.9.5' });
  expect(given.outputs).toMatchObject({ version: '0.9.5', 'is-latest': false });
  expect(given.shown).not.toContain('warning:');
});

describe('an error', () => {
  test.each<[title: string, branch: string, inputs: Record<string, string>, says: readonly string[]]>([
    [
      'a variable outside of the line',
      'main',
      { within: '1.2', variable: 'NEW' },
      ['The CI/CD variable NEW holds `2.0.0`, but `--within` is `1.2`', 'Name the variable of this line'],
    ],
    [
      'a variable outside of the branch’s line',
      '1.2.x',
      { variable: 'NEW' },
      ['holds `2.0.0`, but the branch `1.2.x` keeps to `1.2.x`', '--within none takes every version'],
    ],
    [
      'a number that would leave it',
      'main',
      { within: '1.2', increment: 'minor' },
      ['The next version is `1.3.0`, but `--within` is `1.2`', 'Count up a lower number'],
    ],
    [
      'a number that is taken at its end',
      'main',
      { within: '<1.2.4', increment: 'patch' },
      ['The next version is `1.2.4`'],
    ],
    [
      'a first version outside',
      'main',
      { within: '1.2', 'initial-version': '2.0.0' },
      ['--initial-version: is `2.0.0`, but `within` is `1.2`'],
    ],
    ['a range that is none', 'main', { within: 'old' }, ['--within: must be `none` or a range such as `1.2`']],
    ['a whole version', 'main', { within: '1.2.3' }, ['but `1.2.3` is one version']],
  ])('is %s', async (_title, branch, inputs, says) => {
    const { code, shown } = await onBranch(branch, inputs);
    expect(code).not.toBe(0);
    for (const words of says) expect(shown).toContain(words);
  });

  test('is a tag outside of the line', async () => {
    const env = { CI_COMMIT_TAG: 'v2.0.0', CI_COMMIT_BRANCH: '' };
    const { code, shown } = await onBranch('', { within: '1.2' }, env);
    expect([code, shown]).toEqual([
      1,
      expect.stringContaining('The tag v2.0.0 names `2.0.0`, but `--within` is `1.2`'),
    ]);
  });
});

describe('what is not a semantic version is told with its reason', () => {
  test.each<[what: string, inputs: Record<string, string>, env: Record<string, string>, says: string]>([
    [
      'a tag of four numbers',
      {},
      { CI_COMMIT_TAG: 'v1.2.3.4' },
      'but it has 4 numbers, not three. Such a tag can be published (`publish` takes it as it is), but not counted up',
    ],
    ['a tag of a date', {}, { CI_COMMIT_TAG: 'v2024.05.01' }, 'but it has a number with a leading zero. Such a tag'],
    [
      'what is published',
      { 'package-name': 'dotted' },
      {},
      'there are 2 versions, but none is a stable semantic version (`1.2.3.4`, for example: it has 4 numbers, not three)',
    ],
    ['a first version', { 'initial-version': 'v0.1.0' }, {}, 'not `v0.1.0`: it begins with `v`'],
    ['a first version of four numbers', { 'initial-version': '1.0.0.0' }, {}, 'not `1.0.0.0`: it has 4 numbers'],
  ])('%s', async (_what, inputs, env, says) => {
    const { code, shown } = await onBranch(
      'main',
      inputs,
      'CI_COMMIT_TAG' in env ? { ...env, CI_COMMIT_BRANCH: '' } : env,
    );
    expect(code).not.toBe(0);
    expect(shown).toContain(says);
  });

  test.each<[what: string, inputs: Record<string, string>, says: string]>([
    [
      'a version to save',
      { 'package-version': '1.2.3.4' },
      '(given) is not a semantic version such as `1.2.3`: it has 4',
    ],
    ['a date to save', { 'package-version': '2024.05.01' }, '`1.2.3`: it has a number with a leading zero'],
    ['what is expected', { 'package-version': '1.2.4', expected: 'v1.2.3' }, '`1.2.3`: it begins with `v`. Give it'],
  ])('%s', async (_what, inputs, says) => {
    const connection = { 'api-url': registry.apiUrl, project: String(PROJECT.id), variable: 'OLD' };
    const env = { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner };
    const { code, shown } = await runHere('save-version', { ...connection, ...inputs }, env, folder.path);
    expect([code, shown]).toEqual([2, expect.stringContaining(says)]);
  });
});

test('save-version says what it can promise', async () => {
  const inputs = {
    'api-url': registry.apiUrl,
    project: String(PROJECT.id),
    variable: 'NEXT',
    'package-version': '1.0.0',
  };
  const env = { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner };
  const first = await runHere('save-version', inputs, env, folder.path);
  expect(first.shown).toContain('read back once; what another run writes after that is not seen');
  const second = await runHere('save-version', inputs, env, folder.path);
  expect(second.shown).not.toContain('read back');
});
