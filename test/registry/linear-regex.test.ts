/** The expressions of the duplicates exception: RE2's syntax, whole texts only, in bounded steps. */
import { describe, expect, test } from '@jest/globals';
import { linearMatcher } from '../../src/registry/config/linear-regex.ts';

describe('an expression', () => {
  test.each([
    ['', '', true],
    ['', 'a', false],
    ['.*', '', true],
    ['snapshot|nightly', 'nightly', true],
    ['snapshot|nightly', 'nightly-1', false],
    [String.raw`\d+\.\d+\.\d+`, '1.22.333', true],
    [String.raw`\d+\.\d+\.\d+`, '1.22.', false],
    ['(ab)*', 'ababab', true],
    ['(ab)*', 'aba', false],
    ['(?:a|b)+c?', 'abba', true],
    ['(?P<name>x){2,3}', 'xx', true],
    ['(?<name>x){2,3}', 'xxxx', false],
    ['x{2}', 'xxx', false],
    ['x{2,}', 'xxxxx', true],
    ['x{a}', 'x{a}', true],
    ['a+?b*?', 'aab', true],
    ['(a?){3}a{3}', 'aaa', true],
    ['(a*)*b', 'aaaa', false],
    ['[a-f0-9]+', 'c0ffee', true],
    ['[^a-f]+', 'xyz', true],
    ['[^a-f]+', 'xaz', false],
    ['[]a]+', ']a', true],
    ['[a-]+', '-a', true],
    [String.raw`[\w.-]+`, 'a_b.c-d', true],
    ['[[:digit:][:upper:]]+', '4X', true],
    ['[[:^digit:]]', '4', false],
    [String.raw`\w+\b-\b\w+`, 'one-two', true],
    [String.raw`a\Bb`, 'ab', true],
    [String.raw`\Aab\z`, 'ab', true],
    ['^ab$', 'ab', true],
    ['a^b', 'ab', false],
    ['(?i)SNAP(?-i)x', 'snapx', true],
    ['(?i:a)B', 'AB', true],
    ['(?i:a)B', 'Ab', false],
    [String.raw`\x41\x{1F600}`, 'A😀', true],
    [String.raw`\pL\p{Greek}\PL`, 'aβ1', true],
    ['a.c', 'a\nc', false],
    ['(?s)a.c', 'a\nc', true],
    [String.raw`\.\+\\`, String.raw`.+\ `.trim(), true],
  ])('%s and %j: %j', (source, text, fits) => {
    expect(linearMatcher(source)(text)).toBe(fits);
  });

  test.each(['(?=a)', '(?<!a)', String.raw`(a)\1`, '*a', 'a**', '(a', 'a)', '[a', '[b-a]', 'a{3,2}', 'a{1001}', '\\'])(
    '%s is refused, as RE2 refuses it',
    (source) => {
      expect(() => linearMatcher(source)).toThrow(SyntaxError);
    },
  );

  test('that would become too large is refused', () => {
    expect(() => linearMatcher('((a{100}){100}){100}')).toThrow('too large');
  });
});
