/** What GitLab promises of the Packages API: lists, filters, pages, single packages, deletions; and of projects. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

const START = Date.parse('2026-01-01T00:00:00.250Z');

let gitlab: Gitlab;
let now = START;
beforeAll(async () => {
  gitlab = await startGitlab({}, { clock: () => now });
  for (const [file, project] of [
    ['alpha/1.0.0', 42],
    ['alpha/10.0.0', 42],
    ['Alpha-tools/2.0.0', 42],
    ['beta/1.0.0', 42],
    ['gamma/1.0.0', 43],
    ['delta/1.0.0', 47],
  ] as const) {
    now += 60_000;
    await gitlab.api('PUT', `/projects/${project}/packages/generic/${file}/f`, {
      headers: { 'PRIVATE-TOKEN': 'glpat-owner' },
      body: file,
    });
  }
});
afterAll(() => gitlab.close());

const list = (query: string, headers: Record<string, string> = DEVELOPER): Promise<Answer> =>
  gitlab.api('GET', `/projects/42/packages?${query}`, { headers });
const names = (answer: Answer): string[] =>
  itemsOf(answer).map((item) => `${String(item.name)} ${String(item.version)}`);

describe('the list of packages', () => {
  test.each([
    ['', ['alpha 1.0.0', 'alpha 10.0.0', 'Alpha-tools 2.0.0', 'beta 1.0.0']],
    ['package_name=alpha', ['alpha 1.0.0', 'alpha 10.0.0', 'Alpha-tools 2.0.0']],
    ['package_name=LPHA-', ['Alpha-tools 2.0.0']],
    ['package_name=%25', []],
    ['package_version=1.0.0', ['alpha 1.0.0', 'beta 1.0.0']],
    ['package_name=alpha&package_version=1.0', []],
    ['order_by=version&sort=desc', ['Alpha-tools 2.0.0', 'alpha 10.0.0', 'beta 1.0.0', 'alpha 1.0.0']],
    ['order_by=name&sort=desc', ['beta 1.0.0', 'alpha 10.0.0', 'alpha 1.0.0', 'Alpha-tools 2.0.0']],
    ['package_type=npm', []],
    ['package_type=generic&sort=desc&per_page=1', ['beta 1.0.0']],
  ])('with %s', async (query, expected) => {
    const answer = await list(query);
    expect([answer.status, names(answer)]).toEqual([200, expected]);
  });

  test.each([
    ['order_by=size', 'order_by does not have a valid value'],
    ['sort=up', 'sort does not have a valid value'],
    ['status=quarantine', 'status does not have a valid value'],
    ['package_type=wheel', 'package_type does not have a valid value'],
    ['per_page=0', 'per_page does not have a valid value'],
    ['page=x', 'page is invalid'],
  ])('with %s is refused', async (query, error) => {
    const answer = await list(query);
    expect([answer.status, recordOf(answer)]).toEqual([400, { error }]);
  });

  test('an item has the fields that clients read', async () => {
    const [item] = itemsOf(await list('package_name=beta'));
    expect(item).toMatchObject({
      name: 'beta',
      version: '1.0.0',
      package_type: 'generic',
      status: 'default',
      created_at: '2026-01-01T00:04:00.250Z',
      last_downloaded_at: null,
      tags: [],
      pipelines: [],
      _links: { web_path: `/acme/tools/widget/-/packages/${String(item?.id)}` },
    });
  });

  test('where to delete is told to those who may', async () => {
    const linksFor = async (headers: Record<string, string>): Promise<unknown> =>
      itemsOf(await list('package_name=beta', headers))[0]?._links;
    expect(Object.keys((await linksFor(DEVELOPER)) as object)).toEqual(['web_path']);
    expect(Object.keys((await linksFor(MAINTAINER)) as object)).toEqual(['web_path', 'delete_api_path']);
  });
});

describe('pages', () => {
  test('are named in headers and in Link', async () => {
    const { url } = gitlab.registry;
    const answer = await list('per_page=2&page=2&sort=asc&private_token=glpat-developer', {});
    const target = (page: number): string => `<${url}/api/v4/projects/42/packages?page=${page}&per_page=2&sort=asc>`;
    expect(answer.headers).toMatchObject({
      'x-page': '2',
      'x-per-page': '2',
      'x-prev-page': '1',
      'x-next-page': '',
      'x-total': '4',
      'x-total-pages': '2',
      link: `${target(1)}; rel="prev", ${target(1)}; rel="first", ${target(2)}; rel="last"`,
    });
    const first = await list('per_page=2');
    expect(first.headers['x-next-page']).toBe('2');
    expect(first.headers.link).toContain('rel="next"');
  });

  test('have at most 100 items, and 20 unless asked', async () => {
    expect((await list('per_page=1000')).headers['x-per-page']).toBe('100');
    expect((await list('')).headers['x-per-page']).toBe('20');
  });

  test('beyond the end are empty', async () => {
    const answer = await list('page=9');
    expect([answer.status, answer.text, answer.headers['x-next-page']]).toEqual([200, '[]', '']);
  });
});

test('the list of a group has the packages of the projects one sees, with their project', async () => {
  const ofGroup = async (query: string, headers: Record<string, string>): Promise<unknown[]> =>
    itemsOf(await gitlab.api('GET', `/groups/${query}`, { headers })).map((item) => [item.name, item.project_path]);
  const widget = (name: string): string[] => [name, 'acme/tools/widget'];
  expect(await ofGroup('acme/packages', DEVELOPER)).toEqual([
    ...['alpha', 'alpha', 'Alpha-tools', 'beta'].map(widget),
    ['gamma', 'acme/public'],
  ]);
  expect(await ofGroup('acme/packages', {})).toEqual([['gamma', 'acme/public']]);
  expect(await ofGroup('acme/packages?exclude_subgroups=true', DEVELOPER)).toEqual([['gamma', 'acme/public']]);
  expect(await ofGroup('acme%2Ftools/packages?package_name=beta', DEVELOPER)).toEqual([widget('beta')]);
  expect(await ofGroup('acme/packages?order_by=project_path&sort=asc&per_page=1', DEVELOPER)).toEqual([
    ['gamma', 'acme/public'],
  ]);
  const invisible = await gitlab.api('GET', '/groups/other/packages');
  expect([invisible.status, invisible.text]).toEqual([404, '{"message":"404 Group Not Found"}']);
});

describe('one package', () => {
  const idOf = async (name: string): Promise<string> => String(itemsOf(await list(`package_name=${name}`))[0]?.id);

  test('has versions besides what the list says', async () => {
    const id = await idOf('beta');
    const answer = await gitlab.api('GET', `/projects/42/packages/${id}`, { headers: DEVELOPER });
    expect(recordOf(answer)).toMatchObject({ name: 'beta', versions: [] });
  });

  test.each([
    ['999999', 404, { message: '404 Not Found' }],
    ['beta', 400, { error: 'package_id is invalid' }],
  ])('called %s is answered %i', async (id, status, body) => {
    const answer = await gitlab.api('GET', `/projects/42/packages/${id}`, { headers: DEVELOPER });
    expect([answer.status, recordOf(answer)]).toEqual([status, body]);
  });

  test('of another project is not found', async () => {
    const id = await idOf('beta');
    expect((await gitlab.api('GET', `/projects/47/packages/${id}`, { headers: DEVELOPER })).status).toBe(404);
  });
});

describe('package files', () => {
  let packageId: string;
  let ids: string[];
  beforeAll(async () => {
    await gitlab.put('files/1.0.0/b', 'one');
    await gitlab.put('files/1.0.0/a', 'two');
    await gitlab.put('files/1.0.0/b', 'three');
    packageId = String(itemsOf(await list('package_name=files'))[0]?.id);
    ids = itemsOf(await files('')).map((file) => String(file.id));
  });
  const files = (query: string): Promise<Answer> =>
    gitlab.api('GET', `/projects/42/packages/${packageId}/package_files?${query}`, { headers: DEVELOPER });
  const sizes = (answer: Answer): unknown[] => itemsOf(answer).map((file) => [file.file_name, file.size]);

  test('come oldest first, or as asked', async () => {
    expect(sizes(await files(''))).toEqual([
      ['b', 3],
      ['a', 3],
      ['b', 5],
    ]);
    expect(sizes(await files('sort=desc'))).toEqual([
      ['b', 5],
      ['a', 3],
      ['b', 3],
    ]);
    expect(sizes(await files('order_by=file_name&per_page=2'))).toEqual([
      ['a', 3],
      ['b', 3],
    ]);
    expect((await files('per_page=2')).headers['x-total']).toBe('3');
  });

  test('an older one of the same name is fetched by its id', async () => {
    const fetched = (id: string | undefined): Promise<Answer> =>
      gitlab.api('GET', `/projects/42/packages/${packageId}/package_files/${String(id)}/download`, {
        headers: DEVELOPER,
      });
    expect((await fetched(ids[0])).text).toBe('one');
    expect((await fetched(ids[2])).text).toBe('three');
    expect((await fetched('999999')).status).toBe(404);
  });

  test('one is deleted by its id, by maintainers, and the one before it is served again', async () => {
    const path = `/projects/42/packages/${packageId}/package_files/${String(ids[2])}`;
    const refused = await gitlab.api('DELETE', path, { headers: DEVELOPER });
    expect([refused.status, refused.text]).toEqual([403, '{"message":"403 Forbidden"}']);
    expect((await gitlab.api('DELETE', path, { headers: MAINTAINER })).status).toBe(204);
    expect((await gitlab.get('files/1.0.0/b')).text).toBe('one');
    expect((await gitlab.api('DELETE', path, { headers: MAINTAINER })).status).toBe(404);
  });
});

describe('deleting a package', () => {
  const made = async (name: string): Promise<string> =>
    `/projects/42/packages/${String(recordOf(await gitlab.put(`${name}/1.0.0/f?select=package_file`)).package_id)}`;

  test.each([
    ['a developer', { 'PRIVATE-TOKEN': 'glpat-developer' }, 403],
    ['a token that may only read', { 'PRIVATE-TOKEN': 'glpat-reading' }, 403],
    ["a developer's job", { 'JOB-TOKEN': 'glcbt-64_job' }, 403],
    ['a deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, 404],
    ["a maintainer's job", { 'JOB-TOKEN': 'job-maintainer' }, 204],
    ['a maintainer', MAINTAINER, 204],
  ])('by %s', async (_who, headers, status) => {
    expect((await gitlab.api('DELETE', await made('doomed'), { headers })).status).toBe(status);
  });

  test('honours If-Unmodified-Since to the fraction of a second', async () => {
    const path = await made('guarded');
    const since = (date: Date | string): Promise<Answer> =>
      gitlab.api('DELETE', path, {
        headers: { ...MAINTAINER, 'If-Unmodified-Since': typeof date === 'string' ? date : date.toUTCString() },
      });
    const early = await since(new Date(now));
    expect([early.status, early.text]).toEqual([412, '{"message":"412 Precondition Failed"}']);
    expect((await since(new Date(now + 1_000))).status).toBe(204);
    const other = await made('guarded');
    expect(other).not.toBe(path);
    expect(
      (await gitlab.api('DELETE', other, { headers: { ...MAINTAINER, 'If-Unmodified-Since': 'no date' } })).status,
    ).toBe(204);
  });
});

describe('projects', () => {
  test('one has the fields that clients read', async () => {
    const answer = await gitlab.api('GET', '/projects/acme%2Ftools%2Fwidget', { headers: MAINTAINER });
    expect(recordOf(answer)).toMatchObject({
      id: 42,
      name: 'widget',
      path: 'widget',
      path_with_namespace: 'acme/tools/widget',
      name_with_namespace: 'acme / tools / widget',
      default_branch: 'main',
      visibility: 'private',
      http_url_to_repo: `${gitlab.registry.url}/acme/tools/widget.git`,
      namespace: { full_path: 'acme/tools', kind: 'group' },
      permissions: { project_access: { access_level: 40 }, group_access: null },
    });
  });

  test('are listed as far as one sees them', async () => {
    const paths = async (headers: Record<string, string>): Promise<unknown[]> =>
      itemsOf(await gitlab.api('GET', '/projects', { headers })).map((project) => project.path);
    expect(await paths({})).toEqual(['switched-off', 'public']);
    expect(await paths(DEVELOPER)).toEqual(['friend', 'switched-off', 'open-packages', 'internal', 'public', 'widget']);
  });
});
