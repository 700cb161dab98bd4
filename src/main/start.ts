/** Starts one run in this process and sees to its end: exit code, signals, a lost promise, a closed pipe. */
import { homedir, tmpdir, userInfo } from 'node:os';
import { setFlagsFromString } from 'node:v8';
import { asFailure, Failure } from '../core/errors.ts';
import { harmless } from '../core/text.ts';
import { openHost } from '../hosts/detect.ts';
import type { Host } from '../hosts/host.ts';
import type { Surroundings } from '../hosts/surroundings.ts';
import { endFailed, exitCodeOf, runCommand } from '../run.ts';
import { overviewHelp, commandHelp } from '../definitions/help.ts';
import type { AnyCommand } from '../definitions/command.ts';
import { VERSION } from '../version.ts';
import { watchEnding } from './ending.ts';
import { startOfJob } from './job-program.ts';
import { stopOnSignals } from './signals.ts';

/** What a process learns on its way: its host, and whether its end was shown already. */
interface RunState {
  host: Host | undefined;
  settled: boolean;
}

/** Returns at once and never throws: whatever happens ends in one message and an exit code. */
export function start(process: NodeJS.Process, commands: readonly AnyCommand[]): void {
  collectBuffersEarly(process.versions.node);
  const stop = new AbortController();
  const ending = watchEnding(process);
  const state: RunState = { host: undefined, settled: false };
  const fail = (failure: Failure): void => {
    if (state.settled) return;
    state.settled = true;
    void showFailure(failure, state.host, process).then((code) => {
      ending.end(code);
    });
  };
  const crash = (thrown: unknown): void => {
    // A promise nobody waits for any more echoes the stop; the run itself is ending in good order.
    if (!stop.signal.aborted || thrown !== stop.signal.reason) fail(asFailure(thrown));
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  ending.whenLost(() => {
    fail(new Failure('internal', 'The run ended without a result: nothing was left for it to wait for'));
  });
  stopOnSignals({ process, stop, giveUp: fail });
  main(process, commands, state, stop).then((code) => {
    state.settled = true;
    ending.end(code);
  }, crash);
}

async function main(
  process: NodeJS.Process,
  commands: readonly AnyCommand[],
  state: RunState,
  stop: AbortController,
): Promise<number> {
  const surroundings = readSurroundings(process);
  const job = startOfJob(surroundings);
  if ('output' in job) {
    process.stdout.write(job.output);
    return 0;
  }
  const opened = await openHost({ ...surroundings, argv: job.argv }, commands);
  const { host } = opened;
  state.host = host;
  const width = process.stdout.columns || 80;
  switch (opened.asked) {
    case 'run':
      return runCommand(opened.command, host, stop);
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return 0;
    case 'help':
      process.stdout.write(
        opened.command === undefined
          ? overviewHelp(commands, { width })
          : commandHelp(opened.command, { width, platform: host.context.platform }),
      );
      return 0;
    case 'nothing':
      process.stderr.write(`${overviewHelp(commands, { width })}\n`);
      break;
    case 'refused':
      break;
  }
  await host.fail(opened.failure);
  return exitCodeOf(opened.failure, host);
}

/** Shows a failure in the host's way, or plainly where there is no host or it cannot; returns the exit code. */
async function showFailure(failure: Failure, host: Host | undefined, process: NodeJS.Process): Promise<number> {
  try {
    if (host !== undefined) {
      await endFailed(failure, host);
      return exitCodeOf(failure, host);
    }
  } catch {
    // Shown below instead.
  }
  process.stderr.write(`error: ${harmless(failure.message, { github: true })}\n`);
  if (failure.hint !== undefined) process.stderr.write(`${harmless(failure.hint, { github: true })}\n`);
  return failure.code === 'interrupted' ? exitCodeOf(failure, { usageExitCode: 1 }) : 1;
}

/** This process as the record that hosts read; all of it is read once. */
function readSurroundings(process: NodeJS.Process): Surroundings {
  // Reading it means setting it; nothing else runs yet.
  const umask = process.umask(0o077);
  process.umask(umask);
  return {
    argv: process.argv.slice(2),
    env: process.env,
    cwd: workingDirectory(process),
    os: process.platform,
    home: orEmpty(homedir),
    user: orEmpty(() => userInfo().username),
    temp: tmpdir(),
    umask,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
  };
}

/**
 * Makes V8 clear away network buffers after a few megabytes instead of some eighty, for they hang on objects
 * that look tiny to it. Large transfers then take half of the memory, and less time too. `nodeVersion`: as
 * `24.21.0`.
 */
function collectBuffersEarly(nodeVersion: string): void {
  // Another V8 may not know the flag, and would say so on standard error.
  if (nodeVersion.startsWith('24.')) setFlagsFromString('--minor-gc-task-trigger=5');
}

/** A user without an entry in the system's list has neither name nor home folder. */
function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/** Fails where somebody removed the folder. */
function workingDirectory(process: NodeJS.Process): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new Failure('local-file', 'The working directory is not there any more: somebody removed or moved it', {
      hint: 'Change to a folder that exists, and run the command again there.',
      cause,
    });
  }
}
