/** A JSON object with a long list, read piece by piece: it is what JSON's own parser says it is, or nothing. */
import { describe, expect, test } from '@jest/globals';
import { readObjectWithList } from '../../src/transfer/remote/json-list.ts';
import { inParallel } from '../../src/transfer/in-parallel.ts';
import { seededRandom } from '../core/random.ts';

/** Read in pieces and put together again. */
function read(text: string | Uint8Array): { readonly value: unknown; readonly pieces: number } {
  const items: unknown[] = [];
  let pieces = 0;
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const object = readObjectWithList(bytes, 'files', (some) => {
    items.push(...some);
    pieces += 1;
  });
  if (object === undefined) return { value: undefined, pieces };
  return { value: Array.isArray(object.files) ? { ...object, files: items } : object, pieces };
}

function parsed(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const LONG = {
  a: 1,
  files: Array.from({ length: 3000 }, (_, n) => ({ path: `f/${n}`, odd: '],"\\{é\u2028', deep: [[n]] })),
};

describe('an object is read', () => {
  test.each([
    ['without a list', { a: [1, { b: ']' }], c: 'x' }],
    ['with an empty list', { files: [] }],
    ['with a list that is none', { files: { 0: 'a' } }],
    ['with a text in its place', { files: '[1]' }],
    ['with names that every object has', { constructor: 1, files: [{ toString: 1 }] }],
    ['that is empty', {}],
  ])('%s', (_title, object) => {
    for (const indent of [undefined, 2]) expect(read(JSON.stringify(object, null, indent)).value).toEqual(object);
  });

  test.each([undefined, 2])('with a long list, in many pieces, indented by %s', (indent) => {
    const { value, pieces } = read(JSON.stringify(LONG, null, indent));
    expect(value).toEqual(LONG);
    expect(pieces).toBeGreaterThan(1);
  });

  test('behind a byte order mark', () => {
    expect(read(`\ufeff{"files":[1]}`).value).toEqual({ files: [1] });
  });
});

test.each([
  '',
  ' ',
  '[]',
  '"files"',
  'null',
  '{',
  '{"files":[',
  '{"files":[1',
  '{"files":[1]',
  '{"files":[1,]}',
  '{"files":[,1]}',
  '{"files":[1,,2]}',
  '{"files":[1}]',
  '{"files":[{]}]}',
  '{"files":[1]]}',
  '{"files":[1]}x',
  '{"files":[1],}',
  '{,"files":[1]}',
  '{"files" [1]}',
  '{files:[1]}',
  '{"files":["a]}',
  '{"files":["\\"]}',
  '{"a":1 "files":[1]}',
  '{"a":tru}',
  '{"a":1}{"b":2}',
])('%s is none', (text) => {
  expect(parsed(text)).toBeUndefined();
  expect(read(text).value).toBeUndefined();
});

test('a member that is there twice is none of ours, and neither are bytes that are no UTF-8', () => {
  expect(read('{"files":[1],"files":[2]}').value).toBeUndefined();
  expect(read(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])).value).toBeUndefined();
});

test('a long list with a hole where two pieces meet is none', () => {
  const blanks = ' '.repeat(70_000);
  for (const list of [`1,${blanks},2`, `${blanks},2`, `1,${blanks}`, `1${blanks},${blanks},2`])
    expect(read(`{"files":[${list}]}`).value).toBeUndefined();
  expect(read(`{"files":[1,${blanks}2${blanks}]}`).value).toEqual({ files: [1, 2] });
});

test('any spoiled text is what JSON makes of it', () => {
  const random = seededRandom(20_261_201);
  const text = JSON.stringify(
    { a: { b: [1, 'x'] }, files: [{ path: 'a"b', n: [1, [2]] }, 'c', null], z: true },
    null,
    1,
  );
  for (let round = 0; round < 3000; round += 1) {
    const at = random.below(text.length);
    const put = random.pick(['', '"', ',', '[', ']', '{', '}', ':', '\\', ' ', '1']);
    const spoiled = text.slice(0, at) + put + text.slice(at + random.below(2));
    expect([spoiled, read(spoiled).value]).toEqual([spoiled, parsed(spoiled)]);
  }
});

describe('in parallel', () => {
  test('results are in the order of the items, and nothing new starts after a loss', async () => {
    const width = 3;
    let running = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], width, async (turns) => {
      most = Math.max(most, (running += 1));
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
      running -= 1;
      return turns * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(width);
    const started: number[] = [];
    const lost = inParallel([0, 1, 2, 3, 4], 2, (item) => {
      started.push(item);
      return item === 1 ? Promise.reject(new Error('lost')) : Promise.resolve(item);
    });
    await expect(lost).rejects.toThrow('lost');
    expect(started.length).toBeLessThan(5);
  });

  test('nothing to do is done, whatever the width', async () => {
    expect(await inParallel([], 0, () => Promise.resolve(1))).toEqual([]);
    expect(await inParallel([1], 0, (one) => Promise.resolve(one))).toEqual([1]);
  });
});
