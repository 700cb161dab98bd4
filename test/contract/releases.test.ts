/** What GitLab promises of releases. Their links one by one: release-links.test.ts. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

const RELEASES = '/projects/42/releases';
const TAGS = '/projects/42/repository/tags';
const START = Date.parse('2026-01-01T00:00:00.000Z');
const JOB = { 'JOB-TOKEN': 'glcbt-64_job' };

let gitlab: Gitlab;
let now: number;
beforeEach(async () => {
  now = START;
  gitlab = await startGitlab(
    {},
    { clock: () => now },
    {
      tags: [
        { project: 42, name: 'v1.0.0' },
        { project: 43, name: 'v1.0.0' },
      ],
    },
  );
});
afterEach(() => gitlab.close());

const send = (
  method: string,
  path: string,
  given: unknown,
  headers: OutgoingHttpHeaders = DEVELOPER,
): Promise<Answer> => gitlab.send(method, path, given, headers);
const create = (given: object, headers?: OutgoingHttpHeaders): Promise<Answer> =>
  send('POST', RELEASES, given, headers);
const read = (path: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });
const remove = (tag: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('DELETE', `${RELEASES}/${tag}`, { headers });
const tagNames = async (): Promise<unknown[]> => itemsOf(await read(TAGS)).map(({ name }) => name);

describe('a new release', () => {
  test('has the fields that clients read, and is read back', async () => {
    const made = await create({
      tag_name: 'v1.0.0',
      name: 'First',
      description: 'All new',
      assets: {
        links: [{ name: 'app', url: 'https://example.com/app', direct_asset_path: '/bin/app', link_type: 'package' }],
      },
    });
    const web = `${gitlab.registry.url}/acme/tools/widget`;
    const tag = recordOf(await read(`${TAGS}/v1.0.0`));
    expect(made.status).toBe(201);
    expect(recordOf(made)).toEqual({
      name: 'First',
      tag_name: 'v1.0.0',
      description: 'All new',
      created_at: '2026-01-01T00:00:00.000Z',
      released_at: '2026-01-01T00:00:00.000Z',
      upcoming_release: false,
      author: expect.objectContaining({ username: 'user-3', web_url: `${gitlab.registry.url}/user-3` }),
      commit: tag.commit,
      commit_path: `/acme/tools/widget/-/commit/${String(tag.target)}`,
      tag_path: '/acme/tools/widget/-/tags/v1.0.0',
      assets: {
        count: 5,
        sources: ['zip', 'tar.gz', 'tar.bz2', 'tar'].map((format) => ({
          format,
          url: `${web}/-/archive/v1.0.0/widget-v1.0.0.${format}`,
        })),
        links: [
          {
            id: expect.any(Number),
            name: 'app',
            url: 'https://example.com/app',
            direct_asset_url: `${web}/-/releases/v1.0.0/downloads/bin/app`,
            link_type: 'package',
          },
        ],
      },
      evidences: [],
      _links: { self: `${web}/-/releases/v1.0.0`, edit_url: `${web}/-/releases/v1.0.0/edit` },
    });
    expect(recordOf(await read(`${RELEASES}/v1.0.0`))).toEqual(recordOf(made));
    expect(tag.release).toEqual({ tag_name: 'v1.0.0', description: 'All new' });
  });

  test('is called as its tag, and has no description, unless given', async () => {
    expect(recordOf(await create({ tag_name: 'v1.0.0' }))).toMatchObject({ name: 'v1.0.0', description: null });
  });

  test('makes its tag from ref when it is missing', async () => {
    const made = recordOf(await create({ tag_name: 'cli/v2.0.0', ref: 'main', tag_message: 'Two' }));
    expect(made.tag_path).toBe('/acme/tools/widget/-/tags/cli%2Fv2.0.0');
    expect(recordOf(await read(`${TAGS}/cli%2Fv2.0.0`))).toMatchObject({ message: 'Two', commit: made.commit });
    expect(recordOf(await read(`${RELEASES}/cli%2Fv2%2E0%2E0`))).toEqual(made);
  });

  test('leaves a tag that exists where it is', async () => {
    const before = recordOf(await read(`${TAGS}/v1.0.0`));
    const made = recordOf(await create({ tag_name: 'v1.0.0', ref: 'other', tag_message: 'Two' }));
    expect(made.commit).toEqual(before.commit);
    expect(await tagNames()).toEqual(['v1.0.0']);
  });

  test('exists once for each tag, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ tag_name: 'v2', ref: 'main' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
    const again = await create({ tag_name: 'v2' });
    expect([again.status, recordOf(again)]).toEqual([409, { message: 'Release already exists' }]);
  });

  test.each<[string, object, number, object, string[]]>([
    ['no tag name', {}, 400, { error: 'tag_name is missing' }, ['v1.0.0']],
    ['a missing tag and no ref', { tag_name: 'v2' }, 422, { message: 'Ref is not specified' }, ['v1.0.0']],
    ['a missing tag and an empty ref', { tag_name: 'v2', ref: '' }, 400, { message: 'Target is empty' }, ['v1.0.0']],
    ['a name that git refuses', { tag_name: 'HEAD', ref: 'main' }, 400, { message: 'Tag name invalid' }, ['v1.0.0']],
    [
      'a milestone, of which there are none',
      { tag_name: 'v2', ref: 'main', milestones: ['M1', 'M2'] },
      400,
      { message: 'Milestone(s) not found: M1, M2' },
      ['v1.0.0'],
    ],
    [
      'no date',
      { tag_name: 'v2', ref: 'main', released_at: 'soon' },
      400,
      { error: 'released_at is invalid' },
      ['v1.0.0'],
    ],
    [
      'a link without an address',
      { tag_name: 'v2', ref: 'main', assets: { links: [{ name: 'a' }] } },
      400,
      { error: 'assets[links][0][url] is missing' },
      ['v1.0.0'],
    ],
    [
      'a link of an unknown type',
      { tag_name: 'v2', ref: 'main', assets: { links: [{ name: 'a', url: 'https://a', link_type: 'x' }] } },
      400,
      { message: "'x' is not a valid link_type" },
      ['v1.0.0'],
    ],
    // The tag is made before the release is looked at, and stays.
    [
      'a path that is none',
      { tag_name: 'v2', ref: 'main', assets: { links: [{ name: 'a', url: 'https://a', filepath: 'a' }] } },
      400,
      { message: 'Validation failed: Links filepath is invalid' },
      ['v2', 'v1.0.0'],
    ],
    [
      'two links of one name',
      {
        tag_name: 'v2',
        ref: 'main',
        assets: {
          links: [
            { name: 'a', url: 'https://a' },
            { name: 'a', url: 'https://b' },
          ],
        },
      },
      400,
      { message: 'Validation failed: Links have duplicate values (a)' },
      ['v2', 'v1.0.0'],
    ],
    [
      'too long a description',
      { tag_name: 'v2', ref: 'main', description: 'x'.repeat(1_000_001) },
      400,
      { message: 'Validation failed: Description is too long (maximum is 1000000 characters)' },
      ['v2', 'v1.0.0'],
    ],
  ])('with %s is refused', async (...[, given, status, body, tags]) => {
    now += 1_000;
    const answer = await create(given);
    expect([answer.status, recordOf(answer)]).toEqual([status, body]);
    expect(itemsOf(await read(RELEASES))).toEqual([]);
    expect(await tagNames()).toEqual(tags);
  });

  test('may come as a form with links', async () => {
    const body =
      'tag_name=v1.0.0&assets[links][][name]=a&assets[links][][url]=https://a&assets[links][][name]=b&assets[links][][url]=https://b';
    const answer = await gitlab.api('POST', RELEASES, {
      headers: { ...DEVELOPER, 'Content-Type': 'application/x-www-form-urlencoded' },
      body,
    });
    expect((recordOf(answer).assets as { links: object[] }).links).toMatchObject([
      { name: 'b', url: 'https://b' },
      { name: 'a', url: 'https://a' },
    ]);
  });
});

describe('the list of releases', () => {
  beforeEach(async () => {
    for (const [tag, released] of [
      ['a', '2026-03-01T00:00:00Z'],
      ['b', '2026-01-15'],
      ['c', '2026-02-01 09:00:00+09:00'],
    ] as const) {
      now += 60_000;
      expect((await create({ tag_name: tag, ref: 'main', released_at: released })).status).toBe(201);
    }
  });

  test.each([
    ['', ['a', 'c', 'b']],
    ['sort=asc', ['b', 'c', 'a']],
    ['order_by=created_at', ['c', 'b', 'a']],
    ['order_by=created_at&sort=asc&per_page=2', ['a', 'b']],
    ['per_page=2&page=2', ['b']],
  ])('with %s', async (query, expected) => {
    const answer = await read(`${RELEASES}?${query}`);
    expect(itemsOf(answer).map((release) => release.tag_name)).toEqual(expected);
    expect(answer.headers['x-total']).toBe('3');
    expect(answer.headers.link).toContain('rel="first"');
  });

  test('says which are still to come, and times in UTC', async () => {
    now = Date.parse('2026-02-01T00:00:00.000Z');
    expect(
      itemsOf(await read(RELEASES)).map(({ released_at, upcoming_release }) => [released_at, upcoming_release]),
    ).toEqual([
      ['2026-03-01T00:00:00.000Z', true],
      ['2026-02-01T00:00:00.000Z', false],
      ['2026-01-15T00:00:00.000Z', false],
    ]);
  });

  test('has the latest under an address of its own', async () => {
    const latest = await read(`${RELEASES}/permalink/latest?order_by=released_at`);
    expect([latest.status, latest.headers.location]).toEqual([302, '/api/v4/projects/42/releases/a']);
    const asset = await read('/projects/acme%2Ftools%2Fwidget/releases/permalink/latest/downloads/bin/app?x=1');
    expect(asset.headers.location).toBe('/api/v4/projects/42/releases/a/downloads/bin/app?x=1');
    expect((await read('/projects/43/releases/permalink/latest')).status).toBe(404);
  });
});

describe('an update', () => {
  test('changes what is given and keeps the rest', async () => {
    await create({ tag_name: 'v1.0.0', name: 'One', description: 'old' });
    now += 60_000;
    const updated = await send('PUT', `${RELEASES}/v1.0.0`, { description: 'new' });
    expect([updated.status, recordOf(updated)]).toMatchObject([
      200,
      { name: 'One', description: 'new', released_at: '2026-01-01T00:00:00.000Z' },
    ]);
    const dated = recordOf(
      await send('PUT', `${RELEASES}/v1.0.0`, { released_at: '2026-05-01T00:00:00Z', name: 'Uno' }),
    );
    expect(dated).toMatchObject({
      name: 'Uno',
      description: 'new',
      released_at: '2026-05-01T00:00:00.000Z',
      created_at: '2026-01-01T00:00:00.000Z',
    });
    expect(recordOf(await read(`${RELEASES}/v1.0.0`))).toEqual(dated);
  });

  test.each<[string, object, object]>([
    ['nothing', {}, { message: 'params is empty' }],
    ['what cannot be changed', { sha: 'x' }, { message: 'params is empty' }],
    ['a milestone', { milestones: 'M1' }, { message: 'Milestone(s) not found: M1' }],
    ['no date', { released_at: 'soon' }, { error: 'released_at is invalid' }],
  ])('with %s is refused', async (_what, given, body) => {
    await create({ tag_name: 'v1.0.0' });
    const answer = await send('PUT', `${RELEASES}/v1.0.0`, given);
    expect([answer.status, recordOf(answer)]).toEqual([400, body]);
  });
});

describe('deleting', () => {
  test('a release shows it once more and leaves its tag', async () => {
    const made = recordOf(await create({ tag_name: 'v1.0.0', assets: { links: [{ name: 'a', url: 'https://a' }] } }));
    const gone = await remove('v1.0.0');
    expect([gone.status, recordOf(gone)]).toEqual([200, made]);
    expect(await tagNames()).toEqual(['v1.0.0']);
    expect((await create({ tag_name: 'v1.0.0', assets: { links: [{ name: 'a', url: 'https://a' }] } })).status).toBe(
      201,
    );
  });

  test('a tag takes its release along', async () => {
    await create({ tag_name: 'v1.0.0' });
    await gitlab.api('DELETE', `${TAGS}/v1.0.0`, { headers: DEVELOPER });
    expect(itemsOf(await read(RELEASES))).toEqual([]);
  });
});

test('a release that is not there is missing to readers and forbidden to writers', async () => {
  for (const [answer, status, text] of [
    [await read(`${RELEASES}/v1.0.0`), 404, '{"message":"404 Not Found"}'],
    [await read(`${RELEASES}/v1.0.0/downloads/a`), 404, '{"message":"404 Not Found"}'],
    [await send('PUT', `${RELEASES}/v1.0.0`, { name: 'x' }), 403, '{"message":"403 Forbidden"}'],
    [await remove('v1.0.0'), 403, '{"message":"403 Forbidden"}'],
  ] as const)
    expect([answer.status, answer.text]).toEqual([status, text]);
});

describe('who may: list, one, create, update, delete', () => {
  test.each<[string, OutgoingHttpHeaders, number[]]>([
    ['a maintainer', MAINTAINER, [200, 200, 201, 200, 200]],
    ['a developer', DEVELOPER, [200, 200, 201, 200, 200]],
    ["a developer's job", JOB, [200, 200, 201, 200, 200]],
    ["a developer's job by bearer", { Authorization: 'Bearer glcbt-64_job' }, [200, 200, 201, 200, 200]],
    ['a job of a friend', { 'JOB-TOKEN': 'job-friend' }, [200, 200, 201, 200, 200]],
    ['a reporter', { 'PRIVATE-TOKEN': 'glpat-reporter' }, [200, 200, 403, 403, 403]],
    ['a guest', { 'PRIVATE-TOKEN': 'glpat-guest' }, [200, 403, 403, 403, 403]],
    ['a token that may only read', { 'PRIVATE-TOKEN': 'glpat-reading' }, [200, 200, 403, 403, 403]],
    ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, [404, 404, 404, 404, 404]],
    ['a job of another project', { 'JOB-TOKEN': 'job-foreign' }, [403, 403, 403, 403, 403]],
    ['a deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, [404, 404, 404, 404, 404]],
    ['a job that is over', { 'JOB-TOKEN': 'job-over' }, [401, 401, 401, 401, 401]],
    ['nobody', {}, [404, 404, 404, 404, 404]],
  ])('%s', async (_who, headers, expected) => {
    await create({ tag_name: 'v1.0.0' });
    const statuses = [
      await read(RELEASES, headers),
      await read(`${RELEASES}/v1.0.0`, headers),
      await create({ tag_name: 'v2', ref: 'main' }, headers),
      await send('PUT', `${RELEASES}/v1.0.0`, { name: 'x' }, headers),
      await remove('v1.0.0', headers),
    ].map(({ status }) => status);
    expect(statuses).toEqual(expected);
  });

  test('a guest of a private project sees that there is one, and no code', async () => {
    await create({ tag_name: 'v1.0.0', name: 'First', assets: { links: [{ name: 'a', url: 'https://a' }] } });
    const [seen] = itemsOf(await read(RELEASES, { 'PRIVATE-TOKEN': 'glpat-guest' }));
    expect(Object.keys(seen ?? {})).toEqual([
      'name',
      'description',
      'created_at',
      'released_at',
      'upcoming_release',
      'author',
      'assets',
      '_links',
    ]);
    expect(seen).toMatchObject({
      name: expect.stringMatching(/^Release-\d+$/),
      assets: { count: 1, links: [{ name: 'a' }] },
    });
  });

  test('anyone reads those of a public project', async () => {
    await send('POST', '/projects/43/releases', { tag_name: 'v1.0.0' });
    for (const headers of [{}, { 'JOB-TOKEN': 'job-foreign' }]) {
      expect(recordOf(await read('/projects/43/releases/v1.0.0', headers))).toMatchObject({
        tag_name: 'v1.0.0',
        _links: { self: expect.any(String) },
      });
      expect((await send('POST', '/projects/43/releases', { tag_name: 'v2', ref: 'main' }, headers)).status).toBe(403);
    }
  });
});
