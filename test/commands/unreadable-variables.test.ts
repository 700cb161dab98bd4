/**
 * A variable that is empty or cannot be read never restarts the count: for both commands each such state is
 * an error of its own, nothing is written or claimed, and no value or token is shown.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { closeAll, sendJson, serve } from '../gitlab/loopback.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';
import { SECRETS, SEEDS } from './version-ways.ts';

const GROUP = { group: 'acme/tools' };
const folder = makeFolder();
let registry: RunningRegistry;
beforeAll(async () => {
  const variables = [
    ...SEEDS.variables,
    { key: 'BLANKS', value: ' 1.2.3 ' },
    { key: 'LEADING_ZERO', value: '1.02.3' },
    { key: 'TWO_NUMBERS', value: '1.2' },
    { key: 'BLANK', value: '  ' },
    { key: 'GROUP_EMPTY', value: '', ...GROUP },
    { key: 'GROUP_MASKED', value: SECRETS[0], masked: true, ...GROUP },
    { key: 'GROUP_HIDDEN', value: SECRETS[1], masked: true, hidden: true, ...GROUP },
    { key: 'GROUP_SCOPED', value: '3.0.0', environment_scope: 'production', ...GROUP },
    { key: 'GROUP_TWICE', value: '5.0.0', ...GROUP },
    { key: 'GROUP_TWICE', value: '6.0.0', environment_scope: 'production', ...GROUP },
  ];
  registry = await openVersionRegistry({ variables });
});
afterEach(closeAll);
afterAll(async () => {
  await registry.close();
  folder.remove();
});

interface Row {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** `owner` unless it is given; empty: the variable that should hold it is protected, and the ref is not. */
  readonly token?: string;
  readonly says: string;
}

