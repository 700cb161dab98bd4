/**
 * Signals: the first one stops the run in good order, the second one ends the process at once. A run that was
 * stopped and does not end is given up.
 */
import { asFailure, Failure } from '../core/errors.ts';
import { leaveNow } from './leaving.ts';

/** A runner kills the process some seconds after its signal; we promise 5, so this is less. */
const GRACE_MS = 4000;
/** Writing the last message may hang too, on a pipe that nobody reads. */
const LAST_MS = 4500;

export interface Stopping {
  readonly process: NodeJS.Process;
  /** Aborted with a Failure `interrupted`, whose cause is the signal's name. */
  readonly stop: AbortController;
  /** The run did not end in time, whatever stopped it: show why, and end. */
  readonly giveUp: (failure: Failure) => void;
}

/** Ctrl-C, a runner's SIGTERM, and Ctrl-Break on Windows. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGBREAK'] as const;

/** Listens from now on. Aborts `stop` on the first signal; gives up when the run has not ended some seconds later. */
export function stopOnSignals({ process, stop, giveUp }: Stopping): void {
  let signalled = false;
  // Its time limit too may pass during work that no signal reaches, such as hashing a large file.
  stop.signal.addEventListener('abort', () => {
    setTimeout(giveUp, GRACE_MS, asFailure(stop.signal.reason)).unref();
  });
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const code = signal === 'SIGTERM' ? 143 : 130;
      if (signalled) leaveNow(process, code);
      signalled = true;
      const failure = interruption(signal);
      setTimeout(leaveNow, LAST_MS, process, code).unref();
      stop.abort(failure);
    });
  }
}

function interruption(signal: string): Failure {
  return new Failure('interrupted', `Interrupted by ${signal}`, {
    cause: signal,
    hint: 'Run the same command again: it continues where it stopped.',
  });
}
