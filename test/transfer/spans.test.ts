/** Which bytes of a large file are missing, and who fetches which of them. */
import { describe, expect, test } from '@jest/globals';
import { gaps, merged, reachFrom, Spans, type Range } from '../../src/transfer/spans.ts';

function ranges(...pairs: readonly (readonly [number, number])[]): Range[] {
  return pairs.map(([from, to]) => ({ from, to }));
}

test.each([
  { given: ranges(), result: ranges() },
  { given: ranges([5, 9], [0, 5]), result: ranges([0, 9]) },
  { given: ranges([0, 9], [2, 4]), result: ranges([0, 9]) },
  { given: ranges([0, 2], [3, 4], [1, 3]), result: ranges([0, 4]) },
  { given: ranges([0, 2], [4, 6]), result: ranges([0, 2], [4, 6]) },
  { given: ranges([3, 3]), result: ranges() },
])('$given merged', ({ given, result }) => {
  expect(merged(given)).toEqual(result);
});

test.each([
  { there: ranges(), result: ranges([0, 10]) },
  { there: ranges([0, 10]), result: ranges() },
  { there: ranges([2, 4], [6, 10]), result: ranges([0, 2], [4, 6]) },
])('what is missing of 10 beside $there', ({ there, result }) => {
  expect(gaps(10, there)).toEqual(result);
});

test.each([
  { start: 0, there: ranges([0, 4], [6, 8]), reach: 4 },
  { start: 4, there: ranges([0, 4], [6, 8]), reach: 4 },
  { start: 7, there: ranges([0, 4], [6, 8]), reach: 8 },
])('from $start on it is there up to $reach', ({ start, there, reach }) => {
  expect(reachFrom(start, there)).toBe(reach);
});

describe('spans', () => {
  test('one alone takes all up to the next gap', () => {
    const spans = new Spans(ranges([0, 100], [200, 1000]), 10);
    expect([spans.take(1), spans.take(1), spans.take(1)]).toEqual([
      { at: 0, to: 100 },
      { at: 200, to: 1000 },
      undefined,
    ]);
  });

  test('of several each takes a share of what is left, and none is too small', () => {
    const spans = new Spans(ranges([0, 1000]), 50);
    const lengths: number[] = [];
    for (let span = spans.take(4); span !== undefined; span = spans.take(4)) lengths.push(span.to - span.at);
    expect(lengths[0]).toBe(125);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(1000);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(50);
    expect(lengths.every((length, index) => index === 0 || length <= Math.max(100, lengths[index - 1] ?? 0))).toBe(
      true,
    );
  });

  test('a span that is shared keeps what comes next, and the rest is free', () => {
    const spans = new Spans(ranges([0, 1000]), 50);
    const span = spans.take(1);
    if (span === undefined) throw new Error('nothing to take');
    span.at = 200;
    spans.share(span, 4);
    expect(span).toEqual({ at: 200, to: 300 });
    expect(spans.free).toBe(700);
  });

  test('a rest that is not worth a request is not shared', () => {
    const spans = new Spans(ranges([0, 99]), 50);
    const span = spans.take(1);
    if (span === undefined) throw new Error('nothing to take');
    spans.share(span, 8);
    expect([span, spans.free]).toEqual([{ at: 0, to: 99 }, 0]);
  });

  test('what is given back is taken again', () => {
    const spans = new Spans(ranges([0, 100]), 10);
    const span = spans.take(1);
    if (span === undefined) throw new Error('nothing to take');
    span.at = 40;
    spans.giveBack(span);
    expect(spans.take(1)).toEqual({ at: 40, to: 100 });
  });
});
