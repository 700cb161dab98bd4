/** Redirects of downloads: where they may lead, and that no credential goes along. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Failure } from '../../src/core/errors.ts';
import type { TokenKind } from '../../src/gitlab/credentials.ts';
import { bodyOf, clientOf, closeAll, failureOf, opening, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

/** A server that redirects everything, by a Location that is worked out from the request's path. */
function redirecting(status: number, location: (path: string) => string | undefined): Promise<Loopback> {
  return serve((request, response) => {
    request.resume();
    const target = location(request.url ?? '');
    response.writeHead(status, target === undefined ? {} : { Location: target }).end('<html>moved</html>');
  });
}

function storage(): Promise<Loopback> {
  return serve((_, response) => {
    response.end('the bytes');
  });
}

const KINDS: TokenKind[] = ['private', 'job', 'deploy', 'bearer', 'basic'];

describe('a file that GitLab redirects to its object storage', () => {
  test.each(KINDS)('comes without the credential (%s) and without any header but the few allowed', async (type) => {
    const store = await storage();
    const host = await redirecting(302, () => `${store.origin}/bucket/f?X-Amz-Signature=s3cret`);
    const { client, lines } = clientOf(host.api, { token: 'tok-s3cret', type });

    const file = await client.getFile(new URL(`${host.api.href}/f`), { rangeFrom: 0, ifRange: '"tag"', expectSize: 9 });

    expect((await bodyOf(file.body)).toString()).toBe('the bytes');
    expect(file.origin).toBe(store.origin);
    expect(JSON.stringify(host.seen[0]?.headers)).toContain(type === 'basic' ? 'Basic ' : 'tok-s3cret');
    expect(Object.keys(store.seen[0]?.headers ?? {}).sort()).toEqual([
      'accept',
      'accept-encoding',
      'connection',
      'host',
      'if-range',
      'range',
      'user-agent',
    ]);
    expect(store.seen[0]?.headers).toMatchObject({
      range: 'bytes=0-',
      'if-range': '"tag"',
      'accept-encoding': 'identity',
    });
    expect(JSON.stringify(store.seen)).not.toMatch(/tok-s3cret|authorization|referer/i);
    expect(JSON.stringify(lines)).not.toContain('Signature');
  });

  test('another port of the same host, and the same port under another name, are other origins', async () => {
    const store = await storage();
    const host = await redirecting(302, (path) =>
      path.endsWith('/port') ? `${store.origin}/f` : `http://localhost:${host.port}/f`,
    );
    const { client } = clientOf(host.api);

    await bodyOf((await client.getFile(new URL(`${host.api.href}/port`))).body);
    await failureOf(client.getFile(new URL(`${host.api.href}/name`)));

    expect(store.seen[0]?.headers).not.toHaveProperty('private-token');
    const byName = host.seen.filter((one) => one.headers.host?.startsWith('localhost') === true);
    expect(byName.length).toBeGreaterThan(0);
    for (const one of byName) expect(one.headers).not.toHaveProperty('private-token');
  });

  test.each([
    ['refuses connections', 'http://127.0.0.1:1/f?sig=s3cret', 'ECONNREFUSED'],
    ['nobody knows', 'http://storage.invalid/f?sig=s3cret', 'storage.invalid'],
  ])('a storage that %s is told with who named it, for api-url is right', async (_what, address, says) => {
    const host = await redirecting(302, () => address);
    const { client } = clientOf(host.api);

    const failure = (await failureOf(client.getFile(new URL(`${host.api.href}/f`)))) as Failure;

    expect(failure.message).toContain(says);
    expect(failure.hint).toContain(`${host.origin} redirected there`);
    expect(failure.hint).toContain('object storage');
    expect(`${failure.message}${failure.hint ?? ''}`).not.toMatch(/s3cret|api-url/);
  });

  test('a chain that has left the API’s origin and comes back brings no credential', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/api/v4/back') response.end('unseen');
      else response.writeHead(302, { Location: `${away.origin}/x` }).end();
    });
    const away = await redirecting(302, () => `${host.origin}/api/v4/back`);

    const file = await clientOf(host.api).client.getFile(new URL(`${host.api.href}/f`));
    await bodyOf(file.body);

    expect(host.seen.map((one) => [one.path, one.headers['private-token']])).toEqual([
      ['/api/v4/f', 'glpat-secret'],
      ['/api/v4/back', undefined],
    ]);
  });

  test.each([301, 302, 303, 307, 308])('a relative %p within the origin keeps the credential', async (status) => {
    const host = await serve((request, response) => {
      if (request.url === '/api/v4/dir/g?q=1') response.end('found');
      else response.writeHead(status, { Location: 'g?q=1' }).end();
    });

    const file = await clientOf(host.api).client.getFile(new URL(`${host.api.href}/dir/f`));

    expect((await bodyOf(file.body)).toString()).toBe('found');
    expect(host.seen[1]?.headers['private-token']).toBe('glpat-secret');
  });

  test('five redirects are followed, the sixth is not', async () => {
    const host = await serve((request, response) => {
      const left = Number(request.url?.split('/').pop());
      if (left === 0) response.end('found');
      else response.writeHead(302, { Location: `./${left - 1}` }).end();
    });
    const { client } = clientOf(host.api);

    const file = await client.getFile(new URL(`${host.api.href}/5`));
    expect((await bodyOf(file.body)).toString()).toBe('found');
    const thrown = await failureOf(client.getFile(new URL(`${host.api.href}/6`)));

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect((thrown as Failure).message).toContain('more than 5 times');
  });

  test.each([
    ['to a file', 'file:///etc/passwd'],
    ['to a script', 'javascript:alert(1)'],
    ['to nowhere', undefined],
    ['to no address', 'http://['],
  ])('one that leads %s fails', async (_, location) => {
    const host = await redirecting(302, () => location);

    expect(await failureOf(clientOf(host.api).client.getFile(new URL(`${host.api.href}/f`)))).toMatchObject({
      code: 'protocol',
    });
  });

  test('the storage’s refusal is told as such, without its words and query', async () => {
    const store = await serve((_, response) => {
      response.writeHead(403).end('<Error><Code>AccessDenied</Code><Signature>s3cret</Signature></Error>');
    });
    const host = await redirecting(302, () => `${store.origin}/f?sig=s3cret`);

    const thrown = (await failureOf(clientOf(host.api).client.getFile(new URL(`${host.api.href}/f`)))) as Failure;

    expect(thrown.message).toContain('AccessDenied');
    expect(`${thrown.message}${thrown.hint ?? ''}`).not.toContain('s3cret');
  });
});

