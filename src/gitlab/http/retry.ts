/** The one retry loop: when a request is sent again, and how long it waits before. Sends nothing itself. */

import { setTimeout as wait } from 'node:timers/promises';
import { abortReason, RequestFailure } from '../failures/request-failure.ts';
import type { RetryPolicy } from '../types.ts';

const BASE_MS = 500;
const CAP_MS = 60_000;
/** A transfer has to get so many bytes further for its tries to count anew, or one byte a try would never end. */
const PROGRESS = 65_536;
/** Connections that were closed before their next use, for one request: each try may meet another one. */
const MOST_STALE = 8;
/** `Retry-After` is honoured up to here; one that asks for more is cut. */
const RETRY_AFTER_CAP_MS = 300_000;

export interface RetryRules<T> extends RetryPolicy {
  /** Which failures may be tried again; those marked retryable when absent. */
  mayRetry?: (failure: RequestFailure) => boolean;
  /**
   * Called after the wait and before each repetition: looks whether the last try arrived after all.
   * What it returns ends the loop.
   */
  beforeRetry?: (failure: RequestFailure) => Promise<{ value: T } | undefined>;
  /** Bytes that all tries together have brought so far: a transfer that gets further does not use up its tries. */
  progress?: () => number;
}

/**
 * Runs `attempt` (told its number, from 1) until it succeeds, fails for good, or `retries`
 * repetitions are used up. A stale connection costs no try: that is how a server closes it that does not say so.
 * A failure that another loop within `attempt` has given up is final here too.
 */
export async function retrying<T>(attempt: (number: number) => Promise<T>, policy: RetryRules<T>): Promise<T> {
  const mayRetry = policy.mayRetry ?? ((failure) => failure.retryable);
  let stale = 0;
  let reached = 0;
  for (let repeated = 0, number = 1; ; number += 1) {
    let failure: RequestFailure;
    try {
      return await attempt(number);
    } catch (thrown) {
      if (policy.signal.aborted) throw abortReason(policy.signal);
      if (!(thrown instanceof RequestFailure)) throw thrown;
      failure = thrown;
    }
    const free = failure.stale && stale < MOST_STALE;
    // A limit of the server's is no trouble: whoever has time waits for as many of its windows as it takes.
    const waits = policy.waitsForLimits === true && failure.status === 429;
    const progress = policy.progress?.() ?? 0;
    if (progress >= reached + PROGRESS) {
      reached = progress;
      repeated = 0;
    }
    if (failure.givenUp !== undefined) throw failure;
    if (!mayRetry(failure)) throw givenUp(failure, 'not-repeatable', number);
    if (!free && !waits && repeated >= policy.retries) throw givenUp(failure, 'exhausted', number);
    if (free) stale += 1;
    else if (!waits) repeated += 1;
    const delayMs = free ? 0 : delayFor(Math.max(1, repeated), failure.retryAfterMs, policy.random);
    policy.onRetry?.({ failure, reason: failure.message, nextTry: number + 1, delayMs });
    if (delayMs > 0) await policy.sleep(delayMs, policy.signal);
    const found = await policy.beforeRetry?.(failure);
    if (found !== undefined) return found.value;
  }
}

/** Full jitter below a doubling bound, or what the server asks if that is longer. Milliseconds. */
export function delayFor(repetition: number, retryAfterMs: number | undefined, random: () => number): number {
  const bound = Math.min(CAP_MS, BASE_MS * 2 ** (repetition - 1));
  return Math.max(Math.round(random() * bound), Math.min(retryAfterMs ?? 0, RETRY_AFTER_CAP_MS));
}

/** Waits; fails with the signal's reason when the run ends first. */
export async function sleepUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch {
    throw abortReason(signal);
  }
}

function givenUp(failure: RequestFailure, why: RequestFailure['givenUp'], number: number): RequestFailure {
  failure.givenUp = why;
  failure.tries = number;
  if (number > 1) failure.message += ` (tried ${number} times)`;
  return failure;
}
