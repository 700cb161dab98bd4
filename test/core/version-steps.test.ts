/** Counting versions up, and finding the highest and the first free one. */
import { describe, expect, it } from '@jest/globals';

import {
  firstFree,
  highestStable,
  increaseVersion,
  notLatest,
  numbersOf,
  parseVersion,
  stableNumbers,
  type Step,
  type Version,
} from '../../src/core/versions/index.ts';

function version(text: string): Version {
  const read = parseVersion(text);
  if (read === undefined) throw new Error(`${text} is no version`);
  return read;
}

describe('the next version', () => {
  it.each<[from: string, step: Step, to: string | undefined]>([
    ['1.2.3', 'patch', '1.2.4'],
    ['1.2.3', 'minor', '1.3.0'],
    ['1.2.3', 'major', '2.0.0'],
    ['0.0.9', 'patch', '0.0.10'],
    ['1.2.3-rc.1', 'patch', '1.2.3'],
    ['1.3.0-rc.1', 'minor', '1.3.0'],
    ['1.3.1-rc.1', 'minor', '1.4.0'],
    ['2.0.0-rc.1', 'major', '2.0.0'],
    ['1.2.3+abc', 'patch', '1.2.4'],
    ['1.2.9007199254740991', 'patch', undefined],
    ['1.2.9007199254740991', 'minor', '1.3.0'],
  ])('after %s by %s is %s', (from, step, to) => {
    expect(increaseVersion(version(from), step)?.text).toBe(to);
  });
});

describe('among versions', () => {
  const TEXTS = ['1.10.0', '1.9.9', 'v1.11.0', '2.0.0-rc.1', 'nightly', '1.2', '1.12.0+b', 'vv3.0.0', ''];

  it('the highest stable one is found whatever else is there', () => {
    expect(highestStable(TEXTS)?.text).toBe('1.12.0+b');
    expect(highestStable(['2.0.0-rc.1', 'nightly'])).toBeUndefined();
    expect(highestStable([])).toBeUndefined();
  });

  it('the numbers of stable ones are known without a v or a build', () => {
    expect(stableNumbers(TEXTS)).toEqual(new Set(['1.10.0', '1.9.9', '1.11.0', '1.12.0']));
    expect(numbersOf(version('1.2.3-rc.1+b'))).toBe('1.2.3');
  });

  it.each([
    ['1.12.1', undefined],
    ['1.12.0', undefined],
    ['1.12.0+other', undefined],
    ['3.0.0-rc.1', { because: 'prerelease' }],
  ])('%s is not the latest for this reason: %j', (text, reason) => {
    expect(notLatest(version(text), TEXTS)).toEqual(reason);
  });

  it('a lower one is not the latest, and the higher one is named', () => {
    expect(notLatest(version('1.11.9'), TEXTS)).toMatchObject({ because: 'higher', higher: { text: '1.12.0+b' } });
  });

  it('the first version of all is the latest', () => {
    expect(notLatest(version('0.1.0'), [])).toBeUndefined();
    expect(notLatest(version('1.2.3'), ['1.2.2', '2024.05.01'])).toMatchObject({ higher: { text: '2024.05.01' } });
    expect(notLatest(version('1.2.4'), ['1.2.3.10', '1.2.4.0', '7'])).toBeUndefined();
  });
});

describe('the first free version', () => {
  const taken = new Set(['1.2.4', '1.2.5', '1.3.0', '2.0.0']);

  it.each<[from: string, step: Step, to: string]>([
    ['1.2.3', 'patch', '1.2.3'],
    ['1.2.4', 'patch', '1.2.6'],
    ['1.3.0', 'minor', '1.4.0'],
    ['2.0.0', 'major', '3.0.0'],
    ['1.2.4+b', 'patch', '1.2.6'],
  ])('from %s by %s is %s', (from, step, to) => {
    expect(firstFree(version(from), step, taken)?.text).toBe(to);
  });

  it('is none where the numbers end', () => {
    const last = '1.2.9007199254740991';
    expect(firstFree(version(last), 'patch', new Set([last]))).toBeUndefined();
  });
});
