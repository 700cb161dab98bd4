/** What GitLab promises of a repository's tags, as far as there can be tags without a repository. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, startGitlab } from './instance.ts';

const TAGS = '/projects/42/repository/tags';
const START = Date.parse('2026-01-01T00:00:00.000Z');

let gitlab: Gitlab;
let now: number;
beforeEach(async () => {
  now = START;
  gitlab = await startGitlab({}, { clock: () => now });
});
afterEach(() => gitlab.close());

const create = (given: unknown, headers: OutgoingHttpHeaders = DEVELOPER, path = TAGS): Promise<Answer> =>
  gitlab.send('POST', path, given, headers);
const read = (path: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });
const remove = (name: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('DELETE', `${TAGS}/${encodeURIComponent(name)}`, { headers });

/** One a minute, each on a commit of its own. */
async function createAll(names: readonly string[]): Promise<void> {
  for (const name of names) {
    now += 60_000;
    expect((await create({ tag_name: name, ref: `branch-of-${name}` })).status).toBe(201);
  }
}

describe('a new tag', () => {
  test('has the fields that clients read, and is read back', async () => {
    const made = await create({ tag_name: 'v1.2.3', ref: 'main' });
    expect(made.status).toBe(201);
    const record = recordOf(made);
    expect(record).toMatchObject({
      name: 'v1.2.3',
      message: '',
      target: expect.stringMatching(/^[0-9a-f]{40}$/),
      release: null,
      protected: false,
      created_at: null,
      commit: {
        id: record.target,
        short_id: String(record.target).slice(0, 8),
        parent_ids: [],
        created_at: '2026-01-01T00:00:00.000Z',
        committed_date: '2026-01-01T00:00:00.000Z',
        web_url: `${gitlab.registry.url}/acme/tools/widget/-/commit/${String(record.target)}`,
      },
    });
    expect(recordOf(await read(`${TAGS}/v1.2.3`))).toEqual(record);
  });

  test('with a message is an object of its own', async () => {
    now += 1_000;
    const record = recordOf(await create({ tag_name: 'v1', ref: 'main', message: ' Release 1\n' }));
    expect(record).toMatchObject({ message: 'Release 1', created_at: '2026-01-01T00:00:01.000Z' });
    expect(record.target).not.toBe((record.commit as { id: string }).id);
  });

  test('stands on the commit that its ref names', async () => {
    const commit = async (name: string, ref: string): Promise<string> =>
      (recordOf(await create({ tag_name: name, ref })).commit as { id: string }).id;
    const sha = '0123456789abcdef0123456789abcdef01234567';
    expect(await commit('by-sha', sha.toUpperCase())).toBe(sha);
    expect(await commit('by-tag', 'by-sha')).toBe(sha);
    expect(await commit('by-full-tag', 'refs/tags/by-sha')).toBe(sha);
    const main = await commit('by-branch', 'main');
    expect(await commit('by-full-branch', 'refs/heads/main')).toBe(main);
    expect(await commit('by-other', 'other')).not.toBe(main);
  });

  test('may have slashes, dots and more in its name', async () => {
    for (const name of ['cli/v1.2.3', 'v1.0.0+build', 'debian/2.4.0-1', 'ä', 'a@b', '__proto__']) {
      expect((await create({ tag_name: name, ref: 'main' })).status).toBe(201);
      expect(recordOf(await read(`${TAGS}/${encodeURIComponent(name)}`)).name).toBe(name);
    }
    expect((await read(`${TAGS}/cli%2Fv1%2E2%2E3`)).status).toBe(200);
    expect((await read(`${TAGS}/cli/v1.2.3`)).status).toBe(404);
  });

  test.each<[string, object, object]>([
    ['no name', { ref: 'main' }, { error: 'tag_name is missing' }],
    ['nothing', {}, { error: 'tag_name is missing, ref is missing' }],
    ['an empty ref', { tag_name: 'v1', ref: '' }, { message: 'Target is empty' }],
    ['a name that exists', { tag_name: 'there', ref: 'main' }, { message: 'Tag there already exists' }],
    ...[
      'new design',
      '',
      '@',
      'HEAD',
      '-v1',
      'a..b',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[b',
      'a\\b',
      '/a',
      'a/',
      'a//b',
      '.a',
      'a/.b',
      'a.lock',
      'a.lock/b',
      'a.',
      'a@{b',
      'a\nb',
      'refs/tags/v1',
      'refs/heads/a',
    ].map((name): [string, object, object] => [
      `the name ${JSON.stringify(name)}`,
      { tag_name: name, ref: 'main' },
      { message: 'Tag name invalid' },
    ]),
  ])('with %s is refused', async (_what, given, body) => {
    await create({ tag_name: 'there', ref: 'main' });
    const answer = await create(given);
    expect([answer.status, recordOf(answer)]).toEqual([400, body]);
    expect(itemsOf(await read(TAGS))).toHaveLength(1);
  });

  test('of one name is made once, however many ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => create({ tag_name: 'v1', ref: 'main' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400, 400, 400]);
  });
});

