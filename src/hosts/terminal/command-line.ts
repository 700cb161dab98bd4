/**
 * Arguments → a verb, its flags and every problem, generated from definitions; nothing is read or
 * printed.
 */
import type { Raw } from '../../spec/parse.ts';
import type { AnyVerb } from '../../spec/verb.ts';
import { globalFlag, type GlobalFlag, type SecretPlace } from './flag-names.ts';
import { readFlags } from './flags.ts';
import type { ReadingProblem } from '../host.ts';
import { nearest } from '../nearest.ts';

export interface CommandLine {
  /** Absent when there is none or no such verb; the problems then say so. */
  readonly verb: AnyVerb | undefined;
  readonly asked: 'run' | 'help' | 'version';
  readonly verbose: boolean;
  readonly json: boolean;
  readonly given: ReadonlyMap<string, Raw>;
  readonly secretPlaces: ReadonlyMap<string, SecretPlace>;
  readonly problems: readonly ReadingProblem[];
}

/**
 * Reads a whole command line. The verb comes first; only the flags that every verb has may precede
 * it.
 */
export function parseCommandLine(args: readonly string[], verbs: readonly AnyVerb[]): CommandLine {
  const start = args.findIndex((argument) => globalFlag(argument) === undefined);
  const leading = (start === -1 ? args : args.slice(0, start)).flatMap((a) => globalFlag(a) ?? []);
  const word = start === -1 ? undefined : args[start];
  if (word === 'help') return helpAbout(args[start + 1], verbs);
  const verb = verbs.find((known) => known.name === word);
  if (verb === undefined) return withoutVerb(word, args, leading, verbs);
  const flags = readFlags(args.slice(start + 1), verb);
  const globals = new Set([...leading, ...flags.globals]);
  return {
    verb,
    asked: globals.has('help') ? 'help' : globals.has('version') ? 'version' : 'run',
    verbose: globals.has('verbose'),
    json: globals.has('json'),
    given: flags.given,
    secretPlaces: flags.secretPlaces,
    problems: flags.problems,
  };
}

function helpAbout(word: string | undefined, verbs: readonly AnyVerb[]): CommandLine {
  const verb = verbs.find((known) => known.name === word);
  return { ...EMPTY, verb, asked: 'help' };
}

function withoutVerb(
  word: string | undefined,
  args: readonly string[],
  leading: readonly GlobalFlag[],
  verbs: readonly AnyVerb[],
): CommandLine {
  const globals = new Set([...leading, ...args.flatMap((argument) => globalFlag(argument) ?? [])]);
  return {
    ...EMPTY,
    asked: globals.has('help') ? 'help' : globals.has('version') ? 'version' : 'run',
    verbose: globals.has('verbose'),
    json: globals.has('json'),
    problems: [{ line: noVerbLine(word, verbs) }],
  };
}

function noVerbLine(word: string | undefined, verbs: readonly AnyVerb[]): string {
  const names = verbs.map((verb) => verb.name);
  const list = `The verbs are ${names.map((name) => `\`${name}\``).join(', ')}`;
  if (word === undefined) return `no verb was given. ${list}`;
  if (word.startsWith('-')) return `the verb comes first, before its flags. ${list}`;
  // The word may be anything, a secret too: it is not repeated.
  const near = nearest(word, names);
  return near === undefined
    ? `the first argument is no verb. ${list}`
    : `the first argument is no verb; did you mean \`${near}\`? ${list}`;
}

const EMPTY: CommandLine = {
  verb: undefined,
  asked: 'run',
  verbose: false,
  json: false,
  given: new Map(),
  secretPlaces: new Map(),
  problems: [],
};
