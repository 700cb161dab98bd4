/** Arguments → a command, its flags and every problem, generated from definitions; nothing is read or printed. */
import type { Raw } from '../../definitions/parse.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { globalFlag, type GlobalFlag, type SecretPlace } from './flag-names.ts';
import { readFlags } from './flags.ts';
import type { ReadingProblem } from '../host.ts';
import { findNearest } from '../nearest.ts';

export interface CommandLine {
  /** Absent when there is none or no such command; the problems then say so. */
  readonly command: AnyCommand | undefined;
  readonly asked: 'run' | 'help' | 'version';
  readonly verbose: boolean;
  readonly json: boolean;
  readonly given: ReadonlyMap<string, Raw>;
  readonly secretPlaces: ReadonlyMap<string, SecretPlace>;
  /** Files for list outputs, by the name of the output. */
  readonly outputPaths: ReadonlyMap<string, string>;
  readonly problems: readonly ReadingProblem[];
}

/** Reads a whole command line. The command comes first; only the flags that every command has may precede it. */
export function parseCommandLine(
  args: readonly string[],
  commands: readonly AnyCommand[],
  platform: Platform = 'terminal',
): CommandLine {
  const start = args.findIndex((argument) => globalFlag(argument) === undefined);
  const leading = (start === -1 ? args : args.slice(0, start)).flatMap((a) => globalFlag(a) ?? []);
  const word = start === -1 ? undefined : args[start];
  if (word === 'help') return helpAbout(args[start + 1], commands);
  const command = commands.find((known) => known.name === word);
  if (command === undefined) return withoutCommand(word, args, leading, commands);
  const flags = readFlags(args.slice(start + 1), command, isTerminal(command, platform) ? 'terminal' : platform);
  const globals = new Set([...leading, ...flags.globals]);
  return {
    command,
    asked: askedBy(globals),
    verbose: globals.has('verbose'),
    json: globals.has('json'),
    given: flags.given,
    secretPlaces: flags.secretPlaces,
    outputPaths: flags.outputPaths,
    problems: flags.problems,
  };
}

/**
 * True where the command line is a terminal's. Commands that have no component, such as `list`, run in a
 * GitLab job's own script as they do at a terminal.
 */
export function isTerminal(command: AnyCommand | undefined, platform: Platform): boolean {
  return platform !== 'gitlab' || command?.platforms.includes('gitlab') === false;
}

function askedBy(globals: ReadonlySet<GlobalFlag>): CommandLine['asked'] {
  if (globals.has('help')) return 'help';
  return globals.has('version') ? 'version' : 'run';
}

function helpAbout(word: string | undefined, commands: readonly AnyCommand[]): CommandLine {
  const command = commands.find((known) => known.name === word);
  if (command === undefined && word !== undefined && !word.startsWith('-')) {
    return { ...EMPTY, problems: [{ line: noCommandLine(word, commands) }] };
  }
  return { ...EMPTY, command, asked: 'help' };
}

function withoutCommand(
  word: string | undefined,
  args: readonly string[],
  leading: readonly GlobalFlag[],
  commands: readonly AnyCommand[],
): CommandLine {
  const globals = new Set([...leading, ...args.flatMap((argument) => globalFlag(argument) ?? [])]);
  return {
    ...EMPTY,
    // A word that is not a command is wrong usage, whatever else is asked for: no help explains it.
    asked: word === undefined || word.startsWith('-') ? askedBy(globals) : 'run',
    verbose: globals.has('verbose'),
    json: globals.has('json'),
    problems: [{ line: noCommandLine(word, commands) }],
  };
}

function noCommandLine(word: string | undefined, commands: readonly AnyCommand[]): string {
  const names = commands.map((command) => command.name);
  const list = `The commands are ${names.map((name) => `\`${name}\``).join(', ')}`;
  if (word === undefined) return `no command was given. ${list}`;
  if (word.startsWith('-')) return `the command comes first, before its flags. ${list}`;
  // The word may be anything, a secret too: it is not repeated.
  const near = findNearest(word, names);
  return near === undefined ? `unknown command. ${list}` : `unknown command; did you mean \`${near}\`? ${list}`;
}

const EMPTY: CommandLine = {
  command: undefined,
  asked: 'run',
  verbose: false,
  json: false,
  given: new Map(),
  secretPlaces: new Map(),
  outputPaths: new Map(),
  problems: [],
};
