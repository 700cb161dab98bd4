/** Starts the sample program as a process of its own, to be watched, signalled and waited for. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, 'sample-program.ts');
/** The program is source, which Node would compile for each of these processes anew. */
const COMPILED = join(import.meta.dirname, '..', '..', 'node_modules', '.cache', 'compiled');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly child: ChildProcess;
  /** Resolves when standard output has held this text. */
  readonly says: (text: string) => Promise<void>;
  readonly ended: Promise<Ended>;
}

export interface Way {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Standard input stays open, as at a terminal where nobody types. */
  readonly keepsStdinOpen?: boolean;
}

/** Nothing of this process's environment but PATH is passed. */
export function startProgram(
  args: readonly string[],
  { cwd, env = {}, stdin = '', keepsStdinOpen = false }: Way,
): Program {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    cwd,
    env: { PATH: process.env.PATH ?? '', TMPDIR: cwd, HOME: cwd, NODE_COMPILE_CACHE: COMPILED, ...env },
    stdio: 'pipe',
  });
  let [stdout, stderr] = ['', ''];
  const heard = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const listener of heard) listener();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.on('error', () => undefined);
  if (!keepsStdinOpen) child.stdin.end(stdin);
  return {
    child,
    says: (text) =>
      new Promise((resolve) => {
        const listener = (): void => {
          if (stdout.includes(text)) resolve();
        };
        heard.add(listener);
        listener();
      }),
    ended: new Promise((resolve) => {
      child.on('close', (code) => {
        resolve({ code, stdout, stderr });
      });
    }),
  };
}

export function runProgram(args: readonly string[], way: Way): Promise<Ended> {
  return startProgram(args, way).ended;
}