describe('the list of tags', () => {
  const names = (answer: Answer): unknown[] => itemsOf(answer).map(({ name }) => name);

  test.each<[string, string[]]>([
    ['', ['v1.10.0', 'v1.2.0-rc1', 'cli/v1.0.0', 'v1.2.0', 'V1']],
    ['sort=asc', ['V1', 'v1.2.0', 'cli/v1.0.0', 'v1.2.0-rc1', 'v1.10.0']],
    ['order_by=name&sort=asc', ['V1', 'cli/v1.0.0', 'v1.10.0', 'v1.2.0', 'v1.2.0-rc1']],
    ['order_by=version&sort=asc', ['cli/v1.0.0', 'V1', 'v1.2.0-rc1', 'v1.2.0', 'v1.10.0']],
    ['order_by=version', ['v1.10.0', 'v1.2.0', 'v1.2.0-rc1', 'V1', 'cli/v1.0.0']],
    ['search=1.2', ['v1.2.0-rc1', 'v1.2.0']],
    ['search=v1.2.0', ['v1.2.0', 'v1.2.0-rc1']],
    ['search=^v1', ['v1.10.0', 'v1.2.0-rc1', 'v1.2.0', 'V1']],
    ['search=.0$', ['v1.10.0', 'cli/v1.0.0', 'v1.2.0']],
    ['search=^v1*0$', ['v1.10.0', 'v1.2.0']],
    ['search=^v1.2.0$', ['v1.2.0']],
    ['search=CLI', ['cli/v1.0.0']],
    ['search=v.+', []],
    ['per_page=2&page=2', ['cli/v1.0.0', 'v1.2.0']],
    ['search=v1.2&per_page=1&page=2', ['v1.2.0']],
  ])('with %s', async (query, expected) => {
    await createAll(['V1', 'v1.2.0', 'cli/v1.0.0', 'v1.2.0-rc1', 'v1.10.0']);
    expect(names(await read(`${TAGS}?${query}`))).toEqual(expected);
  });

  test.each([
    ['order_by=date', 'order_by does not have a valid value'],
    ['sort=up', 'sort does not have a valid value'],
    ['per_page=0', 'per_page does not have a valid value'],
  ])('with %s is refused', async (query, error) => {
    const answer = await read(`${TAGS}?${query}`);
    expect([answer.status, recordOf(answer)]).toEqual([400, { error }]);
  });

  test('comes in pages that Link names, and every tag is on one of them', async () => {
    const all = Array.from({ length: 45 }, (_, index) => `v0.0.${index}`);
    await createAll(all);
    const seen: unknown[] = [];
    let path: string | undefined = TAGS;
    while (path !== undefined) {
      const answer: Answer = await read(path);
      seen.push(...names(answer));
      const next: string | undefined = /<([^>]*)>; rel="next"/.exec(String(answer.headers.link))?.[1];
      path = next?.slice(`${gitlab.registry.url}/api/v4`.length);
    }
    expect(seen).toEqual(all.reverse());
    expect((await read(TAGS)).headers).toMatchObject({ 'x-total': '45', 'x-total-pages': '3', 'x-next-page': '2' });
  });

  test('of tags on one commit has the one made last first', async () => {
    for (const name of ['b', 'a', 'c']) await create({ tag_name: name, ref: 'main' });
    expect(names(await read(TAGS))).toEqual(['c', 'a', 'b']);
  });

  test('of another project is another', async () => {
    await create({ tag_name: 'v1', ref: 'main' });
    expect(names(await read('/projects/43/repository/tags'))).toEqual([]);
  });
});