describe('an upload that is redirected', () => {
  test.each([301, 302, 307, 308])('is refused (%p): the file is sent nowhere else', async (status) => {
    const away = await storage();
    const host = await redirecting(status, () => `${away.origin}/x?sig=s3cret`);

    const thrown = await failureOf(
      clientOf(host.api).client.putFile(new URL(`${host.api.href}/f`), { open: opening(Buffer.from('abc')), size: 3 }),
    );

    expect(thrown).toMatchObject({ code: 'protocol', retryable: false });
    expect((thrown as Failure).message).toContain(`another server, ${away.origin}`);
    expect((thrown as Failure).message).not.toContain('s3cret');
    expect(away.seen).toEqual([]);
  });
});

describe('an API call that is redirected', () => {
  test.each(['GET', 'POST', 'PUT', 'DELETE'])('to another origin fails and names it: %s', async (method) => {
    const away = await serve((_, response) => {
      sendJson(response, 200, []);
    });
    const host = await redirecting(307, () => `${away.origin}/x`);

    const thrown = await failureOf(clientOf(host.api).client.json(method, '/x', method === 'GET' ? {} : { body: {} }));

    expect(thrown).toMatchObject({ code: 'protocol', status: 307 });
    expect((thrown as Failure).message).toContain(away.origin);
    expect(away.seen).toEqual([]);
  });

  test('within the origin is followed for a GET: GitLab does so after a project was renamed', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/api/v4/projects/42') sendJson(response, 200, { id: 42 });
      else response.writeHead(301, { Location: '/api/v4/projects/42' }).end('moved');
    });

    const answer = await clientOf(host.api).client.json('GET', '/projects/old%2Fname');

    expect(answer.data).toEqual({ id: 42 });
  });

  test.each(['POST', 'PUT', 'DELETE'])('within the origin is not followed for a %s', async (method) => {
    const host = await redirecting(308, () => '/api/v4/projects/42');

    const thrown = (await failureOf(clientOf(host.api).client.json(method, '/projects/old%2Fname'))) as Failure;

    expect(thrown.code).toBe('protocol');
    expect(thrown.hint).toContain('numeric id');
    expect(host.seen).toHaveLength(1);
  });

  test('within the origin to an address that is silent fails like any silent one', async () => {
    const host = await serve((request, response) => {
      if (request.url === '/api/v4/x') response.writeHead(302, { Location: '/api/v4/silent' }).end('moved');
    });

    const thrown = await failureOf(clientOf(host.api, { retries: 0, timeoutMs: 300 }).client.json('GET', '/x'));

    expect(thrown).toMatchObject({ code: 'timeout' });
    expect(host.seen).toHaveLength(2);
  });

  test('in a circle ends', async () => {
    const host = await redirecting(302, (path) => path);

    const thrown = await failureOf(clientOf(host.api).client.json('GET', '/x'));

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect(host.seen).toHaveLength(6);
  });
});
