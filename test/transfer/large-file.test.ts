/** A large file over several connections: each byte once, whatever is cut, and gone on with by the next run. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { fetchLarge, RangesRefused, type LargeRules } from '../../src/transfer/large-file.ts';
import { PartialFile } from '../../src/transfer/local/partial.ts';
import { clientOf, closeAll, serve, type Loopback } from '../gitlab/loopback.ts';
import { inFolder } from '../support/tree.ts';

afterEach(closeAll);

const SIZE = 4 * 2 ** 20 + 1234;
const CONTENT = contentOf(SIZE);
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const CHUNK = 64 * 1024;
/** Others join at once. */
const EAGER: LargeRules = { smallestSpan: 2 ** 18, watchMs: 1, soonMs: 0 };

/** Bytes of which no two stretches are the same. */
function contentOf(size: number): Buffer {
  const content = Buffer.alloc(size);
  for (let at = 0; at + 4 <= size; at += 4) content.writeUInt32LE((at * 2654435761) % 2 ** 32, at);
  return content;
}

/** What the server does besides serving. */
interface Serving {
  /** Ends the connection after so many bytes of the n-th answer, from 1; undefined: never. */
  readonly cutAfter?: (answer: number) => number | undefined;
  readonly etag?: (answer: number) => string;
  readonly ranges?: boolean;
  readonly size?: number;
  /** Instead of an answer. */
  readonly refuse?: (answer: number) => number | undefined;
}

interface FileServer {
  readonly loopback: Loopback;
  /** Bytes of the file that went out. */
  sent: number;
  /** The most answers at once. */
  most: number;
}

async function serveFile(serving: Serving = {}): Promise<FileServer> {
  let answers = 0;
  let now = 0;
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answers += 1;
    now += 1;
    server.most = Math.max(server.most, now);
    response.once('close', () => {
      now -= 1;
    });
    void answer(request, response, answers);
  };
  async function answer(request: IncomingMessage, response: ServerResponse, number: number): Promise<void> {
    const status = serving.refuse?.(number);
    if (status !== undefined) {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end('{"message":"no"}');
      return;
    }
    const etag = serving.etag?.(number) ?? '"one"';
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const ifRange = request.headers['if-range'];
    const isPart = serving.ranges !== false && from !== '' && (ifRange === undefined || ifRange === etag);
    const total = serving.size ?? SIZE;
    const [start, end] = isPart ? [Number(from), to === '' ? SIZE : Number(to) + 1] : [0, SIZE];
    const range = isPart ? { 'Content-Range': `bytes ${start}-${end - 1}/${total}` } : {};
    response.writeHead(isPart ? 206 : 200, { 'Content-Length': end - start, ETag: etag, ...range });
    const last = Math.min(end, start + (serving.cutAfter?.(number) ?? Infinity));
    for (let at = start; at < last && !response.destroyed; at += CHUNK) {
      const piece = CONTENT.subarray(at, Math.min(last, at + CHUNK));
      server.sent += piece.length;
      response.write(piece);
      // Others get their turn.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    if (last < end) response.destroy();
    else response.end();
  }
  const server: FileServer = { loopback: await serve(listener), sent: 0, most: 0 };
  return server;
}

interface Fetching {
  readonly rules?: LargeRules;
  readonly retries?: number;
  readonly signal?: AbortSignal;
}

async function fetchInto(path: string, { loopback }: FileServer, { rules = EAGER, ...options }: Fetching = {}) {
  const handle = await open(path, 'a+').then(async (made) => {
    await made.close();
    return open(path, 'r+');
  });
  let told = 0;
  try {
    const { client, stop } = clientOf(loopback.api, { concurrency: 4, ...options });
    const partial = await PartialFile.open(handle, SIZE);
    const onBytes = (bytes: number): void => {
      told += bytes;
    };
    const url = new URL(`${loopback.origin}/api/v4/file`);
    const sha256 = await fetchLarge({ client, url, size: SIZE, onBytes }, partial, rules);
    await partial.complete();
    stop.abort();
    return { sha256, told };
  } finally {
    await handle.close();
  }
}