describe('deleting a tag', () => {
  test('leaves the others, and the name is free again', async () => {
    await createAll(['v1', 'cli/v1']);
    const gone = await remove('cli/v1');
    expect([gone.status, gone.text]).toEqual([204, '']);
    expect(itemsOf(await read(TAGS)).map(({ name }) => name)).toEqual(['v1']);
    expect((await create({ tag_name: 'cli/v1', ref: 'main' })).status).toBe(201);
  });

  test('that is not there is told so, as asking for it is', async () => {
    for (const answer of [await remove('v9'), await read(`${TAGS}/v9`)])
      expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Tag Not Found"}']);
  });

  test('honours If-Unmodified-Since', async () => {
    await create({ tag_name: 'v1', ref: 'main' });
    const since = (ms: number): Promise<Answer> =>
      remove('v1', { ...DEVELOPER, 'If-Unmodified-Since': new Date(ms).toUTCString() });
    expect((await since(START - 1_000)).status).toBe(412);
    expect((await since(START)).status).toBe(204);
  });
});

describe('who may: list, one, create, delete', () => {
  test.each<[string, OutgoingHttpHeaders, number, number, number, number]>([
    ['a maintainer', MAINTAINER, 200, 200, 201, 204],
    ['a developer', DEVELOPER, 200, 200, 201, 204],
    ['a reporter', { 'PRIVATE-TOKEN': 'glpat-reporter' }, 200, 200, 403, 403],
    ['a guest', { 'PRIVATE-TOKEN': 'glpat-guest' }, 403, 403, 403, 403],
    ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, 404, 404, 404, 404],
    ['a token that may only read', { 'PRIVATE-TOKEN': 'glpat-reading' }, 200, 200, 403, 403],
    ["a maintainer's job", { 'JOB-TOKEN': 'job-maintainer' }, 200, 404, 404, 404],
    ["a developer's job by bearer", { Authorization: 'Bearer glcbt-64_job' }, 200, 401, 401, 401],
    ['a job of a friend', { 'JOB-TOKEN': 'job-friend' }, 200, 404, 404, 404],
    ['a job of another project', { 'JOB-TOKEN': 'job-foreign' }, 403, 404, 404, 404],
    ['a deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, 404, 404, 404, 404],
    ['an unknown token', { 'PRIVATE-TOKEN': 'glpat-unknown' }, 401, 401, 401, 401],
    ['nobody', {}, 404, 404, 404, 404],
  ])('%s', async (...[, headers, list, one, created, deleted]) => {
    await create({ tag_name: 'there', ref: 'main' });
    const statuses = [
      await read(TAGS, headers),
      await read(`${TAGS}/there`, headers),
      await create({ tag_name: 'new', ref: 'main' }, headers),
      await remove('there', headers),
    ].map(({ status }) => status);
    expect(statuses).toEqual([list, one, created, deleted]);
  });

  test('anyone reads the tags of a public project, and nobody makes one there', async () => {
    const path = '/projects/43/repository/tags';
    await create({ tag_name: 'v1', ref: 'main' }, DEVELOPER, path);
    for (const headers of [{}, { 'JOB-TOKEN': 'job-foreign' }, { 'PRIVATE-TOKEN': 'glpat-stranger' }]) {
      expect([(await read(path, headers)).status, (await read(`${path}/v1`, headers)).status]).toEqual([200, 200]);
      const refused = await create({ tag_name: 'v2', ref: 'main' }, headers, path);
      expect([refused.status, refused.text]).toEqual([403, '{"message":"403 Forbidden"}']);
    }
  });
});

test('the tags of the config are there at the start, on the default branch unless it says otherwise', async () => {
  await gitlab.close();
  const seeds = {
    tags: [
      { project: 42, name: 'v1.2.3' },
      { project: 'acme/tools/widget', name: 'cli/v0.1.0', ref: 'other', message: 'Command line' },
      { project: 43, name: 'v9' },
    ],
  };
  gitlab = await startGitlab({}, { clock: () => now }, seeds);
  const [cli, plain] = itemsOf(await read(TAGS));
  expect([cli, plain]).toMatchObject([
    { name: 'cli/v0.1.0', message: 'Command line' },
    { name: 'v1.2.3', message: '' },
  ]);
  const later = recordOf(await create({ tag_name: 'later', ref: 'main' }));
  expect(later.commit).toEqual(plain?.commit);
  expect((cli?.commit as { id: string }).id).not.toBe((plain?.commit as { id: string }).id);
});
