/** What GitLab promises of the links of a release: uniqueness, paths, and the way to what they point at. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, startGitlab } from './instance.ts';

const RELEASE = '/projects/42/releases/cli%2Fv1';
const LINKS = `${RELEASE}/assets/links`;
const JOB = { 'JOB-TOKEN': 'glcbt-64_job' };

let gitlab: Gitlab;
beforeEach(async () => {
  gitlab = await startGitlab();
  await send('POST', '/projects/42/releases', { tag_name: 'cli/v1', ref: 'main' });
});
afterEach(() => gitlab.close());

const send = (
  method: string,
  path: string,
  given: unknown,
  headers: OutgoingHttpHeaders = DEVELOPER,
): Promise<Answer> => gitlab.send(method, path, given, headers);
const add = (given: object, headers?: OutgoingHttpHeaders): Promise<Answer> => send('POST', LINKS, given, headers);
const read = (path: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });
const remove = (id: unknown, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('DELETE', `${LINKS}/${String(id)}`, { headers });

describe('a new link', () => {
  test('has the fields that clients read, and is read back', async () => {
    const made = await add(
      { name: 'app', url: 'https://example.com/app', direct_asset_path: '/bin/app', link_type: 'package' },
      JOB,
    );
    const record = recordOf(made);
    expect([made.status, record]).toEqual([
      201,
      {
        id: expect.any(Number),
        name: 'app',
        url: 'https://example.com/app',
        direct_asset_url: `${gitlab.registry.url}/acme/tools/widget/-/releases/cli%2Fv1/downloads/bin/app`,
        link_type: 'package',
      },
    ]);
    expect(recordOf(await read(`${LINKS}/${String(record.id)}`, JOB))).toEqual(record);
    expect(recordOf(await read(RELEASE)).assets).toMatchObject({ count: 5, links: [record] });
  });

  test('is of type other and leads straight to its address, unless told otherwise', async () => {
    const made = recordOf(await add({ name: 'app', url: 'ftp://example.com/app', direct_asset_path: '' }));
    expect(made).toMatchObject({ link_type: 'other', direct_asset_url: 'ftp://example.com/app' });
  });

  test.each<[string, object, object]>([
    ['no name and address', {}, { error: 'name is missing, url is missing' }],
    [
      'an unknown type',
      { name: 'a', url: 'https://a', link_type: 'x' },
      { error: 'link_type does not have a valid value' },
    ],
    ['a blank name', { name: ' ', url: 'https://a' }, { message: ["Name can't be blank"] }],
    ['a blank address', { name: 'a', url: '' }, { message: ["Url can't be blank"] }],
    ['no address', { name: 'a', url: 'nowhere' }, { message: ['Url must be a valid URL'] }],
    [
      'another scheme',
      { name: 'a', url: 'javascript:alert(1)' },
      { message: ['Url is blocked: Only allowed schemes are http, https, ftp'] },
    ],
    ['a name that is taken', { name: 'there', url: 'https://a' }, { message: ['Name has already been taken'] }],
    ['an address that is taken', { name: 'a', url: 'https://there' }, { message: ['Url has already been taken'] }],
    [
      'a path that is taken',
      { name: 'a', url: 'https://a', filepath: '/there' },
      { message: ['Filepath has already been taken'] },
    ],
    [
      'all of it taken',
      { name: 'there', url: 'https://there', direct_asset_path: '/there' },
      { message: ['Name has already been taken', 'Url has already been taken', 'Filepath has already been taken'] },
    ],
    [
      'a long path',
      { name: 'a', url: 'https://a', filepath: `/${'a'.repeat(128)}` },
      { message: ['Filepath is too long (maximum is 128 characters)'] },
    ],
    ...[
      'bin/app',
      '/',
      '//app',
      '/a//b',
      '/a+b',
      '/a~b',
      '/a@b',
      '/a b',
      '/app/',
      '/app-',
      '/app.',
      '/é',
      `/${'a/'.repeat(60)}-`,
    ].map((filepath): [string, object, object] => [
      `the path ${filepath}`,
      { name: 'a', url: 'https://a', filepath },
      { message: ['Filepath is invalid'] },
    ]),
  ])('with %s is refused', async (_what, given, body) => {
    await add({ name: 'there', url: 'https://there', direct_asset_path: '/there' });
    const answer = await add(given);
    expect([answer.status, recordOf(answer)]).toEqual([400, body]);
    expect(itemsOf(await read(LINKS))).toHaveLength(1);
  });

  test.each(['/a', '/bin/app-1.2.3_linux.tar.gz', '/.hidden', '/a/.b/-c', `/${'a'.repeat(127)}`])(
    'takes the path %s',
    async (filepath) => {
      expect((await add({ name: 'a', url: 'https://a', direct_asset_path: filepath })).status).toBe(201);
    },
  );

  test('may be the same in another release', async () => {
    await add({ name: 'a', url: 'https://a', direct_asset_path: '/a' });
    await send('POST', '/projects/42/releases', { tag_name: 'v2', ref: 'main' });
    expect(
      (
        await send('POST', '/projects/42/releases/v2/assets/links', {
          name: 'a',
          url: 'https://a',
          direct_asset_path: '/a',
        })
      ).status,
    ).toBe(201);
  });

  test('of one name is made once, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, (_, index) => add({ name: 'a', url: `https://a/${index}` })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400]);
  });
});

test('links are listed newest first, in pages', async () => {
  for (const name of ['a', 'b', 'c']) await add({ name, url: `https://${name}` });
  const names = async (query: string): Promise<unknown[]> =>
    itemsOf(await read(`${LINKS}?${query}`)).map(({ name }) => name);
  expect(await names('')).toEqual(['c', 'b', 'a']);
  expect(await names('per_page=2&page=2')).toEqual(['a']);
  expect((await read(`${LINKS}?per_page=2`)).headers.link).toContain('rel="next"');
});

describe('an update', () => {
  test('keeps what is not given, but for the type', async () => {
    const made = recordOf(await add({ name: 'a', url: 'https://a', direct_asset_path: '/a', link_type: 'package' }));
    const renamed = await send('PUT', `${LINKS}/${String(made.id)}`, { name: 'b' });
    expect([renamed.status, recordOf(renamed)]).toEqual([200, { ...made, name: 'b', link_type: 'other' }]);
    const moved = recordOf(
      await send('PUT', `${LINKS}/${String(made.id)}`, {
        url: 'https://b',
        direct_asset_path: '/b',
        link_type: 'image',
      }),
    );
    expect(moved).toMatchObject({
      name: 'b',
      url: 'https://b',
      direct_asset_url: expect.stringMatching(/\/downloads\/b$/),
      link_type: 'image',
    });
    expect(recordOf(await read(`${LINKS}/${String(made.id)}`))).toEqual(moved);
  });

  test('to the values it has is no conflict, to those of another it is', async () => {
    const made = recordOf(await add({ name: 'a', url: 'https://a' }));
    await add({ name: 'b', url: 'https://b' });
    expect((await send('PUT', `${LINKS}/${String(made.id)}`, { name: 'a', url: 'https://a' })).status).toBe(200);
    const answer = await send('PUT', `${LINKS}/${String(made.id)}`, { name: 'b' });
    expect([answer.status, recordOf(answer)]).toEqual([400, { message: ['Name has already been taken'] }]);
  });

  test('needs a name or an address', async () => {
    const made = recordOf(await add({ name: 'a', url: 'https://a' }));
    const answer = await send('PUT', `${LINKS}/${String(made.id)}`, { link_type: 'image' });
    expect([answer.status, recordOf(answer)]).toEqual([
      400,
      { error: 'name, url are missing, at least one parameter must be provided' },
    ]);
  });
});

test('a deleted link is shown once more, and what it had is free again', async () => {
  const made = recordOf(await add({ name: 'a', url: 'https://a' }));
  const gone = await remove(made.id, JOB);
  expect([gone.status, recordOf(gone)]).toEqual([200, made]);
  expect((await add({ name: 'a', url: 'https://a' })).status).toBe(201);
});

test('what is not there is told so with a small f', async () => {
  for (const answer of [
    await read(`${LINKS}/999`),
    await send('PUT', `${LINKS}/999`, { name: 'a' }),
    await remove(999),
    await read('/projects/42/releases/v9/assets/links'),
    await send('POST', '/projects/42/releases/v9/assets/links', { name: 'a', url: 'https://a' }),
    await read(`${RELEASE}/downloads/nothing`),
  ])
    expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Not found"}']);
  expect((await read(`${LINKS}/a`)).text).toBe('{"error":"link_id is invalid"}');
});

describe('a download by path', () => {
  test('is a redirect to the address of the link', async () => {
    await gitlab.put('app/1.0.0/linux/app', 'bytes');
    const url = `${gitlab.registry.apiUrl}/projects/42/packages/generic/app/1.0.0/linux/app`;
    await add({ name: 'app', url, direct_asset_path: '/linux/app', link_type: 'package' });
    const answer = await read(`${RELEASE}/downloads/linux/app`, JOB);
    expect([answer.status, answer.headers.location]).toEqual([302, url]);
    expect((await read(url.slice(gitlab.registry.apiUrl.length), JOB)).text).toBe('bytes');
    const latest = await read('/projects/42/releases/permalink/latest/downloads/linux/app');
    expect(latest.headers.location).toBe('/api/v4/projects/42/releases/cli%2Fv1/downloads/linux/app');
  });

  test('to an address with foreign letters is written in ASCII', async () => {
    await add({ name: 'a', url: 'https://example.com/ä b\n', direct_asset_path: '/a' });
    expect((await read(`${RELEASE}/downloads/a`)).headers.location).toBe('https://example.com/%C3%A4%20b');
  });

  test('is not known to GitLab 13.5', async () => {
    await gitlab.close();
    gitlab = await startGitlab({}, { gitlabVersion: '13.5' });
    await send('POST', '/projects/42/releases', { tag_name: 'cli/v1', ref: 'main' });
    for (const path of [`${RELEASE}/downloads/a`, '/projects/42/releases/permalink/latest']) {
      const answer = await read(path);
      expect([answer.status, answer.text]).toEqual([404, '{"error":"404 Not Found"}']);
    }
  });
});

test.each<[string, OutgoingHttpHeaders, number, number, number]>([
  ['a developer', DEVELOPER, 200, 201, 200],
  ["a developer's job", JOB, 200, 201, 200],
  ['a reporter', { 'PRIVATE-TOKEN': 'glpat-reporter' }, 200, 403, 403],
  ['a guest', { 'PRIVATE-TOKEN': 'glpat-guest' }, 200, 403, 403],
  ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, 404, 404, 404],
  ['a job of another project', { 'JOB-TOKEN': 'job-foreign' }, 403, 403, 403],
  ['a deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, 404, 404, 404],
])('%s: list, add, change and delete', async (...[, headers, listed, added, changed]) => {
  const { id } = recordOf(await add({ name: 'there', url: 'https://there' }));
  expect((await read(LINKS, headers)).status).toBe(listed);
  expect((await add({ name: 'a', url: 'https://a' }, headers)).status).toBe(added);
  expect((await send('PUT', `${LINKS}/${String(id)}`, { name: 'b' }, headers)).status).toBe(changed);
  expect((await remove(id, headers)).status).toBe(changed);
});
