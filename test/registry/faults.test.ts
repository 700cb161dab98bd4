/** Faults come at the rate asked for, the same for the same seed, and look to a client like the real thing. */
import { request } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { FAULT_KINDS, faultDraw, type FaultKind } from '../../src/registry/wire/faults.ts';
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { type Answer, ask } from '../contract/ask.ts';

const CONFIG = { projects: [{ id: 1, path: 'a/b' }], tokens: [{ token: 't', kind: 'personal' }] };
const HEADERS = { 'PRIVATE-TOKEN': 't' };
const GENERIC = '/api/v4/projects/1/packages/generic/pkg/1.0.0';
const CONTENTS = Buffer.alloc(500_000, 1);

let registry: RunningRegistry | undefined;
afterEach(async () => {
  await registry?.close();
  registry = undefined;
});

describe('the draw', () => {
  const drawn = (seed: number, rate = 0.3): (FaultKind | undefined)[] => {
    const draw = faultDraw(rate, FAULT_KINDS, seed);
    return Array.from({ length: 2_000 }, () => draw('file-read'));
  };

  test('is the same for the same seed and another for another', () => {
    expect(drawn(1)).toEqual(drawn(1));
    expect(drawn(1)).not.toEqual(drawn(2));
  });

  test('keeps to its rate', () => {
    const faults = drawn(1).filter((kind) => kind !== undefined).length;
    expect(faults).toBeGreaterThan(500);
    expect(faults).toBeLessThan(700);
    expect(drawn(1, 0).every((kind) => kind === undefined)).toBe(true);
    expect(drawn(1, 1).every((kind) => kind !== undefined)).toBe(true);
  });

  test('gives each errand only what it can meet', () => {
    const kinds = (errand: 'read' | 'write'): Set<string | undefined> => {
      const draw = faultDraw(1, FAULT_KINDS, 1);
      return new Set(Array.from({ length: 500 }, () => draw(errand)));
    };
    expect(kinds('read')).toEqual(new Set(['500', '502', '429', 'reset']));
    expect(kinds('write')).toEqual(new Set(['500', '502', '429', 'reset', 'reset-after-store']));
    expect(faultDraw(1, ['corrupt'], 1)('write')).toBeUndefined();
  });
});

/** A registry in which every request meets this fault, where it can. */
async function startWith(kind: FaultKind, settings: object = {}): Promise<RunningRegistry> {
  registry = await startRegistry({
    port: 0,
    record: true,
    config: { ...CONFIG, settings },
    faultRate: 1,
    faultKinds: [kind],
  });
  return registry;
}

const put = (url: string, body: Buffer = CONTENTS): Promise<Answer> =>
  ask(url, 'PUT', `${GENERIC}/f`, { headers: HEADERS, body });
const get = (url: string): Promise<Answer> => ask(url, 'GET', `${GENERIC}/f`, { headers: HEADERS });
const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => String((error as NodeJS.ErrnoException).code),
  );

/** How many bytes of a body came before the connection was cut; `atCount` is called as soon as so many have come. */
function bytesUntilCut(target: URL, count: number, atCount: () => Promise<void>): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = 0;
    const outgoing = request(target, (incoming) => {
      incoming.on('data', (chunk: Buffer) => {
        received += chunk.length;
        if (received >= count) atCount().catch(reject);
      });
      incoming.on('error', () => {
        resolve(received);
      });
      incoming.on('end', () => {
        reject(new Error('the body came to its end'));
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

describe('answers instead of the real one', () => {
  test.each<[FaultKind, number, RegExp]>([
    ['500', 500, /^\{"message":"500 Internal Server Error"\}$/],
    ['502', 502, /<title>502 Bad Gateway<\/title>/],
    ['429', 429, /^Retry later\n$/],
  ])('%s', async (kind, status, text) => {
    const { url } = await startWith(kind);
    const answer = await put(url);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    if (kind === '429') expect(answer.headers).toMatchObject({ 'retry-after': '1', 'content-type': 'text/plain' });
    expect(registry?.requests[0]?.fault).toBe(kind);
  });
});

describe('cut connections', () => {
  test('reset: nothing is done', async () => {
    const { url, requests } = await startWith('reset');
    expect(await failureOf(put(url))).toMatch(/^(ECONNRESET|EPIPE)$/);
    expect(requests[0]).toMatchObject({ status: 0, fault: 'reset' });
  });

  test('reset-after-store: the file is there, the answer is not', async () => {
    const { url } = await startWith('reset-after-store');
    expect(await failureOf(put(url))).toBe('ECONNRESET');
    const answer = await get(url);
    expect([answer.status, answer.body.length]).toEqual([200, CONTENTS.length]);
  });
});

describe.each<[string, object]>([
  ['from disk', {}],
  ['from the object store', { object_storage: 'redirect' }],
])('spoilt downloads %s', (_where, settings) => {
  /** Where the bytes are: the API itself, or the store that it names. */
  const locationOf = async (url: string): Promise<URL> => {
    if (!('object_storage' in settings)) return new URL(`${url}${GENERIC}/f?private_token=t`);
    return new URL((await get(url)).headers.location ?? '');
  };
  const fetched = async (url: string): Promise<Answer> => {
    const target = await locationOf(url);
    return ask(target.origin, 'GET', target.pathname + target.search);
  };

  test.each([CONTENTS.length, 1_000])('truncate: the connection ends early, of %i bytes', async (size) => {
    const { url } = await startWith('truncate', settings);
    await put(url, CONTENTS.subarray(0, size));
    expect(await failureOf(fetched(url))).toBe('ECONNRESET');
  });

  test.each([CONTENTS.length, 1_000])('corrupt: the length is right and one byte is wrong, of %i', async (size) => {
    const { url } = await startWith('corrupt', settings);
    await put(url, CONTENTS.subarray(0, size));
    const { body } = await fetched(url);
    expect(body.length).toBe(size);
    expect(body.filter((byte) => byte !== 1).length).toBe(1);
    // What is stored stays whole: only the answer is spoilt, and in the same way each time.
    expect((await fetched(url)).body.equals(body)).toBe(true);
  });

  test('stall: half of the bytes, then silence until the registry stops', async () => {
    const running = await startWith('stall', settings);
    await put(running.url);
    const answer = await locationOf(running.url);
    const received = await bytesUntilCut(answer, CONTENTS.length / 2, () => running.close());
    expect(received).toBe(CONTENTS.length / 2);
  });
});

test('of a large upload the first bytes are read, so that its sender cannot get rid of it, and closing ends it', async () => {
  const running = await startWith('stall');
  const size = 20_000_000;
  const pending = failureOf(put(running.url, Buffer.alloc(size)));
  while ((running.requests[0]?.received ?? 0) === 0) await sleep(5);
  // Time enough for one that read on to read all.
  await sleep(200);
  await running.close();
  expect(await pending).toMatch(/^(ECONNRESET|EPIPE)$/);
  expect(running.requests[0]?.received).toBeLessThan(1_000_000);
});
