/** Sizes, counts and names as logs and tables show them. */
import { describe, expect, it } from '@jest/globals';

import { formatBytes, formatCount, formatNames } from '../../src/core/format.ts';

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [5_368_709_120, '5.4 GB'],
    [1e12, '1.0 TB'],
    [12e18, '12000.0 PB'],
  ])('%d bytes are %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });
});

describe('counts', () => {
  it.each([
    [0, '0 files'],
    [1, '1 file'],
    [3, '3 files'],
  ])('%d', (count, shown) => {
    expect(formatCount(count, 'file')).toBe(shown);
  });

  it('take a plural of their own', () => {
    expect(formatCount(2, 'entry', 'entries')).toBe('2 entries');
  });
});

describe('names', () => {
  it.each([
    [['a'], 'a'],
    [['a', 'b\u0007'], 'a, b\\u{7}'],
    [['a', 'b', 'c', 'd'], 'a, b, and 2 more'],
  ])('%j are `%s`', (names, shown) => {
    expect(formatNames(names, 2)).toBe(shown);
  });
});