test('several connections fetch it, each byte once', async () => {
  await inFolder(async (folder) => {
    const server = await serveFile();
    const path = join(folder, 'file');
    expect(await fetchInto(path, server)).toEqual({ sha256: SHA256, told: SIZE });
    expect((await readFile(path)).equals(CONTENT)).toBe(true);
    expect(server.most).toBeGreaterThan(1);
    // Besides, of the one request that was for all, what was on its way when others joined.
    expect(server.sent).toBeLessThan(2 * SIZE);
  });
});

test('one that is there soon is asked for once', async () => {
  await inFolder(async (folder) => {
    const server = await serveFile();
    const { sha256 } = await fetchInto(join(folder, 'file'), server, { rules: { ...EAGER, soonMs: 3_600_000 } });
    expect(sha256).toBe(SHA256);
    expect(server.loopback.seen.map(({ headers }) => headers.range)).toEqual([`bytes=0-${SIZE - 1}`]);
  });
});

test('a connection that is cut costs what it had not brought, and no other is disturbed', async () => {
  await inFolder(async (folder) => {
    const server = await serveFile({ cutAfter: (answer) => (answer % 3 === 0 ? 3 * CHUNK : undefined) });
    const { sha256, told } = await fetchInto(join(folder, 'file'), server, { retries: 5 });
    expect([sha256, told]).toEqual([SHA256, SIZE]);
    expect(server.sent).toBeLessThan(2 * SIZE);
  });
});

describe('a run that ends', () => {
  test('leaves what the next one goes on with', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'file');
      const broken = await serveFile({ cutAfter: () => 4 * CHUNK, refuse: (answer) => (answer > 6 ? 404 : undefined) });
      await expect(fetchInto(path, broken, { retries: 0 })).rejects.toThrow();
      const handle = await open(path, 'r');
      const { there } = await PartialFile.open(handle, SIZE);
      await handle.close();
      const before = there.reduce((sum, { from, to }) => sum + to - from, 0);
      expect(before).toBeGreaterThan(0);

      const server = await serveFile();
      expect(await fetchInto(path, server)).toEqual({ sha256: SHA256, told: SIZE });
      // Nothing is asked for that is there.
      const starts = server.loopback.seen.map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]));
      for (const start of starts) expect(there.some(({ from, to }) => from <= start && start < to)).toBe(false);
      expect((await readFile(path)).equals(CONTENT)).toBe(true);
    });
  });

  test('by a failure of one connection ends the others too', async () => {
    await inFolder(async (folder) => {
      const server = await serveFile({ refuse: (answer) => (answer === 3 ? 403 : undefined) });
      await expect(fetchInto(join(folder, 'file'), server)).rejects.toMatchObject({ code: 'forbidden' });
    });
  });

  test('with all there asks for nothing', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'file');
      const handle = await open(path, 'w+');
      await (await PartialFile.open(handle, SIZE)).write([CONTENT], 0, SIZE);
      await handle.close();
      const server = await serveFile();
      expect(await fetchInto(path, server)).toEqual({ sha256: SHA256, told: SIZE });
      expect(server.loopback.seen).toEqual([]);
    });
  });
});

describe('a server', () => {
  test('without ranges is asked for all, once', async () => {
    await inFolder(async (folder) => {
      const server = await serveFile({ ranges: false });
      expect(await fetchInto(join(folder, 'file'), server)).toEqual({ sha256: SHA256, told: SIZE });
      expect(server.loopback.seen).toHaveLength(1);
    });
  });

  test.each<{ what: string; serving: Serving }>([
    { what: 'whose file becomes another one', serving: { etag: (answer) => (answer < 3 ? '"one"' : '"two"') } },
    { what: 'whose file has another size', serving: { size: SIZE + 1 } },
    { what: 'that refuses a range', serving: { refuse: (answer) => (answer === 2 ? 416 : undefined) } },
  ])('$what is asked for all anew', async ({ serving }) => {
    await inFolder(async (folder) => {
      const server = await serveFile(serving);
      await expect(fetchInto(join(folder, 'file'), server)).rejects.toBeInstanceOf(RangesRefused);
    });
  });
});

test('bytes that are not the published ones are told by the checksum of the whole', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'file');
    const handle = await open(path, 'w+');
    await (await PartialFile.open(handle, SIZE)).write([Buffer.alloc(CHUNK)], 0, CHUNK);
    await handle.close();
    const { sha256 } = await fetchInto(path, await serveFile());
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(sha256).not.toBe(SHA256);
  });
});
