/** What GitLab promises of commits and branches, as far as there can be any without a repository. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, startGitlab } from './instance.ts';

const CODE = '/projects/42/repository';
const [A, B, C] = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(40)];
const SEEDS = {
  branches: [
    { project: 42, name: 'main', commit: A },
    { project: 'acme/tools/widget', name: 'release/1.2', commit: B },
  ],
  commits: [{ project: 42, sha: C, missing_answers: 2 }],
  tags: [{ project: 42, name: 'v1', ref: 'release/1.2' }],
};

let gitlab: Gitlab;
afterEach(() => gitlab.close());

const start = async (seeds: object = SEEDS, options: object = {}): Promise<void> => {
  gitlab = await startGitlab({}, options, seeds);
};
const read = (path: string, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });
const commit = (ref: string, headers?: OutgoingHttpHeaders): Promise<Answer> =>
  read(`${CODE}/commits/${encodeURIComponent(ref)}`, headers);

describe('a commit', () => {
  test.each([
    ['a branch', 'main', A],
    ['a branch with a slash', 'release/1.2', B],
    ['a whole ref', 'refs/heads/main', A],
    ['a tag', 'v1', B],
    ['its id', A, A],
    ['its id in capitals', A.toUpperCase(), A],
    ['the beginning of its id', 'bbbbbbbb', B],
  ])('is found by %s', async (_what, ref, sha) => {
    await start();
    const answer = await commit(ref);
    expect([answer.status, recordOf(answer)]).toEqual([
      200,
      expect.objectContaining({ id: sha, short_id: sha.slice(0, 8), project_id: 42 }) as unknown,
    ]);
  });

  test.each(['nowhere', 'd'.repeat(40), 'abc', 'HEAD~1'])('%s is none', async (ref) => {
    await start();
    const answer = await commit(ref);
    expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Commit Not Found"}']);
  });

  test('comes later to a mirror that lags', async () => {
    await start();
    const statuses = [await commit(C), await commit(C), await commit(C), await commit(C)].map(({ status }) => status);
    expect(statuses).toEqual([404, 404, 200, 200]);
  });
});

describe('branches', () => {
  test('are listed by name, with the commit at their head', async () => {
    await start();
    expect(itemsOf(await read(`${CODE}/branches`))).toMatchObject([
      { name: 'main', default: true, protected: true, commit: { id: A } },
      { name: 'release/1.2', default: false, commit: { id: B } },
    ]);
    expect(itemsOf(await read(`${CODE}/branches?search=REL`))).toMatchObject([{ name: 'release/1.2' }]);
    expect(recordOf(await read(`${CODE}/branches/release%2F1.2`))).toMatchObject({ name: 'release/1.2' });
  });

  test('that are not there are told so', async () => {
    await start();
    const answer = await read(`${CODE}/branches/nowhere`);
    expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Branch Not Found"}']);
  });
});

describe('a tag is made', () => {
  const make = (ref: string): Promise<Answer> =>
    gitlab.send('POST', `${CODE}/tags`, { tag_name: 'v2', ref }, DEVELOPER);

  test('at the commit that its ref names', async () => {
    await start();
    expect(recordOf(await make('release/1.2'))).toMatchObject({ commit: { id: B } });
  });

  test.each(['nowhere', 'd'.repeat(40), C])('not at %s, which the project does not have', async (ref) => {
    await start();
    const answer = await make(ref);
    expect([answer.status, answer.text]).toEqual([400, `{"message":"Target ${ref} is invalid"}`]);
  });

  test('at anything where the config describes no code, and its commit is known then', async () => {
    await start({});
    expect((await commit(C)).status).toBe(404);
    expect(recordOf(await make(C))).toMatchObject({ commit: { id: C } });
    expect((await commit(C)).status).toBe(200);
  });
});

describe('who may: a commit, the list, one branch', () => {
  test.each<[string, OutgoingHttpHeaders, readonly number[]]>([
    ['a reporter', { 'PRIVATE-TOKEN': 'glpat-reporter' }, [200, 200, 200]],
    ['a token that may only read', { 'PRIVATE-TOKEN': 'glpat-reading' }, [200, 200, 200]],
    ['a guest', { 'PRIVATE-TOKEN': 'glpat-guest' }, [403, 403, 403]],
    ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, [404, 404, 404]],
    ['a job', { 'JOB-TOKEN': 'glcbt-64_job' }, [200, 200, 404]],
    ['nobody', {}, [404, 404, 404]],
  ])('%s', async (_who, headers, expected) => {
    await start();
    const paths = [`${CODE}/commits/main`, `${CODE}/branches`, `${CODE}/branches/main`];
    const answers = await Promise.all(paths.map((path) => read(path, headers)));
    expect(answers.map(({ status }) => status)).toEqual(expected);
  });

  test('jobs before 18.4 read none of them', async () => {
    await start(SEEDS, { gitlabVersion: '17.2' });
    expect((await commit('main', { 'JOB-TOKEN': 'glcbt-64_job' })).status).toBe(404);
  });
});
