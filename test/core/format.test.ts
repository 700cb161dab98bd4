import { describe, expect, it } from '@jest/globals';

import { formatDuration, parseDuration } from '../../src/core/duration.ts';
import { formatBytes, formatCount } from '../../src/core/format.ts';

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

describe('durations as shown', () => {
  it.each([
    [0, '0.0 s'],
    [449, '0.4 s'],
    [12_340, '12.3 s'],
    [59_960, '1 min'],
    [125_000, '2 min 5 s'],
    [3_599_600, '1 h'],
    [3_720_000, '1 h 2 min'],
    [86_399_000, '1 d'],
    [273_600_000, '3 d 4 h'],
  ])('%d ms are %s', (milliseconds, shown) => {
    expect(formatDuration(milliseconds)).toBe(shown);
  });
});

describe('durations as typed', () => {
  it.each([
    ['90s', 90_000],
    ['5m', 300_000],
    ['12h', 43_200_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each(['', '30', 'd', '30 d', ' 30d', '30d ', '30D', '1.5h', '-1d', '+1d', '01d', '1d12h', '1w', '1e3s', '1234567890s', '30d\n'])(
    '“%s” is none',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );
});
