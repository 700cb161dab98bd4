/** The command save-version by its platforms: compare, write, read back, and leave everything else alone. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { openVersionRegistry, variableOf, VERSION_TOKENS } from '../support/version-registry.ts';
import { errorOf } from './wrong-runs.ts';

const SECRET = 'a-value-that-is-nobodys-business';
const KEPT = { protected: true, raw: false, description: 'kept', variable_type: 'env_var' };
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openVersionRegistry({
    variables: [
      ...[
        'PLAIN',
        'LATER',
        'OLD',
        'KEPT_HIGH',
        'WRITTEN_LOW',
        'EQUAL',
        'EXPECTED',
        'UNEXPECTED',
        'DRY',
        'ON_GITHUB',
        'BUILT',
      ].map((key) => ({ key, value: '1.2.3', ...KEPT })),
      { key: 'SCOPED', value: '1.0.0' },
      { key: 'SCOPED', value: '1.2.3', environment_scope: 'production', ...KEPT },
      { key: 'SHARED', value: '1.2.3', group: 'acme/tools', ...KEPT },
      { key: 'MASKED', value: SECRET, masked: true },
      { key: 'HIDDEN', value: SECRET, masked: true, hidden: true },
      { key: 'FILE', value: '1.2.3', variable_type: 'file' },
      { key: 'WORDS', value: SECRET },
      { key: 'EMPTY', value: '' },
    ],
  });
});
afterAll(() => registry.close());

function save(inputs: Inputs, platform = terminal): Promise<PlatformRun> {
  const { 'variable-token': token = VERSION_TOKENS.maintainer, ...others } = inputs;
  const all = {
    'api-url': registry.apiUrl,
    project: PROJECT.path,
    token: VERSION_TOKENS.developer,
    'package-version': '1.2.4',
    ...others,
  };
  if (platform.kind !== 'terminal')
    return inFolder((folder) => platform.run('save-version', { ...all, 'variable-token': token }, { cwd: folder }));
  return inFolder((folder) =>
    platform.run('save-version', all, { cwd: folder, env: { GENERIC_PACKAGES_VARIABLE_TOKEN: token } }),
  );
}

describe('a save', () => {
  test.each([
    {
      title: 'goes on',
      inputs: { variable: 'PLAIN' },
      outputs: { version: '1.2.4', previous: '1.2.3', changed: 'true' },
    },
    {
      title: 'of what was expected goes on',
      inputs: { variable: 'EXPECTED', expected: '1.2.3' },
      outputs: { version: '1.2.4', changed: 'true' },
    },
    {
      title: 'of a prerelease goes on',
      inputs: { variable: 'LATER', 'package-version': '1.3.0-rc.1' },
      outputs: { version: '1.3.0-rc.1', changed: 'true' },
    },
    {
      title: 'of a build alone is written',
      inputs: { variable: 'BUILT', 'package-version': '1.2.3+abc' },
      outputs: { version: '1.2.3+abc', changed: 'true' },
    },
    {
      title: 'of what is there changes nothing',
      inputs: { variable: 'EQUAL', 'package-version': '1.2.3', expected: 'none' },
      outputs: { version: '1.2.3', previous: '1.2.3', changed: 'false' },
    },
    {
      title: 'may leave what is higher',
      inputs: { variable: 'KEPT_HIGH', 'package-version': '1.2.2', 'if-lower': 'keep' },
      outputs: { version: '1.2.3', previous: '1.2.3', changed: 'false' },
    },
    {
      title: 'may go back',
      inputs: { variable: 'WRITTEN_LOW', 'package-version': '1.2.2', 'if-lower': 'write' },
      outputs: { version: '1.2.2', changed: 'true' },
    },
  ])('$title, and all other attributes stay', async ({ inputs, outputs }) => {
    const run = await save(inputs);

    expect(run).toMatchObject({ code: 0, outputs });
    expect(await variableOf(registry, inputs.variable)).toMatchObject({ value: outputs.version, ...KEPT });
  });

  test('by GitHub does the same, and says so in the summary', async () => {
    const run = await save({ variable: 'ON_GITHUB' }, bundleOf(githubAction));

    expect(run).toMatchObject({ code: 0, outputs: { version: '1.2.4', previous: '1.2.3', changed: 'true' } });
    expect(run.summary).toContain('ON_GITHUB');
  });

  test('makes a variable that is missing: unprotected, visible and raw', async () => {
    expect(await save({ variable: 'NEW', expected: 'none' })).toMatchObject({
      code: 0,
      outputs: { version: '1.2.4', previous: 'none', changed: 'true' },
    });
    const made = {
      value: '1.2.4',
      protected: false,
      masked: false,
      raw: true,
      variable_type: 'env_var',
      environment_scope: '*',
    };
    expect(await variableOf(registry, 'NEW')).toMatchObject(made);
  });

  test('makes it in the scope that is given', async () => {
    expect(
      await save({ variable: 'NEW_SCOPED', 'environment-scope': 'production/*' }, bundleOf(terminal)),
    ).toMatchObject({ code: 0 });
    expect(await variableOf(registry, 'NEW_SCOPED')).toMatchObject({ environment_scope: 'production/*' });
  });

  test('of one scope leaves the others alone', async () => {
    expect(await save({ variable: 'SCOPED', 'environment-scope': 'production' })).toMatchObject({
      code: 0,
      outputs: { previous: '1.2.3' },
    });
    const scope = (name: string) =>
      variableOf(registry, `SCOPED?filter[environment_scope]=${encodeURIComponent(name)}`);
    expect([await scope('production'), await scope('*')]).toMatchObject([
      { value: '1.2.4', ...KEPT },
      { value: '1.0.0' },
    ]);
  });

  test('of a group’s variable needs its owner and no project', async () => {
    const inputs = { variable: 'SHARED', group: 'acme/tools', project: '' };
    expect(await save({ ...inputs, 'variable-token': VERSION_TOKENS.owner })).toMatchObject({
      code: 0,
      outputs: { version: '1.2.4' },
    });
    expect(await variableOf(registry, 'SHARED', '/groups/acme%2Ftools')).toMatchObject({ value: '1.2.4', ...KEPT });
    expect(errorOf(terminal, await save({ ...inputs, 'package-version': '1.2.5' }))).toContain('(for a group: Owner)');
  });

  test('that is a dry run writes nothing', async () => {
    const run = await save({ variable: 'DRY', 'dry-run': 'true' });
    expect(run).toMatchObject({ code: 0, outputs: { version: '1.2.4', previous: '1.2.3', changed: 'false' } });
    expect(run.stderr).toContain('would be set to 1.2.4');
    expect(await save({ variable: 'DRY_NEW', 'dry-run': 'true' })).toMatchObject({
      code: 0,
      outputs: { previous: 'none' },
    });
    expect([await variableOf(registry, 'DRY'), await variableOf(registry, 'DRY_NEW')]).toMatchObject([
      { value: '1.2.3' },
      undefined,
    ]);
  });
});

describe('nothing is written', () => {
  test.each<{ title: string; inputs: Inputs; says: string; hint?: string }>([
    {
      title: 'over what is higher',
      inputs: { variable: 'OLD', 'package-version': '1.2.2' },
      says: 'holds 1.2.3, which is higher than 1.2.2',
      hint: '--if-lower keep leaves the variable',
    },
    {
      title: 'over what was not expected',
      inputs: { variable: 'UNEXPECTED', expected: '1.2.2' },
      says: 'holds 1.2.3, but --expected is 1.2.2',
    },
    {
      title: 'over what was not to exist',
      inputs: { variable: 'UNEXPECTED', expected: 'none' },
      says: 'holds 1.2.3, but --expected is none',
    },
    {
      title: 'for what was expected and is missing',
      inputs: { variable: 'GONE', expected: '1.2.3' },
      says: 'does not exist, but --expected is 1.2.3',
      hint: 'It was deleted, or has another name or place: check --variable, --group, --environment-scope',
    },
    {
      title: 'for what is missing and not to be made',
      inputs: { variable: 'GONE', create: 'false' },
      says: 'does not exist, and --create is false',
      hint: 'make it with --create.',
    },
    { title: 'in another scope', inputs: { variable: 'PLAIN', 'environment-scope': 'production' }, says: 'but in `*`' },
    {
      title: 'in one of two scopes',
      inputs: { variable: 'SCOPED' },
      says: 'several environment scopes: `*`, `production`',
      hint: 'is meant with --environment-scope',
    },
    { title: 'over a masked value', inputs: { variable: 'MASKED', 'if-lower': 'write' }, says: 'is masked' },
    { title: 'over a hidden value', inputs: { variable: 'HIDDEN', 'if-lower': 'write' }, says: 'is hidden' },
    { title: 'over a file', inputs: { variable: 'FILE', 'if-lower': 'write' }, says: 'is of the type file' },
    {
      title: 'over words',
      inputs: { variable: 'WORDS', 'if-lower': 'write' },
      says: 'does not hold a semantic version',
    },
    {
      title: 'over an empty value',
      inputs: { variable: 'EMPTY', 'if-lower': 'write' },
      says: 'is there but empty',
      hint: 'or delete it, so that this command makes it anew.',
    },
    {
      title: 'by a developer',
      inputs: { variable: 'OLD', 'variable-token': VERSION_TOKENS.developer },
      says: 'was answered 403',
    },
    {
      title: 'by a token that may only read',
      inputs: { variable: 'OLD', 'variable-token': VERSION_TOKENS.reader },
      says: 'the scope api',
    },
    {
      title: 'by a revoked token',
      inputs: { variable: 'OLD', 'variable-token': VERSION_TOKENS.revoked },
      says: 'revoked',
    },
  ])('$title', async ({ inputs, says, hint = '' }) => {
    registry.forget();
    const run = await save(inputs);

    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toContain(says);
    expect(errorOf(terminal, run)).toContain(hint);
    for (const secret of [SECRET, ...Object.values(VERSION_TOKENS)])
      expect(run.stdout + run.stderr).not.toContain(secret);
    const written = registry.requests.filter(({ method, status }) => method !== 'GET' && status < 300);
    expect(written).toEqual([]);
  });

  test.each([
    {
      title: 'a version that is no semantic one',
      inputs: { 'package-version': 'nightly' },
      says: '--package-version: `nightly` (given) is not a semantic version',
    },
    {
      title: 'a version with a v',
      inputs: { 'package-version': 'v1.2.4' },
      says: 'Only those can be compared and counted up. Give it without the `v`: `1.2.4`',
    },
    { title: 'no version', inputs: { 'package-version': '' }, says: '--package-version: was not given' },
    {
      title: 'an expectation that is none',
      inputs: { expected: '1.2' },
      says: '--expected: must be `none` or a semantic version',
    },
    {
      title: 'an expectation with a v',
      inputs: { expected: 'v1.2.3' },
      says: 'such as `1.2.3`: it begins with `v`. Give it without the `v`: `1.2.3`',
    },
    { title: 'a key that is none', inputs: { variable: 'NO-KEY' }, says: '--variable: must be the key' },
    {
      title: 'a job token',
      inputs: { 'variable-token': 'glcbt-1_job' },
      says: 'protected CI/CD variable. Give it by GENERIC_PACKAGES_VARIABLE_TOKEN, --variable-token-env or --variable-token-file',
    },
    {
      title: 'an empty token',
      inputs: { 'variable-token': '' },
      says: 'was named but is empty. Set it to a token, or omit it to work with `token`',
    },
    { title: 'no project', inputs: { project: '' }, says: '--project: is required' },
  ])('$title is wrong usage, without a request', async ({ inputs, says }) => {
    registry.forget();
    const run = await save({ variable: 'PLAIN', ...inputs });

    expect(run.code).toBe(2);
    expect(errorOf(terminal, run)).toContain(says);
    expect(registry.requests).toEqual([]);
  });
});
