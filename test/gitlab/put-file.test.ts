/** Uploads of one file: what is sent, how doubt is told from failure, and refusals in the middle of a body. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Failure } from '../../src/core/errors.ts';
import { retrying } from '../../src/gitlab/retry.ts';
import type { PutFileRequest } from '../../src/gitlab/types.ts';
import { bodyOf, clientOf, closeAll, failureOf, opening, reset, sendJson, serve, type TestClient } from './loopback.ts';

afterEach(closeAll);

const MIB = 1024 * 1024;

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function put({ client }: TestClient, request: PutFileRequest): ReturnType<TestClient['client']['putFile']> {
  return client.putFile(new URL(`${client.api.href}/f`), request);
}

/** How many bytes of the body arrived before it ended or was cut. */
async function arrivedOf(request: IncomingMessage): Promise<number> {
  let bytes = 0;
  try {
    for await (const chunk of request) bytes += (chunk as Buffer).length;
  } catch {
    // Cut: that is what is counted.
  }
  return bytes;
}

const RECORD = { id: 7, package_id: 3, file_name: 'dir%2Ff.txt', size: 5, file_sha256: 'AB'.repeat(32), created_at: '2026-01-01' };

describe('an upload', () => {
  test.each([
    ['empty', []],
    ['of one byte', [1]],
    ['of one piece', [131_072]],
    ['of a piece and a byte', [131_073]],
    ['of several megabytes', [MIB, MIB, 12_345]],
    ['above the size from which the server is asked first', [2 * MIB, 3]],
  ])('%s arrives whole, with its length, and is hashed on the way', async (_, sizes) => {
    let body: Buffer = Buffer.alloc(0);
    const host = await serve((request, response) => {
      void bodyOf(request).then((bytes) => {
        body = bytes;
        sendJson(response, 201, { message: '201 Created' });
      });
    });
    const pieces = sizes.map((size) => randomBytes(size));
    const whole = Buffer.concat(pieces);
    let progress = 0;
    const run = clientOf(host.api);

    const result = await put(run, { open: opening(...pieces), size: whole.length, onBytes: (bytes) => (progress += bytes) });

    expect(body.equals(whole)).toBe(true);
    expect(result).toEqual({ status: 201, record: undefined, sha256: sha256(whole) });
    expect(progress).toBe(whole.length);
    expect(host.seen[0]?.headers).toMatchObject({
      'content-length': String(whole.length), 'accept-encoding': 'identity', 'private-token': 'glpat-secret',
    });
    expect(host.seen[0]?.headers).not.toHaveProperty('transfer-encoding');
    expect(run.lines).toEqual([expect.objectContaining({ method: 'PUT', status: 201 })]);
  });

  test('with select=package_file gives the stored record', async () => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => {
        sendJson(response, 200, RECORD);
      });
    });

    const result = await put(clientOf(host.api), { open: opening(Buffer.from('hello')), size: 5, query: { select: 'package_file', status: 'hidden' } });

    expect(host.seen[0]?.path).toBe('/api/v4/f?select=package_file&status=hidden');
    expect(result.status).toBe(200);
    expect(result.record).toMatchObject({ id: 7, packageId: 3, name: 'dir/f.txt', storedName: 'dir%2Ff.txt', size: 5, sha256: 'ab'.repeat(32) });
  });

  test('many small ones reuse their connections', async () => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => {
        sendJson(response, 201, {});
      });
    });
    const run = clientOf(host.api, { concurrency: 4 });

    await Promise.all(Array.from({ length: 40 }, () => put(run, { open: opening(Buffer.from('abc')), size: 3 })));

    expect(host.seen).toHaveLength(40);
    expect(host.connections()).toBe(4);
  });

  test('on a connection that was closed meanwhile leaves doubt and may be sent again', async () => {
    let times = 0;
    const host = await serve((request, response) => {
      times += 1;
      if (times === 2) reset(request.socket);
      else {
        request.resume();
        request.on('end', () => {
          sendJson(response, 201, {});
        });
      }
    });
    const run = clientOf(host.api);
    const file = { open: opening(Buffer.from('abc')), size: 3 };

    await put(run, file);
    const thrown = await failureOf(put(run, file));

    expect(host.connections()).toBe(1);
    expect(thrown).toMatchObject({ code: 'network', retryable: true, ambiguous: true, stale: false });
  });

  test('takes up to the grace longer for its answer after the last byte', async () => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => setTimeout(() => {
        sendJson(response, 201, {});
      }, 1500));
    });
    const file = { open: opening(Buffer.from('abc')), size: 3 };

    const result = await put(clientOf(host.api, { timeoutMs: 600, answerGraceMs: 20_000 }), file);
    const thrown = await failureOf(put(clientOf(host.api, { timeoutMs: 300, answerGraceMs: 200 }), file));

    expect(result.status).toBe(201);
    expect(thrown).toMatchObject({ code: 'timeout', retryable: true, ambiguous: true });
  });

  test('that the server stops taking is given up, and cannot have been stored', async () => {
    const host = await serve((request) => {
      request.pause();
    });

    const thrown = await failureOf(
      put(clientOf(host.api, { timeoutMs: 200 }), { open: opening(...Array.from({ length: 40 }, () => Buffer.alloc(MIB))), size: 40 * MIB }),
    );

    expect(thrown).toMatchObject({ code: 'timeout', retryable: true, ambiguous: false });
    expect((thrown as Failure).message).toContain('no byte moved for 0.2 s');
  });
});