const ROWS: readonly Row[] = [
  { title: 'is empty', inputs: { variable: 'EMPTY' }, says: 'EMPTY of project 42 is there but empty' },
  { title: 'is masked', inputs: { variable: 'MASKED' }, says: 'MASKED of project 42 is masked' },
  { title: 'is hidden', inputs: { variable: 'HIDDEN' }, says: 'HIDDEN of project 42 is hidden' },
  { title: 'is a file', inputs: { variable: 'FILE' }, says: 'FILE of project 42 is of the type file' },
  { title: 'holds words', inputs: { variable: 'WORDS' }, says: 'WORDS of project 42 does not hold a semantic version' },
  {
    title: 'holds a v',
    inputs: { variable: 'PREFIXED' },
    says: 'PREFIXED of project 42 does not hold a semantic version: it begins with `v`',
  },
  {
    title: 'holds a line break',
    inputs: { variable: 'BROKEN' },
    says: 'BROKEN of project 42 does not hold a semantic version: it has a line break',
  },
  {
    title: 'holds blanks',
    inputs: { variable: 'BLANKS' },
    says: 'BLANKS of project 42 does not hold a semantic version: it has blanks',
  },
  {
    title: 'holds a leading zero',
    inputs: { variable: 'LEADING_ZERO' },
    says: 'LEADING_ZERO of project 42 does not hold a semantic version: it has a number with a leading zero',
  },
  {
    title: 'holds two numbers',
    inputs: { variable: 'TWO_NUMBERS' },
    says: 'TWO_NUMBERS of project 42 does not hold a semantic version: it has two numbers, not three',
  },
  {
    title: 'holds blanks alone',
    inputs: { variable: 'BLANK' },
    says: 'BLANK of project 42 does not hold a semantic version: it is blank',
  },
  {
    title: 'is in two scopes',
    inputs: { variable: 'TWICE' },
    says: 'exists in several environment scopes: `*`, `production`',
  },
  {
    title: 'is in another scope',
    inputs: { variable: 'SCOPED', 'environment-scope': 'staging' },
    says: 'does not exist in the environment scope `staging`, but in `production`',
  },
  {
    title: 'is in other scopes',
    inputs: { variable: 'TWICE', 'environment-scope': 'staging' },
    says: 'scope `staging`, but in `*`, `production`',
  },
  {
    title: 'is in the wildcard scope only',
    inputs: { variable: 'EMPTY', 'environment-scope': 'prod*' },
    says: 'does not exist in the environment scope `prod*`, but in `*`',
  },
  {
    title: 'is a group’s, and empty',
    inputs: { variable: 'GROUP_EMPTY', ...GROUP },
    says: 'GROUP_EMPTY of group acme/tools is there but empty',
  },
  {
    title: 'is a group’s, and masked',
    inputs: { variable: 'GROUP_MASKED', ...GROUP },
    says: 'GROUP_MASKED of group acme/tools is masked',
  },
  {
    title: 'is a group’s, and hidden',
    inputs: { variable: 'GROUP_HIDDEN', ...GROUP },
    says: 'GROUP_HIDDEN of group acme/tools is hidden',
  },
  {
    title: 'is a group’s, in another scope',
    inputs: { variable: 'GROUP_SCOPED', 'environment-scope': '*', ...GROUP },
    says: 'but in `production`',
  },
  {
    title: 'is a group’s, in two scopes',
    inputs: { variable: 'GROUP_TWICE', ...GROUP },
    says: 'GROUP_TWICE of group acme/tools exists in several',
  },
  {
    title: 'is asked for with a job token',
    inputs: { variable: 'VERSION' },
    token: VERSION_TOKENS.job,
    says: 'a job token cannot reach CI/CD variables',
  },
  {
    title: 'is asked for with a deploy token',
    inputs: { variable: 'VERSION' },
    token: VERSION_TOKENS.deploy,
    says: 'a deploy token cannot reach CI/CD variables. Give it by GENERIC_PACKAGES_VARIABLE_TOKEN',
  },
  {
    title: 'is asked for with an empty token',
    inputs: { variable: 'VERSION' },
    token: '',
    says: 'was named but is empty',
  },
  {
    title: 'is asked for without a token',
    inputs: { variable: 'VERSION' },
    token: 'none',
    says: '(for a group: Owner). Give it by GENERIC_PACKAGES_VARIABLE_TOKEN, --variable-token-env or --variable-token-file',
  },
  {
    title: 'is not shown to a revoked token',
    inputs: { variable: 'VERSION' },
    token: VERSION_TOKENS.revoked,
    says: 'The token was revoked',
  },
  {
    title: 'is not shown to a token that nobody knows',
    inputs: { variable: 'VERSION' },
    token: 'glpat-nobody',
    says: 'was answered 401',
  },
  {
    title: 'is not shown to a developer',
    inputs: { variable: 'VERSION' },
    token: VERSION_TOKENS.developer,
    says: 'was answered 403',
  },
  {
    title: 'is a group’s, and not shown to a maintainer',
    inputs: { variable: 'SHARED', ...GROUP },
    token: VERSION_TOKENS.maintainer,
    says: '(for a group: Owner)',
  },
  {
    title: 'is in a project that is not there',
    inputs: { variable: 'VERSION', project: '999' },
    says: 'Check project and api-url',
  },
  {
    title: 'is in a group that is not there',
    inputs: { variable: 'SHARED', group: 'nobody' },
    says: 'The group does not exist',
  },
];

const COMMANDS = [
  {
    command: 'version',
    more: { 'initial-version': '0.1.0', prerelease: 'none', claim: 'true', 'package-name': 'widget' },
  },
  { command: 'save-version', more: { 'package-version': '9.0.0', 'if-lower': 'write' } },
];

function ask(command: string, inputs: Readonly<Record<string, string>>, token: string): Promise<Run> {
  const run = {
    GITHUB_ACTIONS: 'true',
    GITHUB_RUN_ID: '9001',
    GITHUB_RUN_NUMBER: '45',
    GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.developer,
  };
  const env = { ...run, OF_VARIABLE: token };
  return runHere(
    command,
    { project: String(PROJECT.id), 'variable-token-env': 'OF_VARIABLE', ...inputs },
    env,
    folder.path,
  );
}

