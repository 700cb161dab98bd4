/** What our templates set in a job never looks like a slip of the pen to the program. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { unknownVariableNotes } from '../../src/hosts/unknown-variables.ts';
import { commands } from '../../src/commands/index.ts';

const FOLDER = new URL('../../templates/', import.meta.url);
const TEMPLATES = readdirSync(FOLDER).filter((name) => name.endsWith('.yml'));

test('there are templates, which set inputs', () => {
  expect(TEMPLATES).toContain('publish.yml');
  expect(namesIn('publish.yml')).toContain('GENERIC_PACKAGES_INPUT_PROGRAM');
});

test.each(TEMPLATES)('%s sets none that is unknown', (template) => {
  const env = Object.fromEntries(namesIn(template).map((name) => [name, '']));
  expect(
    commands.flatMap((command) => unknownVariableNotes(env, { platform: 'gitlab', command, commands, named: [] })),
  ).toEqual([]);
});

function namesIn(template: string): readonly string[] {
  return readFileSync(new URL(template, FOLDER), 'utf8').match(/GENERIC_PACKAGES_INPUT_[A-Z0-9_]+/g) ?? [];
}