describe('a refusal of a file of 20 MB', () => {
  const size = 20 * MIB;
  const pieces = Array.from({ length: 20 }, () => Buffer.alloc(MIB, 'x'));

  test.each([
    [401, 'unauthorized'],
    [413, 'refused'],
  ])('is heard before the body is sent, where the server answers %p to Expect', async (status, code) => {
    const host = await serve(() => undefined);
    let arrived = 0;
    host.server.on('checkContinue', (request: IncomingMessage, response) => {
      request.on('data', (chunk: Buffer) => (arrived += chunk.length));
      sendJson(response, status, { message: 'go away' }, { Connection: 'close' });
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(...pieces), size }));

    expect(thrown).toMatchObject({ code, status, ambiguous: false });
    expect((thrown as Failure).message).toContain('go away');
    expect(arrived).toBe(0);
  });

  test.each([
    ['and reads no further', 401, (request: IncomingMessage) => request.pause()],
    ['and closes', 413, (request: IncomingMessage) => setTimeout(() => request.socket.end(), 20)],
    ['and goes on reading', 413, (request: IncomingMessage) => request.resume()],
  ])('is heard while the body is sent: the server answers %s', async (_, status, then) => {
    const host = await serve((request, response) => {
      let arrived = 0;
      request.on('data', (chunk: Buffer) => {
        arrived += chunk.length;
        if (arrived < 2 * MIB || response.headersSent) return;
        sendJson(response, status, { message: 'enough' });
        then(request);
      });
      request.on('error', () => undefined);
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(...pieces), size }));

    expect(thrown).toMatchObject({ status, ambiguous: false });
    expect((thrown as Failure).message).toContain('enough');
  });

  test('is heard at the latest when tried again, where the server resets the connection right after it', async () => {
    const host = await serve((request, response) => {
      request.once('data', () => {
        response.writeHead(401, { 'Content-Type': 'application/json', Connection: 'close' });
        response.end('{"message":"401 Unauthorized"}', () => {
          // Unread data is in its buffers: closing now is what makes the system send RST.
          request.socket.destroy();
        });
      });
      request.on('error', () => undefined);
    });
    const run = clientOf(host.api, { retries: 8 });

    // The system may throw an answer away that came before RST; such a try is not in doubt.
    for (let time = 0; time < 20; time += 1) {
      const thrown = await failureOf(
        retrying(async (number) => {
          const failure = await failureOf(put(run, { open: opening(...pieces), size, try: number }));
          expect(failure).toMatchObject({ ambiguous: false });
          throw failure;
        }, run.client.policy),
      );

      expect(thrown).toMatchObject({ status: 401 });
    }
  });

  test('does not stop at a server that knows no Expect: 417 is asked again without', async () => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => {
        sendJson(response, 201, {});
      });
    });
    host.server.on('checkContinue', (request: IncomingMessage, response) => {
      host.seen.push({ method: 'expect', path: request.url ?? '', headers: request.headers });
      response.writeHead(417).end();
    });
    const run = clientOf(host.api);

    await put(run, { open: opening(...pieces), size });
    await put(run, { open: opening(...pieces), size });

    expect(host.seen.map((one) => one.method)).toEqual(['expect', 'PUT', 'PUT']);
  });

  test('does not wait for ever for a server that says neither yes nor no', async () => {
    const host = await serve(() => undefined);
    host.server.on('checkContinue', (request: IncomingMessage, response) => {
      void arrivedOf(request).then((bytes) => {
        sendJson(response, 201, { bytes });
      });
    });

    const result = await put(clientOf(host.api), { open: opening(...pieces), size });

    expect(result.status).toBe(201);
  });

  test('an early success is not believed', async () => {
    const host = await serve((request, response) => {
      request.once('data', () => {
        sendJson(response, 201, { message: '201 Created' });
      });
      request.on('error', () => undefined);
    });
    // A piece is sent when the next one is read; the last comes only when the answer is long there.
    const slow = (): Readable =>
      Readable.from((async function* inTime() {
        yield Buffer.alloc(MIB);
        yield Buffer.alloc(MIB);
        await new Promise((resolve) => setTimeout(resolve, 300));
        yield Buffer.alloc(MIB);
      })());

    const thrown = await failureOf(put(clientOf(host.api), { open: slow, size: 3 * MIB }));

    expect(thrown).toMatchObject({ code: 'protocol', status: 201 });
  });
});

