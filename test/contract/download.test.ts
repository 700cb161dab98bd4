/** What GitLab promises of a download: headers, ranges, conditions, and the ways it says no. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEVELOPER, type Gitlab, startGitlab } from './instance.ts';

const SMALL = 'hello world\n';
const LARGE = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7) % 251));

let gitlab: Gitlab;
beforeAll(async () => {
  gitlab = await startGitlab();
  await gitlab.put('pkg/1.0.0/small.txt', SMALL);
  await gitlab.put('pkg/1.0.0/dir/large.bin', LARGE);
  await gitlab.put('pkg/1.0.0/empty', '');
});
afterAll(() => gitlab.close());

test('a file comes whole, with its checksum and as an attachment under its last name', async () => {
  const answer = await gitlab.get('pkg/1.0.0/dir/large.bin');
  expect(answer.status).toBe(200);
  expect(answer.body.equals(LARGE)).toBe(true);
  expect(answer.headers).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '3000000',
    'content-disposition': 'attachment; filename="large.bin"; filename*=UTF-8\'\'large.bin',
    'content-transfer-encoding': 'binary',
    'accept-ranges': 'bytes',
    'x-checksum-sha256': createHash('sha256').update(LARGE).digest('hex'),
  });
});

test('HEAD says the same without the bytes', async () => {
  const [head, get] = await Promise.all([
    gitlab.api('HEAD', '/projects/42/packages/generic/pkg/1.0.0/small.txt', { headers: DEVELOPER }),
    gitlab.get('pkg/1.0.0/small.txt'),
  ]);
  expect([head.status, head.body.length]).toEqual([200, 0]);
  for (const name of ['content-length', 'x-checksum-sha256', 'last-modified', 'content-disposition'] as const) {
    expect([name, head.headers[name]]).toEqual([name, get.headers[name]]);
  }
});

describe('ranges', () => {
  test.each([
    ['small.txt', 'bytes=0-4', 206, 'bytes 0-4/12', 'hello'],
    ['small.txt', 'bytes=6-', 206, 'bytes 6-11/12', 'world\n'],
    ['small.txt', 'bytes=-3', 206, 'bytes 9-11/12', 'ld\n'],
    ['small.txt', 'bytes=-100', 206, 'bytes 0-11/12', SMALL],
    ['small.txt', 'bytes=6-1000', 206, 'bytes 6-11/12', 'world\n'],
    ['small.txt', 'bytes=12-', 416, 'bytes */12', ''],
    ['small.txt', 'bytes=5-2', 416, 'bytes */12', ''],
    ['small.txt', 'bytes=-0', 416, 'bytes */12', ''],
    ['small.txt', 'bytes=x', 416, 'bytes */12', ''],
    ['small.txt', 'bytes=0-1,4-5', 200, undefined, SMALL],
    ['empty', 'bytes=0-0', 200, undefined, ''],
  ])('of %s: %s is answered %i', async (...[file, range, status, contentRange, text]) => {
    const answer = await gitlab.get(`pkg/1.0.0/${file}`, { ...DEVELOPER, Range: range });
    expect([answer.status, answer.headers['content-range'], answer.text]).toEqual([status, contentRange, text]);
  });

  test('a part of a large file has just those bytes', async () => {
    const answer = await gitlab.get('pkg/1.0.0/dir/large.bin', { ...DEVELOPER, Range: 'bytes=1048576-1999999' });
    expect(answer.status).toBe(206);
    expect(answer.body.equals(LARGE.subarray(1_048_576, 2_000_000))).toBe(true);
  });

  test('If-Range gives the part while the file is the same, else the whole', async () => {
    const first = await gitlab.get('pkg/1.0.0/small.txt');
    const ask = (condition: string): Promise<number> =>
      gitlab
        .get('pkg/1.0.0/small.txt', { ...DEVELOPER, Range: 'bytes=1-', 'If-Range': condition })
        .then((answer) => answer.status);
    expect(await ask(first.headers['last-modified'] ?? '')).toBe(206);
    expect(await ask('Sat, 01 Jan 2000 00:00:00 GMT')).toBe(200);
    expect(await ask('"other"')).toBe(200);
  });
});

test('conditions are honoured', async () => {
  const modified = (await gitlab.get('pkg/1.0.0/small.txt')).headers['last-modified'] ?? '';
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await gitlab.get('pkg/1.0.0/small.txt', { ...DEVELOPER, ...headers })).status;
  expect(await status({ 'If-Modified-Since': modified })).toBe(304);
  expect(await status({ 'If-Modified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).toBe(200);
  expect(await status({ 'If-Unmodified-Since': 'Sat, 01 Jan 2000 00:00:00 GMT' })).toBe(412);
  expect(await status({ 'If-None-Match': '*' })).toBe(304);
});

describe('what is not there', () => {
  test.each([
    ['a file', 'pkg/1.0.0/missing'],
    ['a version', 'pkg/9.0.0/small.txt'],
    ['a package', 'other/1.0.0/small.txt'],
    ['the route that old documentation promised', 'pkg/1.0.0/files'],
  ])('%s is answered 404 with a small f', async (_what, path) => {
    const answer = await gitlab.get(path);
    expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Not found"}']);
  });

  test('an unknown project is answered 404 with a large F', async () => {
    const answer = await gitlab.api('GET', '/projects/999/packages/generic/pkg/1.0.0/small.txt', {
      headers: DEVELOPER,
    });
    expect([answer.status, answer.text]).toEqual([404, '{"message":"404 Not Found"}']);
  });

  test('names are judged before a token is asked for', async () => {
    const answer = await gitlab.get('pkg/1.0.0/a%20b', {});
    expect([answer.status, answer.text]).toEqual([400, '{"error":"file_name is invalid"}']);
  });
});

test('a download shows in the package', async () => {
  await gitlab.put('counted/1.0.0/f');
  const downloaded = async (): Promise<unknown> => {
    const listed = await gitlab.api('GET', '/projects/42/packages?package_name=counted', { headers: DEVELOPER });
    return (JSON.parse(listed.text) as Record<string, unknown>[])[0]?.last_downloaded_at;
  };
  expect(await downloaded()).toBeNull();
  await gitlab.get('counted/1.0.0/f');
  expect(await downloaded()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});
