/** The tables of pairs can fail: every combination is a row, and each row that breaks something is named. */
import { expect, test } from '@jest/globals';
import { judgeRows } from './support/judge.ts';
import { product } from './support/product.ts';

interface Pair {
  readonly letter: 'a' | 'b';
  readonly number: 1 | 2;
}

const ROWS = product<Pair>({ letter: ['a', 'b'], number: [1, 2] });

test('every combination of the columns is a row', () => {
  expect(ROWS.map(({ letter, number }) => `${letter}${number}`)).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test('rows that break nothing give no text', async () => {
  expect(await judgeRows(ROWS, () => Promise.resolve([]))).toBe('');
});

test('rows that break a promise are named together, and so is a row whose check throws', async () => {
  const text = await judgeRows(ROWS, ({ letter, number }) => {
    if (letter === 'b' && number === 2) return Promise.reject(new Error('no such file'));
    return Promise.resolve(number === 1 ? [{ promise: 'the number is two', seen: 'one' }] : []);
  });
  expect(text.split('\n')).toEqual([
    '3 of 4 rows fail',
    'the number is two: 2',
    '  letter=a number=1 | one',
    '  letter=b number=1 | one',
    'the row can be tried: 1',
    '  letter=b number=2 | no such file',
  ]);
});

test('of many rows some are named and the others are counted', async () => {
  const broken = () => Promise.resolve([{ promise: 'all is well', seen: 'it is not' }]);
  const text = await judgeRows(ROWS, broken, { width: 1, mostNamed: 3 });
  expect(text.split('\n').at(-1)).toBe('  and 1 more');
});
