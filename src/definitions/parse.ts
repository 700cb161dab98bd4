/**
 * Raw texts → typed values, strictly and with all problems at once. Where texts come from is
 * hosts/.
 */
import { parseDuration } from '../core/duration.ts';
import { harmless } from '../core/text.ts';
import type { Platform } from './context.ts';
import type { Input, Inputs, Secret, SecretInput, ValuesOf } from './inputs.ts';
import type { Problem } from './command.ts';

/** A text as the user gave it, and where: `--files`, `GENERIC_PACKAGES_FILES`, `files`. */
export interface Raw {
  readonly text: string;
  readonly source: string;
}

export type RawInputs = ReadonlyMap<string, Raw>;

export interface Parsed<D extends Inputs> {
  /**
   * Every input has a value of its type. For one with a problem it is the default or an empty
   * stand-in, so that rules between inputs can still be looked at; such a run must not go on.
   */
  readonly values: ValuesOf<D>;
  readonly problems: readonly Problem[];
}

type Plain = Exclude<Input, { kind: 'secret' }>;
type Reading = { readonly value: unknown } | { readonly problem: string };

const MAX_SHOWN = 80;
const UNEXPANDED = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/;

/**
 * Parses every input of a definition and gathers all problems; raw texts of no input are passed
 * over.
 */
export function parseInputs<D extends Inputs>(inputs: D, raw: RawInputs, platform: Platform): Parsed<D> {
  const values = Object.create(null) as Record<string, unknown>;
  const problems: Problem[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const given = raw.get(name);
    const reading = input.kind === 'secret' ? readSecret(input, given, platform) : readPlain(input, given);
    if ('problem' in reading) problems.push({ input: name, problem: reading.problem });
    values[name] = 'problem' in reading ? standIn(input) : reading.value;
  }
  return { values: values as ValuesOf<D>, problems };
}

/** True when the text says nothing: blank means *not given*, in every platform. */
export function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

function readPlain(input: Plain, given: Raw | undefined): Reading {
  const typed = given?.text.trim() ?? '';
  if (typed !== '') return readTyped(input, typed);
  const preset = 'default' in input ? input.default : undefined;
  if (preset !== undefined) return readTyped(input, preset);
  if ('required' in input) return { problem: 'is required and was not given' };
  return { value: input.kind === 'lines' ? [] : undefined };
}

function standIn(input: Input): unknown {
  if (input.kind === 'secret') return { kind: 'auto' } satisfies Secret;
  const unset = readPlain(input, undefined);
  if ('value' in unset) return unset.value;
  return input.kind === 'lines' ? [] : '';
}

function readTyped(input: Plain, typed: string): Reading {
  switch (input.kind) {
    case 'text':
      return readText(input, typed);
    case 'path':
      return typed.includes('\0') ? { problem: 'holds a NUL character' } : { value: typed };
    case 'url':
      return /\s/.test(typed) ? { problem: 'must be one address without blanks' } : { value: typed };
    case 'lines':
      return { value: nonBlankLines(typed) };
    case 'boolean':
      return typed === 'true' || typed === 'false' ? { value: typed === 'true' } : expected('`true` or `false`', typed);
    case 'integer':
      return readInteger(input, typed);
    case 'choice':
      return input.options.includes(typed)
        ? { value: typed }
        : expected(`one of ${input.options.map((option) => `\`${option}\``).join(', ')}`, typed);
    case 'duration': {
      const ms = parseDuration(typed);
      return ms === undefined ? expected('a duration such as `90s`, `15m`, `12h` or `30d`', typed) : { value: ms };
    }
  }
}

function readText(input: Extract<Input, { kind: 'text' }>, typed: string): Reading {
  if (input.none && typed === 'none') return { value: undefined };
  if (!input.multiline && /[\r\n]/.test(typed)) return { problem: 'must be one line' };
  if (input.identifier && !/^[A-Za-z0-9._-]+$/.test(typed)) {
    return expected('only letters, digits, `.`, `_` and `-`', typed);
  }
  return { value: typed };
}

function readInteger(input: Extract<Input, { kind: 'integer' }>, typed: string): Reading {
  const number = /^\d{1,15}$/.test(typed) ? Number(typed) : Number.NaN;
  if (number >= input.min && number <= input.max) return { value: number };
  return expected(`a whole number from ${input.min} to ${input.max}`, typed);
}

/**
 * A secret that is there but blank was named and arrived empty: never a reason to fall back to
 * another credential. GitLab leaves `$NAME` as it is where the variable does not exist.
 */
function readSecret(input: SecretInput, given: Raw | undefined, platform: Platform): Reading {
  if (given === undefined) return { value: { kind: 'auto' } satisfies Secret };
  const value = given.text.trim();
  if (value === '') return { problem: `was named but is empty. ${emptySecretHint(input, platform)}` };
  if (UNEXPANDED.test(value)) {
    return {
      problem: `is the name of a variable that does not exist here. ${emptySecretHint(input, platform)}`,
    };
  }
  if (value === 'auto' || value === 'none') return { value: { kind: value } satisfies Secret };
  return { value: { kind: 'value', value } satisfies Secret };
}

function emptySecretHint({ instead }: SecretInput, platform: Platform): string {
  switch (platform) {
    case 'gitlab':
      return (
        'On GitLab protected variables are empty on unprotected branches and tags: ' +
        'protect the ref, or name a variable that is not protected'
      );
    case 'github':
      return (
        'On GitHub secrets are empty for pull requests from forks, and when their name is misspelt: ' +
        'check the secret, or skip this step for such runs'
      );
    case 'terminal':
      return `Set it to a token, or leave it away to work ${instead === undefined ? 'without one' : `with \`${instead}\``}`;
  }
}

function nonBlankLines(typed: string): readonly string[] {
  return typed
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function expected(what: string, typed: string): Reading {
  return { problem: `must be ${what}, not \`${harmless(typed, { limit: MAX_SHOWN })}\`` };
}
