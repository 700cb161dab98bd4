/** Uploads of one file: what is sent, what comes back, and a run that is stopped. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Failure } from '../../src/core/errors.ts';
import { bodyOf, clientOf, closeAll, failureOf, opening, reset, sendJson, serve } from './loopback.ts';
import { MIB, put, RECORD, sha256 } from './uploads.ts';

afterEach(closeAll);

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

    const result = await put(run, {
      open: opening(...pieces),
      size: whole.length,
      onBytes: (bytes) => (progress += bytes),
    });

    expect(body.equals(whole)).toBe(true);
    expect(result).toEqual({ status: 201, record: undefined, sha256: sha256(whole) });
    expect(progress).toBe(whole.length);
    expect(host.seen[0]?.headers).toMatchObject({
      'content-length': String(whole.length),
      'accept-encoding': 'identity',
      'private-token': 'glpat-secret',
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

    const result = await put(clientOf(host.api), {
      open: opening(Buffer.from('hello')),
      size: 5,
      query: { select: 'package_file', status: 'hidden' },
    });

    expect(host.seen[0]?.path).toBe('/api/v4/f?select=package_file&status=hidden');
    expect(result.status).toBe(200);
    expect(result.record).toMatchObject({
      id: 7,
      packageId: 3,
      name: 'dir/f.txt',
      storedName: 'dir%2Ff.txt',
      size: 5,
      sha256: 'ab'.repeat(32),
    });
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
    expect(thrown).toMatchObject({ code: 'network', retryable: true, ambiguous: true, stale: true });
  });

  test('takes up to the grace longer for its answer after the last byte', async () => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () =>
        setTimeout(() => {
          sendJson(response, 201, {});
        }, 1500),
      );
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
      put(clientOf(host.api, { timeoutMs: 200 }), {
        open: opening(...Array.from({ length: 40 }, () => Buffer.alloc(MIB))),
        size: 40 * MIB,
      }),
    );

    expect(thrown).toMatchObject({ code: 'timeout', retryable: true, ambiguous: false });
    expect((thrown as Failure).message).toContain('no byte moved for 0.2 s');
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
    const endless = (): Readable =>
      new Readable({
        read() {
          setTimeout(() => this.push(Buffer.alloc(1000)), 1);
        },
      });

    const thrown = await failureOf(put(clientOf(host.api, { signal: stop.signal }), { open: endless, size: 10 * MIB }));

    expect(thrown).toBe(reason);
  });
});
