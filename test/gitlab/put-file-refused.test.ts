/** Uploads that are refused in the middle of a body. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure } from '../../src/core/errors.ts';
import { retrying } from '../../src/gitlab/http/retry.ts';
import { clientOf, closeAll, failureOf, opening, sendJson, serve } from './loopback.ts';
import { arrivedOf, MIB, put } from './uploads.ts';

afterEach(closeAll);

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
      Readable.from(
        (async function* inTime() {
          yield Buffer.alloc(MIB);
          yield Buffer.alloc(MIB);
          await new Promise((resolve) => setTimeout(resolve, 300));
          yield Buffer.alloc(MIB);
        })(),
      );

    const thrown = await failureOf(put(clientOf(host.api), { open: slow, size: 3 * MIB }));

    expect(thrown).toMatchObject({ code: 'protocol', status: 201 });
  });
});
