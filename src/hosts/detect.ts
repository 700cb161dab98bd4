/** Which platform started the process, which command it is asked for, and the host that goes with it. */
import { Failure } from '../core/errors.ts';
import { quoted } from '../core/text.ts';
import type { Platform } from '../definitions/context.ts';
import { isBlank } from '../definitions/parse.ts';
import type { AnyCommand } from '../definitions/command.ts';
import { isTerminal, parseCommandLine, type CommandLine } from './terminal/command-line.ts';
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
export type OpenedHost = { readonly host: Host } & UserRequest;

/** What the user asked the program for. */
type UserRequest =
  | { readonly asked: 'run'; readonly command: AnyCommand }
  | { readonly asked: 'help'; readonly command: AnyCommand | undefined }
  | { readonly asked: 'version' }
  /** Nothing was asked for: help is due, but it is wrong usage all the same. */
  | { readonly asked: 'nothing'; readonly failure: Failure }
  | { readonly asked: 'refused'; readonly failure: Failure };

/** Opens the host that `GENERIC_PACKAGES_PLATFORM` names, else the terminal's. */
export async function openHost(from: Surroundings, commands: readonly AnyCommand[]): Promise<OpenedHost> {
  const redaction = createRedaction();
  const jobToken = variable(from.env, 'CI_JOB_TOKEN');
  if (jobToken !== undefined) redaction.hide([jobToken]);
  const named = variable(from.env, PLATFORM_VARIABLE);
  const platform = named === undefined ? 'terminal' : PLATFORMS.find((known) => known === named);
  if (platform === 'github') return openGitHub(from, commands, redaction);
  const commandLine = parseCommandLine(from.argv, commands, platform);
  const options = { from, commandLine, redaction, commands };
  const atTerminal = platform === undefined || isTerminal(commandLine.command, platform);
  const host = atTerminal ? openTerminal(options) : openGitLab(options);
  if (platform === undefined) {
    const message = `${PLATFORM_VARIABLE} must be one of ${PLATFORMS.map((known) => quoted(known)).join(', ')}`;
    return { host, asked: 'refused', failure: usage(message) };
  }
  return { host, ...userRequest(commandLine, from.argv) };
}

function userRequest({ asked, command, problems }: CommandLine, argv: readonly string[]): UserRequest {
  if (asked === 'help') return { asked, command };
  if (asked === 'version') return { asked };
  if (command !== undefined) return { asked, command };
  const failure = usage(problems.map((problem) => problem.line).join('; '));
  const isBare = argv.every((argument) => argument.startsWith('-'));
  return { asked: isBare ? 'nothing' : 'refused', failure };
}

async function openGitHub(
  from: Surroundings,
  commands: readonly AnyCommand[],
  redaction: Redaction,
): Promise<OpenedHost> {
  // Loaded on this platform only: it is the largest part of the program.
  const { createGitHubHost, githubLog } = await import(/* webpackMode: "eager" */ './github/github.ts');
  const [word = ACTION_WORD] = from.argv;
  const forAll = word === ACTION_WORD;
  const usable = commands.filter((command) => command.platforms.includes('github'));
  const log = githubLog(from, redaction);
  const context = readContext(from, 'github', log);
  const host = createGitHubHost({ from, context, log, redaction, commands, siblings: forAll ? usable : [] });
  const name = forAll ? variable(from.env, githubVariable(COMMAND_INPUT)) : word;
  const command = usable.find((known) => known.name === name);
  if (command !== undefined) return { host, asked: 'run', command };
  return { host, asked: 'refused', failure: noActionCommand(name, usable) };
}

function noActionCommand(name: string | undefined, usable: readonly AnyCommand[]): Failure {
  const names = usable.map((command) => quoted(command.name)).join(', ');
  const start = isBlank(name) ? `${COMMAND_INPUT}: is required and was not given` : `${COMMAND_INPUT}: unknown command`;
  return usage(`${start}. The commands are ${names}`);
}

function usage(message: string): Failure {
  return new Failure('usage', message, { problems: [message] });
}
