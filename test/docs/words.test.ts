/** The words that the documents use: those of the field, and names that exist. */
import { expect, test } from '@jest/globals';
import { commands } from '../../src/commands/index.ts';
import { environmentVariable, gitlabVariable } from '../../src/definitions/naming.ts';
import { programInputs } from '../../src/generate/component-inputs.ts';
import { PAGES } from './pages.ts';

/** Decisions may tell history. */
const TOLD = PAGES.filter(({ path }) => !path.startsWith('docs/adr/'));

const OLD_WORDS = /\b(?:verbs?|doors?|handed-down|hand-over|hands? on|(?:un)?finish(?:ed|es)?|skipped|put out)\b/gi;
/** "A number that is taken is skipped" is the field's word. */
const FITTING = /number that is taken is skipped/g;

test.each(TOLD.map((page) => [page.path, page] as const))(
  '%s has none of the words that were replaced',
  (_, { text }) => {
    expect(text.replaceAll(FITTING, '').match(OLD_WORDS)).toBeNull();
  },
);

/** Not inputs: what the templates set, and where a command is called from. */
const OWN_VARIABLES = ['PLATFORM', 'COMMAND', 'PROGRAM_PROJECT'].map((name) => `GENERIC_PACKAGES_${name}`);

test('variables that are named are read by the program', () => {
  const inputs = commands.flatMap((command) => Object.keys(command.inputs));
  const release = { version: '1.0.0', project: 'a/b', sha256: '' };
  const known = new Set([
    ...OWN_VARIABLES,
    ...inputs.flatMap((input) => [environmentVariable(input), gitlabVariable(input)]),
    ...Object.keys(programInputs(release)).map(gitlabVariable),
  ]);
  const named = TOLD.flatMap(({ text }) => text.match(/\bGENERIC_PACKAGES_[A-Z0-9_]*[A-Z0-9]\b/g) ?? []);

  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !known.has(name) && name !== 'GENERIC_PACKAGES_INPUT')).toEqual([]);
});
