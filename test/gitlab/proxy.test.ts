/** Requests through the proxy that the run's settings name. */
import { afterEach, describe, expect, test } from '@jest/globals';
import http, { type IncomingMessage, type RequestListener } from 'node:http';
import https from 'node:https';
import { connect, type Socket } from 'node:net';
import { PROXIED } from '../support/certificates.ts';
import { Failure } from '../../src/core/errors.ts';
import type { ProxySettings } from '../../src/core/proxy-settings.ts';
import { bodyOf, clientOf, closeAll, opening, sendJson, serve, type Loopback } from './loopback.ts';

afterEach(closeAll);

const own = PROXIED;
const PASSWORD = 'p:s3cret/';
const BASIC = `Basic ${Buffer.from(`us@er:${PASSWORD}`).toString('base64')}`;

const gitlab: RequestListener = (request, response) => {
  request.resume();
  request.on('end', () => {
    sendJson(response, 200, { host: request.headers.host });
  });
};

interface Proxy extends Loopback {
  address: string;
  tunnels: { to: string; authorization: string | undefined }[];
}

/** A proxy that takes both forms and leads every name to one port here. */
async function proxyTo(port: number, refusal?: number): Promise<Proxy> {
  const tunnels: Proxy['tunnels'] = [];
  const host = await serve((request, response) => {
    if (refusal !== undefined) {
      response.writeHead(refusal).end();
      return;
    }
    const { pathname } = new URL(request.url ?? '');
    const { method, headers } = request;
    request.pipe(
      http.request({ port, host: '127.0.0.1', path: pathname, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  host.server.on('connect', (request: IncomingMessage, socket: Socket) => {
    tunnels.push({ to: request.url ?? '', authorization: request.headers['proxy-authorization'] });
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const up = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      up.pipe(socket).pipe(up);
    });
    for (const one of [up, socket]) one.on('error', () => up.destroy());
  });
  return { ...host, tunnels, address: `http://us%40er:${encodeURIComponent(PASSWORD)}@127.0.0.1:${host.port}` };
}

/** Two calls, an upload and a download, or the failure of the first of them that fails. */
async function callThrough(proxy: ProxySettings, root: string): Promise<Record<string, unknown>> {
  const { client, lines } = clientOf(new URL(root), { proxy, ca: own.cert, retries: 0, timeoutMs: 5000 });
  try {
    const { data } = await client.json('GET', '/x');
    await client.json('GET', '/x');
    const bytes = Buffer.alloc(2 * 1024 * 1024);
    const { status } = await client.putFile(new URL(`${root}/f`), { open: opening(bytes), size: bytes.length });
    const { body } = await client.getFile(new URL(`${root}/f`));
    return { data, status, bytes: (await bodyOf(body)).length };
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown;
    const { code, message, hint } = thrown;
    return { code, message, hint, all: JSON.stringify([thrown, message, lines]) };
  } finally {
    client.close();
  }
}

describe('a proxy that the settings name', () => {
  test('is asked for a tunnel to an https server, once for a connection, with its password', async () => {
    const host = await serve(gitlab, '127.0.0.1', (heard) => https.createServer(own, heard as RequestListener));
    const proxy = await proxyTo(host.port);

    const result = await callThrough({ https: proxy.address }, 'https://gitlab.test/api/v4');

    expect(result).toMatchObject({ data: { host: 'gitlab.test' }, status: 200, bytes: 22 });
    expect(proxy.tunnels).toEqual([{ to: 'gitlab.test:443', authorization: BASIC }]);
    expect(host.seen).toHaveLength(4);
    for (const one of host.seen) expect(one.headers).not.toHaveProperty('proxy-authorization');
  });

  test('is given whole addresses of an http server', async () => {
    const host = await serve(gitlab);
    const proxy = await proxyTo(host.port);

    const result = await callThrough({ http: proxy.address }, 'http://gitlab.test/api/v4');

    expect(result).toMatchObject({ data: { host: 'gitlab.test' }, status: 200 });
    expect(proxy.seen.map((one) => one.path)).toContain('http://gitlab.test/api/v4/x');
    expect(proxy.seen[0]?.headers['proxy-authorization']).toBe(BASIC);
  });

  test('may be named without a scheme', async () => {
    const host = await serve(gitlab);
    const proxy = await proxyTo(host.port);

    const result = await callThrough({ http: `localhost:${proxy.port}` }, 'http://gitlab.test/api/v4');

    expect(result).toMatchObject({ status: 200 });
  });

  test('is left out for loopback and for what no_proxy names', async () => {
    const host = await serve(gitlab);
    const proxy = await proxyTo(host.port);

    const near = await callThrough({ http: proxy.address }, host.api.href);
    const far = await callThrough({ http: proxy.address, no: '.test' }, 'http://gitlab.test/api/v4');

    expect(near).toMatchObject({ status: 200 });
    // No machine knows a name under .test; how long its resolver takes to say so differs.
    expect(['network', 'timeout']).toContain(far.code);
    expect(proxy.seen).toEqual([]);
  });

  test('counts, and not the one that the environment of the process names', async () => {
    const host = await serve(gitlab, '0.0.0.0');
    const before = process.env.http_proxy;
    process.env.http_proxy = 'http://127.0.0.1:1';

    try {
      expect(await callThrough({}, host.api.href)).toMatchObject({ status: 200 });
    } finally {
      if (before === undefined) delete process.env.http_proxy;
      else process.env.http_proxy = before;
    }
  });

  test.each([
    [407, 'user name and password'],
    [403, 'no_proxy'],
  ])('that answers %p is named, without its password', async (status, hint) => {
    const proxy = await proxyTo(1, status);

    const result = await callThrough({ https: proxy.address }, 'https://gitlab.test/api/v4');

    expect(result).toMatchObject({ code: 'network', hint: expect.stringContaining(hint) as unknown });
    expect(result.message).toContain(`proxy 127.0.0.1:${proxy.port}`);
    expect(result.all).not.toMatch(/s3cret|us%40er/);
  });

  test('that is not there is named, without its password', async () => {
    const proxy = await proxyTo(1);
    await closeAll();

    const result = await callThrough({ https: proxy.address }, 'https://gitlab.test/api/v4');

    expect(result).toMatchObject({ code: 'network' });
    expect(result.message).toContain(`proxy 127.0.0.1:${proxy.port}`);
    expect(result.hint).toContain('https_proxy');
    expect(result.hint).not.toContain('api-url');
    expect(result.all).not.toContain('s3cret');
  });

  test.each(['socks5://u:s3cret@127.0.0.1:1', 'http s3cret', 'http://u:s3cret%zz@127.0.0.1:1'])(
    'that is not one is refused: %s',
    (given) => {
      const thrown = caught(() => clientOf(new URL('https://gitlab.test/api/v4'), { proxy: { https: given } }));

      expect(thrown).toMatchObject({ code: 'usage', message: expect.stringContaining('https_proxy') as unknown });
      expect(JSON.stringify([thrown, String(thrown)])).not.toContain('s3cret');
    },
  );
});

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it did not fail');
}
