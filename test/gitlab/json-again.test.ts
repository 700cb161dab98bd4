/** Calls of the JSON API that are sent again, and those that are not. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { clientOf, closeAll, failureOf, reset, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

describe('a call is sent again', () => {
  test.each([429, 500, 502, 503, 408])('after %p', async (status) => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      sendJson(response, times < 3 ? status : 200, { times });
    });
    const { client, waits, notes } = clientOf(host.api);

    const answer = await client.json('GET', '/x');

    expect(answer).toMatchObject({ data: { times: 3 }, tries: 3 });
    expect(waits).toEqual([250, 500]);
    expect(notes.map((note) => note.nextTry)).toEqual([2, 3]);
  });

  test('after the time that Retry-After names', async () => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      if (times === 1)
        response.writeHead(429, { 'Retry-After': '3', 'Content-Type': 'text/plain' }).end('Retry later\n');
      else sendJson(response, 200, []);
    });
    const { client, waits } = clientOf(host.api);

    await client.json('GET', '/x');

    expect(waits).toEqual([3000]);
  });

  test('after the connection was reset, and after the answer was cut', async () => {
    let times = 0;
    const host = await serve((request, response) => {
      times += 1;
      if (times === 1) reset(request.socket);
      else if (times === 2) {
        response.writeHead(200, { 'Content-Length': '100' });
        response.write('{"half":', () => request.socket.destroy());
      } else sendJson(response, 200, { times });
    });

    const answer = await clientOf(host.api).client.json('GET', '/x');

    expect(answer.data).toEqual({ times: 3 });
  });

  test('after it stalled before and within the answer', async () => {
    let times = 0;
    const host = await serve((_, response) => {
      times += 1;
      if (times === 2) response.writeHead(200, { 'Content-Length': '100' }).write('{');
      if (times === 3) sendJson(response, 200, { times });
    });

    const answer = await clientOf(host.api, { timeoutMs: 500 }).client.json('GET', '/x');

    expect(answer.data).toEqual({ times: 3 });
  });

  test.each([
    ['POST', 500, 1],
    ['POST', 429, 3],
    ['PUT', 503, 1],
    ['PUT', 429, 3],
    ['DELETE', 503, 3],
    ['GET', 404, 1],
    ['GET', 401, 1],
  ])('%s after %p: %p requests in all', async (method, status, requests) => {
    const host = await serve((request, response) => {
      request.resume();
      sendJson(response, status, { message: 'no' });
    });

    const thrown = await failureOf(clientOf(host.api).client.json(method, '/x'));

    expect(thrown).toMatchObject({ status, tries: requests });
    expect(host.seen).toHaveLength(requests);
  });

  test('but a POST whose answer was lost is not, and says that it may have been obeyed', async () => {
    const host = await serve((request) => {
      request.resume();
      request.on('end', () => {
        reset(request.socket);
      });
    });

    const thrown = await failureOf(clientOf(host.api).client.json('POST', '/x', { body: {} }));

    expect(thrown).toMatchObject({ code: 'network', ambiguous: true });
    expect(host.seen).toHaveLength(1);
  });

  test('a POST to a refused connection is, for nothing was sent', async () => {
    const host = await serve(() => undefined);
    const { api } = host;
    await closeAll();
    const { client, waits } = clientOf(api);

    const thrown = await failureOf(client.json('POST', '/x', { body: {} }));

    expect(thrown).toMatchObject({ code: 'network', tries: 3, unsent: true });
    expect((thrown as Failure).message).toContain('ECONNREFUSED');
    expect(waits).toHaveLength(2);
  });

  test('at once and free of charge when a kept connection was closed meanwhile', async () => {
    let times = 0;
    const host = await serve((request, response) => {
      times += 1;
      // The second request comes over the connection of the first one.
      if (times === 2) reset(request.socket);
      else sendJson(response, 200, { times });
    });
    const { client, waits } = clientOf(host.api, { retries: 0 });

    await client.json('GET', '/x');
    const answer = await client.json('GET', '/x');

    expect(answer.data).toEqual({ times: 3 });
    expect(waits).toEqual([]);
    expect(host.connections()).toBe(2);
  });

  test('a connection that was never reused is no excuse', async () => {
    const host = await serve((request) => {
      reset(request.socket);
    });

    const thrown = await failureOf(clientOf(host.api, { retries: 0 }).client.json('GET', '/x'));

    expect(thrown).toMatchObject({ code: 'network', tries: 1 });
    expect(host.seen).toHaveLength(1);
  });
});
