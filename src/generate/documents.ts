/** Tables of inputs and outputs, each put between its two markers in whatever page has them. */
import type { Platform } from '../definitions/context.ts';
import type { Input } from '../definitions/inputs.ts';
import { inputsOn, type AnyCommand, type Component } from '../definitions/command.ts';
import { dotenvName } from '../definitions/job-files.ts';
import { environmentVariable, flag } from '../definitions/naming.ts';
import { componentInput, jobInputs, programInputs, type ComponentInputs } from './component-inputs.ts';
import { defaultWords, describeInput, isRequired, outputsOf, type NamedInput } from './describe.ts';
import { pipelineInputs } from './pipeline-template.ts';
import type { Release } from './release.ts';
import type { Yaml } from './yaml-text.ts';

const PLATFORMS: readonly Platform[] = ['github', 'gitlab', 'terminal'];

/** A Markdown file of the repository. */
export interface Page {
  /** From the checkout's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface RenderedPages {
  /** The pages that have markers, with fresh tables. Text outside the markers stays as it is. */
  readonly pages: readonly Page[];
  /** Markers that are wrong or missing, and pages that are. */
  readonly problems: readonly string[];
}

interface Region {
  readonly name: string;
  /** Where the generated text stands: after the first marker, before the second. */
  readonly from: number;
  readonly to: number;
}

interface MarkedPage extends Page {
  readonly regions: readonly Region[];
  readonly problems: readonly string[];
}

interface Section {
  readonly text: string;
  /** The page that has to show it. Absent: any page may. */
  readonly home?: string;
}

/** All pages with fresh tables. A table that no page shows, or that its command's page does not, is a problem. */
export function renderPages(pages: readonly Page[], commands: readonly AnyCommand[], release: Release): RenderedPages {
  const sections = sectionsOf(commands, release);
  const marked = pages.map(markedPage);
  return {
    pages: marked.filter(({ regions }) => regions.length > 0).map((page) => filledPage(page, sections)),
    problems: [
      ...marked.flatMap(({ problems }) => problems),
      ...unknownMarkers(marked, sections),
      ...missingMarkers(marked, sections),
    ],
  };
}

/** The page of a command, which shows its tables. */
export function commandPage(command: string): string {
  return `docs/commands/${command}.md`;
}

function filledPage({ path, text, regions }: MarkedPage, sections: ReadonlyMap<string, Section>): Page {
  let filled = text;
  for (const { name, from, to } of regions.toReversed()) {
    const section = sections.get(name);
    if (section !== undefined) filled = `${filled.slice(0, from)}\n\n${section.text}\n\n${filled.slice(to)}`;
  }
  return { path, text: filled };
}

function unknownMarkers(pages: readonly MarkedPage[], sections: ReadonlyMap<string, Section>): readonly string[] {
  return pages.flatMap(({ path, regions }) =>
    regions
      .filter(({ name }) => !sections.has(name))
      .map(({ name }) => `${path}: nothing is generated for the marker ${marker('begin', name)}`),
  );
}

function missingMarkers(pages: readonly MarkedPage[], sections: ReadonlyMap<string, Section>): readonly string[] {
  const problems: string[] = [];
  for (const [name, { home }] of sections) {
    const shows = pages.some(({ path, regions }) => {
      return (home === undefined || path === home) && regions.some((region) => region.name === name);
    });
    if (shows) continue;
    const page = home === undefined || pages.some(({ path }) => path === home) ? home : `${home} (a new page)`;
    problems.push(`${page ?? 'A page'}: needs the two lines ${marker('begin', name)} and ${marker('end', name)}`);
  }
  return problems;
}

/** Every table there is, by the name in its markers. */
function sectionsOf(commands: readonly AnyCommand[], release: Release): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  const connection = connectionOf(commands);
  for (const command of commands) {
    const home = commandPage(command.name);
    for (const platform of command.platforms) {
      const own = inputsOn(platform, command).filter(([name, input]) => connection.get(name)?.input !== input);
      if (own.length > 0) sections.set(`${command.name} ${platform} inputs`, { text: inputTable(own, platform), home });
    }
    if (outputsOf(command).length > 0) sections.set(`${command.name} outputs`, { text: outputTable(command), home });
  }
  for (const platform of PLATFORMS) {
    const inputs = [...connection].filter(([, { platforms }]) => platforms.has(platform));
    if (inputs.length === 0) continue;
    const text = inputTable(
      inputs.map(([name, { input }]) => [name, input]),
      platform,
    );
    sections.set(`connection ${platform} inputs`, { text });
  }
  if (commands.some(({ component }) => component !== undefined)) {
    sections.set('component inputs', { text: componentTable(commands, release) });
    sections.set('release-pipeline inputs', { text: pipelineTable(commands, release) });
  }
  return sections;
}

