/** Help texts of the command line, rendered from definitions. Pure: the width is given, nothing is printed. */
import type { Platform } from './context.ts';
import type { Input } from './inputs.ts';
import { environmentVariable, flag } from './naming.ts';
import { keptOutputs, listPathDescription, listPathName, type Output } from './outputs.ts';
import { inputsOn, type AnyCommand } from './command.ts';
import { textOn } from './platform-text.ts';

export interface HelpOptions {
  /** Columns to wrap at. */
  readonly width: number;
}

export interface CommandHelpOptions extends HelpOptions {
  /** Where the command line runs: each platform has inputs and words of its own. */
  readonly platform: Platform;
}

const PROGRAM = 'generic-packages';
const MIN_WIDTH = 40;
/** Longer lines are hard to read, however wide the terminal is. */
const MAX_WIDTH = 110;

const EVERY_COMMAND: readonly (readonly [flags: string, text: string])[] = [
  ['--json', 'Print the outputs as one JSON object on standard output, everything else on standard error.'],
  ['--verbose', 'Also show one line for each request.'],
  ['--help, -h', 'Show this text.'],
  ['--version, -v', 'Show the version of the program.'],
];

/** All commands in one line each, and what they have in common. Ends with a newline. */
export function overviewHelp(commands: readonly AnyCommand[], options: HelpOptions): string {
  const width = bounded(options.width);
  const example = flag('package-name');
  return joined([
    'Publish and fetch GitLab generic packages.',
    '',
    ...section('Usage', [`${PROGRAM} COMMAND [flags]`, `${PROGRAM} COMMAND --help`]),
    ...section(
      'Commands',
      columns(
        commands.map((command) => [command.name, command.summary]),
        width,
      ),
    ),
    ...section('Flags of every command', columns(EVERY_COMMAND, width)),
    ...wrap(
      `All other flags can also be set in the environment: ${example} as ${environmentVariable('package-name')}. ` +
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 or 143 after a signal.',
      width,
    ),
  ]);
}

/** One command with its inputs, defaults, variables and outputs. Ends with a newline. */
export function commandHelp(command: AnyCommand, { platform, ...options }: CommandHelpOptions): string {
  const page: Page = { platform, width: bounded(options.width) };
  const { width } = page;
  const inputs = inputsOn(platform, command);
  const own = inputs.filter(([, input]) => !input.connection);
  const connection = inputs.filter(([, input]) => input.connection);
  const outputs = Object.entries<Output>(command.outputs).flatMap((output) => outputRows(output, platform));
  return joined([
    `${PROGRAM} ${command.name}: ${command.summary}`,
    '',
    ...wrap(command.description, width),
    '',
    ...section('Usage', [`${PROGRAM} ${command.name}${usageOf(own)} [flags]`]),
    ...section('Flags', [
      ...own.flatMap(([name, input]) => inputLines(name, input, page)),
      ...outputPathLines(command, page),
    ]),
    ...section(
      'Connection',
      connection.flatMap(([name, input]) => inputLines(name, input, page)),
    ),
    ...section('Flags of every command', columns(EVERY_COMMAND, width)),
    ...section('Outputs', columns(outputs, width)),
  ]);
}

interface Page {
  readonly platform: Platform;
  readonly width: number;
}

function inputLines(name: string, input: Input, { platform, width }: Page): readonly string[] {
  return [
    flagForms(name, input),
    ...wrap(textOn(platform, input.description), width - 6).map((line) => `    ${line}`),
    ...wrap(`[${facts(name, input, platform).join('; ')}]`, width - 6).map((line) => `    ${line}`),
  ];
}

/** Flags for files that outputs are written to; a GitLab job keeps each in a file of its own. */
function outputPathLines(command: AnyCommand, { platform, width }: Page): readonly string[] {
  if (platform !== 'terminal') return [];
  return keptOutputs(command.outputs).flatMap(({ output, pathName }) => {
    const what =
      output === pathName ? `file of the output \`${output}\` here` : `output \`${output}\` to this file, as JSON`;
    return [`${flag(pathName)} FILE`, ...wrap(`Write the ${what}.`, width - 6).map((line) => `    ${line}`)];
  });
}

function flagForms(name: string, input: Input): string {
  switch (input.kind) {
    case 'boolean':
      return `${flag(name)}, ${flag(`no-${name}`)}`;
    case 'choice':
      return `${flag(name)} ${input.options.join('|')}`;
    case 'secret':
      return `${flag(`${name}-env`)} NAME, ${flag(`${name}-file`)} PATH`;
    case 'text':
    case 'lines':
    case 'integer':
    case 'path':
    case 'url':
    case 'duration':
    case 'days':
      return `${flag(name)} ${PLACEHOLDERS[input.kind]}`;
  }
}

const PLACEHOLDERS = {
  text: 'TEXT',
  lines: 'TEXT',
  integer: 'NUMBER',
  path: 'PATH',
  url: 'URL',
  duration: 'TIME',
  days: 'DAYS',
} as const satisfies Partial<Record<Input['kind'], string>>;

function facts(name: string, input: Input, platform: Platform): readonly string[] {
  const preset = defaultOf(input, platform);
  return [
    ...('required' in input ? ['required'] : []),
    ...(input.kind === 'lines' ? ['may be repeated'] : []),
    ...(input.kind === 'integer' ? [`${input.min} to ${input.max}`] : []),
    ...(input.kind === 'secret' ? ['never given as a flag; PATH may be -, which is standard input'] : []),
    ...(preset === undefined ? [] : [preset.startsWith('required') ? preset : `default: ${preset}`]),
    `variable: ${environmentVariable(name)}`,
  ];
}

function defaultOf(input: Input, platform: Platform): string | undefined {
  const fallback = textOn(platform, input.fallback);
  if (fallback !== '') return fallback;
  const preset = 'default' in input ? input.default : undefined;
  return preset === undefined ? undefined : preset.split('\n').join(' ');
}

function usageOf(inputs: readonly (readonly [string, Input])[]): string {
  return inputs
    .filter(([, input]) => 'required' in input)
    .map(([name, input]) => ` ${flagForms(name, input)}`)
    .join('');
}

function outputRows([name, output]: [string, Output], platform: Platform): readonly (readonly [string, string])[] {
  const own = [name, textOn(platform, output.description)] as const;
  if (output.kind !== 'list') return [own];
  return [own, [listPathName(name), textOn(platform, listPathDescription(name))]];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => (line === '' ? '' : `  ${line}`)), ''];
}

/** Terms on the left, wrapped texts on the right. */
function columns(rows: readonly (readonly [string, string])[], width: number): readonly string[] {
  const left = rows.reduce((most, [term]) => Math.max(most, term.length), 0) + 2;
  return rows.flatMap(([term, text]) =>
    wrap(text, width - left - 2).map((line, at) => (at === 0 ? term : '').padEnd(left) + line),
  );
}

/** Breaks at blanks; a word that is longer than a line gets a line of its own. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width && line !== '') {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function bounded(width: number): number {
  return Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width));
}

function joined(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
