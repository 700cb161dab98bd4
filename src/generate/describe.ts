/** Words and defaults of inputs and outputs that several generated files share. Layout is not here. */
import type { Input, Inputs } from '../definitions/inputs.ts';
import { listPathName, type Outputs } from '../definitions/outputs.ts';
import type { AnyCommand } from '../definitions/command.ts';

export type NamedInput = readonly [name: string, input: Input];

export interface NamedOutput {
  readonly name: string;
  readonly description: string;
}

/** The inputs in the order of the definition, their own types forgotten. */
export function inputsOf(command: AnyCommand): readonly NamedInput[] {
  const inputs: Inputs = command.inputs;
  return Object.entries(inputs);
}

/** The outputs as a user names them: a list has a second one, the path of the file that holds it. */
export function outputsOf(command: AnyCommand): readonly NamedOutput[] {
  const outputs: Outputs = command.outputs;
  return Object.entries(outputs).flatMap(([name, { kind, description }]) => [
    { name, description },
    ...(kind === 'list'
      ? [{ name: listPathName(name), description: `Path of a file that always holds the whole list \`${name}\`.` }]
      : []),
  ]);
}

/** The text that a blank field stands for, when it does not depend on the run. */
function fixedDefault(input: Input): string | undefined {
  if (input.kind === 'secret') return 'auto';
  return 'default' in input ? input.default : undefined;
}

/**
 * The default that action.yml and string inputs of templates carry as text. A connection input
 * carries none: the environment comes between what was said here and its default.
 */
export function carriedDefault(input: Input): string {
  if (input.connection && input.kind !== 'secret') return '';
  return fixedDefault(input) ?? '';
}

/** True for an input that has to be given in every run. */
export function isRequired(input: Input): boolean {
  return 'required' in input && input.required;
}

/** What an input is for and which values it accepts, without its default. */
export function describeInput(input: Input): string {
  return [input.description, valueWords(input)].filter((words) => words !== '').join(' ');
}

/** The same and the default in words, unless `carried`, the text beside it, says all of it. */
export function describeWithDefault(input: Input, carried = ''): string {
  const preset = defaultWords(input);
  const isSaid = preset === '' || (carried !== '' && input.fallback === undefined);
  return isSaid ? describeInput(input) : `${describeInput(input)} Default: ${preset}.`;
}

/** The default in words: a fallback in prose, a fixed text as code, empty when there is none. */
export function defaultWords(input: Input): string {
  if (input.fallback !== undefined) return input.fallback;
  const fixed = fixedDefault(input);
  return fixed === undefined ? '' : `\`${fixed}\``;
}

function valueWords(input: Input): string {
  if (input.kind === 'choice') return `One of ${input.options.map((option) => `\`${option}\``).join(', ')}.`;
  if (input.kind !== 'integer') return '';
  return `From ${input.min} to ${input.max}${input.unit === undefined ? '' : ` ${input.unit}`}.`;
}