interface SharedInput {
  readonly input: Input;
  readonly platforms: ReadonlySet<Platform>;
}

/** The connection's inputs, told once for all commands: as the first that has one has it. */
function connectionOf(commands: readonly AnyCommand[]): ReadonlyMap<string, SharedInput> {
  const shared = new Map<string, { input: Input; platforms: Set<Platform> }>();
  for (const [command, platform] of commands.flatMap((one) => one.platforms.map((on) => [one, on] as const))) {
    for (const [name, input] of inputsOn(platform, command).filter(([, known]) => known.connection)) {
      const known = shared.get(name) ?? { input, platforms: new Set() };
      known.platforms.add(platform);
      shared.set(name, known);
    }
  }
  return shared;
}

function inputTable(inputs: readonly NamedInput[], platform: Platform): string {
  return table(
    [platform === 'terminal' ? 'Flag' : 'Input', 'Type', 'Default', 'Meaning'],
    inputs.map(([name, input]) => [
      typedForms(name, input, platform),
      typeWords(input, platform),
      isRequired(input) ? '**required**' : defaultWords(input, platform),
      describeInput(input, platform),
    ]),
  );
}

/** How a user of this platform writes it. */
function typedForms(name: string, input: Input, platform: Platform): string {
  if (platform !== 'terminal') return `\`${name}\``;
  if (input.kind === 'boolean') return `\`${flag(name)}\`, \`${flag(`no-${name}`)}\``;
  if (input.kind !== 'secret') return `\`${flag(name)}\``;
  return `\`${flag(`${name}-env`)} NAME\`, \`${flag(`${name}-file`)} PATH\` or \`${environmentVariable(name)}\``;
}

function typeWords(input: Input, platform: Platform): string {
  if (platform === 'gitlab') return componentInput(input).type;
  if (platform === 'terminal' && input.kind === 'lines') return 'text, may be repeated';
  return input.kind;
}

/** Where a command has a component, its outputs with the variables that scripts of later jobs find them in. */
function outputTable(command: AnyCommand): string {
  if (command.component === undefined) {
    return table(
      ['Output', 'Meaning'],
      outputsOf(command, onlyPlatform(command)).map(({ name, description }) => [`\`${name}\``, description]),
    );
  }
  // A list is no text that a GitLab report could carry: its file is.
  const lists = new Set(Object.keys(command.outputs).filter((name) => command.outputs[name]?.kind === 'list'));
  return table(
    ['Output', 'Variable in GitLab', 'Meaning'],
    outputsOf(command).map(({ name, description }) => [
      `\`${name}\``,
      lists.has(name) ? '' : `\`${dotenvName(command.name, name, '')}\``,
      description,
    ]),
  );
}

/** Where there is just one, texts speak of it alone. */
function onlyPlatform({ platforms }: AnyCommand): Platform | undefined {
  return platforms.length === 1 ? platforms[0] : undefined;
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
function markedPage({ path, text }: Page): MarkedPage {
  const regions: Region[] = [];
  const problems: string[] = [];
  let open: { name: string; from: number } | undefined;
  for (const found of text.matchAll(/<!-- (begin|end) generated: (.+?) -->/g)) {
    const [whole, end, name = ''] = found;
    if (end === 'begin') {
      if (open !== undefined) problems.push(`${path}: ${marker('end', open.name)} is missing`);
      open = { name, from: found.index + whole.length };
    } else if (open?.name === name) {
      regions.push({ name, from: open.from, to: found.index });
      open = undefined;
    } else {
      problems.push(`${path}: ${marker('begin', name)} is missing before ${whole}`);
    }
  }
  if (open !== undefined) problems.push(`${path}: ${marker('end', open.name)} is missing`);
  return { path, text, regions, problems };
}
