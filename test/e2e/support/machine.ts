/** Starting other people's programs, in an environment that holds nothing of ours but what a test gives. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type Ended, endOf, ROOT } from '../../support/process.ts';

/** Where scripts/e2e-programs.ts has put what PyPI brings. */
export const PYTHON_PROGRAMS = join(ROOT, '.tools', 'python', 'bin');

export interface Command {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. HOME is the working directory unless `env` says another. */
export function run(program: string, args: readonly string[], { cwd, env }: Command): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    // This very Node first: a step or job takes the first one there is.
    env: { PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ''}`, HOME: cwd, LANG: 'C.UTF-8', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return endOf(child);
}

/** Runs a program that must succeed, and returns what it printed. */
export async function runWell(program: string, args: readonly string[], command: Command): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, command);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')} ended with ${String(code)}\n${stdout}${stderr}`);
}

/** Hands on a run that succeeded; of one that did not, what it said is the error. */
export function succeeded<T extends { readonly code: number | null; readonly log: string }>(ended: T): T {
  if (ended.code === 0) return ended;
  const lines = ended.log.split('\n').map((line) => line.slice(0, 300));
  throw new Error(`ended with ${String(ended.code)}\n${lines.join('\n')}`);
}
