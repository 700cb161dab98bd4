/** GitLab's rules for the first document of a component, `spec:inputs`, and for what an include gives them. */
import { isHash, isList, isText, keysBesides, type Hash } from './plain.ts';

/** Keys of one input. `rules` came with 18.7: older servers stop at it. */
const INPUT_KEYS = ['default', 'description', 'options', 'regex', 'type'];
const TYPES = ['string', 'number', 'boolean', 'array'];
const MAX_OPTIONS = 50;

export interface Inputs {
  readonly problems: readonly string[];
  /** What `$[[ inputs.x ]]` stands for: given values, else defaults. */
  readonly values: ReadonlyMap<string, unknown>;
}

/** Checks the header by itself, then the values that an include gives. */
export function readInputs(header: unknown, given: Hash): Inputs {
  const problems: string[] = [];
  const declared = declaredInputs(header, problems);
  for (const [name, spec] of Object.entries(declared)) {
    problems.push(...inputProblems(spec ?? {}).map((problem) => `\`${name}\` input: ${problem}`));
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(declared, name)) problems.push(`unknown input arguments: ${name}`);
  }
  const values = new Map<string, unknown>();
  for (const [name, spec] of Object.entries(declared)) {
    const hash = isHash(spec) ? spec : {};
    const value = given[name] ?? hash.default;
    if (value === undefined) problems.push(`\`${name}\` input: required value has not been provided`);
    else if (Object.hasOwn(given, name)) {
      problems.push(...valueProblems(hash, value, 'provided').map((problem) => `\`${name}\` input: ${problem}`));
    }
    values.set(name, value);
  }
  return { problems, values };
}

function declaredInputs(header: unknown, problems: string[]): Hash {
  if (!isHash(header) || !Object.hasOwn(header, 'spec')) {
    problems.push('the first document must be the header with `spec`');
    return {};
  }
  problems.push(...keysBesides(header, ['spec']).map((key) => `header: unknown key ${key}`));
  const spec = header.spec;
  if (spec === null) return {};
  if (!isHash(spec)) {
    problems.push('header: spec must be a hash');
    return {};
  }
  // `component` (18.6) and `include` (not for components) stop a pipeline on GitLab 17.0.
  problems.push(...keysBesides(spec, ['inputs']).map((key) => `header:spec: unknown key ${key}`));
  const inputs = spec.inputs;
  if (isHash(inputs) && Object.keys(inputs).length > 0) return inputs;
  problems.push('Build component error: Spec must be a valid json schema (inputs are empty)');
  return {};
}

function inputProblems(spec: unknown): readonly string[] {
  if (!isHash(spec)) return ['must be a hash'];
  const problems = keysBesides(spec, INPUT_KEYS).map((key) => `unknown key ${key}`);
  const { type = 'string', description, options, regex } = spec;
  if (!isText(type) || !TYPES.includes(type)) return [...problems, `type unknown value: ${String(type)}`];
  if (description !== undefined && !isText(description)) problems.push('description should be a string');
  if (options !== undefined) {
    if (!isList(options)) problems.push('options should be an array');
    else if (options.length > MAX_OPTIONS) problems.push(`cannot define more than ${MAX_OPTIONS} options`);
    else if (options.includes(null)) problems.push('options array cannot contain null values');
    if (type !== 'string' && type !== 'number') problems.push('Options can only be used with string and number inputs');
  }
  if (regex !== undefined && type !== 'string') problems.push('RegEx validation can only be used with string inputs');
  if (Object.hasOwn(spec, 'default')) problems.push(...valueProblems(spec, spec.default, 'default'));
  return problems;
}

/** The type is strict: a quoted number is no number, and null is nothing at all. */
function valueProblems(spec: Hash, value: unknown, which: 'default' | 'provided'): readonly string[] {
  const { type = 'string', options, regex } = spec;
  if (!isOfType(value, type)) return [`${which} value is not a ${String(type)}`];
  if (isList(options) && !options.includes(value)) {
    return [`\`${String(value)}\` cannot be used because it is not in the list of allowed options`];
  }
  if (isText(regex) && isText(value) && !new RegExp(regex, 'u').test(value)) {
    return [`${which} value does not match required RegEx pattern`];
  }
  return [];
}

function isOfType(value: unknown, type: unknown): boolean {
  return type === 'array' ? isList(value) : typeof value === type;
}
