/**
 * Help texts of the command line, rendered from definitions. Pure: the width is given, nothing is
 * printed.
 */
import type { Input } from './inputs.ts';
import { environmentVariable, flag } from './naming.ts';
import { listPathName, type Output } from './outputs.ts';
import type { AnyCommand } from './command.ts';

export interface HelpOptions {
  /** Columns to wrap at. */
  readonly width: number;
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
      `Every flag but these can be set in the environment too: ${example} as ${environmentVariable('package-name')}. ` +
        'Exit codes: 0 done, 1 failed, 2 wrong usage, 130 or 143 after a signal.',
      width,
    ),
  ]);
}

/** One command with its inputs, defaults, variables and outputs. Ends with a newline. */
export function commandHelp(command: AnyCommand, options: HelpOptions): string {
  const width = bounded(options.width);
  const inputs = Object.entries<Input>(command.inputs);
  const own = inputs.filter(([, input]) => !input.connection);
  const connection = inputs.filter(([, input]) => input.connection);
  const outputs = Object.entries<Output>(command.outputs).flatMap(outputRows);
  return joined([
    `${PROGRAM} ${command.name}: ${command.summary}`,
    '',
    ...wrap(command.description, width),
    '',
    ...section('Usage', [`${PROGRAM} ${command.name}${usageOf(own)} [flags]`]),
    ...section(
      'Flags',
      own.flatMap(([name, input]) => inputLines(name, input, width)),
    ),
    ...section(
      'Connection',
      connection.flatMap(([name, input]) => inputLines(name, input, width)),
    ),
    ...section('Flags of every command', columns(EVERY_COMMAND, width)),
    ...section('Outputs', columns(outputs, width)),
  ]);
}

function inputLines(name: string, input: Input, width: number): readonly string[] {
  return [
    flagForms(name, input),
    ...wrap(input.description, width - 6).map((line) => `    ${line}`),
    ...wrap(`[${facts(name, input).join('; ')}]`, width - 6).map((line) => `    ${line}`),
  ];
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
} as const satisfies Partial<Record<Input['kind'], string>>;

function facts(name: string, input: Input): readonly string[] {
  const preset = defaultOf(input);
  return [
    ...('required' in input ? ['required'] : []),
    ...(input.kind === 'lines' ? ['may be repeated'] : []),
    ...(input.kind === 'integer' ? [`${input.min} to ${input.max}`] : []),
    ...(input.kind === 'secret' ? ['never a flag of its own; - as PATH is standard input'] : []),
    ...(preset === undefined ? [] : [preset.startsWith('required') ? preset : `default: ${preset}`]),
    `variable: ${environmentVariable(name)}`,
  ];
}

function defaultOf(input: Input): string | undefined {
  if (input.fallback !== undefined) return input.fallback;
  const preset = 'default' in input ? input.default : undefined;
  return preset === undefined ? undefined : preset.split('\n').join(' ');
}

function usageOf(inputs: readonly (readonly [string, Input])[]): string {
  return inputs
    .filter(([, input]) => 'required' in input)
    .map(([name, input]) => ` ${flagForms(name, input)}`)
    .join('');
}

function outputRows([name, output]: [string, Output]): readonly (readonly [string, string])[] {
  const own = [name, output.description] as const;
  return output.kind === 'list' ? [own, [listPathName(name), `File that holds \`${name}\` whole.`]] : [own];
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

/** Breaks at blanks; a word that is longer than a line stands on one of its own. */
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
