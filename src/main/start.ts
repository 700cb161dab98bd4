/**
 * Starts one run in this process and sees to its end: exit code, signals, a lost promise, a closed
 * pipe.
 */
import { asFailure, Failure } from '../core/errors.ts';
import { harmless } from '../core/text.ts';
import { openHost } from '../hosts/detect.ts';
import type { Host } from '../hosts/host.ts';
import { exitCodeOf, runCommand } from '../run.ts';
import { overviewHelp, commandHelp } from '../definitions/help.ts';
import type { AnyCommand } from '../definitions/command.ts';
import { VERSION } from '../version.ts';
import { endOf } from './ending.ts';
import { stopOnSignals } from './signals.ts';
import { surroundingsOf } from './surroundings.ts';
import { clearEarly } from './young-garbage.ts';

/** What a process comes to know on its way: its host, and whether its end was told already. */
interface State {
  host: Host | undefined;
  settled: boolean;
}

/** Returns at once and never throws: whatever happens ends in one message and an exit code. */
export function start(process: NodeJS.Process, commands: readonly AnyCommand[]): void {
  clearEarly(process.versions.node);
  const stop = new AbortController();
  const ending = endOf(process);
  const state: State = { host: undefined, settled: false };
  const fail = (failure: Failure): void => {
    if (state.settled) return;
    state.settled = true;
    void shown(failure, state.host, process).then((code) => {
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
  state: State,
  stop: AbortController,
): Promise<number> {
  const opened = await openHost(surroundingsOf(process), commands);
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
      process.stdout.write(opened.command ? commandHelp(opened.command, { width }) : overviewHelp(commands, { width }));
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

/**
 * Tells a failure in the host's way, or plainly where there is none or it cannot; returns the exit
 * code.
 */
async function shown(failure: Failure, host: Host | undefined, process: NodeJS.Process): Promise<number> {
  try {
    if (host !== undefined) {
      await host.fail(failure);
      return exitCodeOf(failure, host);
    }
  } catch {
    // Told below instead.
  }
  process.stderr.write(`error: ${harmless(failure.message, { github: true })}\n`);
  return failure.code === 'interrupted' ? exitCodeOf(failure, { usageExitCode: 1 }) : 1;
}
