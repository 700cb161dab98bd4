/** Uploads of a file that is not what was promised: it grows, shrinks, or cannot be read. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createReadStream } from 'node:fs';
import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Failure } from '../../src/core/errors.ts';
import { clientOf, closeAll, failureOf, opening, sendJson, serve } from './loopback.ts';
import { MIB, put } from './uploads.ts';

afterEach(closeAll);

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
      Readable.from(
        (function* broken() {
          yield Buffer.alloc(70_000);
          throw new Error('EIO: the disk is broken');
        })(),
      );

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
