/** GitLab's rules for CI/CD variables: what a key, a scope and a value that shall be masked may be. */

export const VARIABLE_TYPES = ['env_var', 'file'] as const;
export type VariableType = (typeof VARIABLE_TYPES)[number];

/** A variable without its place. */
export interface VariableValues {
  readonly variableType: VariableType;
  readonly key: string;
  readonly value: string;
  readonly environmentScope: string;
  readonly protected: boolean;
  readonly masked: boolean;
  /** Its value is never shown again; always masked too. */
  readonly hidden: boolean;
  /** Not expanded by runners; may hold more when masked. */
  readonly raw: boolean;
  readonly description: string | undefined;
}

/** What is wrong with each attribute, in the words of a validation error's `message`. */
export type VariableProblems = Readonly<Record<string, readonly string[]>>;

const KEY = /^[a-zA-Z0-9_]+$/;
const SCOPE = /^[a-zA-Z0-9_/${}. *-]+$/;
// Eight characters at least: no version such as 1.2.3 can be masked.
const MASKABLE = /^[a-zA-Z0-9_+=/@:.~-]{8,}$/;
const RAW_MASKABLE = /^\S{8,}$/;

const BLANK = "can't be blank";
const KEY_WORDS = "can contain only letters, digits and '_'.";
const SCOPE_WORDS = "can contain only letters, digits, '-', '_', '/', '$', '{', '}', '.', '*' and spaces";

/** Undefined when nothing is wrong. Whether the key is taken in its scope, the store knows. */
export function variableProblems(variable: VariableValues): VariableProblems | undefined {
  const { key, environmentScope, value, masked, raw } = variable;
  const maskable = (raw ? RAW_MASKABLE : MASKABLE).test(value);
  const problems: [string, string[]][] = [
    ['key', wordProblems(key, KEY, KEY_WORDS)],
    ['environment_scope', wordProblems(environmentScope, SCOPE, SCOPE_WORDS)],
    ['value', masked && !maskable ? ['is invalid'] : []],
  ];
  const found = problems.filter(([, texts]) => texts.length > 0);
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function wordProblems(word: string, allowed: RegExp, words: string): string[] {
  if (word === '') return [BLANK, words];
  return [
    ...(word.length > 255 ? ['is too long (maximum is 255 characters)'] : []),
    ...(allowed.test(word) ? [] : [words]),
  ];
}
