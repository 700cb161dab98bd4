/** What clients and tools of others ask GitLab for besides packages, and how it meets their odd requests. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { ask, itemsOf, recordOf } from './ask.ts';
import { basic, DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

let gitlab: Gitlab;
afterEach(() => gitlab.close());

const RELEASE = '/projects/42/releases';
const FILE = 'pkg/1.0.0/f';

test('behind a proxy that speaks TLS every address that is handed out begins with https', async () => {
  gitlab = await startGitlab();
  for (const version of ['1.0.0', '2.0.0']) await gitlab.put(`pkg/${version}/f`);
  const link = async (headers: Record<string, string>): Promise<string> =>
    String((await gitlab.api('GET', '/projects/42/packages?per_page=1', { headers })).headers.link);
  expect(await link({ ...DEVELOPER, 'X-Forwarded-Proto': 'https' })).toMatch(/^<https:.*rel="next"/);
  expect(await link({ ...DEVELOPER, 'X-Forwarded-Proto': 'https, http' })).toMatch(/^<https:/);
  expect(await link({ ...DEVELOPER, 'X-Forwarded-Proto': 'javascript' })).toMatch(/^<http:/);
  expect(await link(DEVELOPER)).toMatch(/^<http:/);
});

describe('members', () => {
  test.each([
    ['2', 200, 40],
    ['5', 200, 10],
    ['6', 404, undefined],
    ['999', 404, undefined],
    ['x', 400, undefined],
  ])('user %s is answered %i', async (id, status, level) => {
    gitlab = await startGitlab();
    for (const members of ['members/all', 'members']) {
      const answer = await gitlab.api('GET', `/projects/42/${members}/${id}`, { headers: DEVELOPER });
      expect([answer.status, recordOf(answer).access_level]).toEqual([status, level]);
    }
  });

  test('are listed, for those who see the project', async () => {
    gitlab = await startGitlab();
    const listed = itemsOf(await gitlab.api('GET', '/projects/42/members/all?per_page=2', { headers: DEVELOPER }));
    expect(listed).toMatchObject([
      { id: 1, access_level: 50 },
      { id: 2, access_level: 40 },
    ]);
    expect((await gitlab.api('GET', '/projects/42/members/all/2')).status).toBe(404);
  });
});

test('a commit has no merge requests', async () => {
  gitlab = await startGitlab();
  const path = `/projects/42/repository/commits/${'a'.repeat(40)}/merge_requests`;
  const answer = await gitlab.api('GET', path, { headers: DEVELOPER });
  expect([answer.status, answer.text]).toEqual([200, '[]']);
});

describe('a release of a tag that nobody told of', () => {
  test('is refused, unless tags are assumed to be pushed by git', async () => {
    gitlab = await startGitlab();
    expect((await gitlab.send('POST', RELEASE, { tag_name: 'v1' }, DEVELOPER)).status).toBe(422);
    await gitlab.close();
    gitlab = await startGitlab({ tags: 'assumed' });
    expect((await gitlab.send('POST', RELEASE, { tag_name: 'v1' }, DEVELOPER)).status).toBe(201);
    expect((await gitlab.api('GET', '/projects/42/repository/tags/v1', { headers: DEVELOPER })).status).toBe(200);
  });
});

describe('what a release hands out', () => {
  const page = async (path: string, headers: Record<string, string> = DEVELOPER) =>
    ask(gitlab.registry.url, 'GET', path, { headers });

  test('leads somewhere: its page, its list, its assets by their permanent addresses', async () => {
    gitlab = await startGitlab({}, {}, { tags: [{ project: 42, name: 'v1/x' }] });
    const links = [{ name: 'Tool', url: 'https://example.com/tool', direct_asset_path: '/bin/tool' }];
    const made = recordOf(await gitlab.send('POST', RELEASE, { tag_name: 'v1/x', assets: { links } }, DEVELOPER));
    const { self } = made._links as { self: string };
    const [asset] = (made.assets as { links: { direct_asset_url: string }[] }).links;
    const pageOfRelease = await page(new URL(self).pathname);
    expect([pageOfRelease.status, pageOfRelease.text.includes('Tool')]).toEqual([200, true]);
    const direct = new URL(asset?.direct_asset_url ?? '').pathname;
    for (const path of [direct, '/acme/tools/widget/-/releases/permalink/latest/downloads/bin/tool']) {
      const sent = await page(path);
      expect([sent.status, sent.headers.location]).toEqual([302, 'https://example.com/tool']);
    }
    expect((await page(`${direct}?private_token=glpat-developer`, {})).status).toBe(302);
    expect((await page(direct, {})).status).toBe(404);
    expect((await page(`${direct}x`)).status).toBe(404);
    expect((await page('/acme/tools/widget/-/releases')).text).toContain('v1/x');
  });
});

describe('who and where', () => {
  const get = async (path: string, headers: Record<string, string>) => gitlab.api('GET', path, { headers });

  test('a group is shown to those who see a project of it', async () => {
    gitlab = await startGitlab();
    expect(recordOf(await get('/groups/acme%2Ftools', DEVELOPER))).toMatchObject({
      full_path: 'acme/tools',
      visibility: 'private',
      projects: [{ id: 42 }],
    });
    expect((await get('/groups/acme%2Ftools', {})).status).toBe(404);
    expect((await get('/groups/nobody', DEVELOPER)).status).toBe(404);
  });

  test('a package has no pipelines', async () => {
    gitlab = await startGitlab();
    const made = recordOf(await gitlab.put(`${FILE}?select=package_file`));
    const answer = await get(`/projects/42/packages/${String(made.package_id)}/pipelines`, DEVELOPER);
    expect([answer.status, answer.text]).toEqual([200, '[]']);
    expect((await get('/projects/42/packages/999/pipelines', DEVELOPER)).status).toBe(404);
  });

  test('a personal token reads of itself, others do not', async () => {
    gitlab = await startGitlab();
    expect(recordOf(await get('/personal_access_tokens/self', DEVELOPER))).toMatchObject({ scopes: ['api'], id: 3 });
    expect((await get('/personal_access_tokens/self', { 'JOB-TOKEN': 'glcbt-64_job' })).status).toBe(401);
  });

  test('a job token reads of its job, others do not', async () => {
    gitlab = await startGitlab();
    expect(recordOf(await get('/job', { 'JOB-TOKEN': 'glcbt-64_job' }))).toMatchObject({
      status: 'running',
      pipeline: { project_id: 42 },
    });
    expect([(await get('/job', DEVELOPER)).status, (await get('/job', {})).status]).toEqual([404, 401]);
  });

  test('maintainers see the protection rules', async () => {
    const rule = { package_name_pattern: 'core*', minimum_access_level_for_push: 'owner' };
    gitlab = await startGitlab({ protection_rules: [rule] });
    const path = '/projects/42/packages/protection/rules';
    expect(itemsOf(await get(path, MAINTAINER))).toEqual([
      { id: 1, project_id: 42, package_type: 'generic', minimum_access_level_for_delete: null, ...rule },
    ]);
    expect([(await get(path, DEVELOPER)).status, (await get(path, {})).status]).toEqual([403, 401]);
  });
});

describe('credentials beside each other', () => {
  test.each([
    ['a bad password beside a good job token', { ...basic('me', 'no'), 'JOB-TOKEN': 'glcbt-64_job' }, 201],
    ['a bad password beside a good personal token', { ...basic('me', 'no'), ...DEVELOPER }, 201],
    ['an unknown deploy token beside a good job token', { 'DEPLOY-TOKEN': 'no', 'JOB-TOKEN': 'glcbt-64_job' }, 201],
    ['a bad password beside a bad token', { ...basic('me', 'no'), 'JOB-TOKEN': 'no' }, 401],
  ])('%s: %i', async (_what, headers, status) => {
    gitlab = await startGitlab();
    expect((await gitlab.put(FILE, 'x', headers)).status).toBe(status);
  });
});

describe('methods', () => {
  test('that a path does not have are answered 405 with those that it has', async () => {
    gitlab = await startGitlab();
    const wrong = await gitlab.api('POST', '/projects/42/packages/generic/pkg/1.0.0/f', { headers: DEVELOPER });
    expect([wrong.status, wrong.text]).toEqual([405, '{"error":"405 Not Allowed"}']);
    expect(wrong.headers.allow).toBe('OPTIONS, PUT, GET, HEAD');
    const asked = await gitlab.api('OPTIONS', '/projects/42/packages', { headers: DEVELOPER });
    expect([asked.status, asked.headers.allow]).toEqual([204, 'OPTIONS, GET, HEAD']);
    expect((await gitlab.api('POST', '/nowhere', { headers: DEVELOPER })).status).toBe(404);
  });
});

describe('a list of more than 10,000 items', () => {
  test('tells neither their number nor the last page', async () => {
    const packages = Array.from({ length: 10_001 }, (_, at) => ({ project: 42, name: 'pkg', version: `1.0.${at}` }));
    gitlab = await startGitlab({}, {}, { packages });
    const { headers } = await gitlab.api('GET', '/projects/42/packages', { headers: DEVELOPER });
    expect([headers['x-total'], headers['x-total-pages'], headers['x-next-page']]).toEqual([undefined, undefined, '2']);
    expect(headers.link).toMatch(/rel="next".*rel="first"$/);
  });
});
