/**
 * Which door a process was entered by, which verb it is asked for, and the host that goes with it.
 */
import { Failure } from '../core/errors.ts';
import type { Door } from '../spec/context.ts';
import { isBlank } from '../spec/parse.ts';
import type { AnyVerb } from '../spec/verb.ts';
import { parseCommandLine, type CommandLine } from './terminal/command-line.ts';
import { readContext } from './environment.ts';
import { VERB_INPUT } from './github-step/inputs.ts';
import { openGitLab } from './gitlab-job/gitlab.ts';
import type { Host } from './host.ts';
import { githubVariable } from '../spec/naming.ts';
import { createRedaction, type Redaction } from './text/redaction.ts';
import { variable, type Surroundings } from './surroundings.ts';
import { openTerminal } from './terminal/terminal.ts';

const DOOR_VARIABLE = 'GENERIC_PACKAGES_DOOR';
const DOORS: readonly Door[] = ['github', 'gitlab', 'terminal'];
/** The action for all verbs starts the program with this word in the verb's place. */
const ACTION_WORD = 'action';

/** A host, and what is to be done in it. */
export type Opened = { readonly host: Host } & Asked;

type Asked =
  | { readonly asked: 'run'; readonly verb: AnyVerb }
  | { readonly asked: 'help'; readonly verb: AnyVerb | undefined }
  | { readonly asked: 'version' }
  /** Nothing was asked for: help is due, but it is wrong usage all the same. */
  | { readonly asked: 'nothing'; readonly failure: Failure }
  | { readonly asked: 'refused'; readonly failure: Failure };

/** Opens the host that `GENERIC_PACKAGES_DOOR` names, else the terminal's. */
export async function openHost(from: Surroundings, verbs: readonly AnyVerb[]): Promise<Opened> {
  const redaction = createRedaction();
  const jobToken = variable(from.env, 'CI_JOB_TOKEN');
  if (jobToken !== undefined) redaction.hide([jobToken]);
  const named = variable(from.env, DOOR_VARIABLE);
  const door = named === undefined ? 'terminal' : DOORS.find((known) => known === named);
  if (door === 'github') return openGitHubDoor(from, verbs, redaction);
  const commandLine = parseCommandLine(from.argv, verbs);
  const options = { from, commandLine, redaction };
  // Verbs that have no component, such as `list`, are at home in one's own job's script all the same.
  const isTerminal = door !== 'gitlab' || commandLine.verb?.doors.includes('gitlab') === false;
  const host = isTerminal ? openTerminal(options) : openGitLab(options, verbs);
  if (door === undefined) {
    const message = `${DOOR_VARIABLE} must be one of ${DOORS.map((known) => `\`${known}\``).join(', ')}`;
    return { host, asked: 'refused', failure: usage(message) };
  }
  return { host, ...askedOf(commandLine, from.argv) };
}

function askedOf({ asked, verb, problems }: CommandLine, argv: readonly string[]): Asked {
  if (asked === 'help') return { asked, verb };
  if (asked === 'version') return { asked };
  if (verb !== undefined) return { asked, verb };
  const failure = usage(problems.map((problem) => problem.line).join('; '));
  const isBare = argv.every((argument) => argument.startsWith('-'));
  return { asked: isBare ? 'nothing' : 'refused', failure };
}

async function openGitHubDoor(from: Surroundings, verbs: readonly AnyVerb[], redaction: Redaction): Promise<Opened> {
  // Loaded on this door only: it is the largest part of the program.
  const { openGitHub, githubLog } = await import(/* webpackMode: "eager" */ './github-step/github.ts');
  const [word = ACTION_WORD] = from.argv;
  const forAll = word === ACTION_WORD;
  const usable = verbs.filter((verb) => verb.doors.includes('github'));
  const log = githubLog(from, redaction);
  const context = readContext(from, 'github', log);
  const host = openGitHub({ from, context, log, redaction, siblings: forAll ? usable : [] });
  const name = forAll ? variable(from.env, githubVariable(VERB_INPUT)) : word;
  const verb = usable.find((known) => known.name === name);
  if (verb !== undefined) return { host, asked: 'run', verb };
  return { host, asked: 'refused', failure: noActionVerb(name, usable) };
}

function noActionVerb(name: string | undefined, usable: readonly AnyVerb[]): Failure {
  const names = usable.map((verb) => `\`${verb.name}\``).join(', ');
  const start = isBlank(name)
    ? `${VERB_INPUT}: is required and was not given`
    : `${VERB_INPUT}: there is no such verb for a workflow`;
  return usage(`${start}. The verbs are ${names}`);
}

function usage(message: string): Failure {
  return new Failure('usage', message, { problems: [message] });
}
