/** Pages of commands against definitions: one for each, with the platforms it has and flags that exist. */
import { describe, expect, test } from '@jest/globals';
import { commands } from '../../src/commands/index.ts';
import { commandPage } from '../../src/generate/documents.ts';
import { meaningsOf } from '../../src/hosts/terminal/flag-names.ts';
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
    const known = [...meaningsOf(command)].flatMap(([flag]) => [`--${flag}`, `--no-${flag}`]);
    const named = codeIn(proseOf(page)).flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []);

    expect(named.filter((flag) => !known.includes(flag))).toEqual([]);
  });
});

test('flags that other pages name are flags of some command', () => {
  const curl = ['--location', '--fail', '--header', '--user', '--retry'];
  const known = [
    ...curl,
    ...commands.flatMap((command) => [...meaningsOf(command).keys()]).flatMap((flag) => [`--${flag}`, `--no-${flag}`]),
  ];
  const named = PAGES.filter(({ path }) => !path.startsWith('docs/adr/') && path.startsWith('docs/'))
    .flatMap((page) => codeIn(proseOf(page)))
    .flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []);

  expect(named.length).toBeGreaterThan(20);
  expect(
    [...new Set(named)].filter((flag) => !known.includes(flag) && flag !== '--name' && flag !== '--no-name'),
  ).toEqual([]);
});
