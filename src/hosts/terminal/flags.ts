/**
 * The flags after a command → texts by input, places of secrets and every problem. Nothing unknown is
 * repeated.
 */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { flag } from '../../definitions/naming.ts';
import type { AnyCommand } from '../../definitions/command.ts';
import { append, emptyDraft, complete, type Draft, type Flags } from './flag-draft.ts';
import type { Meaning } from './flag-names.ts';
import { refusedSecret } from './flag-problems.ts';
import { nearest } from '../nearest.ts';

/** One flag as it stands on the command line. */
interface Given {
  /** Without a value: `--files`, `--no-flatten`, `-x`. */
  readonly typed: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly negated: boolean;
  /** True when the value stands in the same argument, after `=`. */
  readonly inline: boolean;
  /** The argument after it; it may be its value or have nothing to do with it. */
  readonly next: string | undefined;
}

/** Reads every flag after the command and gathers all problems. */
export function readFlags(args: readonly string[], command: AnyCommand): Flags {
  const draft = emptyDraft(command);
  /** Arguments that were judged together with the one before them. */
  const judged = new Set<number>();
  for (const token of tokensOf(args, draft.meanings)) {
    if (judged.has(token.index)) continue;
    if (token.kind === 'positional') draft.stray += 1;
    if (token.kind !== 'option') continue;
    judged.add(token.index);
    if (readFlag(asGiven(token, args), draft)) judged.add(token.index + 1);
  }
  return complete(draft);
}

type Token = ReturnType<typeof tokensOf>[number];

function tokensOf(args: readonly string[], meanings: ReadonlyMap<string, Meaning>) {
  const options: ParseArgsOptionsConfig = {};
  for (const [name, meaning] of meanings) {
    options[name] = { type: meaning.takes === 'nothing' ? 'boolean' : 'string', multiple: true };
  }
  const how = { strict: false, allowNegative: true, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...args], options, ...how }).tokens;
}

function asGiven(token: Extract<Token, { kind: 'option' }>, args: readonly string[]): Given {
  const argument = args[token.index] ?? '';
  const long = token.rawName.startsWith('--');
  const negated = token.rawName.startsWith('--no-') && !token.inlineValue;
  return {
    // parseArgs takes `-tSECRET` apart into letters; here it is one argument.
    typed: long ? token.rawName : argument,
    name: long ? token.name : argument,
    value: token.value,
    negated: negated && token.rawName !== flag(token.name),
    inline: token.inlineValue === true,
    next: args[token.index + 1],
  };
}

/** Returns whether the next argument is dealt with as well. */
function readFlag(given: Given, draft: Draft): boolean {
  const meaning = draft.meanings.get(given.name);
  if (meaning === undefined) return refuseUnknown(given, draft);
  if (meaning.takes === 'nothing') return readSwitch(given, meaning, draft);
  if (meaning.is === 'secret') {
    draft.problems.push({ input: meaning.input, line: refusedSecret(meaning.input) });
    return false;
  }
  if (given.negated) {
    draft.problems.push({
      input: meaning.input,
      line: `${given.typed}: only a boolean flag can be negated`,
    });
    return followedByValue(given);
  }
  if (given.value === undefined || (!given.inline && given.value.startsWith('--'))) {
    const way = given.value === undefined ? '' : `; one that begins with dashes is written ${given.typed}=…`;
    draft.problems.push({ input: meaning.input, line: `${given.typed}: needs a value${way}` });
    return false;
  }
  if (meaning.is === 'input') append(draft.texts, meaning.input, given.value);
  else append(draft.places, meaning.input, { from: meaning.from, name: given.value });
  return false;
}

function readSwitch(given: Given, meaning: Extract<Meaning, { takes: 'nothing' }>, draft: Draft): boolean {
  const own = `${flag(meaning.name)}, ${flag(`no-${meaning.name}`)} or ${flag(meaning.name)}=true`;
  const input = meaning.is === 'global' ? undefined : meaning.name;
  // `--no-flatten false` says the opposite of what it negates.
  const asked = given.negated ? String(given.next !== 'true') : given.next;
  if (!given.inline && (given.next === 'true' || given.next === 'false')) {
    draft.problems.push({
      ...named(input),
      line: `${given.typed}: takes its value after an equals sign: ${flag(meaning.name)}=${asked}`,
    });
    return true;
  }
  const text = given.inline ? (given.value ?? '') : String(!given.negated);
  if (meaning.is === 'input') append(draft.texts, meaning.name, text);
  else if (text === 'true') draft.globals.add(meaning.name);
  else if (text !== 'false') draft.problems.push({ line: `${given.typed}: must be ${own}` });
  return false;
}

/** The argument after an unknown flag is most likely its value; it is skipped, never shown. */
function refuseUnknown(given: Given, draft: Draft): boolean {
  const positive = given.name.startsWith('no-') ? given.name.slice(3) : undefined;
  if (given.inline && positive !== undefined && draft.meanings.has(positive)) {
    draft.problems.push({ input: positive, line: `${given.typed}: takes no value` });
  } else if (/^--[a-z-]{1,30}$/.test(given.typed)) {
    const near = nearest(
      given.name,
      [...draft.meanings.keys()].filter((name) => !name.startsWith('-')),
    );
    const hint = near === undefined ? '' : `; did you mean ${meant(near, draft.meanings)}?`;
    draft.problems.push({ line: `${given.typed}: \`${draft.command.name}\` has no such flag${hint}` });
  } else {
    draft.unnamed += 1;
  }
  return followedByValue(given);
}

/** A secret's own name is no flag, but it is what many will try. */
function meant(name: string, meanings: ReadonlyMap<string, Meaning>): string {
  return meanings.get(name)?.is === 'secret' ? `${flag(`${name}-env`)} or ${flag(`${name}-file`)}` : flag(name);
}

function followedByValue(given: Given): boolean {
  return !given.inline && given.next !== undefined && !given.next.startsWith('-');
}

function named(input: string | undefined): { input?: string } {
  return input === undefined ? {} : { input };
}
