/** One attempt's life: its own abort signal, and a clock for the time in which no byte moves. */

import type { Failure } from '../../core/errors.ts';
import { abortReason, RequestFailure } from '../failures/request-failure.ts';

export interface Attempt {
  /** Aborted with a Failure when the attempt has failed or the run has ended. */
  readonly signal: AbortSignal;
  /** What the failure of a stalled attempt says; kept up to date by whoever sends. */
  readonly doing: { what: string; ambiguous: boolean };
  /** A byte moved, or may be waited for: the clock starts anew, with `ms` if not the usual time. */
  touch: (ms?: number) => void;
  /** We are not waiting for the network: the clock stops. */
  rest: () => void;
  /** Stops the clock and lets go of the run's signal. */
  end: () => void;
}

export function startAttempt(options: { signal: AbortSignal; timeoutMs: number }): Attempt {
  const { signal, timeoutMs } = options;
  const controller = new AbortController();
  const doing = { what: '', ambiguous: false };
  let clock: NodeJS.Timeout | undefined;
  let limit = 0;
  let over = false;

  function fail(failure: Failure): void {
    end();
    controller.abort(failure);
  }
  function touch(ms = timeoutMs): void {
    // Late news from the connection must not start the clock of an attempt that is over.
    if (over) return;
    if (clock !== undefined && limit === ms) {
      clock.refresh();
      return;
    }
    clearTimeout(clock);
    limit = ms;
    clock = setTimeout(() => {
      fail(idleFailure(doing, ms));
    }, ms);
  }
  function rest(): void {
    clearTimeout(clock);
    clock = undefined;
  }
  function stop(): void {
    fail(abortReason(signal));
  }
  function end(): void {
    over = true;
    rest();
    signal.removeEventListener('abort', stop);
  }

  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  touch();
  return { signal: controller.signal, doing, touch, rest, end };
}

/**
 * What work comes to, or the failure that ends its attempt before. Node tells a request that has no
 * connection yet, for a proxy opens no tunnel, or has lost it to another protocol, of no end.
 */
export function unlessEnded<T>({ signal }: Pick<Attempt, 'signal'>, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      reject(signal.reason as Failure);
    };
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    void work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', end);
    });
  });
}

function idleFailure(doing: Attempt['doing'], ms: number): RequestFailure {
  return new RequestFailure('timeout', `${doing.what} stalled: no byte moved for ${ms / 1000} s`, {
    retryable: true,
    ambiguous: doing.ambiguous,
    hint: 'The server or the network may be down. If it is only slow, raise the input timeout.',
  });
}
