/**
 * Notes when packages were last downloaded, in memory first: a write per download would cost more than the download.
 */
import type { Store } from '../storage/store.ts';

/** Milliseconds between two writes. */
const PAUSE = 1_000;

export interface Downloads {
  note(packageId: number, at: number): void;
  /** Writes what is noted: before lists read it, and before the database closes. */
  flush(): void;
  /** Forgets what is noted. */
  clear(): void;
}

/** Writes once a second at most; what is noted is lost unless `flush` is called before the end. */
export function openDownloads(store: Store): Downloads {
  const noted = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (noted.size === 0) return;
    store.transaction(() => {
      for (const [id, at] of noted) store.setDownloaded(id, at);
    });
    noted.clear();
  };
  return {
    note(packageId, at) {
      noted.set(packageId, at);
      timer ??= setTimeout(flush, PAUSE).unref();
    },
    flush,
    clear() {
      noted.clear();
    },
  };
}
