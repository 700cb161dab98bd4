/** Tables of inputs and outputs, and the README with each of them between its two markers. */
import type { Input } from '../definitions/inputs.ts';
import type { AnyCommand, Component } from '../definitions/command.ts';
import { jobInputs, programInputs, type ComponentInputs } from './component-inputs.ts';
import { defaultWords, describeInput, inputsOf, isRequired, outputsOf, type NamedInput } from './describe.ts';
import { pipelineInputs } from './pipeline-template.ts';
import type { Release } from './release.ts';
import type { Yaml } from './yaml-text.ts';

export interface Rendered {
  readonly text: string;
  readonly problems: readonly string[];
}

interface Region {
  readonly name: string;
  /** Where the generated text stands: after the first marker, before the second. */
  readonly from: number;
  readonly to: number;
}

/** The region for commands that have none of their own, so that a new command needs no edit by hand. */
const OTHER_COMMANDS = 'other commands';
/** The region for the composition, where the README tells of it. */
const PIPELINE = 'release-pipeline inputs';

/** The README with fresh tables. Text outside the markers stays; problems name markers that are wrong. */
export function renderReadme(readme: string, commands: readonly AnyCommand[], release: Release): Rendered {
  const { regions, problems } = regionsOf(readme);
  const present = new Set(regions.map((region) => region.name));
  const sections = sectionsFor(commands, release, present);
  const missing = [...sections.keys()].filter((name) => !present.has(name));
  const unknown = regions.filter((region) => !sections.has(region.name));
  let text = readme;
  for (const { name, from, to } of regions.toReversed()) {
    const section = sections.get(name);
    if (section !== undefined)
      text = `${text.slice(0, from)}\n${section === '' ? '' : `\n${section}\n\n`}${text.slice(to)}`;
  }
  return {
    text,
    problems: [
      ...problems,
      ...missing.map((name) => `README.md: needs the two lines ${marker('begin', name)} and ${marker('end', name)}`),
      ...unknown.map(({ name }) => `README.md: nothing is generated for the marker ${marker('begin', name)}`),
    ],
  };
}

/** Every region that the README must have, by name, with its text. */
function sectionsFor(
  commands: readonly AnyCommand[],
  release: Release,
  present: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const sections = new Map<string, string>();
  const others: string[] = [];
  const connection = connectionOf(commands);
  for (const command of commands) {
    const tables = tablesOf(command, connection);
    const hasOwnRegion = tables.some(([name]) => present.has(name));
    if (hasOwnRegion || !present.has(OTHER_COMMANDS)) tables.forEach(([name, text]) => sections.set(name, text));
    else others.push(`### ${command.name}\n\n${command.description}\n\n${tables.map(([, text]) => text).join('\n\n')}`);
  }
  if (connection.size > 0) sections.set('connection inputs', inputTable([...connection]));
  sections.set('component inputs', componentTable(commands, release));
  if (present.has(PIPELINE)) sections.set(PIPELINE, pipelineTable(commands, release));
  if (present.has(OTHER_COMMANDS)) sections.set(OTHER_COMMANDS, others.join('\n\n'));
  return sections;
}

/** The connection's inputs, told once for all commands: as the first of them has them. */
function connectionOf(commands: readonly AnyCommand[]): ReadonlyMap<string, Input> {
  const inputs = new Map<string, Input>();
  for (const [name, input] of commands.flatMap(inputsOf)) {
    if (input.connection && !inputs.has(name)) inputs.set(name, input);
  }
  return inputs;
}

/** A command's own tables: all its inputs but those that the table of the connection tells. */
function tablesOf(
  command: AnyCommand,
  connection: ReadonlyMap<string, Input>,
): readonly (readonly [region: string, text: string])[] {
  const own = inputsOf(command).filter(([name, input]) => connection.get(name) !== input);
  const outputs = outputsOf(command).map(({ name, description }) => [`\`${name}\``, description]);
  return [
    ...(own.length > 0 ? [[`${command.name} inputs`, inputTable(own)] as const] : []),
    ...(outputs.length > 0 ? [[`${command.name} outputs`, table(['Output', 'Meaning'], outputs)] as const] : []),
  ];
}

function inputTable(inputs: readonly NamedInput[]): string {
  return table(
    ['Input', 'Kind', 'Default', 'Meaning'],
    inputs.map(([name, input]) => [
      `\`${name}\``,
      input.kind,
      isRequired(input) ? '**required**' : defaultWords(input),
      describeInput(input),
    ]),
  );
}

/** The inputs of every component; what differs from command to command is told for each. */
function componentTable(commands: readonly AnyCommand[], release: Release): string {
  const inputs: ComponentInputs = {
    ...jobInputs({ name: 'generic-packages-<command>', stage: '', rules: [] }),
    ...programInputs(release),
  };
  const differing: Readonly<Record<string, string>> = {
    stage: forEach(commands, ({ stage }) => stage),
    rules: forEach(commands, ({ rules }) => rules.map((rule) => rule.if ?? JSON.stringify(rule)).join(' || ')),
  };
  return table(
    ['Input', 'Type', 'Default', 'Meaning'],
    Object.entries(inputs).map(([name, input]) => [
      `\`${name}\``,
      input.type,
      differing[name] ?? (typeof input.default === 'string' && input.default !== '' ? `\`${input.default}\`` : ''),
      input.description,
    ]),
  );
}

function pipelineTable(commands: readonly AnyCommand[], release: Release): string {
  const rows = Object.entries(pipelineInputs(commands, release)).map(([name, input]) => [
    `\`${name}\``,
    input.type,
    input.default === undefined ? '**required**' : fixedWords(input.default),
    input.description,
  ]);
  return table(['Input', 'Type', 'Default', 'Meaning'], rows);
}

/** Rules are told by their condition. */
function fixedWords(value: Yaml): string {
  if (Array.isArray(value))
    return (value as readonly { if?: string }[]).map((rule) => `\`${rule.if ?? JSON.stringify(rule)}\``).join(' or ');
  return value === '' ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function forEach(commands: readonly AnyCommand[], say: (component: Component) => string): string {
  return commands
    .flatMap((command) => (command.component === undefined ? [] : [`${command.name}: \`${say(command.component)}\``]))
    .join('; ');
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [columns, columns.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

/** A bar would end the cell, also within code; a line break would end the row. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', '<br>');
}

function marker(end: 'begin' | 'end', name: string): string {
  return `<!-- ${end} generated: ${name} -->`;
}

/** Pairs of markers in the order they stand in; a marker without its partner is a problem. */
function regionsOf(readme: string): { readonly regions: readonly Region[]; readonly problems: readonly string[] } {
  const regions: Region[] = [];
  const problems: string[] = [];
  let open: { name: string; from: number } | undefined;
  for (const found of readme.matchAll(/<!-- (begin|end) generated: (.+?) -->/g)) {
    const [whole, end, name = ''] = found;
    if (end === 'begin') {
      if (open !== undefined) problems.push(`README.md: ${marker('end', open.name)} is missing`);
      open = { name, from: found.index + whole.length };
    } else if (open?.name === name) {
      regions.push({ name, from: open.from, to: found.index });
      open = undefined;
    } else {
      problems.push(`README.md: ${marker('begin', name)} is missing before ${whole}`);
    }
  }
  if (open !== undefined) problems.push(`README.md: ${marker('end', open.name)} is missing`);
  return { regions, problems };
}
