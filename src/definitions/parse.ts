/** Raw texts → typed values, strictly and with all problems at once. Where texts come from is hosts/. */
import { parseDays, parseDuration } from '../core/duration.ts';
import { quoted } from '../core/text.ts';
import type { Platform } from './context.ts';
import type {
  DaysInput,
  DurationInput,
  Input,
  Inputs,
  LinesInput,
  PipelineOutput,
  Secret,
  SecretInput,
  TextInput,
  ValuesOf,
} from './inputs.ts';
import { textOn } from './platform-text.ts';
import type { Problem } from './command.ts';

/** A text as the user gave it, and where: `--files`, `GENERIC_PACKAGES_FILES`, `files`. */
export interface Raw {
  readonly text: string;
  readonly source: string;
}

export type RawInputs = ReadonlyMap<string, Raw>;

export interface ParsedInputs<D extends Inputs> {
  /**
   * Every input has a value of its type. For one with a problem it is the default or an empty
   * stand-in, so that rules between inputs can still be looked at; such a run must not go on.
   */
  readonly values: ValuesOf<D>;
  readonly problems: readonly Problem[];
}

type PlainInput = Exclude<Input, { kind: 'secret' }>;
type ParsedInput = { readonly value: unknown } | { readonly problem: string };

/** Most characters of a value that a message shows. */
const MAX_SHOWN = 80;
/** In place of a version or a digest: what an earlier job of the GitLab pipeline passed on. */
export const FROM_PIPELINE = 'from-pipeline';
const UNEXPANDED = /^\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})$/;

/** Parses every input of a definition and gathers all problems; a raw text that no input has the name of is ignored. */
export function parseInputs<D extends Inputs>(inputs: D, raw: RawInputs, platform: Platform): ParsedInputs<D> {
  const values = Object.create(null) as Record<string, unknown>;
  const problems: Problem[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const given = raw.get(name);
    const parsed = input.kind === 'secret' ? parseSecret(input, given, platform) : parsePlain(input, given, platform);
    if ('problem' in parsed) problems.push({ input: name, problem: parsed.problem });
    values[name] = 'problem' in parsed ? standIn(input) : parsed.value;
  }
  return { values: values as ValuesOf<D>, problems };
}

/** True when there is no text: blank means *not given*, on every platform. */
export function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

function parsePlain(input: PlainInput, given: Raw | undefined, platform: Platform): ParsedInput {
  const typed = given?.text.trim() ?? '';
  if (typed !== '') {
    const parsed = misplacedPipelineValue(input, typed, platform) ?? parseTyped(input, typed);
    const isFlag = input.kind === 'boolean' && platform === 'terminal' && 'problem' in parsed;
    return isFlag
      ? { problem: `${parsed.problem}. The flag alone is \`true\`, with \`no-\` before its name \`false\`` }
      : parsed;
  }
  const preset = 'default' in input ? input.default : undefined;
  if (preset !== undefined) return parseTyped(input, preset);
  if ('required' in input) return { problem: `is required and was not given: ${firstSentence(input, platform)}` };
  return { value: input.kind === 'lines' ? [] : undefined };
}

/** What the input is, in place of a hint: a description's first sentence alone says it. */
function firstSentence({ description }: PlainInput, platform: Platform): string {
  const [first = ''] = textOn(platform, description).split(/(?<=\.)\s/);
  return first.replace(/\.$/, '');
}

function standIn(input: Input): unknown {
  if (input.kind === 'secret') return { kind: 'auto' } satisfies Secret;
  const unset = parsePlain(input, undefined, 'terminal');
  if ('value' in unset) return unset.value;
  return input.kind === 'lines' ? [] : '';
}

function parseTyped(input: PlainInput, typed: string): ParsedInput {
  switch (input.kind) {
    case 'text':
      return parseText(input, typed);
    case 'path':
      return typed.includes('\0') ? { problem: 'contains a NUL character' } : { value: typed };
    case 'url':
      return /\s/.test(typed) ? { problem: 'must be one URL without blanks' } : { value: typed };
    case 'lines':
      return { value: nonBlankLines(typed) };
    case 'boolean':
      return typed === 'true' || typed === 'false' ? { value: typed === 'true' } : expected('`true` or `false`', typed);
    case 'integer':
      return parseInteger(input, typed);
    case 'choice':
      return input.options.includes(typed)
        ? { value: typed }
        : expected(`one of ${input.options.map((option) => quoted(option)).join(', ')}`, typed);
    case 'duration':
      return parseSpan(input, typed);
    case 'days':
      return parseDaySpan(input, typed);
  }
}

function parseText(input: TextInput, typed: string): ParsedInput {
  if (input.none && typed === 'none') return { value: undefined };
  if (!input.multiline && /[\r\n]/.test(typed)) return { problem: 'must be one line' };
  if (input.identifier && !/^[A-Za-z0-9._-]+$/.test(typed)) {
    return expected('only letters, digits, `.`, `_` and `-`', typed);
  }
  if (input.identifier && /^\.{1,2}$/.test(typed)) return expected('a name, and neither `.` nor `..`', typed);
  return { value: typed };
}

