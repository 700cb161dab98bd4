/** The bundles as their users start them: processes with an environment of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { actionInputs } from './action-inputs.ts';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const CLI = join(ROOT, 'dist/cli/index.js');

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
  /** A system that a run within this process believes to be on; a real process ignores it. */
  readonly os?: NodeJS.Platform;
}

/** A process that is under way, to be watched and killed. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Runs a file with this Node; nothing of our own environment but PATH leaks in, nothing is left outside `cwd`. */
async function runNode(file: string, args: readonly string[], place: Place): Promise<Ended> {
  return (await startNode(file, args, place)).ended;
}

/** The command line: `dist/cli/index.js`. */
export function runCli(args: readonly string[], place: Place): Promise<Ended> {
  return runNode(CLI, args, place);
}

/** The same, not waited for. */
export function startCli(args: readonly string[], place: Place): Promise<Started> {
  return startNode(CLI, args, place);
}

/** Starts a file with this Node, in the same surroundings; not waited for. */
export function startNode(file: string, args: readonly string[], place: Place): Promise<Started> {
  return startProgram(process.execPath, [file, ...args], place);
}

/** Starts any program there. */
export async function startProgram(command: string, args: readonly string[], place: Place): Promise<Started> {
  const child = spawn(command, [...args], { cwd: place.cwd, env: await environmentAt(place), stdio: 'pipe' });
  child.stdin.on('error', () => undefined);
  child.stdin.end(place.stdin ?? '');
  return { child, ended: endOf(child) };
}

/** The whole environment of a run there. */
export async function environmentAt(place: Place): Promise<Record<string, string>> {
  const temporary = join(place.cwd, '.tmp');
  await mkdir(temporary, { recursive: true });
  return { PATH: process.env.PATH ?? '', HOME: place.cwd, TMPDIR: temporary, ...place.env };
}

/** The end of a process that was just spawned, with all that it said; rejects where it could not start. */
export function endOf(child: ChildProcess): Promise<Ended> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => err.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      resolve({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() });
    });
  });
}

export interface ActionRun extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** An action as a runner starts it. The command `action` is the one for all commands. */
export function runAction(command: string, inputs: Readonly<Record<string, string>>, place: Place): Promise<ActionRun> {
  return inStep(command, inputs, place, (step) => runNode(join(ROOT, 'dist', command, 'index.js'), [], step));
}

/**
 * The surroundings of a step for whatever runs the action: `INPUT_*` variables for every input that its
 * action.yml declares, defaults filled in, the file commands, and nothing else.
 */
export async function inStep(
  command: string,
  inputs: Readonly<Record<string, string>>,
  place: Place,
  run: (step: Place) => Promise<Ended>,
): Promise<ActionRun> {
  await mkdir(join(place.cwd, '.runner'), { recursive: true });
  const runner = await mkdtemp(join(place.cwd, '.runner', 'step-'));
  const [output, summary] = [join(runner, 'output'), join(runner, 'summary')];
  await Promise.all([writeFile(output, ''), writeFile(summary, '')]);
  const declared = await actionInputs(command === 'action' ? ROOT : join(ROOT, command));
  const given = Object.entries({ ...declared, ...inputs }).map(([name, value]) => [
    `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
    value,
  ]);
  const ended = await run({
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
