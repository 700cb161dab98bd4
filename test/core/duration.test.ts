/** Spans of time as people type and read them. */
import { describe, expect, it } from '@jest/globals';

import { formatDuration, parseDuration } from '../../src/core/duration.ts';

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
    ['2h', 7_200_000],
    ['90', 90_000],
    ['0', 0],
    ['0s', 0],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    's',
    '30 s',
    ' 30s',
    '30s ',
    '30S',
    '30d',
    '1.5h',
    '-1s',
    '+1s',
    '01s',
    '1h30m',
    '1w',
    '1e3s',
    '1234567890s',
    '30s\n',
  ])('`%s` is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});
