/** Pages of commands against definitions: one for each, with the platforms it has and flags that exist. */
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/commands/index.ts';
import { commandPage } from '../../src/generate/documents.ts';
import { parseCommandLine } from '../../src/hosts/terminal/command-line.ts';
import { codeIn, headingsOf, pageAt, PAGES, proseOf } from './pages.ts';

const SECTIONS = { github: 'In a GitHub workflow', gitlab: 'In a GitLab pipeline', terminal: 'At a terminal' } as const;

test('there is a page for each command and for nothing else', () => {
  const pages = PAGES.map(({ path }) => path).filter((path) => path.startsWith('docs/commands/'));

  expect(pages).toEqual(commands.map(({ name }) => commandPage(name)).sort());
});

describe.each(commands.map((command) => [command.name, command] as const))('the page of %s', (name, command) => {
  const page = pageAt(commandPage(name));
  const headings = headingsOf(page);

  test('is called as the command', () => {
    expect(headings.filter(({ level }) => level === 1)).toEqual([{ level: 1, title: name }]);
  });

  test('has a section of inputs for each of its platforms', () => {
    const from = headings.findIndex(({ level, title }) => level === 2 && title === 'Inputs');
    const inputs = headings.slice(from + 1).filter(({ level }) => level === 3);

    expect(from).not.toBe(-1);
    expect(inputs.map(({ title }) => title)).toEqual(command.platforms.map((platform) => SECTIONS[platform]));
  });

  test('has a section of outputs if there are some', () => {
    const sections = headings.filter(({ level }) => level === 2).map(({ title }) => title);

    expect(sections.includes('Outputs')).toBe(Object.keys(command.outputs).length > 0);
  });

  test('names only flags that the command has', () => {
    expect(flagsIn(proseOf(page)).filter((flag) => !hasFlag(name, flag))).toEqual([]);
  });
});

test('flags that other pages name are flags of some command', () => {
  const ofOthers = ['--location', '--fail', '--header', '--user', '--retry', '--name', '--no-name'];
  const named = PAGES.filter(({ path }) => path.startsWith('docs/') && !path.startsWith('docs/adr/'))
    .flatMap((page) => flagsIn(proseOf(page)))
    .filter((flag) => !ofOthers.includes(flag));

  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((flag) => !commands.some(({ name }) => hasFlag(name, flag)))).toEqual([]);
});

function flagsIn(prose: string): readonly string[] {
  return codeIn(prose).flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []);
}

/** Alone or with a value: the parser itself is asked. */
function hasFlag(command: string, flag: string): boolean {
  return [[flag], [flag, 'VALUE']].some((args) => parseCommandLine([command, ...args], commands).problems.length === 0);
}
