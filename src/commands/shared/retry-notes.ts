/** What a run logs of requests that are repeated (persistent ones; all, when asked for details) or have to wait. */
import { harmless } from '../../core/text.ts';
import type { PauseNote, RetryNote } from '../../gitlab/types.ts';
import type { Log } from '../../definitions/command.ts';

/** From this try on a repetition is logged without being asked for: the second one of a request. */
const PERSISTENT = 3;
/** Many files may fail at once: no more than one line in so many milliseconds. */
const BETWEEN_MS = 1000;

/** Logs repetitions; `now` is in milliseconds since 1970. */
export function logRetries(log: Pick<Log, 'info' | 'detail'>, now: () => number): (note: RetryNote) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ delayMs, nextTry, reason }) => {
    const delay = delayMs < 1000 ? `${delayMs} ms` : `${Math.round(delayMs / 1000)} s`;
    const line = `trying again in ${delay} (try ${nextTry}): ${reason}`;
    if (nextTry < PERSISTENT || now() - last < BETWEEN_MS) {
      log.detail(line);
      return;
    }
    last = now();
    log.info(line);
  };
}

/** Logs that requests wait for GitLab's rate limit, once for each window. */
export function logPauses(log: Pick<Log, 'info'>): (note: PauseNote) => void {
  return ({ delayMs, name }) => {
    const limit = name === undefined ? '' : ` (${harmless(name)})`;
    log.info(`GitLab's rate limit is used up${limit}: going on in ${Math.ceil(delayMs / 1000)} s`);
  };
}
