/** The line of versions that a run stays in: what is given, and what the name of a branch says. */
import { describe, expect, test } from '@jest/globals';
import { chooseLine, firstOfLine, isInLine, parseVersion, type Occasion } from '../../src/core/versions/index.ts';

describe('a branch', () => {
  test.each<[branch: string, range: string | undefined]>([
    ['1.x', '1.x'],
    ['1.2.x', '1.2.x'],
    ['1.x.x', '1.x.x'],
    ['10.0.x', '10.0.x'],
    ['release/1.2.x', '1.2.x'],
    ['releases/1.x', '1.x'],
    ['maintenance/3.4.x', '3.4.x'],
    ['support/0.x', '0.x'],
    ['main', undefined],
    ['1.2', undefined],
    ['release/1.2', undefined],
    ['v1.x', undefined],
    ['feature/1.x', undefined],
    ['1.2.3.x', undefined],
    ['01.x', undefined],
    ['x.x', undefined],
    ['x', undefined],
    ['release/1.x/fix', undefined],
  ])('%s keeps to %s', (branch, range) => {
    expect(chooseLine(undefined, { branch })).toEqual({ line: range === undefined ? undefined : { range, branch } });
  });

  test.each<[what: string, occasion: Occasion]>([
    ['a merge request', { branch: '1.x', request: 'mr-12' }],
    ['a tag', { branch: '1.x', tag: 'v1.0.0' }],
    ['an event whose ref is not the code’s', { branch: '1.x', foreign: true }],
    ['nothing', {}],
  ])('counts for nothing in a run for %s', (_what, occasion) => {
    expect(chooseLine(undefined, occasion)).toEqual({ line: undefined });
  });

  test('does not count where the user has said something', () => {
    expect(chooseLine('1.2', { branch: '1.x' })).toEqual({ line: { range: '1.2' } });
    expect(chooseLine('none', { branch: '1.x' })).toEqual({ line: undefined });
  });
});

describe('a range', () => {
  test.each<[range: string, first: string, inside: readonly string[], outside: readonly string[]]>([
    ['1.2', '1.2.0', ['1.2.0', '1.2.99', '1.2.4-rc.1', '1.2.4+b'], ['1.3.0', '1.1.9', '1.3.0-rc.1']],
    ['1.x', '1.0.0', ['1.0.0', '1.99.0'], ['2.0.0', '0.9.9', '2.0.0-rc.1']],
    ['2', '2.0.0', ['2.3.4'], ['3.0.0']],
    ['~1.2.3', '1.2.3', ['1.2.3', '1.2.9'], ['1.2.2', '1.3.0']],
    ['>=1.2 <1.5', '1.2.0', ['1.4.9'], ['1.5.0']],
    ['>1.2.3 <2', '1.2.4', ['1.2.4'], ['1.2.3']],
    ['1.2 || 1.4', '1.2.0', ['1.4.1'], ['1.3.0']],
  ])('%s begins with %s', (range, first, inside, outside) => {
    expect(chooseLine(range, {})).toEqual({ line: { range } });
    expect(firstOfLine({ range })?.text).toBe(first);
    const isInside = (text: string): boolean => {
      const version = parseVersion(text);
      return version !== undefined && isInLine(version, { range });
    };
    expect(inside.filter(isInside)).toEqual(inside);
    expect(outside.filter(isInside)).toEqual([]);
  });

  test.each([
    ['1.2.3', 'must be a range such as `1.2` or `1.x`, but `1.2.3` is one version'],
    ['v1.2.3', 'must be a range such as `1.2`'],
    ['latest', 'must be `none` or a range such as `1.2`'],
    ['release/1.2', 'must be `none` or a range'],
    ['1 ||', 'must be `none` or a range'],
    ['>2 <1', 'must be `none` or a range'],
    ['<0.0.0', 'must be `none` or a range'],
    ['9'.repeat(300), 'must be `none` or a range'],
  ])('%j is none', (given, problem) => {
    expect(chooseLine(given, {})).toMatchObject({
      input: 'within',
      problem: expect.stringContaining(problem) as unknown,
    });
  });
});
