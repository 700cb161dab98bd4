/** Whom GitLab lets do what: every form of credential, role, visibility and scope, route by route. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { basic, CHALLENGE, DEVELOPER, type Gitlab, startGitlab } from './instance.ts';

let gitlab: Gitlab;
beforeAll(async () => {
  gitlab = await startGitlab();
  for (const project of [42, 43, 44, 45]) {
    await gitlab.api('PUT', `/projects/${project}/packages/generic/pkg/1.0.0/f`, {
      headers: { 'PRIVATE-TOKEN': 'glpat-owner' },
      body: 'x',
    });
  }
});
afterAll(() => gitlab.close());

const file = (project: number): string => `/projects/${project}/packages/generic/pkg/1.0.0/f`;
const put = async (headers: OutgoingHttpHeaders, project = 42): Promise<number> =>
  (await gitlab.api('PUT', file(project), { headers, body: 'x' })).status;
const get = async (headers: OutgoingHttpHeaders, project = 42): Promise<number> =>
  (await gitlab.api('GET', file(project), { headers })).status;
const list = async (headers: OutgoingHttpHeaders, project = 42): Promise<number> =>
  (await gitlab.api('GET', `/projects/${project}/packages`, { headers })).status;

const bearer = (token: string): OutgoingHttpHeaders => ({ Authorization: `Bearer ${token}` });

describe('forms of credentials: upload, download, list', () => {
  test.each<[string, OutgoingHttpHeaders, number, number, number]>([
    ['a personal token in its header', { 'PRIVATE-TOKEN': 'glpat-developer' }, 201, 200, 200],
    ['a personal token as bearer', bearer('glpat-developer'), 201, 200, 200],
    ['a personal token as password of anyone', basic('whoever', 'glpat-developer'), 201, 200, 404],
    ['a project token at home', { 'PRIVATE-TOKEN': 'glpat-project' }, 201, 200, 200],
    ['an OAuth token', bearer('oauth-developer'), 201, 200, 200],
    ['a job token in its header', { 'JOB-TOKEN': 'glcbt-64_job' }, 201, 200, 200],
    ['a job token as bearer', bearer('glcbt-64_job'), 201, 200, 200],
    ['a job token as password of gitlab-ci-token', basic('gitlab-ci-token', 'glcbt-64_job'), 401, 200, 404],
    ['a job token as password of another', basic('me', 'glcbt-64_job'), 401, 401, 404],
    ['a job token in the personal header', { 'PRIVATE-TOKEN': 'glcbt-64_job' }, 401, 401, 404],
    ['a writing deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, 201, 200, 404],
    ['a writing deploy token as bearer', bearer('gldt-writer'), 201, 200, 401],
    ['a writing deploy token as password', basic('whoever', 'gldt-writer'), 201, 200, 404],
    ['a reading deploy token', { 'DEPLOY-TOKEN': 'gldt-reader' }, 403, 200, 404],
    ['a deploy token for git', { 'DEPLOY-TOKEN': 'gldt-git' }, 403, 403, 404],
    ['a deploy token of another project', { 'DEPLOY-TOKEN': 'gldt-elsewhere' }, 404, 404, 404],
    ['a header that GitLab does not have', { 'PROJECT-TOKEN': 'glpat-project' }, 401, 401, 404],
    ['nothing', {}, 401, 401, 404],
    ['an unknown token', { 'PRIVATE-TOKEN': 'glpat-unknown' }, 401, 401, 401],
    ['a personal token in the job header', { 'JOB-TOKEN': 'glpat-developer' }, 401, 401, 401],
    ['a job token after its job', { 'JOB-TOKEN': 'job-over' }, 401, 401, 401],
    ['a token that may only read', { 'PRIVATE-TOKEN': 'glpat-reading' }, 403, 200, 200],
    ['a token for git', { 'PRIVATE-TOKEN': 'glpat-git-only' }, 403, 403, 403],
  ])('%s', async (...[, headers, uploaded, downloaded, listed]) => {
    expect([await put(headers), await get(headers), await list(headers)]).toEqual([uploaded, downloaded, listed]);
  });

  test('tokens also come as parameters', async () => {
    const status = async (query: string): Promise<number> => (await gitlab.api('GET', `${file(42)}?${query}`)).status;
    expect(await status('private_token=glpat-developer')).toBe(200);
    expect(await status('job_token=glcbt-64_job')).toBe(200);
    expect(await status('access_token=oauth-developer')).toBe(200);
  });
});

describe('roles in a private project: upload, download, list', () => {
  test.each([
    ['glpat-owner', 201, 200, 200],
    ['glpat-maintainer', 201, 200, 200],
    ['glpat-developer', 201, 200, 200],
    ['glpat-reporter', 403, 200, 200],
    ['glpat-guest', 403, 200, 200],
    ['glpat-stranger', 404, 404, 404],
  ])('%s', async (token, uploaded, downloaded, listed) => {
    const headers = { 'PRIVATE-TOKEN': token };
    expect([await put(headers), await get(headers), await list(headers)]).toEqual([uploaded, downloaded, listed]);
  });

  test('a project token is a stranger elsewhere', async () => {
    expect(await get({ 'PRIVATE-TOKEN': 'glpat-project' }, 45)).toBe(200);
    expect(await list({ 'PRIVATE-TOKEN': 'glpat-project' }, 45)).toBe(404);
    expect(await put({ 'PRIVATE-TOKEN': 'glpat-project' }, 43)).toBe(403);
  });
});

describe('visibility', () => {
  test.each<[string, number, OutgoingHttpHeaders, number, number]>([
    ['public, nobody', 43, {}, 200, 200],
    ['public, bad Basic counts as nobody', 43, basic('a', 'wrong'), 200, 200],
    ['public, a bad token is refused all the same', 43, { 'PRIVATE-TOKEN': 'wrong' }, 401, 401],
    ['public, a bad job token', 43, { 'JOB-TOKEN': 'wrong' }, 401, 401],
    ['public, a bad deploy token counts as nobody', 43, { 'DEPLOY-TOKEN': 'wrong' }, 200, 200],
    ['public, a stranger', 43, { 'PRIVATE-TOKEN': 'glpat-stranger' }, 200, 200],
    ['public, a job of another project', 43, { 'JOB-TOKEN': 'job-foreign' }, 200, 200],
    ['internal, nobody', 44, {}, 401, 404],
    ['internal, a stranger', 44, { 'PRIVATE-TOKEN': 'glpat-stranger' }, 200, 200],
    ['internal, a job of another project', 44, { 'JOB-TOKEN': 'job-foreign' }, 200, 200],
    ['private with packages for anyone, nobody', 45, {}, 200, 404],
    ['packages switched off', 46, DEVELOPER, 403, 403],
  ])('%s: download, list', async (...[, project, headers, downloaded, listed]) => {
    expect([await get(headers, project), await list(headers, project)]).toEqual([downloaded, listed]);
  });

  test('nobody uploads without a token, not even to a public project', async () => {
    expect(await put({}, 43)).toBe(401);
    expect(await put(basic('a', 'wrong'), 43)).toBe(401);
    expect(await put({ 'PRIVATE-TOKEN': 'glpat-stranger' }, 43)).toBe(403);
    expect(await put(DEVELOPER, 46)).toBe(403);
  });
});

describe('job tokens of other projects', () => {
  test('a project on the allowlist is let in', async () => {
    const headers = { 'JOB-TOKEN': 'job-friend' };
    expect([await put(headers), await get(headers), await list(headers)]).toEqual([201, 200, 200]);
  });

  test('others are told so by lists, and nothing by the generic routes', async () => {
    const headers = { 'JOB-TOKEN': 'job-foreign' };
    expect([await put(headers), await get(headers)]).toEqual([404, 404]);
    const listed = await gitlab.api('GET', '/projects/42/packages', { headers });
    expect([listed.status, listed.text]).toEqual([
      403,
      '{"message":"403 Forbidden - Authentication by CI/CD job token not allowed from other/friend to acme/tools/widget."}',
    ]);
  });
});

describe('the words', () => {
  test.each<[string, OutgoingHttpHeaders, number, string]>([
    ['nobody', {}, 401, '{"message":"401 Unauthorized"}'],
    ['unknown', { 'JOB-TOKEN': 'x' }, 401, '{"message":"401 Unauthorized"}'],
    ['a low role', { 'PRIVATE-TOKEN': 'glpat-guest' }, 403, '{"message":"403 Forbidden"}'],
    ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, 404, '{"message":"404 Not Found"}'],
    [
      'revoked',
      { 'PRIVATE-TOKEN': 'glpat-revoked' },
      401,
      '{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}',
    ],
    [
      'expired',
      { 'PRIVATE-TOKEN': 'glpat-expired' },
      401,
      '{"error":"invalid_token","error_description":"Token is expired. You can either do re-authorization or token refresh."}',
    ],
    [
      'a scope too small',
      { 'PRIVATE-TOKEN': 'glpat-reading' },
      403,
      '{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api"}',
    ],
  ])('for %s', async (_who, headers, status, text) => {
    const answer = await gitlab.api('PUT', file(42), { headers, body: 'x' });
    expect([answer.status, answer.text]).toEqual([status, text]);
  });

  test('a 401 of the generic routes asks for Basic, one of a list does not', async () => {
    expect((await gitlab.api('GET', file(42))).headers['www-authenticate']).toBe(CHALLENGE);
    const listed = await gitlab.api('GET', '/projects/42/packages', { headers: { 'JOB-TOKEN': 'x' } });
    expect(listed.headers['www-authenticate']).toBeUndefined();
  });

  test('a list says Project where the generic routes do not', async () => {
    const listed = await gitlab.api('GET', '/projects/42/packages', { headers: { 'PRIVATE-TOKEN': 'glpat-stranger' } });
    expect([listed.status, listed.text]).toEqual([404, '{"message":"404 Project Not Found"}']);
  });
});

describe('who am I', () => {
  test('personal and OAuth tokens have a user and see the version; others do not', async () => {
    for (const [headers, status] of [
      [DEVELOPER, 200],
      [bearer('oauth-developer'), 200],
      [{ 'JOB-TOKEN': 'glcbt-64_job' }, 401],
      [{ 'DEPLOY-TOKEN': 'gldt-writer' }, 401],
      [{}, 401],
    ] as const) {
      expect((await gitlab.api('GET', '/user', { headers })).status).toBe(status);
      expect((await gitlab.api('GET', '/version', { headers })).status).toBe(status);
    }
    const version = await gitlab.api('GET', '/version', { headers: DEVELOPER });
    expect(JSON.parse(version.text)).toEqual({ version: '18.6.0', revision: expect.any(String) });
  });
});
