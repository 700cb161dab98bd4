/** How many requests run at once: one gate for all of a run, narrower while the server is overloaded. */

import pLimit from 'p-limit';
import { abortReason } from '../failures/request-failure.ts';

/** Answers without trouble, in a row, after which one more request may run. */
const RUN_OF_SUCCESSES = 16;

export type Outcome = 'well' | 'overloaded' | 'neither';

/** A place at the gate; `leave` counts once. */
interface Place {
  leave: (outcome: Outcome) => void;
}

export interface Gate {
  /** Waits for a place; fails with the signal's reason when the run ends first. */
  enter: (signal: AbortSignal) => Promise<Place>;
  width: () => number;
  /** How many more could come in at once. */
  idle: () => number;
}

export function createGate(most: number): Gate {
  const limit = pLimit(most);
  let successes = 0;
  let epoch = 0;

  function learn(outcome: Outcome, entered: number): void {
    if (outcome === 'well') {
      successes += 1;
      if (successes < RUN_OF_SUCCESSES || limit.concurrency >= most) return;
      successes = 0;
      limit.concurrency += 1;
    } else if (outcome === 'overloaded') {
      successes = 0;
      // What was under way when the gate was narrowed says nothing about its new width.
      if (entered !== epoch) return;
      epoch += 1;
      limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
    }
  }

  function enter(signal: AbortSignal): Promise<Place> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => {
        reject(abortReason(signal));
      };
      if (signal.aborted) {
        giveUp();
        return;
      }
      signal.addEventListener('abort', giveUp, { once: true });
      void limit(() => {
        signal.removeEventListener('abort', giveUp);
        if (signal.aborted) return undefined;
        return new Promise<void>((free) => {
          resolve(placeOf(free));
        });
      });
    });
  }

  function placeOf(free: () => void): Place {
    const entered = epoch;
    let left = false;
    return {
      leave: (outcome) => {
        if (left) return;
        left = true;
        learn(outcome, entered);
        free();
      },
    };
  }

  return {
    enter,
    width: () => limit.concurrency,
    idle: () => Math.max(0, limit.concurrency - limit.activeCount - limit.pendingCount),
  };
}
