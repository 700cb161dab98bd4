/** When a request is sent again, and how long is waited before it. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { RequestFailure } from '../../src/gitlab/failures/request-failure.ts';
import { retryAfterOf, waitAskedFor } from '../../src/gitlab/failures/waits.ts';
import { delayFor, retrying, sleepUnlessAborted, type RetryRules } from '../../src/gitlab/http/retry.ts';

function passing(details: { stale?: boolean; retryAfterMs?: number } = {}): RequestFailure {
  return new RequestFailure('server-error', 'it failed', { retryable: true, ...details });
}

/** A policy that waits for nothing and keeps what it would have waited. */
function policy<T>(options: Partial<RetryRules<T>> = {}): { rules: RetryRules<T>; waits: number[] } {
  const waits: number[] = [];
  const rules = {
    retries: 3,
    signal: new AbortController().signal,
    random: () => 1,
    sleep: (ms: number) => {
      waits.push(ms);
      return Promise.resolve();
    },
    ...options,
  };
  return { rules, waits };
}

describe('delayFor', () => {
  test.each([
    [1, undefined, 1, 500],
    [2, undefined, 1, 1000],
    [3, undefined, 0.5, 1000],
    [5, undefined, 0, 0],
    [8, undefined, 1, 60_000],
    [2000, undefined, 1, 60_000],
    [1, 7000, 0.5, 7000],
    [8, 1000, 1, 60_000],
    [1, 900_000, 1, 300_000],
    [1, 0, 1, 500],
  ])('repetition %p, Retry-After %p, random %p: %p ms', (repetition, retryAfter, random, ms) => {
    expect(delayFor(repetition, retryAfter, () => random)).toBe(ms);
  });
});

describe('retryAfterOf', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');

  test.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5000],
    ['Thu, 01 Jan 2026 00:00:30 GMT', 30_000],
    ['Thu, 01 Jan 2025 00:00:30 GMT', 0],
    ['', undefined],
    [undefined, undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['99999999999999', undefined],
  ])('%p is %p ms', (header, ms) => {
    expect(retryAfterOf(header, now)).toBe(ms);
  });
});

