/**
 * Words and defaults of inputs and outputs that several generated files share. Layout is not here.
 * Each function speaks of one platform, or of all of them where none is given.
 */
import { inputsOn, type AnyCommand, type NamedInput } from '../definitions/command.ts';
import type { Platform } from '../definitions/context.ts';
import type { Input } from '../definitions/inputs.ts';
import { listPathDescription, listPathName, type Output } from '../definitions/outputs.ts';
import { phraseEverywhere, sentencesEverywhere, textOn, type PlatformText } from '../definitions/platform-text.ts';

export type { NamedInput } from '../definitions/command.ts';

export interface NamedOutput {
  readonly name: string;
  readonly description: string;
}

/** The inputs on all platforms of a command, in the order of the definition. Those on one platform: `inputsOn`. */
export function inputsOf(command: AnyCommand): readonly NamedInput[] {
  const names = new Set(command.platforms.flatMap((platform) => inputsOn(platform, command).map(([name]) => name)));
  return Object.entries<Input>(command.inputs).filter(([name]) => names.has(name));
}

/** The outputs as a user names them: a list has a second one, the path of the file that holds it. */
export function outputsOf(command: AnyCommand, platform?: Platform): readonly NamedOutput[] {
  const named = (name: string, text: PlatformText): NamedOutput => ({ name, description: sentences(text, platform) });
  return Object.entries<Output>(command.outputs).flatMap(([name, { kind, description }]) => [
    named(name, description),
    ...(kind === 'list' ? [named(listPathName(name), listPathDescription(name))] : []),
  ]);
}

/** The text that a blank field stands for, when it does not depend on the run. */
function fixedDefault(input: Input): string | undefined {
  if (input.kind === 'secret') return 'auto';
  return 'default' in input ? input.default : undefined;
}

/**
 * The default that action.yml and string inputs of templates carry as text. A connection input
 * carries none: the environment comes between what was given here and its default.
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
export function describeInput(input: Input, platform?: Platform): string {
  return [sentences(input.description, platform), valueWords(input)].filter((words) => words !== '').join(' ');
}

/** The same and the default in words, unless `carried`, the text beside it, says all of it. */
export function describeWithDefault(input: Input, platform: Platform, carried = ''): string {
  const description = describeInput(input, platform);
  const preset = defaultWords(input, platform);
  if (preset === '' || (carried !== '' && textOn(platform, input.fallback) === '')) return description;
  // What is required by a rule between inputs has no default.
  return preset.startsWith('required') ? `${description} R${preset.slice(1)}.` : `${description} Default: ${preset}.`;
}

/** The default in words: a fallback in prose, a fixed text as code, empty when there is none. */
export function defaultWords(input: Input, platform?: Platform): string {
  const fallback = platform === undefined ? phraseEverywhere(input.fallback) : textOn(platform, input.fallback);
  if (fallback !== '') return fallback;
  const fixed = fixedDefault(input);
  return fixed === undefined ? '' : `\`${fixed}\``;
}

function sentences(text: PlatformText, platform: Platform | undefined): string {
  return platform === undefined ? sentencesEverywhere(text) : textOn(platform, text);
}

function valueWords(input: Input): string {
  if (input.kind === 'choice') return `One of ${input.options.map((option) => `\`${option}\``).join(', ')}.`;
  if (input.kind === 'duration' && input.bounds !== undefined)
    return `From \`${input.bounds.min}\` to \`${input.bounds.max}\`.`;
  if (input.kind === 'days') {
    const least = input.min === undefined ? '' : `; at least \`${input.min}\``;
    return `Whole days or weeks, such as \`30d\` or \`8w\`${least}.`;
  }
  if (input.kind !== 'integer') return '';
  return `From ${input.min} to ${input.max}${input.unit === undefined ? '' : ` ${input.unit}`}.`;
}
