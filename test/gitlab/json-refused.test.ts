/** Calls of the JSON API that fail: pages, noise, refusals, and a run that is stopped. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { clientOf, closeAll, failureOf, serve } from './loopback.ts';

afterEach(closeAll);

describe('a call fails', () => {
  test('on a page where JSON was expected', async () => {
    const host = await serve((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Sign in</html>');
    });

    const thrown = await failureOf(clientOf(host.api).client.json('GET', '/x'));

    expect(thrown).toMatchObject({ code: 'protocol', status: 200 });
    expect((thrown as Failure).message).toContain('text/html');
    expect((thrown as Failure).hint).toContain('api-url');
  });

  test.each([
    ['with a length', { 'Content-Length': String(9 * 1024 * 1024) }],
    ['without a length', {}],
  ])('on an answer over 8 MiB %s, without reading it to its end', async (_, headers) => {
    const host = await serve((__, response) => {
      response.on('error', () => undefined);
      response.writeHead(200, headers);
      response.end(Buffer.alloc(9 * 1024 * 1024, 0x20));
    });

    const thrown = await failureOf(clientOf(host.api).client.json('GET', '/x'));

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect((thrown as Failure).message).toContain('8388608 bytes');
  });

  test('on what is no HTTP at all', async () => {
    const host = await serve((request) => {
      request.socket.end('SSH-2.0-OpenSSH\r\n');
    });

    expect(await failureOf(clientOf(host.api, { retries: 0 }).client.json('GET', '/x'))).toMatchObject({
      code: 'protocol',
    });
  });

  test('with the words of the refusal even when that is cut or too long', async () => {
    const host = await serve((request, response) => {
      response.on('error', () => undefined);
      if (request.url?.endsWith('cut') === true) {
        response.writeHead(403, { 'Content-Length': '1000' });
        response.write('not you', () => request.socket.destroy());
      } else {
        response.writeHead(403).end('not you '.repeat(50_000));
      }
    });
    const { client } = clientOf(host.api);

    for (const path of ['/cut', '/long']) {
      const thrown = await failureOf(client.json('GET', path));

      expect(thrown).toMatchObject({ code: 'forbidden', status: 403 });
      expect((thrown as Failure).message).toContain('not you');
    }
  });

  test.each([
    ['while it waits for the answer', false],
    ['while it reads the answer', true],
  ])('with the reason of the run when that is stopped %s', async (_, begun) => {
    const stop = new AbortController();
    const reason = new Failure('max-time', 'the time is up');
    const host = await serve((__, response) => {
      if (begun) response.writeHead(200, { 'Content-Length': '100' }).write('{');
      setTimeout(() => {
        stop.abort(reason);
      }, 20);
    });

    const thrown = await failureOf(clientOf(host.api, { signal: stop.signal }).client.json('GET', '/x'));

    expect(thrown).toBe(reason);
    expect(host.seen).toHaveLength(1);
  });

  test('with the reason of the run when that is stopped while it waits at the gate', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const host = await serve(() => undefined);
    const { client } = clientOf(host.api, { signal: stop.signal, concurrency: 1 });
    const first = failureOf(client.json('GET', '/1'));
    const second = failureOf(client.json('GET', '/2'));

    setTimeout(() => {
      stop.abort(reason);
    }, 20);

    expect(await Promise.all([first, second])).toEqual([reason, reason]);
    expect(host.seen.map((one) => one.path)).toEqual(['/api/v4/1']);
  });
});