describe.each(COMMANDS)('$command fails where the variable', ({ command, more }) => {
  test.each(ROWS)('$title', async ({ inputs, token = VERSION_TOKENS.owner, says }) => {
    registry.forget();
    const { code, outputs, shown } = await ask(command, { 'api-url': registry.apiUrl, ...more, ...inputs }, token);

    expect(code).toBeGreaterThan(0);
    expect(Object.keys(outputs)).toEqual(['error']);
    expect(shown).toContain(says);
    for (const secret of [...SECRETS, ...Object.values(VERSION_TOKENS), 'glpat-nobody'])
      expect(shown).not.toContain(secret);
    expect(
      registry.requests
        .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
        .filter(({ status }) => status < 400),
    ).toEqual([]);
  });
});

describe.each(COMMANDS)('$command fails where GitLab, or what stands in its place,', ({ command, more }) => {
  const row = {
    key: 'VERSION',
    value: '1.2.3',
    variable_type: 'env_var',
    masked: false,
    hidden: false,
    environment_scope: '*',
  };
  test.each<{ title: string; status: number; body: unknown; says: string }>([
    { title: 'knows no such address', status: 404, body: { error: '404 Not Found' }, says: 'was answered 404' },
    {
      title: 'does not show the project',
      status: 404,
      body: { message: '404 Project Not Found' },
      says: 'was answered 404',
    },
    { title: 'shows a page that is missing', status: 404, body: '<html>404</html>', says: 'was answered 404' },
    { title: 'shows a page to sign in', status: 200, body: '<html>Sign in</html>', says: 'check api-url' },
    { title: 'says nothing', status: 204, body: '', says: 'VERSION' },
    { title: 'answers a list', status: 200, body: [row], says: 'not the CI/CD variable VERSION' },
    {
      title: 'answers another variable',
      status: 200,
      body: { ...row, key: 'OTHER' },
      says: 'not the CI/CD variable VERSION',
    },
    { title: 'tells no value', status: 200, body: { ...row, value: undefined }, says: 'was answered without a value' },
    {
      title: 'tells a value that is null',
      status: 200,
      body: { ...row, value: null },
      says: 'was answered without a value',
    },
    { title: 'tells a number', status: 200, body: { ...row, value: 1.2 }, says: 'was answered without a value' },
    { title: 'is busy', status: 409, body: { message: '409 Conflict: resource lock' }, says: 'was answered 409' },
    { title: 'wants a token', status: 401, body: { message: '401 Unauthorized' }, says: 'was answered 401' },
    { title: 'limits requests', status: 429, body: 'Retry later', says: 'was answered 429' },
    { title: 'fails inside', status: 500, body: { message: '500 Internal Server Error' }, says: 'was answered 500' },
    { title: 'is under maintenance', status: 503, body: '<html>503</html>', says: 'was answered 503' },
  ])('$title', async ({ status, body, says }) => {
    const host = await serve((request, response) => {
      if (request.url?.includes('/variables') !== true) sendJson(response, 200, [], { 'X-Next-Page': '' });
      else if (typeof body === 'string') response.writeHead(status, { 'Content-Type': 'text/html' }).end(body);
      else sendJson(response, status, body);
    });
    const { code, outputs, shown } = await ask(
      command,
      { 'api-url': host.origin, variable: 'VERSION', retries: '0', ...more },
      VERSION_TOKENS.owner,
    );

    expect([code, Object.keys(outputs)]).toEqual([1, ['error']]);
    expect(shown).toContain(says);
    for (const secret of Object.values(VERSION_TOKENS)) expect(shown).not.toContain(secret);
    expect(host.seen.map(({ method }) => method)).not.toContain('PUT');
    expect(host.seen.map(({ method }) => method)).not.toContain('POST');
  });
});
