/** Which versions are named to somebody who asked for one that is not there. */
import { expect, test } from '@jest/globals';
import { nearestVersions } from '../../src/core/versions/index.ts';

test.each<[asked: string, there: readonly string[], nearest: readonly string[]]>([
  ['v4.0.0', ['5.0.0', '4.0.0', '3.9.9'], ['4.0.0', '5.0.0', '3.9.9']],
  ['4.0.0', ['v4.0.0'], ['v4.0.0']],
  [
    '1.2.3',
    ['9.0.0', '1.3.0', '1.2.9', '1.2.4', 'nightly', '1.2.3-rc.1'],
    ['1.2.3-rc.1', '1.2.4', '1.2.9', '1.3.0', '9.0.0', 'nightly'],
  ],
  ['1.2.3', ['1.2.4', '1.2.2'], ['1.2.4', '1.2.2']],
  ['nightly', ['1.0.0', 'weekly', 'nightly-2'], ['nightly-2', '1.0.0', 'weekly']],
  ['2024.05.01', ['2024.05.02', '2023.01.01', '1.0.0'], ['2024.05.02', '2023.01.01', '1.0.0']],
  ['1.0.0', [], []],
])('by %s of %j: %j', (asked, there, nearest) => {
  expect(nearestVersions(asked, there)).toEqual(nearest);
});