describe('waitAskedFor', () => {
  /** Here it is an hour later than there. */
  const now = Date.parse('2026-01-01T01:00:00Z');
  const there = Date.parse('2026-01-01T00:00:00Z') / 1000;
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';

  test.each<[string, number, Record<string, string>, number | undefined]>([
    ['seconds', 503, { 'retry-after': '7', date }, 7000],
    ['a date by the clock of the server', 503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:05 GMT', date }, 5000],
    ['a date by this clock, without a Date', 503, { 'retry-after': 'Thu, 01 Jan 2026 01:00:05 GMT' }, 5000],
    [
      'a date by this clock, with a broken Date',
      503,
      { 'retry-after': 'Thu, 01 Jan 2026 01:00:05 GMT', date: 'x' },
      5000,
    ],
    ['RateLimit-Reset as a time', 429, { 'ratelimit-reset': String(there + 10), date }, 10_000],
    ['RateLimit-Reset as seconds', 429, { 'ratelimit-reset': '10', date }, 10_000],
    ['RateLimit-Reset in the past', 429, { 'ratelimit-reset': String(there - 10), date }, 0],
    ['Retry-After before RateLimit-Reset', 429, { 'retry-after': '3', 'ratelimit-reset': '10', date }, 3000],
    ['RateLimit-Reset for nothing but 429', 503, { 'ratelimit-reset': '10', date }, undefined],
    ['RateLimit-Reset that is none', 429, { 'ratelimit-reset': 'soon', date }, undefined],
    ['nothing', 429, { date }, undefined],
  ])('takes %s', (_, status, headers, ms) => {
    expect(waitAskedFor(status, headers, now)).toBe(ms);
  });
});

describe('retrying', () => {
  test('returns the first success and tells each attempt its number', async () => {
    const numbers: number[] = [];
    const { rules, waits } = policy<string>();

    const result = await retrying((number) => {
      numbers.push(number);
      return number < 3 ? Promise.reject(passing()) : Promise.resolve('done');
    }, rules);

    expect(result).toBe('done');
    expect(numbers).toEqual([1, 2, 3]);
    expect(waits).toEqual([500, 1000]);
  });

  test('gives up after the first try and the repetitions, and says how often it tried', async () => {
    let tries = 0;
    const { rules } = policy<string>({ retries: 2 });

    const work = retrying(() => {
      tries += 1;
      return Promise.reject(passing());
    }, rules);

    await expect(work).rejects.toMatchObject({ message: 'it failed (tried 3 times)', tries: 3 });
    expect(tries).toBe(3);
  });

  test.each([
    ['a failure for good', new RequestFailure('forbidden', 'no')],
    ['a failure of another kind', new Failure('changed-while-read', 'no')],
    ['a defect', new TypeError('no')],
  ])('does not repeat after %s', async (_, thrown) => {
    let tries = 0;

    const work = retrying(() => {
      tries += 1;
      return Promise.reject(thrown);
    }, policy<string>().rules);

    await expect(work).rejects.toBe(thrown);
    expect(tries).toBe(1);
  });

  test('waits as long as the server asks', async () => {
    const { rules, waits } = policy<number>({ random: () => 0 });

    await retrying(
      (number) => (number === 1 ? Promise.reject(passing({ retryAfterMs: 4000 })) : Promise.resolve(1)),
      rules,
    );

    expect(waits).toEqual([4000]);
  });

  test('counts its tries anew when a transfer got further by 64 KiB, and not by less', async () => {
    let bytes = 0;
    let tries = 0;
    const run = (step: number, size: number) => {
      bytes = tries = 0;
      const { rules } = policy<string>({ retries: 2, progress: () => bytes });
      return retrying(() => {
        tries += 1;
        bytes += step;
        return bytes >= size ? Promise.resolve('whole') : Promise.reject(passing());
      }, rules);
    };

    expect(await run(65_536, 20 * 65_536)).toBe('whole');
    expect(tries).toBe(20);
    await expect(run(1, 20)).rejects.toBeInstanceOf(RequestFailure);
    expect(tries).toBe(3);
  });

  test('repeats at once, without using up a try, after a stale connection, but not for ever', async () => {
    let tries = 0;
    const { rules, waits } = policy<number>({ retries: 1 });

    const work = retrying(() => {
      tries += 1;
      return Promise.reject(passing({ stale: true }));
    }, rules);

    await expect(work).rejects.toBeInstanceOf(RequestFailure);
    expect(tries).toBe(10);
    expect(waits).toEqual([500]);
  });

  test('ends with what a look between two tries has found', async () => {
    let tries = 0;
    const { rules } = policy<string>({ beforeRetry: () => Promise.resolve({ value: 'it had arrived' }) });

    const result = await retrying(() => {
      tries += 1;
      return Promise.reject(passing());
    }, rules);

    expect(result).toBe('it had arrived');
    expect(tries).toBe(1);
  });

  test('goes on when a look finds nothing', async () => {
    const looks: string[] = [];
    const { rules } = policy<string>({
      beforeRetry: (failure) => {
        looks.push(failure.message);
        return Promise.resolve(undefined);
      },
    });

    const result = await retrying(
      (number) => (number === 1 ? Promise.reject(passing()) : Promise.resolve('sent')),
      rules,
    );

    expect(result).toBe('sent');
    expect(looks).toEqual(['it failed']);
  });

  test('says before each repetition why, when and which', async () => {
    const notes: unknown[] = [];
    const { rules } = policy<number>({
      onRetry: ({ reason, delayMs, nextTry }) => notes.push([reason, delayMs, nextTry]),
    });

    await retrying((number) => (number < 3 ? Promise.reject(passing()) : Promise.resolve(1)), rules);

    expect(notes).toEqual([
      ['it failed', 500, 2],
      ['it failed', 1000, 3],
    ]);
  });

  test.each([
    ['used up its tries', {}, 3, 'it failed (tried 3 times)'],
    ['may not repeat it', { mayRetry: () => false }, 1, 'it failed'],
  ])('does not try again what a loop within has given up, as it %s', async (_, inner, times, message) => {
    let tries = 0;
    const { rules } = policy<string>({ retries: 2 });
    const within = () => {
      tries += 1;
      return Promise.reject(passing());
    };

    const work = retrying(() => retrying(within, { ...rules, ...inner }), rules);

    await expect(work).rejects.toMatchObject({ message, tries: times });
    expect(tries).toBe(times);
  });

  test('ends with the reason of the run when that is stopped during an attempt', async () => {
    const stop = new AbortController();
    const reason = new Failure('max-time', 'the time is up');

    const work = retrying(
      () => {
        stop.abort(reason);
        return Promise.reject(passing());
      },
      policy<number>({ signal: stop.signal }).rules,
    );

    await expect(work).rejects.toBe(reason);
  });

  test('ends with the reason of the run when that is stopped during a wait', async () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const { rules } = policy<number>({ signal: stop.signal, sleep: sleepUnlessAborted, random: () => 1, retries: 9 });

    const work = retrying(() => Promise.reject(passing({ retryAfterMs: 200_000 })), rules);
    setTimeout(() => {
      stop.abort(reason);
    }, 5);

    await expect(work).rejects.toBe(reason);
  });
});