describe('an upload whose end is uncertain', () => {
  test.each([
    ['500 after the whole body', 500, true],
    ['502 after the whole body', 502, true],
    ['429 after the whole body', 429, false],
    ['400 after the whole body', 400, false],
  ])('%s: in doubt', async (_, status, ambiguous) => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => {
        sendJson(response, status, {}, { 'Retry-After': '2' });
      });
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(Buffer.from('abc')), size: 3 }));

    expect(thrown).toMatchObject({ status, ambiguous, retryAfterMs: 2000 });
  });

  test('a reset after the whole body is in doubt', async () => {
    const host = await serve((request) => {
      request.resume();
      request.on('end', () => {
        reset(request.socket);
      });
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(Buffer.from('abc')), size: 3 }));

    expect(thrown).toMatchObject({ code: 'network', retryable: true, ambiguous: true });
  });

  test('a reset in the middle of the body is not: half a file is not stored', async () => {
    const host = await serve((request) => {
      request.once('data', () => {
        reset(request.socket);
      });
      request.on('error', () => undefined);
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(...Array.from({ length: 20 }, () => Buffer.alloc(MIB))), size: 20 * MIB }));

    expect(thrown).toMatchObject({ code: 'network', retryable: true, ambiguous: false });
  });

  test('a refused connection is not', async () => {
    const host = await serve(() => undefined);
    const run = clientOf(host.api);
    await closeAll();

    const thrown = await failureOf(put(run, { open: opening(Buffer.from('abc')), size: 3 }));

    expect(thrown).toMatchObject({ code: 'network', retryable: true, ambiguous: false, unsent: true });
  });

  test.each([
    ['a page', 200, '<html>Sign in</html>'],
    ['nothing', 200, ''],
    ['another success', 204, ''],
    ['another success with words', 202, '{}'],
  ])('%s in place of GitLab’s answer is no success', async (_, status, text) => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => response.writeHead(status, { 'Content-Type': 'text/html' }).end(text));
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(Buffer.from('abc')), size: 3 }));

    expect(thrown).toMatchObject({ code: 'protocol', ambiguous: true });
  });
});

