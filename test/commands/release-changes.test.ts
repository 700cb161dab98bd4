/** What of a release that is there has to be written: no more than what is asked for and differs. */
import { describe, expect, test } from '@jest/globals';
import type { Release, ReleaseChanges } from '../../src/gitlab/api/releases.ts';
import { decideChanges } from '../../src/commands/release/decide.ts';
import type { ReleaseIntent } from '../../src/commands/release/intent.ts';

const EXISTING: Release = {
  tag: 'v1',
  name: 'One',
  description: 'a\nb',
  milestones: ['M1', 'M2'],
  commit: undefined,
  page: undefined,
  links: [],
};
const INTENT: ReleaseIntent = {
  connection: { api: new URL('https://gitlab.example/api/v4'), project: '42', credential: undefined },
  packageProject: '42',
  packageName: 'widget',
  version: { version: '1.0.0', from: 'given' },
  tag: 'v1',
  origin: { ref: undefined, commit: undefined, lookedUp: false, waitMs: 0 },
  name: undefined,
  notes: undefined,
  milestones: [],
};

describe('of a release', () => {
  test.each<[title: string, asked: Partial<ReleaseIntent>, expected: ReleaseChanges]>([
    ['nothing is written that is not asked for', {}, {}],
    ['nothing is written that is so already', { name: 'One', notes: 'a\nb', milestones: ['M1', 'M2'] }, {}],
    ['another title is written', { name: 'Two' }, { name: 'Two' }],
    ['another text is written', { notes: 'c' }, { description: 'c' }],
    ['blanks before the text count', { notes: ' a\nb' }, { description: ' a\nb' }],
    ['line ends and what stands after the text do not count', { notes: 'a\r\nb\n\n' }, {}],
    ['the order of milestones does not count', { milestones: ['M2', 'M1'] }, {}],
    [
      'milestones are written whole, one being new',
      { milestones: ['M1', 'M2', 'M3'] },
      { milestones: ['M1', 'M2', 'M3'] },
    ],
    ['milestones are written whole, one having gone', { milestones: ['M1'] }, { milestones: ['M1'] }],
    ['milestones are told apart by their case', { milestones: ['m1', 'M2'] }, { milestones: ['m1', 'M2'] }],
  ])('%s', (_title, asked, expected) => {
    expect(decideChanges({ ...INTENT, ref: undefined, ...asked }, EXISTING)).toEqual(expected);
  });

  test('without a text an empty one is none', () => {
    expect(decideChanges({ ...INTENT, ref: undefined, notes: 'x' }, { ...EXISTING, description: '' })).toEqual({
      description: 'x',
    });
  });
});
