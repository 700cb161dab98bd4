/**
 * All rows of a list: its pages side by side, and read again where rows moved between pages meanwhile. GitLab cuts
 * pages by position: when a row of an earlier page goes, the first row of each later page slips to the page before,
 * which may have been read already.
 */

import type { Page, RowReader } from '../../types.ts';
import { RequestFailure } from '../../failures/request-failure.ts';
import { withoutQuery } from '../../address.ts';
import { brokenList, LARGEST_PAGE } from './pages.ts';

/** A list with more pages is taken for one without end: half a million rows. */
const MOST_PAGES = 5_000;
/** Page sizes of the readings: a row at the edge of a page in one of them stands in the middle of one in the next. */
const SIZES = [LARGEST_PAGE, 97, 89, 83, 79];

export interface ListRules<T> {
  /** The list's address, for messages. */
  url: URL;
  ask: (page: number, size: number) => Promise<Page>;
  /** How many pages may be asked for at once just now. */
  width: () => number;
  read: RowReader<T>;
  /** So many rows are enough: the list is read no further, and not again. */
  most?: number | undefined;
}

type Key = string | number;

/** What one reading saw; `rows` holds what all readings found. */
interface Reading<T> {
  readonly list: ListRules<T>;
  readonly size: number;
  readonly rows: Map<Key, T | undefined>;
  readonly seen: Set<Key>;
  /** The total that the first page told. */
  total: number | undefined;
  /** Keys of the first page in order, and the first key of the last one. */
  edges: { first: readonly Key[]; last: { page: number; key: Key | undefined } };
  /** Pages told different totals. */
  moved: boolean;
}

/**
 * The rows that `read` keeps, each once, in the order of the list; where rows moved meanwhile, what a later reading
 * found stands at the end. Every row that was there all the time is among them.
 * Fails with `protocol` on a list that repeats itself or goes on without end, with `conflict` on one that changes
 * faster than it can be read.
 */
export async function readRows<T>(list: ListRules<T>): Promise<T[]> {
  const rows = new Map<Key, T | undefined>();
  for (const [times, size] of SIZES.entries()) {
    const known = rows.size;
    const reading = await readOnce(list, size, rows);
    if (list.most !== undefined) return kept(rows.values()).slice(0, list.most);
    if (await isSteady(reading)) return kept([...rows].filter(([key]) => reading.seen.has(key)).map(([, row]) => row));
    // Pages of another size brought nothing that was not known: nothing was missed at their edges.
    if (times > 0 && rows.size === known) return kept(rows.values());
  }
  throw new RequestFailure('conflict', `The list at ${withoutQuery(list.url)} changes faster than it can be read`, {
    hint:
      `It was read ${SIZES.length} times, and rows came and went each time. Wait for what publishes or deletes in ` +
      'this project just now, then run again.',
  });
}

async function readOnce<T>(list: ListRules<T>, size: number, rows: Reading<T>['rows']): Promise<Reading<T>> {
  const first = await list.ask(1, size);
  const edges = { first: [], last: { page: 1, key: undefined } };
  const reading: Reading<T> = { list, size, rows, seen: new Set(), total: first.total, edges, moved: false };
  let last = take(reading, first);
  // Without a number of pages the waves grow with what was found: no more pages are asked for in vain than are there.
  for (let [page, wave] = [2, 1]; !last && !isEnough(reading); wave *= 2) {
    const told = (first.pages ?? 0) - page + 1;
    const count = Math.min(told > 0 ? told : wave, list.width(), MOST_PAGES - page + 1);
    if (count < 1) throw brokenList(list.url, `it goes on past ${MOST_PAGES} pages`);
    last = await takeWave(reading, page, count);
    page += count;
  }
  return reading;
}

/** Asks for pages at once and takes them in their order; true: the last one is among them. */
async function takeWave<T>(reading: Reading<T>, from: number, count: number): Promise<boolean> {
  const { list, size } = reading;
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const answers = await Promise.allSettled(numbers.map((page) => list.ask(page, size)));
  let last = false;
  for (const answer of answers) {
    if (answer.status === 'fulfilled') {
      // What came after the last page was read before the list got shorter: its rows are rows all the same.
      last = take(reading, answer.value, last);
    } else if (!last) throw answer.reason;
  }
  return last;
}

/** Takes a page's rows; true: the list ends with it, or has ended before. */
function take<T>(reading: Reading<T>, page: Page, ended = false): boolean {
  const { list, seen, rows, edges } = reading;
  const known = seen.size;
  const keys: Key[] = [];
  for (const item of page.items) {
    const { key, row } = list.read(item);
    seen.add(key);
    rows.set(key, row);
    if (page.page === 1 || keys.length === 0) keys.push(key);
  }
  if (page.page === 1) edges.first = keys;
  if (page.total !== reading.total) reading.moved = true;
  if (ended) return true;
  edges.last = { page: page.page, key: keys[0] };
  if (page.last) return true;
  if (page.items.length === 0) throw brokenList(list.url, `page ${page.page} is empty and names a next one`);
  if (seen.size === known) throw brokenList(list.url, `page ${page.page} repeats rows of the pages before`);
  return false;
}

function isEnough<T>({ list, rows }: Reading<T>): boolean {
  return list.most !== undefined && kept(rows.values()).length >= list.most;
}

/**
 * True where nothing moved while the pages were read: each told the same total, so many rows were seen, and both ends
 * of the list are where they were. The last tells also when one row went and another came.
 */
async function isSteady<T>({ list, size, seen, total, edges, moved }: Reading<T>): Promise<boolean> {
  // One page has no edge that a row could slip over.
  if (edges.last.page === 1) return true;
  if (moved || total !== seen.size) return false;
  const [first, last] = await Promise.all([list.ask(1, size), list.ask(edges.last.page, size)]);
  const [firstKeys, lastKeys] = [first, last].map(({ items }) => items.map((item) => list.read(item).key));
  return (
    firstKeys?.length === edges.first.length &&
    firstKeys.every((key, index) => key === edges.first[index]) &&
    lastKeys?.[0] === edges.last.key
  );
}

function kept<T>(rows: Iterable<T | undefined>): T[] {
  const result: T[] = [];
  for (const row of rows) if (row !== undefined) result.push(row);
  return result;
}