describe('a file that is not what was promised', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'put-file-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  /** A server that notes how much came and whether a request was ever complete. */
  async function counting(): Promise<{ api: URL; whole: () => number }> {
    let whole = 0;
    const host = await serve((request, response) => {
      request.on('error', () => undefined);
      request.resume();
      request.on('end', () => {
        if (!request.complete) return;
        whole += 1;
        sendJson(response, 201, {});
      });
    });
    return { api: host.api, whole: () => whole };
  }

  test.each([
    ['grew before it was read', 100, 101],
    ['grew by a piece', 131_072, 262_144],
    ['grew by a megabyte', MIB, 2 * MIB],
    ['shrank', 100, 99],
    ['shrank to nothing', 100, 0],
    ['shrank by a megabyte', 2 * MIB, MIB],
    ['was empty and is no more', 0, 1],
  ])('%s: is refused and never whole for the server', async (_, promised, actual) => {
    const { api, whole } = await counting();
    const path = join(folder, 'f');
    await writeFile(path, Buffer.alloc(actual));

    const thrown = await failureOf(put(clientOf(api), { open: () => createReadStream(path), size: promised }));

    expect(thrown).toMatchObject({ code: 'changed-while-read' });
    expect((thrown as Failure).message).toContain(`it had ${promised} bytes`);
    expect(whole()).toBe(0);
  });

  test.each([
    ['grows', (path: string) => appendFile(path, 'more')],
    ['shrinks', (path: string) => truncate(path, 5 * MIB)],
  ])('%s while it is sent', async (_, change) => {
    const { api, whole } = await counting();
    const path = join(folder, 'f');
    await writeFile(path, Buffer.alloc(20 * MIB));
    let sent = 0;
    let changed: Promise<void> | undefined;

    const thrown = await failureOf(
      put(clientOf(api), {
        open: () => createReadStream(path, { highWaterMark: 262_144 }),
        size: 20 * MIB,
        onBytes: (bytes) => {
          sent += bytes;
          if (sent > 2 * MIB) changed ??= change(path);
        },
      }),
    );

    await changed;
    expect(thrown).toMatchObject({ code: 'changed-while-read' });
    expect(whole()).toBe(0);
  });

  test.each([100, 2 * MIB])('cannot be read: nothing is completed (%p bytes)', async (size) => {
    const { api, whole } = await counting();

    const thrown = await failureOf(put(clientOf(api), { open: () => createReadStream(join(folder, 'none')), size }));

    expect(thrown).toMatchObject({ code: 'local-file' });
    expect((thrown as Failure).message).toContain('ENOENT');
    expect(whole()).toBe(0);
  });

  test('breaks in the middle', async () => {
    const { api, whole } = await counting();
    const open = (): Readable =>
      Readable.from((function* broken() {
        yield Buffer.alloc(70_000);
        throw new Error('EIO: the disk is broken');
      })());

    const thrown = await failureOf(put(clientOf(api), { open, size: 140_000 }));

    expect(thrown).toMatchObject({ code: 'local-file' });
    expect((thrown as Failure).message).toContain('the disk is broken');
    expect(whole()).toBe(0);
  });

  test('what open throws comes out as it is, and frees the place', async () => {
    const { api } = await counting();
    const reason = new Failure('local-file', 'gone');
    const run = clientOf(api, { concurrency: 1 });

    const first = await failureOf(put(run, { open: () => Promise.reject(reason), size: 1 }));
    const second = await put(run, { open: opening(Buffer.from('a')), size: 1 });

    expect(first).toBe(reason);
    expect(second.status).toBe(201);
  });

  test('its stream is closed, however the upload ended', async () => {
    const { api } = await counting();
    const path = join(folder, 'f');
    await writeFile(path, Buffer.alloc(3 * MIB));
    const streams: Readable[] = [];
    const open = (): Readable => {
      const stream = createReadStream(path);
      streams.push(stream);
      return stream;
    };

    await put(clientOf(api), { open, size: 3 * MIB });
    await failureOf(put(clientOf(api), { open, size: 1 }));

    expect(streams.map((stream) => stream.destroyed)).toEqual([true, true]);
  });
});

describe('a run that is stopped', () => {
  test('stops an upload at once, with its own reason', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const host = await serve((request) => {
      request.once('data', () => {
        stop.abort(reason);
      });
      request.on('error', () => undefined);
    });
    const endless = (): Readable => new Readable({ read() {
      setTimeout(() => this.push(Buffer.alloc(1000)), 1);
    } });

    const thrown = await failureOf(put(clientOf(host.api, { signal: stop.signal }), { open: endless, size: 10 * MIB }));

    expect(thrown).toBe(reason);
  });
});
