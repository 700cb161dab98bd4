/** Downloads of one file: ranges, bodies that end too soon, and what is told of them. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { Failure } from '../../src/core/errors.ts';
import type { GetFileRequest, GetFileResult } from '../../src/gitlab/types.ts';
import { bodyOf, clientOf, closeAll, failureOf, reset, serve, type Loopback, type TestClient } from './loopback.ts';

afterEach(closeAll);

const BYTES = Buffer.from('0123456789');
const DIGEST = 'AB'.repeat(32);

function get({ client }: TestClient, request: GetFileRequest = {}): Promise<GetFileResult> {
  return client.getFile(new URL(`${client.api.href}/f`), request);
}

/** A server that knows ranges. */
function ranging(): Promise<Loopback> {
  return serve((request, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    if (from === undefined) {
      response.writeHead(200, { 'Content-Length': '10', 'X-Checksum-SHA256': DIGEST }).end(BYTES);
    } else if (Number(from) >= 10) {
      response.writeHead(416, { 'Content-Range': 'bytes */10' }).end('no such range');
    } else {
      const end = to === undefined || to === '' ? 9 : Math.min(9, Number(to));
      response
        .writeHead(206, { 'Content-Range': `bytes ${from}-${end}/10` })
        .end(BYTES.subarray(Number(from), end + 1));
    }
  });
}

describe('a download', () => {
  test('gives bytes, length and the server’s checksum', async () => {
    const host = await ranging();

    const file = await get(clientOf(host.api), { expectSize: 10 });

    expect(file).toMatchObject({
      status: 200,
      length: 10,
      total: 10,
      sha256Header: DIGEST.toLowerCase(),
      origin: host.origin,
    });
    expect(await bodyOf(file.body)).toEqual(BYTES);
    expect(host.seen[0]?.headers).not.toHaveProperty('range');
  });

  test.each([
    ['from the middle', { rangeFrom: 4, expectSize: 10 }, 'bytes=4-', '456789'],
    ['one byte', { rangeFrom: 0, rangeTo: 0 }, 'bytes=0-0', '0'],
    ['one byte of a known file', { rangeFrom: 0, rangeTo: 0, expectSize: 10 }, 'bytes=0-0', '0'],
  ])('%s', async (_, request, range, text) => {
    const host = await ranging();

    const file = await get(clientOf(host.api), request);

    expect(file).toMatchObject({ status: 206, total: 10 });
    expect((await bodyOf(file.body)).toString()).toBe(text);
    expect(host.seen[0]?.headers.range).toBe(range);
  });

  test('from beyond the end is an answer without bytes that tells the size', async () => {
    const host = await ranging();

    const file = await get(clientOf(host.api), { rangeFrom: 10 });

    expect(file).toMatchObject({ status: 416, total: 10, length: 0 });
    expect(await bodyOf(file.body)).toHaveLength(0);
  });

  test('a whole answer to a range is told by its status', async () => {
    const host = await serve((_, response) => {
      response.end(BYTES);
    });

    const file = await get(clientOf(host.api), { rangeFrom: 4, ifRange: '"old"', expectSize: 10 });

    expect(file.status).toBe(200);
    expect(await bodyOf(file.body)).toEqual(BYTES);
  });

  test.each([
    ['another part', { 'Content-Range': 'bytes 0-9/10' }, { rangeFrom: 4 }],
    ['a part that is not described', {}, { rangeFrom: 4 }],
    ['a part that nobody asked for', { 'Content-Range': 'bytes 0-9/10' }, {}],
  ])('%s is refused', async (_, headers, request) => {
    const host = await serve((__, response) => {
      response.writeHead(206, headers).end(BYTES);
    });

    expect(await failureOf(get(clientOf(host.api), request))).toMatchObject({ code: 'protocol' });
  });

  test.each([
    [401, 'unauthorized', false],
    [404, 'not-found', false],
    [416, 'refused', false],
    [429, 'rate-limited', true],
    [503, 'server-error', true],
    [204, 'protocol', false],
  ])('%p is a failure', async (status, code, retryable) => {
    const host = await serve((_, response) => {
      response.writeHead(status, { 'Retry-After': '4' }).end(status === 204 ? undefined : '{"message":"no"}');
    });

    expect(await failureOf(get(clientOf(host.api)))).toMatchObject({ code, status, retryable, retryAfterMs: 4000 });
  });
});

