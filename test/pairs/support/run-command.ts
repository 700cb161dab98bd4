/** A command run in this process as its terminal user runs it: typed outputs, or the failure, and what was said. */
import { commands } from '../../../src/commands/index.ts';
import { openHost } from '../../../src/hosts/detect.ts';
import { exitCodeOf, runCommand } from '../../../src/run.ts';
import { placeOf } from '../../hosts/workbench.ts';

interface CommandFailure {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly string[];
}

export interface CommandRun {
  readonly exitCode: number;
  /** Typed; empty when it failed. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly failure: CommandFailure | undefined;
  /** Standard error: warnings, what was planned or done, the hint of a failure. */
  readonly log: string;
}

export interface RunPlace {
  readonly cwd: string;
  /** Where the run leaves its lists; never below what it publishes. */
  readonly temp: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `token` among the inputs travels by the environment, as secrets do. */
export async function runCommandHere(
  command: string,
  inputs: Readonly<Record<string, string>>,
  { cwd, temp, env = {} }: RunPlace,
): Promise<CommandRun> {
  const { token, ...plain } = inputs;
  const flags = Object.entries(plain).map(([name, value]) => `--${name}=${value}`);
  const secret: Record<string, string> = token === undefined ? {} : { GENERIC_PACKAGES_TOKEN: token };
  const made = placeOf({ argv: [command, '--json', ...flags], env: { ...env, ...secret }, cwd });
  const opened = await openHost({ ...made, temp }, commands);
  let exitCode: number;
  if (opened.asked === 'run') exitCode = await runCommand(opened.command, opened.host, new AbortController());
  else if (opened.asked === 'refused') {
    await opened.host.fail(opened.failure);
    exitCode = exitCodeOf(opened.failure, opened.host);
  } else throw new Error(`the host asks for ${opened.asked}`);
  const said = JSON.parse(made.stdout.text) as Record<string, unknown>;
  const failure = exitCode === 0 ? undefined : (said.error as CommandFailure);
  return { exitCode, outputs: exitCode === 0 ? said : {}, failure, log: made.stderr.text };
}

/** The warnings of a run, one a line. */
export function warningsOf({ log }: CommandRun): string[] {
  return log.split('\n').filter((line) => line.startsWith('warning: '));
}
