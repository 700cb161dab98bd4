/** HEAD: what a file's headers tell. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { clientOf, closeAll, failureOf, serve } from './loopback.ts';

afterEach(closeAll);

describe('head', () => {
  test.each([
    [200, {}, false],
    [404, {}, false],
    [302, { Location: 'https://store.example/x' }, true],
  ])('%p is an answer', async (status, headers, redirected) => {
    const host = await serve((_, response) => {
      response.writeHead(status, { 'X-Checksum-SHA256': 'ab', ...headers }).end();
    });

    const answer = await clientOf(host.api).client.head(new URL(`${host.origin}/f`));

    expect(answer).toMatchObject({ status, redirected });
    expect(answer.headers['x-checksum-sha256']).toBe('ab');
    expect(host.seen.map((one) => one.method)).toEqual(['HEAD']);
  });

  test.each([401, 403])('%p is a failure', async (status) => {
    const host = await serve((_, response) => {
      response.writeHead(status).end();
    });

    expect(await failureOf(clientOf(host.api).client.head(new URL(`${host.origin}/f`)))).toMatchObject({ status });
  });

  test('is sent again after 503, and never to another origin', async () => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      response.writeHead(times === 1 ? 503 : 200).end();
    });
    const { client } = clientOf(host.api);

    expect(await client.head(new URL(`${host.origin}/f`))).toMatchObject({ status: 200 });
    expect(await failureOf(Promise.resolve().then(() => client.head(new URL('http://127.0.0.1:1/f'))))).toMatchObject({
      code: 'internal',
    });
  });
});
