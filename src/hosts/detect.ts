/**
 * Which platform a process was entered by, which command it is asked for, and the host that goes with it.
 */
import { Failure } from '../core/errors.ts';
import type { Platform } from '../definitions/context.ts';
import { isBlank } from '../definitions/parse.ts';
import type { AnyCommand } from '../definitions/command.ts';
import { parseCommandLine, type CommandLine } from './terminal/command-line.ts';
import { readContext } from './environment.ts';
import { COMMAND_INPUT } from './github/inputs.ts';
import { openGitLab } from './gitlab/gitlab.ts';
import type { Host } from './host.ts';
import { githubVariable } from '../definitions/naming.ts';
import { createRedaction, type Redaction } from './text/redaction.ts';
import { variable, type Surroundings } from './surroundings.ts';
import { openTerminal } from './terminal/terminal.ts';

const PLATFORM_VARIABLE = 'GENERIC_PACKAGES_PLATFORM';
const PLATFORMS: readonly Platform[] = ['github', 'gitlab', 'terminal'];
/** The action for all commands starts the program with this word in the command's place. */
const ACTION_WORD = 'action';

/** A host, and what is to be done in it. */
export type Opened = { readonly host: Host } & Asked;

type Asked =
  | { readonly asked: 'run'; readonly command: AnyCommand }
  | { readonly asked: 'help'; readonly command: AnyCommand | undefined }
  | { readonly asked: 'version' }
  /** Nothing was asked for: help is due, but it is wrong usage all the same. */
  | { readonly asked: 'nothing'; readonly failure: Failure }
  | { readonly asked: 'refused'; readonly failure: Failure };

/** Opens the host that `GENERIC_PACKAGES_PLATFORM` names, else the terminal's. */
export async function openHost(from: Surroundings, commands: readonly AnyCommand[]): Promise<Opened> {
  const redaction = createRedaction();
  const jobToken = variable(from.env, 'CI_JOB_TOKEN');
  if (jobToken !== undefined) redaction.hide([jobToken]);
  const named = variable(from.env, PLATFORM_VARIABLE);
  const platform = named === undefined ? 'terminal' : PLATFORMS.find((known) => known === named);
  if (platform === 'github') return openGitHub(from, commands, redaction);
  const commandLine = parseCommandLine(from.argv, commands);
  const options = { from, commandLine, redaction };
  // Commands that have no component, such as `list`, are at home in one's own job's script all the same.
  const isTerminal = platform !== 'gitlab' || commandLine.command?.platforms.includes('gitlab') === false;
  const host = isTerminal ? openTerminal(options) : openGitLab(options, commands);
  if (platform === undefined) {
    const message = `${PLATFORM_VARIABLE} must be one of ${PLATFORMS.map((known) => `\`${known}\``).join(', ')}`;
    return { host, asked: 'refused', failure: usage(message) };
  }
  return { host, ...askedOf(commandLine, from.argv) };
}

function askedOf({ asked, command, problems }: CommandLine, argv: readonly string[]): Asked {
  if (asked === 'help') return { asked, command };
  if (asked === 'version') return { asked };
  if (command !== undefined) return { asked, command };
  const failure = usage(problems.map((problem) => problem.line).join('; '));
  const isBare = argv.every((argument) => argument.startsWith('-'));
  return { asked: isBare ? 'nothing' : 'refused', failure };
}

async function openGitHub(from: Surroundings, commands: readonly AnyCommand[], redaction: Redaction): Promise<Opened> {
  // Loaded on this platform only: it is the largest part of the program.
  const { createGitHubHost, githubLog } = await import(/* webpackMode: "eager" */ './github/github.ts');
  const [word = ACTION_WORD] = from.argv;
  const forAll = word === ACTION_WORD;
  const usable = commands.filter((command) => command.platforms.includes('github'));
  const log = githubLog(from, redaction);
  const context = readContext(from, 'github', log);
  const host = createGitHubHost({ from, context, log, redaction, siblings: forAll ? usable : [] });
  const name = forAll ? variable(from.env, githubVariable(COMMAND_INPUT)) : word;
  const command = usable.find((known) => known.name === name);
  if (command !== undefined) return { host, asked: 'run', command };
  return { host, asked: 'refused', failure: noActionCommand(name, usable) };
}

function noActionCommand(name: string | undefined, usable: readonly AnyCommand[]): Failure {
  const names = usable.map((command) => `\`${command.name}\``).join(', ');
  const start = isBlank(name)
    ? `${COMMAND_INPUT}: is required and was not given`
    : `${COMMAND_INPUT}: there is no such command for a workflow`;
  return usage(`${start}. The commands are ${names}`);
}

function usage(message: string): Failure {
  return new Failure('usage', message, { problems: [message] });
}
