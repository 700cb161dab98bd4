/** Uploads whose end is uncertain: doubt is told from failure. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { clientOf, closeAll, failureOf, opening, reset, sendJson, serve } from './loopback.ts';
import { MIB, put } from './uploads.ts';

afterEach(closeAll);

describe('an upload whose end is uncertain', () => {
  test.each([
    ['500 after the whole body', 500, true],
    ['502 after the whole body', 502, true],
    ['408 after the whole body', 408, true],
    ['409 after the whole body', 409, true],
    ['429 after the whole body', 429, true],
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

  test.each(['cut', 'too long'])('a success whose words are %s is in doubt', async (what) => {
    const host = await serve((request, response) => {
      request.resume();
      request.on('end', () => {
        const length = what === 'cut' ? 100 : 2 * MIB;
        response.writeHead(201, { 'Content-Length': length });
        response.write(Buffer.alloc(what === 'cut' ? 10 : length), () => {
          if (what === 'cut') reset(request.socket);
        });
      });
    });

    const thrown = await failureOf(put(clientOf(host.api), { open: opening(Buffer.from('abc')), size: 3 }));

    expect(thrown).toMatchObject({ retryable: what === 'cut', ambiguous: true });
  });

  test('a reset in the middle of the body is not: half a file is not stored', async () => {
    const host = await serve((request) => {
      request.once('data', () => {
        reset(request.socket);
      });
      request.on('error', () => undefined);
    });

    const thrown = await failureOf(
      put(clientOf(host.api), {
        open: opening(...Array.from({ length: 20 }, () => Buffer.alloc(MIB))),
        size: 20 * MIB,
      }),
    );

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
