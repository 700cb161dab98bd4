/** Patterns of protection rules. Roles and visibility are stated in contract/auth.test.ts. */
import { expect, test } from '@jest/globals';
import { matchesPattern } from '../../src/registry/access/permissions.ts';

test.each([
  ['core', 'core', true],
  ['core', 'CORE', true],
  ['core-lib', 'core', false],
  ['core-lib', 'core-*', true],
  ['core-', 'core-*', true],
  ['my-core', '*core', true],
  ['core-my', '*core', false],
  ['a-b-c', 'a*b*c', true],
  ['a-c', 'a*b*c', false],
  ['aba', 'ab*ba', false],
  ['abba', 'ab*ba', true],
  ['anything', '*', true],
  ['a.b', 'a?b', false],
  ['axb', 'a.b', false],
])('%s and %s: %s', (name, pattern, matches) => {
  expect(matchesPattern(name, pattern)).toBe(matches);
});
