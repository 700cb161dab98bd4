/** The types an input can have, and the builders that commands write them with. Parsing is in parse.ts. */
import type { Platform } from './context.ts';
import type { PlatformText } from './platform-text.ts';

interface Common {
  /** Prose for users: one paragraph, whose first sentence alone says what the input is. */
  description: PlatformText;
  /** The platforms that have this input; absent: every platform of the command. Elsewhere it has its default. */
  platforms?: readonly Platform[];
  /** Taken from `GENERIC_PACKAGES_<NAME>` on every platform, so that a workflow sets it once. */
  connection?: true;
  /** Words for a default that the program works out: "the tag without `tag-prefix`". */
  fallback?: PlatformText;
}

/** One line of text, if not more. `none: true` lets the value `none` switch off what has a default. */
export interface TextInput extends Common {
  kind: 'text';
  default?: string;
  required?: true;
  none?: true;
  /** Characters that are allowed, for a short identifier such as a part's name. */
  identifier?: true;
  /** Prose, which may have line breaks. */
  multiline?: true;
  /** The value `from-pipeline` takes this output of an earlier job; GitLab only, see parse.ts. */
  fromPipeline?: PipelineOutput;
}

/** An output that a GitLab job takes from an earlier job of its pipeline. */
export type PipelineOutput = 'version' | 'digest';

/** Text with one item a line. At the terminal the flag is repeated. */
export interface LinesInput extends Common {
  kind: 'lines';
  default?: string;
  required?: true;
  /** The same for a line that ends in `@from-pipeline`. */
  fromPipeline?: PipelineOutput;
}

export interface BooleanInput extends Common {
  kind: 'boolean';
  default: 'true' | 'false';
}

export interface IntegerInput extends Common {
  kind: 'integer';
  default: string;
  min: number;
  max: number;
  /** What the number counts, when it is not things: `seconds`. */
  unit?: string;
}

export interface ChoiceInput extends Common {
  kind: 'choice';
  default: string;
  options: readonly string[];
}

/** A path on this machine; relative ones start from the working directory. */
export interface PathInput extends Common {
  kind: 'path';
  default?: string;
}

export interface UrlInput extends Common {
  kind: 'url';
}

/** A span of time such as `90s`, `5m`, `2h`, or `90`, which is seconds; parsed to milliseconds. */
export interface DurationInput extends Common {
  kind: 'duration';
  default?: string;
  /** Both as they are typed. */
  bounds?: { readonly min: string; readonly max: string };
}

/**
 * A span of whole days such as `30d`, or of weeks such as `8w`; parsed to milliseconds. It has no other units: where a
 * slip of the unit deletes things, `6m` must not mean six minutes.
 */
export interface DaysInput extends Common {
  kind: 'days';
  default?: string;
  /** As it is typed. */
  min?: string;
}

/** Never a flag of its own: it comes from the environment, a named variable or a file. */
export interface SecretInput extends Common {
  kind: 'secret';
  /** The secret that is used when this one is omitted; without it the run has no credential. */
  instead?: string;
}

export type Input =
  | TextInput
  | LinesInput
  | BooleanInput
  | IntegerInput
  | ChoiceInput
  | PathInput
  | UrlInput
  | DurationInput
  | DaysInput
  | SecretInput;

export type Inputs = Readonly<Record<string, Input>>;

/** What was given for a secret: nothing (`auto`), that there is none, or its value. */
export type Secret =
  { readonly kind: 'auto' } | { readonly kind: 'none' } | { readonly kind: 'value'; readonly value: string };

type Present<I extends Input, T> = I extends { none: true }
  ? T | undefined
  : I extends { required: true }
    ? T
    : I extends { default: string }
      ? T
      : T | undefined;

/** The parsed value of an input, computed from its definition. */
type ValueOf<I extends Input> = I extends BooleanInput
  ? boolean
  : I extends IntegerInput
    ? number
    : I extends ChoiceInput
      ? I['options'][number]
      : I extends LinesInput
        ? readonly string[]
        : I extends SecretInput
          ? Secret
          : I extends DurationInput | DaysInput
            ? Present<I, number>
            : Present<I, string>;

/** The parsed inputs of a command: exactly the names it defines. */
export type ValuesOf<D extends Inputs> = { readonly [K in keyof D]: ValueOf<D[K]> };

type Options<I extends Input> = Omit<I, 'kind'>;

export function text<const O extends Options<TextInput>>(options: O): O & { kind: 'text' } {
  return { ...options, kind: 'text' };
}

export function lines<const O extends Options<LinesInput>>(options: O): O & { kind: 'lines' } {
  return { ...options, kind: 'lines' };
}

export function boolean<const O extends Options<BooleanInput>>(options: O): O & { kind: 'boolean' } {
  return { ...options, kind: 'boolean' };
}

export function integer<const O extends Options<IntegerInput>>(options: O): O & { kind: 'integer' } {
  return { ...options, kind: 'integer' };
}

export function choice<const O extends Options<ChoiceInput>>(options: O): O & { kind: 'choice' } {
  return { ...options, kind: 'choice' };
}

export function path<const O extends Options<PathInput>>(options: O): O & { kind: 'path' } {
  return { ...options, kind: 'path' };
}

export function url<const O extends Options<UrlInput>>(options: O): O & { kind: 'url' } {
  return { ...options, kind: 'url' };
}

export function duration<const O extends Options<DurationInput>>(options: O): O & { kind: 'duration' } {
  return { ...options, kind: 'duration' };
}

export function days<const O extends Options<DaysInput>>(options: O): O & { kind: 'days' } {
  return { ...options, kind: 'days' };
}

export function secret<const O extends Options<SecretInput>>(options: O): O & { kind: 'secret' } {
  return { ...options, kind: 'secret' };
}
