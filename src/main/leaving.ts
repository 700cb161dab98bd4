/** Leaving the process although a thread of its own still waits, for a name server, a pipe or a network's disk. */
import { setTimeout as sleep } from 'node:timers/promises';

/** What is read or looked up at the moment mostly ends in less. */
const PATIENCE_MS = 500;
const SIGNAL_OF = new Map<number, NodeJS.Signals>([
  [130, 'SIGINT'],
  [143, 'SIGTERM'],
]);

/**
 * Ends the process with this code. Node's own exit waits for its threads, without end for one that reads
 * from a pipe that nobody writes to. So a run that was stopped by a signal then ends by that signal: for a
 * shell and a runner the code is the same. Windows has no such end, and other codes wait.
 */
export async function leave(process: NodeJS.Process, code: number): Promise<void> {
  const since = performance.now();
  while (mayHang(process, code) && performance.now() - since < PATIENCE_MS) await sleep(20);
  leaveNow(process, code);
}

/** The same, without patience. */
export function leaveNow(process: NodeJS.Process, code: number): void {
  const signal = SIGNAL_OF.get(code);
  if (signal !== undefined && mayHang(process, code)) {
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  }
  process.exit(code);
}

function mayHang(process: NodeJS.Process, code: number): boolean {
  if (process.platform === 'win32' || !SIGNAL_OF.has(code)) return false;
  return process.getActiveResourcesInfo().some((name) => /^(?:FSReq|GetAddrInfoReq)/.test(name));
}
