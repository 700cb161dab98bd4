/** Help texts, rendered from definitions. */
import { describe, expect, test } from '@jest/globals';
import { overviewHelp, commandHelp } from '../../src/definitions/help.ts';
import { publish } from '../../src/commands/publish/index.ts';
import { sampleCommands } from '../hosts/sample-commands.ts';

const [move] = sampleCommands;
if (move === undefined) throw new Error('the sample commands are gone');

describe('the help of a command', () => {
  const text = commandHelp(move, { width: 80, platform: 'terminal' });

  test.each([
    ['the usage with what is required', 'generic-packages move --files TEXT [flags]'],
    ['a text', '  --package-name TEXT\n      Name of the package.\n      [variable: GENERIC_PACKAGES_PACKAGE_NAME]'],
    ['a list', '  --files TEXT\n      Patterns.\n      [required; may be repeated; variable: GENERIC_PACKAGES_FILES]'],
    [
      'a boolean',
      '  --flatten, --no-flatten\n      Base names only.\n      [default: false; variable: GENERIC_PACKAGES_FLATTEN]',
    ],
    ['a choice', '  --if-exists skip|fail\n'],
    [
      'a number with its range',
      '  --retries NUMBER\n      Tries.\n      [0 to 20; default: 5; variable: GENERIC_PACKAGES_RETRIES]',
    ],
    ['a duration', '  --older-than TIME\n'],
    ['a secret without a flag of its own', '  --token-env NAME, --token-file PATH\n'],
    ['an output', '  directory     Folder.\n'],
    ["a list output's file", '  files-path    Path of a file that holds the whole list `files`, as JSON. Only\n'],
    [
      "the flag of a list output's file",
      '  --files-path FILE\n      Write the output `files` to this file, as JSON.\n',
    ],
    ['the flags of every command', '  --json         Print'],
  ])('shows %s', (_what, part) => {
    expect(text).toContain(part);
  });

  test('calls no default what is required but for another flag', () => {
    const own = commandHelp(publish, { width: 200, platform: 'terminal' });
    expect(own).toContain('[may be repeated; required; all of `directory`');
    expect(own).not.toContain('default: required');
  });

  test.each([
    ['terminal', { 'output-prefix': false, 'from-pipeline': false, CI_API_V4_URL: true, 'files-path FILE': true }],
    ['gitlab', { 'output-prefix': true, 'from-pipeline': true, CI_API_V4_URL: true, 'files-path FILE': false }],
  ] as const)('has the inputs and the words of its platform alone: %s', (platform, words) => {
    const own = commandHelp(publish, { width: 80, platform });
    expect(Object.fromEntries(Object.keys(words).map((word) => [word, own.includes(word)]))).toEqual(words);
  });

  test('has no flag for a secret', () => {
    expect(text).not.toMatch(/--token[ =,\n]/);
  });

  test.each([[20], [40], [80], [300]])('fits into %d columns, or what is readable', (width) => {
    const bound = Math.min(110, Math.max(40, width));
    const prose = commandHelp(move, { width, platform: 'terminal' })
      .split('\n')
      .filter((line) => !/--|GENERIC_PACKAGES/.test(line));
    for (const line of prose) expect(line.length).toBeLessThanOrEqual(bound);
  });

  test('has no blank at the end of a line', () => {
    expect(text).not.toMatch(/[ \t]$/m);
  });
});

test('the overview lists every command with its summary', () => {
  const text = overviewHelp(sampleCommands, { width: 80 });
  for (const command of sampleCommands)
    expect(text).toMatch(new RegExp(`^  ${command.name} +${command.summary}$`, 'm'));
  expect(text).toContain('GENERIC_PACKAGES_PACKAGE_NAME');
});
