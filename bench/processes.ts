/** Processes that are measured: from the start to the end of their output, nothing of our environment leaking in. */
import { spawn } from 'node:child_process';
import { Buffer } from 'node:buffer';
import type { Readable } from 'node:stream';

export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface EndedProcess {
  readonly stdout: string;
  readonly seconds: number;
  /** Bytes; only of processes started with `PEAK`. */
  readonly peak: number;
}

/**
 * Node options that make a process report the most memory it held, on descriptor 3. Linux counts
 * in the process's own status; `maxRSS` may be that of the process which started it.
 */
export const PEAK: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { readFileSync, writeSync } from 'node:fs';
    process.on('exit', () => {
      let kilobytes = process.resourceUsage().maxRSS;
      try { kilobytes = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
      writeSync(3, String(kilobytes));
    });
  `)}`,
];

/** Runs a command to its end; one that fails ends the bench, with what it said. */
export function runToEnd(command: string, args: readonly string[], place: Place): Promise<EndedProcess> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, {
      cwd: place.cwd,
      env: bareEnvironment(place),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    });
    const [, out, err, told] = child.stdio.map((stream) => gather(stream as Readable | null));
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - started) / 1000;
      if (code === 0) resolve({ stdout: textOf(out), seconds, peak: Number(textOf(told)) * 1024 });
      else reject(new Error(`${command} ended with ${code ?? 'a signal'}\n${textOf(out)}${textOf(err)}`));
    });
  });
}

/** What a process may know of this one. */
export function bareEnvironment({ cwd, env }: Place): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: cwd, TMPDIR: cwd, ...env };
}

function gather(stream: Readable | null): Buffer[] {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return chunks;
}

function textOf(chunks: readonly Buffer[] | undefined): string {
  return Buffer.concat(chunks ?? []).toString();
}