describe('a body', () => {
  const request = { expectSize: 10 };

  test.each([
    ['with a length', { 'Content-Length': '10' }],
    ['in chunks', {}],
  ])('that is cut (%s) fails and may be asked for again', async (_, headers) => {
    const host = await serve((asked, response) => {
      response.writeHead(200, headers);
      response.write('01234', () => setTimeout(() => asked.socket.destroy(), 10));
    });

    const file = await get(clientOf(host.api), request);

    expect(await failureOf(bodyOf(file.body))).toMatchObject({ code: 'network', retryable: true });
  });

  test('that ends early without length and chunks is not taken for whole', async () => {
    const host = await serve((asked) => {
      asked.socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n01234');
    });

    const file = await get(clientOf(host.api), request);

    expect(await failureOf(bodyOf(file.body))).toMatchObject({ code: 'network', retryable: true });
  });

  test('that is reset fails', async () => {
    const host = await serve((asked, response) => {
      response.writeHead(200, { 'Content-Length': '10' });
      response.write('01234', () =>
        setTimeout(() => {
          reset(asked.socket);
        }, 10),
      );
    });

    const file = await get(clientOf(host.api), request);

    expect(await failureOf(bodyOf(file.body))).toMatchObject({ code: 'network', retryable: true });
  });

  test.each([
    ['with a length', { 'Content-Length': '3000000' }],
    ['in chunks', {}],
  ])('longer than the file is cut off and refused (%s)', async (_, headers) => {
    const host = await serve((__, response) => {
      response.on('error', () => undefined);
      response.writeHead(200, headers).end(Buffer.alloc(3_000_000));
    });
    let written = 0;

    const file = await get(clientOf(host.api), request);
    const thrown = await failureOf(
      pipeline(
        file.body,
        new Writable({
          write(chunk: Buffer, __, done) {
            written += chunk.length;
            done();
          },
        }),
      ),
    );

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect((thrown as Failure).message).toContain('longer than the 10 bytes');
    expect((thrown as Failure).hint).toContain('other bytes than the manifest lists');
    expect(written).toBeLessThanOrEqual(10);
  });

  test('that ends well, and before the size that is known, hints at other bytes', async () => {
    const host = await serve((_, response) => {
      response.end('01234');
    });

    const file = await get(clientOf(host.api), request);
    const thrown = await failureOf(bodyOf(file.body));

    expect(thrown).toMatchObject({ code: 'network', retryable: true });
    expect((thrown as Failure).message).toContain('after 5 of 10 bytes');
    expect((thrown as Failure).hint).toContain('other bytes than the manifest lists');
  });

  test('that is a range is held to what is left of the file', async () => {
    const host = await serve((_, response) => {
      response.writeHead(206, { 'Content-Range': 'bytes 4-9/10' }).end('4567890');
    });

    const file = await get(clientOf(host.api), { rangeFrom: 4, expectSize: 10 });

    expect(await failureOf(bodyOf(file.body))).toMatchObject({ code: 'protocol' });
  });

  test('that stalls fails', async () => {
    const host = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '10' }).write('0');
    });

    const file = await get(clientOf(host.api, { timeoutMs: 400 }), request);

    expect(await failureOf(bodyOf(file.body))).toMatchObject({ code: 'timeout', retryable: true });
  });

  test('does not stall because its reader is slow', async () => {
    const size = 4_000_000;
    const host = await serve((_, response) => {
      response.end(Buffer.alloc(size));
    });

    const file = await get(clientOf(host.api, { timeoutMs: 800 }), { expectSize: size });
    let read = 0;
    for await (const chunk of file.body) {
      if (read === 0) await new Promise((resolve) => setTimeout(resolve, 1800));
      read += (chunk as Buffer).length;
    }

    expect(read).toBe(size);
  });

  test('ends with the run’s reason', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const host = await serve((_, response) => {
      response.writeHead(200, { 'Content-Length': '10' }).write('0');
    });

    const file = await get(clientOf(host.api, { signal: stop.signal }), request);
    setTimeout(() => {
      stop.abort(reason);
    }, 10);

    expect(await failureOf(bodyOf(file.body))).toBe(reason);
  });
});

test('a body that breaks before anyone reads it tells its reader, and nobody else', async () => {
  const host = await serve((request, response) => {
    response.writeHead(200, { 'Content-Length': '10' });
    response.write('0', () =>
      setTimeout(() => {
        reset(request.socket);
      }, 5),
    );
  });

  const first = await get(clientOf(host.api));
  const second = await get(clientOf(host.api));
  await new Promise((resolve) => setTimeout(resolve, 50));

  expect(await failureOf(bodyOf(first.body))).toMatchObject({ code: 'network', retryable: true });
  expect(
    await failureOf(
      pipeline(
        second.body,
        new Writable({
          write: (_, __, done) => {
            done();
          },
        }),
      ),
    ),
  ).toMatchObject({ code: 'network' });
});

describe('the place at the gate', () => {
  test('is held until the body has been read', async () => {
    const host = await ranging();
    const run = clientOf(host.api, { concurrency: 1 });
    const first = await get(run);
    let second: GetFileResult | undefined;
    const waiting = get(run).then((file) => (second = file));

    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(second).toBeUndefined();
    await bodyOf(first.body);
    await waiting;

    expect(host.connections()).toBe(1);
    await bodyOf((second as unknown as GetFileResult).body);
  });

  test('is free again after a body was given up, and after a refusal', async () => {
    const host = await ranging();
    const run = clientOf(host.api, { concurrency: 1 });

    (await get(run)).body.destroy();
    await get(run, { rangeFrom: 10 });
    const file = await get(run);

    expect(await bodyOf(file.body)).toEqual(BYTES);
  });
});
