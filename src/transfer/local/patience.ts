/** Changes to files that Windows refuses for a moment, while a scanner or an indexer holds the file open. */
import { setTimeout } from 'node:timers/promises';

/** What such a refusal is called: on other systems each of these is final. */
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
/** Milliseconds before each further try: 6.3 s in all. */
const PAUSES_MS = [100, 200, 400, 800, 1600, 3200];

export interface Patience {
  readonly os: NodeJS.Platform;
  /** Waits between two tries; by the clock where it is absent. */
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Runs `change`, and again for a bounded time where Windows says that somebody holds the file. */
export async function patiently<T>(change: () => Promise<T>, { os, wait = setTimeout }: Patience): Promise<T> {
  const pauses = os === 'win32' ? PAUSES_MS : [];
  for (const ms of pauses) {
    try {
      return await change();
    } catch (error) {
      if (!HELD.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
      await wait(ms);
    }
  }
  return change();
}
