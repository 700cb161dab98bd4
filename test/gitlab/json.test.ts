/** Calls of the JSON API: what is sent, what is sent again, and which answers are refused. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { clientOf, closeAll, failureOf, reset, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

describe('a call', () => {
  test('sends one credential, no encoding, its query, and parses the answer', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, { ok: [1] });
    });
    const { client } = clientOf(host.api);

    const answer = await client.json('GET', '/projects/42', { query: { 'filter[environment_scope]': '*', none: undefined, n: 1 } });

    expect(answer).toMatchObject({ status: 200, data: { ok: [1] }, tries: 1 });
    expect(host.seen).toHaveLength(1);
    expect(host.seen[0]).toMatchObject({ method: 'GET', path: '/api/v4/projects/42?filter%5Benvironment_scope%5D=*&n=1' });
    expect(host.seen[0]?.headers).toMatchObject({ 'private-token': 'glpat-secret', 'accept-encoding': 'identity' });
    expect(host.seen[0]?.headers['user-agent']).toContain('generic-packages/test');
  });

  test('sends a body as JSON and takes an empty answer', async () => {
    let body = '';
    const host = await serve((request, response) => {
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => response.writeHead(204).end());
    });

    const answer = await clientOf(host.api).client.json('PUT', '/x', { body: { value: 'ü' } });

    expect(answer).toMatchObject({ status: 204, data: undefined });
    expect(body).toBe('{"value":"ü"}');
    expect(host.seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'content-length': '14' });
  });

  test('without a credential sends none', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, []);
    });

    await clientOf(host.api, { credential: undefined }).client.json('GET', '/x');

    const names = Object.keys(host.seen[0]?.headers ?? {});
    expect(names.filter((name) => name.includes('token') || name === 'authorization')).toEqual([]);
  });

  test('cannot have its credential replaced by another header', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, []);
    });

    await clientOf(host.api).client.json('GET', '/x', { headers: { 'Private-Token': 'other' } });

    expect(host.seen[0]?.headers['private-token']).toBe('glpat-secret');
  });

  test('reuses its connection', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, []);
    });
    const { client } = clientOf(host.api);

    for (let time = 0; time < 10; time += 1) await client.json('GET', '/x');

    expect(host.seen).toHaveLength(10);
    expect(host.connections()).toBe(1);
  });

  test('runs as many at once as the gate is wide', async () => {
    let now = 0;
    let most = 0;
    const host = await serve((_, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        sendJson(response, 200, []);
      }, 10);
    });
    const { client } = clientOf(host.api, { concurrency: 3 });

    await Promise.all(Array.from({ length: 12 }, () => client.json('GET', '/x')));

    expect(most).toBe(3);
  });

  test('64 at once raise no warning about listeners', async () => {
    const warnings: Error[] = [];
    const hear = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', hear);
    const host = await serve((_, response) => {
      setTimeout(() => {
        sendJson(response, 200, []);
      }, 5);
    });
    const { client } = clientOf(host.api, { concurrency: 64 });

    await Promise.all(Array.from({ length: 200 }, () => client.json('GET', '/x')));
    await new Promise(setImmediate);
    process.off('warning', hear);

    expect(warnings).toEqual([]);
  });
});

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
      if (times === 1) response.writeHead(429, { 'Retry-After': '3', 'Content-Type': 'text/plain' }).end('Retry later\n');
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

    expect(await failureOf(clientOf(host.api, { retries: 0 }).client.json('GET', '/x'))).toMatchObject({ code: 'protocol' });
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

describe('load', () => {
  test('429 and 5xx narrow the gate, refusals do not', async () => {
    const host = await serve((request, response) => {
      sendJson(response, Number(request.url?.slice(-3)), {});
    });
    const { client } = clientOf(host.api, { retries: 0 });

    await failureOf(client.json('GET', '/404'));
    expect(client.width()).toBe(8);
    await failureOf(client.json('GET', '/503'));
    expect(client.width()).toBe(4);
    await failureOf(client.json('GET', '/429'));

    expect(client.width()).toBe(2);
  });
});

describe('the log', () => {
  test('has one line for each request, without query and credentials', async () => {
    let times = 0;
    const host = await serve((request, response) => {
      times += 1;
      if (times === 1) reset(request.socket);
      else sendJson(response, times === 2 ? 503 : 200, {}, { 'X-Request-Id': `id-${times}` });
    });
    const { client, lines } = clientOf(host.api);

    await client.json('GET', '/x', { query: { secret: 's3cret' } });

    const url = `${host.origin}/api/v4/x`;
    expect(lines).toEqual([
      expect.objectContaining({ method: 'GET', url, status: undefined, error: 'ECONNRESET', try: 1 }),
      expect.objectContaining({ method: 'GET', url, status: 503, error: undefined, try: 2, requestId: 'id-2' }),
      expect.objectContaining({ method: 'GET', url, status: 200, try: 3, requestId: 'id-3' }),
    ]);
    expect(JSON.stringify(lines)).not.toMatch(/s3cret|glpat/);
  });
});

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
    expect(await failureOf(Promise.resolve().then(() => client.head(new URL('http://127.0.0.1:1/f'))))).toMatchObject({ code: 'internal' });
  });
});
