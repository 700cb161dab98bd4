/** Killing a program at a place in its conversation with the registry, or at a random moment. */
import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ended, Started } from '../../support/process.ts';
import type { Passing, Relay } from './relay.ts';

export type Signal = 'SIGKILL' | 'SIGINT';

/** A moment in the life of one request. */
export interface Moment {
  /** `lost`: it never reaches the registry. `late`: it does after the kill. `unheard`: it did, the answer does not come back. */
  readonly when: 'lost' | 'late' | 'unheard';
  readonly isIt: (passing: Passing) => boolean;
}

export interface Killed extends Ended {
  /** Milliseconds from the signal to the end. */
  readonly took: number;
  /** Files whose upload was under way when the signal came. */
  readonly inFlight: readonly string[];
}

/** Holds the request, sends the signal, waits for the end, and then lets the request go its way. */
export async function killAt(
  relay: Relay,
  moment: Moment,
  signal: Signal,
  start: () => Promise<Started>,
): Promise<Killed> {
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const hold = async (passing: Passing, phase: boolean): Promise<undefined> => {
    if (!phase || !moment.isIt(passing)) return;
    reached.resolve(undefined);
    await released.promise;
  };
  relay.rule({
    before: async (passing) => {
      await hold(passing, moment.when !== 'unheard');
      return moment.when === 'lost' && moment.isIt(passing) ? 'cut' : undefined;
    },
    after: (passing) => hold(passing, moment.when === 'unheard'),
  });
  const started = await start();
  await Promise.race([reached.promise, started.ended]);
  const killed = await kill(relay, started, signal);
  released.resolve(undefined);
  await relay.idle();
  relay.rule({});
  return killed;
}

/** Sends the signal after so many milliseconds, or finds the program ended before. */
export async function killAfter(
  relay: Relay,
  delay: number,
  signal: Signal,
  start: () => Promise<Started>,
): Promise<Killed> {
  relay.rule({});
  const started = await start();
  await Promise.race([sleep(delay), started.ended]);
  const killed = await kill(relay, started, signal);
  await relay.idle();
  return killed;
}

async function kill(relay: Relay, { child, ended }: Started, signal: Signal): Promise<Killed> {
  const inFlight = relay.passed.filter(({ method, over }) => method === 'PUT' && !over).map(({ file }) => file);
  const since = performance.now();
  child.kill(signal);
  return { ...(await ended), took: performance.now() - since, inFlight };
}

/** SIGINT: 130 within five seconds; as the signal itself when it came before the program listened. */
export function expectEnded({ code, signal, took }: Killed, sent: Signal): void {
  if (sent === 'SIGKILL') expect(signal).toBe('SIGKILL');
  else expect(signal === 'SIGINT' ? 130 : code).toBe(130);
  expect(took).toBeLessThan(5000);
}
