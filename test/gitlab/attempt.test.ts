/** The clock of one attempt, which runs while nothing moves. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { startAttempt } from '../../src/gitlab/http/attempt.ts';

const run = new AbortController().signal;

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

describe('an attempt', () => {
  test('fails when nothing moves, and says what it was doing', async () => {
    const attempt = startAttempt({ signal: run, timeoutMs: 10 });
    attempt.doing.what = 'GET https://host/x';
    attempt.doing.ambiguous = true;

    await new Promise((resolve) => {
      attempt.signal.addEventListener('abort', resolve);
    });

    expect(attempt.signal.reason).toMatchObject({
      code: 'timeout',
      retryable: true,
      ambiguous: true,
      message: 'GET https://host/x stalled: no byte moved for 0.01 s',
    });
  });

  test('whose clock rests does not fail', async () => {
    const attempt = startAttempt({ signal: run, timeoutMs: 5 });

    attempt.rest();
    await after(30);

    expect(attempt.signal.aborted).toBe(false);
  });

  test('that is over is not started anew by late news', async () => {
    const attempt = startAttempt({ signal: run, timeoutMs: 5 });

    attempt.end();
    attempt.touch();
    attempt.touch(6);
    await after(30);

    expect(attempt.signal.aborted).toBe(false);
  });

  test('may be given more time', async () => {
    const attempt = startAttempt({ signal: run, timeoutMs: 20 });

    attempt.touch(60_000);
    await after(60);

    expect(attempt.signal.aborted).toBe(false);
    attempt.end();
  });

  test('fails with the run’s reason, also when that came first', () => {
    const stop = new AbortController();
    const reason = new Failure('interrupted', 'stopped');
    const before = startAttempt({ signal: stop.signal, timeoutMs: 10_000 });

    stop.abort(reason);
    const later = startAttempt({ signal: stop.signal, timeoutMs: 10_000 });

    expect([before.signal.reason, later.signal.reason]).toEqual([reason, reason]);
  });
});
