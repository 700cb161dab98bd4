/** Calls of the JSON API: what is sent, how many run at once, and what the log says. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { clientOf, closeAll, failureOf, reset, sendJson, serve } from './loopback.ts';

afterEach(closeAll);

describe('a call', () => {
  test('sends one credential, no encoding, its query, and parses the answer', async () => {
    const host = await serve((_, response) => {
      sendJson(response, 200, { ok: [1] });
    });
    const { client } = clientOf(host.api);

    const answer = await client.json('GET', '/projects/42', {
      query: { 'filter[environment_scope]': '*', none: undefined, n: 1 },
    });

    expect(answer).toMatchObject({ status: 200, data: { ok: [1] }, tries: 1 });
    expect(host.seen).toHaveLength(1);
    expect(host.seen[0]).toMatchObject({
      method: 'GET',
      path: '/api/v4/projects/42?filter%5Benvironment_scope%5D=*&n=1',
    });
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
