/** What a run says of requests that are sent again: all of it when asked for, the stubborn ones always. */
import type { RetryNote } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';

/** The try from which on it is told without being asked: the second repetition of one request. */
const STUBBORN = 3;
/** Many files may fail at once: no more than one line in so many milliseconds. */
const BETWEEN_MS = 1000;

/** Tells the log of repetitions; `now` is in milliseconds since 1970. */
export function retryTeller(log: Pick<Log, 'info' | 'detail'>, now: () => number): (note: RetryNote) => void {
  let told = Number.NEGATIVE_INFINITY;
  return ({ delayMs, nextTry, reason }) => {
    const line = `trying again in ${delayMs < 1000 ? `${delayMs} ms` : `${Math.round(delayMs / 1000)} s`} (try ${nextTry}): ${reason}`;
    if (nextTry < STUBBORN || now() - told < BETWEEN_MS) {
      log.detail(line);
      return;
    }
    told = now();
    log.info(line);
  };
}
