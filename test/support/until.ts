/** Waiting for something that happens in another process. How long it may take is for jest's own limit to say. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every few milliseconds; comes back once it is so, or as soon as `over` has settled. */
export async function until(isSo: () => boolean, over: Promise<unknown>): Promise<void> {
  const done = new AbortController();
  const end = (): void => {
    done.abort();
  };
  over.then(end, end);
  while (!done.signal.aborted && !isSo()) await sleep(2);
}
