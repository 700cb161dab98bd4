/** Words that differ by platform: for one of them, and for a page that speaks of all. */
import { describe, expect, test } from '@jest/globals';
import { inputsOn, isElsewhere } from '../../src/definitions/command.ts';
import {
  phraseEverywhere,
  sentencesEverywhere,
  textOn,
  type PlatformText,
} from '../../src/definitions/platform-text.ts';
import { sampleCommands } from '../hosts/sample-commands.ts';

const MIXED: PlatformText = { all: 'Both.', gitlab: 'GitLab.', github: 'Other.', terminal: 'Other.' };

describe('the words', () => {
  test.each<[text: PlatformText | undefined, github: string, gitlab: string, terminal: string]>([
    [undefined, '', '', ''],
    ['Everywhere.', 'Everywhere.', 'Everywhere.', 'Everywhere.'],
    [MIXED, 'Both. Other.', 'Both. GitLab.', 'Both. Other.'],
    [{ all: 'Both.', gitlab: 'GitLab.' }, 'Both.', 'Both. GitLab.', 'Both.'],
    [{ gitlab: 'a' }, '', 'a', ''],
  ])('of %j for one platform', (text, github, gitlab, terminal) => {
    expect([textOn('github', text), textOn('gitlab', text), textOn('terminal', text)]).toEqual([
      github,
      gitlab,
      terminal,
    ]);
  });

  test.each<[text: PlatformText | undefined, sentences: string, phrase: string]>([
    [undefined, '', ''],
    ['Everywhere.', 'Everywhere.', 'Everywhere.'],
    [
      MIXED,
      'Both. On GitHub and at the terminal: Other. On GitLab: GitLab.',
      'Both.; on GitHub and at the terminal: Other.; on GitLab: GitLab.',
    ],
    [{ gitlab: 'a', terminal: 'b' }, 'On GitLab: a At the terminal: b', 'on GitLab: a; at the terminal: b'],
  ])('of %j for all at once', (text, sentences, phrase) => {
    expect([sentencesEverywhere(text), phraseEverywhere(text)]).toEqual([sentences, phrase]);
  });
});

describe('an input of one platform', () => {
  const [move] = sampleCommands;
  if (move === undefined) throw new Error('the sample commands are gone');

  test.each([
    ['github', false],
    ['gitlab', true],
    ['terminal', false],
  ] as const)('is there on %s: %s', (platform, isThere) => {
    expect(inputsOn(platform, move).some(([name]) => name === 'output-prefix')).toBe(isThere);
    expect(isElsewhere(platform, move, 'output-prefix')).toBe(!isThere);
    expect(isElsewhere(platform, move, 'files')).toBe(false);
    expect(isElsewhere(platform, move, 'constructor')).toBe(false);
  });
});
