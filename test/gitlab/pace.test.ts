/** Requests keep within GitLab's rate limit before a 429 comes: a throttle of its kind is never overrun, nor waited for too long. */
import { describe, expect, test } from '@jest/globals';
import type { IncomingHttpHeaders } from 'node:http';
import { Failure } from '../../src/core/errors.ts';
import { createPace, type Pace } from '../../src/gitlab/http/pace.ts';
import type { PauseNote } from '../../src/gitlab/types.ts';

const FILES = new URL('https://gitlab.example/api/v4/projects/1/packages/generic/widget/1.0.0/a.txt');
const TAGS = new URL('https://gitlab.example/api/v4/projects/1/repository/tags');
const open = new AbortController().signal;

/** GitLab's throttle: so many requests in each window, counted when they arrive. */
interface Throttle {
  readonly most: number;
  readonly seconds: number;
  /** The server's clock is so far ahead of the client's. */
  readonly aheadMs?: number;
}

/** A client and a server on one clock that only waiting moves: each request takes 10 ms. */
async function send(count: number, width: number, { most, seconds, aheadMs = 0 }: Throttle) {
  let clock = 1_700_000_000_000;
  const notes: PauseNote[] = [];
  const sleepers: { at: number; wake: () => void }[] = [];
  const later = (ms: number): Promise<void> =>
    new Promise((wake) =>
      sleepers.push({
        at: clock + ms,
        wake: () => {
          wake();
        },
      }),
    );
  const pace = createPace({ now: () => clock, sleep: later, onPause: (note) => notes.push(note) });
  const seen = new Map<number, number>();
  let refused = 0;
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const over = await pace.start(FILES, open);
      await later(5);
      const there = clock + aheadMs;
      const window = Math.floor(there / (seconds * 1000));
      const observed = (seen.get(window) ?? 0) + 1;
      seen.set(window, observed);
      if (observed > most) refused += 1;
      await later(5);
      pace.learn(FILES, observed > most ? 429 : 200, {
        date: new Date(there).toUTCString(),
        'ratelimit-name': 'throttle_authenticated_packages_api',
        'ratelimit-limit': String(most),
        'ratelimit-remaining': String(Math.max(0, most - observed)),
        'ratelimit-reset': String((window + 1) * seconds),
      });
      over();
    }
  };
  const began = clock;
  let ended = false;
  const hasEnded = (): boolean => ended;
  void Promise.all(Array.from({ length: width }, worker)).then(() => {
    ended = true;
  });
  for (;;) {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    if (hasEnded()) break;
    sleepers.sort((a, b) => a.at - b.at);
    const next = sleepers.shift();
    if (next === undefined) continue;
    clock = Math.max(clock, next.at);
    next.wake();
  }
  return { refused, seconds: (clock - began) / 1000, notes, windows: seen.size };
}

describe('a throttle like that of gitlab.com', () => {
  test.each<{ what: string; count: number; width: number; throttle: Throttle }>([
    { what: '800 in 15 s', count: 3000, width: 8, throttle: { most: 800, seconds: 15 } },
    { what: 'fewer than run at once', count: 20, width: 8, throttle: { most: 5, seconds: 10 } },
    { what: 'one at a time', count: 12, width: 8, throttle: { most: 1, seconds: 10 } },
    {
      what: 'a server whose clock is an hour ahead',
      count: 3000,
      width: 8,
      throttle: { most: 800, seconds: 15, aheadMs: 3_600_400 },
    },
    {
      what: 'a server whose clock is behind',
      count: 3000,
      width: 8,
      throttle: { most: 800, seconds: 15, aheadMs: -90_300 },
    },
  ])(
    '$what: no request is refused, and no more time goes by than the windows take',
    async ({ count, width, throttle }) => {
      const sent = await send(count, width, throttle);

      // What was under way when the first answer came was sent without knowing of any limit.
      expect(sent.refused).toBeLessThanOrEqual(Math.max(0, width - throttle.most));
      const full = Math.ceil(count / throttle.most) * throttle.seconds;
      expect(sent.seconds).toBeLessThan(full * 1.1 + 1);
      expect(sent.notes.length).toBeLessThanOrEqual(sent.windows + 1);
      expect(sent.notes[0]?.name).toBe('throttle_authenticated_packages_api');
    },
  );
});

describe('what an answer tells', () => {
  const NOW = 1_700_000_000_000;
  const RESET = String(NOW / 1000 + 30);

  /** How long the next request waits after such an answer; undefined: not at all. */
  async function waitAfter(status: number, headers: IncomingHttpHeaders, url = FILES): Promise<number | undefined> {
    const waits: number[] = [];
    const pace = createPace({
      now: () => NOW,
      sleep: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
    });
    await pass(pace, status, headers);
    await pace.start(url, open);
    return waits[0];
  }

  async function pass(pace: Pace, status: number, headers: IncomingHttpHeaders): Promise<void> {
    const over = await pace.start(FILES, open);
    pace.learn(FILES, status, headers);
    over();
  }

  test.each<{ what: string; status?: number; headers: IncomingHttpHeaders; wait: number | undefined }>([
    { what: 'nothing', headers: {}, wait: undefined },
    { what: 'some are left', headers: { 'ratelimit-remaining': '1', 'ratelimit-reset': RESET }, wait: undefined },
    { what: 'none is left', headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': RESET }, wait: 30_020 },
    { what: 'seconds instead of a time', headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '7' }, wait: 7000 },
    {
      what: 'a window that is over',
      headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': String(NOW / 1000 - 9) },
      wait: undefined,
    },
    { what: 'no end', headers: { 'ratelimit-remaining': '0' }, wait: undefined },
    { what: 'no number', headers: { 'ratelimit-remaining': '-1', 'ratelimit-reset': RESET }, wait: undefined },
    {
      what: 'an end of days',
      headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '99999999999' },
      wait: 300_000,
    },
    { what: 'a 429 with Retry-After', status: 429, headers: { 'retry-after': '9' }, wait: 9000 },
    { what: 'a 429 alone', status: 429, headers: {}, wait: undefined },
  ])('$what', async ({ status = 200, headers, wait }) => {
    expect(await waitAfter(status, headers)).toBe(wait);
  });

  test('the throttle of packages does not hold up the rest of the API', async () => {
    expect(await waitAfter(200, { 'ratelimit-remaining': '0', 'ratelimit-reset': RESET }, TAGS)).toBeUndefined();
  });

  test('a run that ends does not wait', async () => {
    const stop = new AbortController();
    const pace = createPace({ now: () => NOW });
    await pass(pace, 200, { 'ratelimit-remaining': '0', 'ratelimit-reset': RESET });
    const waiting = pace.start(FILES, stop.signal);
    stop.abort(new Failure('interrupted', 'The run was stopped'));

    await expect(waiting).rejects.toThrow('The run was stopped');
  });
});
