/** What only GitLab can tell: one clear error with GitLab's words and the next step, nothing stored, nothing placed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Inputs } from '../support/platform.ts';
import { bundleOf, firstByBundle } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { hiddenVersions, putRaw, visibleVersions } from '../support/raw.ts';
import { FOREIGN_PROJECT, OPEN_PROJECT, openRegistry, puts, TOKENS } from '../support/registry.ts';
import { exists } from '../support/tree.ts';
import { errorOf, inWorkFolder, leavingOut, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  await putRaw(registry, { name: 'curled', version: '1.0.0' }, 'a.txt', 'a');
  await putRaw(registry, { name: 'half', version: '1.0.0', status: 'hidden' }, 'a.txt', 'a');
});
afterAll(() => registry.close());

interface Case {
  readonly title: string;
  readonly inputs: Inputs;
  readonly code: string;
  readonly says: readonly string[];
  readonly exit?: number;
}

const CURLED = { 'package-name': 'curled' };
const CLOSED_PORT = { 'api-url': 'http://127.0.0.1:1/api/v4', retries: '0' };

const PUBLISHES: readonly Case[] = [
  {
    title: 'a token without write scope',
    inputs: { token: TOKENS.reader },
    code: 'forbidden',
    says: ['insufficient_scope', 'scope api'],
  },
  {
    title: 'a deploy token that may only read',
    inputs: { token: TOKENS.deployReader },
    code: 'forbidden',
    says: ['403', 'write_package_registry'],
  },
  { title: 'a revoked token', inputs: { token: TOKENS.revoked }, code: 'unauthorized', says: ['401', 'revoked'] },
  { title: 'an expired token', inputs: { token: TOKENS.expired }, code: 'unauthorized', says: ['401', 'expired'] },
  {
    title: 'an unknown token',
    inputs: { token: 'glpat-nobody-knows-me' },
    code: 'unauthorized',
    says: ['401', 'is of this server'],
  },
  {
    title: 'a personal token said to be a job token',
    inputs: { 'token-type': 'job' },
    code: 'usage',
    exit: 2,
    says: ['begins with `glpat-`', '`token-type` is `job`', 'set it to `private`'],
  },
  {
    title: 'a personal token said to be a deploy token',
    inputs: { 'token-type': 'deploy' },
    code: 'usage',
    exit: 2,
    says: ['begins with `glpat-`', '`token-type` is `deploy`', 'set it to `private`'],
  },
  {
    title: 'a deploy token said to be a personal one',
    inputs: { token: TOKENS.deploy, 'token-type': 'private' },
    code: 'usage',
    exit: 2,
    says: ['begins with `gldt-`', '`token-type` is `private`', 'set it to `deploy`'],
  },
  {
    title: 'a job token in the wrong header',
    inputs: { token: TOKENS.job, 'token-type': 'bearer', project: FOREIGN_PROJECT.path },
    code: 'forbidden',
    says: ['403', 'job token'],
  },
  {
    title: 'a project that is not there',
    inputs: { project: 'acme/no/such' },
    code: 'not-found',
    says: ['404', 'project'],
  },
  {
    title: 'a project that the deploy token may not see',
    inputs: { token: TOKENS.deploy, project: FOREIGN_PROJECT.path },
    code: 'not-found',
    says: ['404', 'project'],
  },
  { title: 'a server that nobody runs', inputs: CLOSED_PORT, code: 'network', says: ['127.0.0.1', 'ECONNREFUSED'] },
];

const DOWNLOADS: readonly Case[] = [
  {
    title: 'a version that is not there',
    inputs: { ...CURLED, 'package-version': '9.9.9' },
    code: 'not-found',
    says: ['of the package curled'],
  },
  {
    title: 'a package that is not there',
    inputs: { 'package-name': 'nothing' },
    code: 'not-found',
    says: ['of the package nothing'],
  },
  {
    title: 'no latest version',
    inputs: { 'package-name': 'nothing', 'package-version': 'latest' },
    code: 'not-found',
    says: ['of the package nothing', 'latest'],
  },
  {
    title: 'a version that is not complete',
    inputs: { 'package-name': 'half' },
    code: 'not-found',
    says: ['half 1.0.0', 'not complete', 'hidden'],
  },
  {
    title: 'no token for a private project',
    inputs: { ...CURLED, token: 'none' },
    code: 'unauthorized',
    says: ['401', 'No token was sent'],
  },
  { title: 'a revoked token', inputs: { ...CURLED, token: TOKENS.revoked }, code: 'unauthorized', says: ['revoked'] },
  {
    title: 'a revoked token, though the project is public',
    inputs: { ...CURLED, project: OPEN_PROJECT.path, token: TOKENS.revoked },
    code: 'unauthorized',
    says: ['revoked'],
  },
  { title: 'an expired token', inputs: { ...CURLED, token: TOKENS.expired }, code: 'unauthorized', says: ['expired'] },
  {
    title: 'a project that is not there',
    inputs: { ...CURLED, project: 'acme/no/such' },
    code: 'not-found',
    says: ['404', 'project'],
  },
  {
    title: 'another project than the job token opens',
    inputs: { ...CURLED, project: FOREIGN_PROJECT.path, token: TOKENS.job },
    code: 'forbidden',
    says: ['allowlist'],
  },
  {
    title: 'latest with a deploy token',
    inputs: { ...CURLED, 'package-version': 'latest', token: TOKENS.deploy },
    code: 'usage',
    exit: 2,
    says: ['deploy token', 'exact version'],
  },
  {
    title: 'a version without manifest with a deploy token',
    inputs: { ...CURLED, token: TOKENS.deploy },
    code: 'not-found',
    says: ['no manifest', 'read_api'],
  },
  {
    title: 'a manifest that is required and missing',
    inputs: { ...CURLED, 'require-manifest': 'true' },
    code: 'not-found',
    says: ['has no manifest', 'require-manifest'],
  },
  {
    title: 'another digest than expected',
    inputs: { ...CURLED, 'expected-digest': `sha256:${'0'.repeat(64)}` },
    code: 'digest-mismatch',
    says: ['has the digest sha256:', `expected-digest is sha256:000`],
  },
  {
    title: 'patterns that match nothing',
    inputs: { ...CURLED, files: '*.zip' },
    code: 'no-files',
    says: ['*.zip', 'the version has a.txt'],
  },
  {
    title: 'a server that nobody runs',
    inputs: { ...CURLED, ...CLOSED_PORT },
    code: 'network',
    says: ['127.0.0.1', 'ECONNREFUSED'],
  },
];

describe('publish with', () => {
  test.each(firstByBundle(PUBLISHES.map((row) => ({ ...row, platform: terminal }))))(
    '$title fails and stores nothing',
    async ({ inputs, code, says, platform, exit = 1 }) => {
      await inWorkFolder(registry, async (folder) => {
        const run = await platform.run('publish', { ...rightInputs(registry, 'publish'), ...inputs }, { cwd: folder });
        expect(run.code).toBe(exit);
        expect(errorIn(run.stdout).code).toBe(code);
        for (const piece of says) expect(errorOf(terminal, run)).toContain(piece);
        // What may not write is told so by the first file, which goes alone.
        expect(puts(registry).filter(({ status }) => status < 300)).toEqual([]);
        expect(puts(registry).length).toBeLessThanOrEqual(1);
        expect(await visibleVersions(registry)).toEqual([]);
        expect(await hiddenVersions(registry)).toEqual([]);
      });
    },
  );
});

describe('download with', () => {
  test.each(DOWNLOADS)('$title fails and places nothing', async ({ inputs, code, says, exit = 1 }) => {
    await inWorkFolder(registry, async (folder) => {
      const run = await terminal.run('download', { ...rightInputs(registry, 'download'), ...inputs }, { cwd: folder });
      expect(run.code).toBe(exit);
      expect(errorIn(run.stdout).code).toBe(code);
      for (const piece of says) expect(errorOf(terminal, run)).toContain(piece);
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });

  test('anything that GitLab refuses is one annotation on GitHub', async () => {
    await inWorkFolder(registry, async (folder) => {
      const inputs = { ...rightInputs(registry, 'download'), ...CURLED, token: TOKENS.expired };
      const run = await bundleOf(githubAction).run('download', inputs, { cwd: folder });
      expect(run.code).toBe(1);
      expect(errorOf(githubAction, run)).toContain('expired');
      expect(run.outputs).toEqual({});
    });
  });

  test('no token is enough for a public project', async () => {
    await inWorkFolder(registry, async (folder) => {
      const inputs = { ...rightInputs(registry, 'publish'), project: OPEN_PROJECT.path };
      expect((await terminal.run('publish', inputs, { cwd: folder })).code).toBe(0);
      const anonymous = leavingOut({ ...rightInputs(registry, 'download'), project: OPEN_PROJECT.path }, ['token']);
      registry.forget();
      for (const version of ['1.0.0', 'latest']) {
        const run = await terminal.run('download', { ...anonymous, 'package-version': version }, { cwd: folder });
        expect(run).toMatchObject({ code: 0, outputs: { 'package-version': '1.0.0', 'file-count': '1' } });
      }
      const withToken = registry.requests.filter(({ credentials }) => credentials.length > 0);
      expect(withToken.map(({ method, path, query, status }) => `${method} ${path}?${query} ${status}`)).toEqual([]);
      expect(await exists(join(folder, 'in', 'a.txt'))).toBe(true);
    });
  });
});

function errorIn(stdout: string): { code: string } {
  return (JSON.parse(stdout) as { error: { code: string } }).error;
}
