/** The flags after a command → texts by input, places of secrets and every problem. Nothing unknown is repeated. */
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { flag } from '../../definitions/naming.ts';
import { isElsewhere, type AnyCommand } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { append, completeDraft, emptyDraft, type FlagDraft, type GivenFlags } from './flag-draft.ts';
import type { FlagMeaning } from './flag-names.ts';
import { refuseSecret } from './flag-problems.ts';
import { findNearest } from '../nearest.ts';

/** One flag as it was typed. */
interface TypedFlag {
  /** Without a value: `--files`, `--no-flatten`, `-x`. */
  readonly typed: string;
  readonly name: string;
  readonly value: string | undefined;
  readonly negated: boolean;
  /** True when the value is in the same argument, after `=`. */
  readonly inline: boolean;
  /** The argument after it; it may be its value or have nothing to do with it. */
  readonly next: string | undefined;
}

/** Reads every flag after the command and gathers all problems. */
export function readFlags(args: readonly string[], command: AnyCommand, platform: Platform): GivenFlags {
  const draft = emptyDraft(command, platform);
  /** Arguments that were judged together with the one before them. */
  const judged = new Set<number>();
  for (const token of tokensOf(args, draft.meanings)) {
    if (judged.has(token.index)) continue;
    if (token.kind === 'positional') draft.stray += 1;
    if (token.kind !== 'option') continue;
    judged.add(token.index);
    if (readFlag(asGiven(token, args), draft)) judged.add(token.index + 1);
  }
  return completeDraft(draft);
}

type Token = ReturnType<typeof tokensOf>[number];

function tokensOf(args: readonly string[], meanings: ReadonlyMap<string, FlagMeaning>) {
  const options: ParseArgsOptionsConfig = {};
  for (const [name, meaning] of meanings) {
    options[name] = { type: meaning.takes === 'nothing' ? 'boolean' : 'string', multiple: true };
  }
  const how = { strict: false, allowNegative: true, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...args], options, ...how }).tokens;
}

function asGiven(token: Extract<Token, { kind: 'option' }>, args: readonly string[]): TypedFlag {
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

const WHERE = { github: 'on GitHub', gitlab: 'on GitLab', terminal: 'at the terminal' } as const;

/** Returns whether the next argument is dealt with as well. */
function readFlag(given: TypedFlag, draft: FlagDraft): boolean {
  const meaning = draft.meanings.get(given.name);
  if (meaning === undefined) return refuseUnknown(given, draft);
  if (meaning.takes === 'nothing') return readSwitch(given, meaning, draft);
  if (meaning.is === 'secret') {
    draft.problems.push({ input: meaning.input, line: refuseSecret(meaning.input) });
    return false;
  }
  const input = 'input' in meaning ? meaning.input : undefined;
  if (given.negated) {
    draft.problems.push({ ...named(input), line: `${given.typed}: only a boolean flag can be negated` });
    return followedByValue(given);
  }
  if (given.value === undefined || (!given.inline && given.value.startsWith('--'))) {
    const way = given.value === undefined ? '' : `; one that begins with dashes is written ${given.typed}=…`;
    draft.problems.push({ ...named(input), line: `${given.typed}: needs a value${way}` });
    return false;
  }
  if (meaning.is === 'input') append(draft.texts, meaning.input, given.value);
  else if (meaning.is === 'output-path') append(draft.outputPaths, meaning.output, given.value);
  else append(draft.places, meaning.input, { from: meaning.from, name: given.value });
  return false;
}

/** What people write for `true` and `false`. Any other word may be another thing's, and is not repeated. */
const SWITCH_WORDS: ReadonlySet<string> = new Set(['yes', 'no', 'y', 'n', 'on', 'off', '1', '0']);

function readSwitch(given: TypedFlag, meaning: Extract<FlagMeaning, { takes: 'nothing' }>, draft: FlagDraft): boolean {
  const own = `${flag(meaning.name)}, ${flag(`no-${meaning.name}`)} or ${flag(meaning.name)}=true`;
  const input = meaning.is === 'global' ? undefined : meaning.name;
  // `--no-flatten false` means the opposite of what it negates.
  const asked = given.negated ? String(given.next !== 'true') : given.next;
  if (!given.inline && (given.next === 'true' || given.next === 'false')) {
    draft.problems.push({
      ...named(input),
      line: `${given.typed}: takes its value after an equals sign: ${flag(meaning.name)}=${asked}`,
    });
    return true;
  }
  if (!given.inline && SWITCH_WORDS.has(given.next?.toLowerCase() ?? '')) {
    draft.problems.push({ ...named(input), line: `${given.typed}: takes no word after it: give ${own}` });
    return true;
  }
  const text = given.inline ? (given.value ?? '') : String(!given.negated);
  if (meaning.is === 'input') append(draft.texts, meaning.name, text);
  else if (text === 'true') draft.globals.add(meaning.name);
  else if (text !== 'false') draft.problems.push({ line: `${given.typed}: must be ${own}` });
  return false;
}

/** The argument after an unknown flag is most likely its value; it is skipped, never shown. */
function refuseUnknown(given: TypedFlag, draft: FlagDraft): boolean {
  const positive = given.name.startsWith('no-') ? given.name.slice(3) : undefined;
  if (given.inline && positive !== undefined && draft.meanings.has(positive)) {
    draft.problems.push({ input: positive, line: `${given.typed}: takes no value` });
  } else if (isElsewhere(draft.platform, draft.command, given.name)) {
    draft.problems.push({ line: `${given.typed} has no meaning ${WHERE[draft.platform]}: omit it` });
  } else if (/^--[a-z][a-z_-]{0,29}$/.test(given.typed)) {
    const near = findNearest(
      given.name,
      [...draft.meanings.keys()].filter((name) => !name.startsWith('-')),
    );
    const hint = near === undefined ? '' : `; did you mean ${meant(near, draft.meanings)}?`;
    draft.problems.push({ line: `unknown flag ${given.typed}${hint}` });
  } else {
    draft.unnamed += 1;
  }
  return followedByValue(given);
}

/** A secret's own name is not a flag, but it is what many will try. */
function meant(name: string, meanings: ReadonlyMap<string, FlagMeaning>): string {
  return meanings.get(name)?.is === 'secret' ? `${flag(`${name}-env`)} or ${flag(`${name}-file`)}` : flag(name);
}

function followedByValue(given: TypedFlag): boolean {
  return !given.inline && given.next !== undefined && !given.next.startsWith('-');
}

function named(input: string | undefined): { input?: string } {
  return input === undefined ? {} : { input };
}
