/** Whom GitLab lets see and change CI/CD variables, which are there at the start, and what they show in which version. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { OutgoingHttpHeaders } from 'node:http';
import { type Answer, itemsOf, recordOf } from './ask.ts';
import { DEVELOPER, type Gitlab, MAINTAINER, OWNER, startGitlab } from './instance.ts';

const PROJECT = '/projects/42/variables';
const GROUP = '/groups/acme%2Ftools/variables';

let gitlab: Gitlab;
beforeEach(async () => {
  gitlab = await startGitlab();
});
afterEach(() => gitlab.close());

const send = (method: string, path: string, given: unknown, headers: OutgoingHttpHeaders = OWNER): Promise<Answer> =>
  gitlab.send(method, path, given, headers);
const read = (path: string, headers: OutgoingHttpHeaders = OWNER): Promise<Answer> =>
  gitlab.api('GET', path, { headers });

describe('who may: a project, a group', () => {
  beforeEach(async () => {
    for (const variables of [PROJECT, GROUP]) await send('POST', variables, { key: 'VERSION', value: '1' });
  });

  test.each<[string, OutgoingHttpHeaders, number, number]>([
    ['an owner', OWNER, 200, 200],
    ['a maintainer', MAINTAINER, 200, 403],
    ['a maintainer by bearer', { Authorization: 'Bearer glpat-maintainer' }, 200, 403],
    ['a project token', { 'PRIVATE-TOKEN': 'glpat-project' }, 200, 403],
    ['a developer', DEVELOPER, 403, 403],
    ['an OAuth developer', { Authorization: 'Bearer oauth-developer' }, 403, 403],
    ['a stranger', { 'PRIVATE-TOKEN': 'glpat-stranger' }, 404, 404],
    ["a maintainer's job", { 'JOB-TOKEN': 'job-maintainer' }, 401, 401],
    ["a maintainer's job by bearer", { Authorization: 'Bearer job-maintainer' }, 401, 401],
    ['a job in the personal header', { 'PRIVATE-TOKEN': 'glcbt-64_job' }, 401, 401],
    ['a deploy token', { 'DEPLOY-TOKEN': 'gldt-writer' }, 401, 401],
    ['a revoked token', { 'PRIVATE-TOKEN': 'glpat-revoked' }, 401, 401],
    ['nobody', {}, 401, 401],
  ])('%s', async (_who, headers, project, group) => {
    for (const [variables, status] of [
      [PROJECT, project],
      [GROUP, group],
    ] as const) {
      const answers = [
        await read(variables, headers),
        await read(`${variables}/VERSION`, headers),
        await send('PUT', `${variables}/VERSION`, { value: '2' }, headers),
      ];
      expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
      const made = await send('POST', variables, { key: 'NEW', value: '2' }, headers);
      expect(made.status).toBe(status === 200 ? 201 : status);
      const gone = await gitlab.api('DELETE', `${variables}/VERSION`, { headers });
      expect(gone.status).toBe(status === 200 ? 204 : status);
    }
  });

  test('a token that may only read reads, and writes nothing', async () => {
    const headers = { 'PRIVATE-TOKEN': 'glpat-reading' };
    expect((await read(`${PROJECT}/VERSION`, headers)).status).toBe(200);
    const answer = await send('PUT', `${PROJECT}/VERSION`, { value: '2' }, headers);
    expect([answer.status, recordOf(answer).error]).toEqual([403, 'insufficient_scope']);
  });

  test.each<[string, string, OutgoingHttpHeaders, number, string]>([
    ['a job token', PROJECT, { 'JOB-TOKEN': 'job-maintainer' }, 401, '{"message":"401 Unauthorized"}'],
    ['a low role', PROJECT, DEVELOPER, 403, '{"message":"403 Forbidden"}'],
    ['a project that is not there', '/projects/999/variables', OWNER, 404, '{"message":"404 Project Not Found"}'],
    ['a group that is not there', '/groups/nowhere/variables', OWNER, 404, '{"message":"404 Group Not Found"}'],
    ['a public project, nobody', '/projects/43/variables', {}, 401, '{"message":"401 Unauthorized"}'],
    [
      'a public project, a stranger',
      '/projects/43/variables',
      { 'PRIVATE-TOKEN': 'glpat-stranger' },
      403,
      '{"message":"403 Forbidden"}',
    ],
  ])('%s is told so in these words', async (...[, path, headers, status, text]) => {
    for (const answer of [await read(path, headers), await send('POST', path, {}, headers)])
      expect([answer.status, answer.text]).toEqual([status, text]);
  });
});

test('the variables of the config are there at the start', async () => {
  await gitlab.close();
  const variables = [
    { project: 42, key: 'VERSION', value: '1.2.3', description: 'of the app', raw: true },
    { project: 'acme/tools/widget', key: 'VERSION', value: '2.0.0', environment_scope: 'production', protected: true },
    { group: 'acme', key: 'SECRET', value: 'long-enough', hidden: true },
  ];
  gitlab = await startGitlab({}, {}, { variables });
  expect(itemsOf(await read(PROJECT))).toMatchObject([
    { key: 'VERSION', value: '1.2.3', environment_scope: '*', description: 'of the app', raw: true, protected: false },
    { key: 'VERSION', value: '2.0.0', environment_scope: 'production', protected: true },
  ]);
  expect(itemsOf(await read('/groups/acme/variables'))).toMatchObject([
    { key: 'SECRET', value: null, masked: true, hidden: true },
  ]);
});

describe.each([
  [
    '13.5',
    ['variable_type', 'key', 'value', 'protected', 'masked', 'environment_scope'],
    ['variable_type', 'key', 'value', 'protected', 'masked'],
  ],
  [
    '17.2',
    ['variable_type', 'key', 'value', 'protected', 'masked', 'raw', 'environment_scope', 'description'],
    undefined,
  ],
  [
    '18.4',
    ['variable_type', 'key', 'value', 'hidden', 'protected', 'masked', 'raw', 'environment_scope', 'description'],
    undefined,
  ],
])('GitLab %s', (gitlabVersion, ofProject, ofGroup = ofProject) => {
  test('shows the fields of its time', async () => {
    await gitlab.close();
    gitlab = await startGitlab({}, { gitlabVersion });
    const given = {
      key: 'K',
      value: 'long-enough',
      masked_and_hidden: true,
      raw: true,
      description: 'd',
      environment_scope: 'x',
    };
    expect(Object.keys(recordOf(await send('POST', PROJECT, given)))).toEqual(ofProject);
    expect(Object.keys(recordOf(await send('POST', GROUP, given)))).toEqual(ofGroup);
    const isHidden = recordOf(await read(`${PROJECT}/K`)).value === null;
    expect(isHidden).toBe(gitlabVersion === '18.4');
  });
});
