/** What counts as inside a folder. Following links: selection-links.test.ts. */
import { expect, test } from '@jest/globals';
import { isInside } from '../../src/core/links.ts';

test.each<[path: string, within: string, answer: boolean]>([
  ['/a', '/a', true],
  ['/a/b', '/a', true],
  ['/a/..b', '/a', true],
  ['/ab', '/a', false],
  ['/', '/a', false],
  ['/a', '/', true],
])('%s lies within %s: %s', (path, within, answer) => {
  expect(isInside(within, path)).toBe(answer);
});
