/** What is told of versions that are there when the one that was asked for is not. */
import { expect, test } from '@jest/globals';
import { describeVersions } from '../../src/commands/shared/versions-there.ts';

const MANY = Array.from({ length: 12 }, (_none, index) => `0.${12 - index}.0`);

test.each<[string, string, readonly string[], readonly string[]]>([
  ['none', '1.0.0', [], ['no version of w is there']],
  ['a leading v', '3.0.0', ['3.1.0', 'v3.0.0'], ['did you mean v3.0.0?', 'w 3.1.0 is there']],
  ['no leading v', 'v3.0.0', ['3.0.0'], ['did you mean 3.0.0?']],
  ['a build', '1.2.3', ['1.2.3+build.5', '1.2.30'], ['did you mean 1.2.3+build.5?', 'w 1.2.30 is there']],
  ['other capitals', '1.0.0-rc.1', ['1.0.0-RC.1'], ['did you mean 1.0.0-RC.1?']],
  [
    'the youngest of many, and how many more',
    '1.0.0',
    MANY,
    [...MANY.slice(0, 5).map((version) => `w ${version} is there`), 'and 7 more'],
  ],
])('%s', (_what, asked, versions, lines) => {
  expect(describeVersions('w', asked, versions)).toEqual(lines);
});
