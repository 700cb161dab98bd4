/** The bundles as their users start them: processes with an environment of their own. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs a file with this Node; nothing of our own environment but PATH and HOME leaks in. */
export function runNode(file: string, args: readonly string[], place: Place): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], {
      cwd: place.cwd,
      env: { PATH: process.env.PATH ?? '', HOME: place.cwd, ...place.env },
      stdio: 'pipe',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(place.stdin ?? '');
  });
}

/** The command line: `dist/cli/index.js`. */
export function runCli(args: readonly string[], place: Place): Promise<Ended> {
  return runNode(join(ROOT, 'dist/cli/index.js'), args, place);
}

export interface ActionRun extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** An action as a runner starts it: INPUT_* variables and the file commands, nothing else. */
export async function runAction(
  verb: string,
  inputs: Readonly<Record<string, string>>,
  place: Place,
): Promise<ActionRun> {
  const runner = join(place.cwd, '.runner');
  await mkdir(runner, { recursive: true });
  const [output, summary] = [join(runner, 'output'), join(runner, 'summary')];
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const given = Object.entries({ token: 'auto', ...inputs }).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const ended = await runNode(join(ROOT, 'dist', verb, 'index.js'), [], {
    ...place,
    env: {
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: place.cwd,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: runner,
      ...(Object.fromEntries(given) as Record<string, string>),
      ...place.env,
    },
  });
  return {
    ...ended,
    outputs: parseFileCommand(await readFile(output, 'utf8')),
    summary: await readFile(summary, 'utf8'),
  };
}

/** The runner's own format: `name<<delimiter`, the value's lines, the delimiter. */
function parseFileCommand(text: string): Record<string, string> {
  const values = Object.create(null) as Record<string, string>;
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const [, name, delimiter] = /^(.+?)<<(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined || delimiter === undefined) continue;
    const value: string[] = [];
    for (at += 1; at < lines.length && lines[at] !== delimiter; at += 1) value.push(lines[at] ?? '');
    values[name] = value.join('\n');
  }
  return values;
}
