/** What GitLab promises of parameters in forms and queries: Rack's nesting, and its limits, so that no form keeps the server busy. */
import type { OutgoingHttpHeaders } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, recordOf } from './ask.ts';
import { DEVELOPER, MAINTAINER, startGitlab, type Gitlab } from './instance.ts';

const RELEASES = '/projects/42/releases';

let gitlab: Gitlab;
beforeAll(async () => {
  gitlab = await startGitlab({}, {}, { tags: [{ project: 42, name: 'v1' }] });
});
afterAll(() => gitlab.close());

function post(body: string, path = RELEASES, headers: OutgoingHttpHeaders = DEVELOPER): Promise<Answer> {
  return gitlab.api('POST', path, {
    headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
    body,
  });
}

const links = (count: number): string =>
  Array.from({ length: count }, (_, at) => `assets[links][][name]=n${at}&assets[links][][url]=https://a/${at}`).join(
    '&',
  );
const list = (count: number): string => 'milestones[]=x&'.repeat(count);
const map = (count: number): string => Array.from({ length: count }, (_, at) => `a[${at}]=x`).join('&');

describe('a form', () => {
  test('of 4,096 parameters is read whole', async () => {
    const answer = await post(`tag_name=v1&name=all&${links(2047)}`);
    expect(answer.status).toBe(201);
    expect((recordOf(answer).assets as { links: object[] }).links).toHaveLength(2047);
  });

  test.each([
    ['pairs', 'a=x&'.repeat(4097)],
    ['items of a list', list(4097)],
    ['names in a map', map(4097)],
    ['maps in a list', links(2049)],
    ['items, 40,000 of them', list(40_000)],
    ['pairs, 1 MB of them', 'a=x&'.repeat(262_144)],
  ])('of too many %s is refused, whoever sends it', async (_what, body) => {
    for (const [path, headers] of [
      [RELEASES, DEVELOPER],
      ['/projects/43/releases', {}],
    ] as const) {
      const answer = await post(`tag_name=v2&ref=main&${body}`, path, headers);
      expect([answer.status, recordOf(answer)]).toEqual([400, { error: '400 Bad Request' }]);
    }
  });

  test('of too many parts is refused', async () => {
    const part = '--b\r\nContent-Disposition: form-data; name="milestones[]"\r\n\r\nx\r\n';
    const answer = await gitlab.api('POST', RELEASES, {
      headers: { ...DEVELOPER, 'Content-Type': 'multipart/form-data; boundary=b' },
      body: `${part.repeat(4097)}--b--\r\n`,
    });
    expect(answer.status).toBe(400);
  });

  test.each([
    ['32', 31, [400, { error: 'tag_name is missing' }]],
    ['33', 32, [400, { error: 'query params are recursively nested over the specified limit (32)' }]],
    ['50,000', 50_000, [400, { error: 'query params are recursively nested over the specified limit (32)' }]],
  ])('with a name %s deep', async (_deep, brackets, expected) => {
    const answer = await post(`a${'[b]'.repeat(brackets)}=x`);
    expect([answer.status, recordOf(answer)]).toEqual(expected);
  });
});

test('a query of too many parameters is refused', async () => {
  const answer = await gitlab.api('GET', `/projects/42/variables/KEY?${'a&'.repeat(4097)}`, { headers: MAINTAINER });
  expect(answer.status).toBe(400);
});