function parseInteger(input: Extract<Input, { kind: 'integer' }>, typed: string): ParsedInput {
  const number = /^\d{1,15}$/.test(typed) ? Number(typed) : Number.NaN;
  if (number >= input.min && number <= input.max) return { value: number };
  return expected(`a whole number from ${input.min} to ${input.max}`, typed);
}

function parseSpan({ bounds }: DurationInput, typed: string): ParsedInput {
  const ms = parseDuration(typed);
  if (ms === undefined)
    return expected('a duration such as `90s`, `15m` or `2h`; a number without a unit is seconds', typed);
  if (bounds === undefined || (ms >= msOf(bounds.min) && ms <= msOf(bounds.max))) return { value: ms };
  return expected(`a duration from \`${bounds.min}\` to \`${bounds.max}\``, typed);
}

function parseDaySpan({ min }: DaysInput, typed: string): ParsedInput {
  const ms = parseDays(typed);
  if (ms === undefined) return expected('a number of days or weeks with its unit, such as `180d` or `26w`', typed);
  if (min === undefined || ms >= (parseDays(min) ?? Number.NaN)) return { value: ms };
  return expected(`at least \`${min}\``, typed);
}

/** A bound is a duration: what a definition says is checked by its tests. */
function msOf(bound: string): number {
  return parseDuration(bound) ?? Number.NaN;
}

/** `from-pipeline` has a meaning in GitLab jobs only; elsewhere the user is told what to write instead. */
function misplacedPipelineValue(input: PlainInput, typed: string, platform: Platform): ParsedInput | undefined {
  if (platform === 'gitlab' || !takesFromPipeline(input)) return undefined;
  const line = nonBlankLines(typed).find((text) =>
    input.kind === 'lines' ? text.endsWith(`@${FROM_PIPELINE}`) : text === FROM_PIPELINE,
  );
  if (line === undefined) return undefined;
  const instead = insteadOfPipelineValue(input.fromPipeline, line.slice(0, -FROM_PIPELINE.length), platform);
  return { problem: `${quoted(line, MAX_SHOWN)} works on GitLab only. ${instead}` };
}

function takesFromPipeline(
  input: PlainInput,
): input is (TextInput | LinesInput) & { readonly fromPipeline: PipelineOutput } {
  return 'fromPipeline' in input;
}

/** `start` is what stands before the word, as in `NAME@from-pipeline`. */
function insteadOfPipelineValue(output: PipelineOutput, start: string, platform: 'github' | 'terminal'): string {
  if (platform === 'github') {
    const expression = `${start}\${{ needs.<job>.outputs.${output} }}`;
    return `On GitHub take the output of an earlier job: ${quoted(expression)}`;
  }
  if (output === 'version') return 'At the terminal give the version itself, such as `1.4.0`';
  const digest = quoted(`${start}sha256:…`);
  return `At the terminal give the digest itself: ${digest}, as \`publish\` or \`download\` printed it`;
}

/**
 * A secret that is there but blank was named and arrived empty: never a reason to fall back to
 * another credential. GitLab leaves `$NAME` as it is where the variable does not exist.
 */
function parseSecret(input: SecretInput, given: Raw | undefined, platform: Platform): ParsedInput {
  if (given === undefined) return { value: { kind: 'auto' } satisfies Secret };
  const value = given.text.trim();
  if (value === '') return { problem: `was named but is empty. ${emptySecretHint(input, platform)}` };
  if (UNEXPANDED.test(value)) {
    return {
      problem: `is the name of a variable that is not set here. ${emptySecretHint(input, platform)}`,
    };
  }
  if (isPath(value)) return { problem: `is a path, not a secret. ${pathHint(platform)}` };
  if (value === 'auto' || value === 'none') return { value: { kind: value } satisfies Secret };
  return { value: { kind: 'value', value } satisfies Secret };
}

/** At least one folder and a name, in the characters of a runner's own paths: no token looks like that. */
function isPath(value: string): boolean {
  return /^(?:\/|[A-Za-z]:[\\/])(?:[\w.@ -]+[\\/])+[\w.-]+$/.test(value);
}

function pathHint(platform: Platform): string {
  switch (platform) {
    case 'gitlab':
      return (
        'A GitLab CI/CD variable of type file holds the path of a file: give it the type variable, or take the ' +
        'content with `--token-file` in your own script'
      );
    case 'github':
      return 'Give the secret itself, from `secrets`';
    case 'terminal':
      return 'Name the file with a flag that ends in `-file`, such as `--token-file PATH`';
  }
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
      return instead === undefined
        ? 'Set it to a token. Omit it only where no token is needed, as for what is public'
        : `Set it to a token, or omit it to work with \`${instead}\``;
  }
}

function nonBlankLines(typed: string): readonly string[] {
  return typed
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function expected(what: string, typed: string): ParsedInput {
  return { problem: `must be ${what}, not ${quoted(typed, MAX_SHOWN)}` };
}
