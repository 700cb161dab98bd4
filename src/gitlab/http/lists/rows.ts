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
/** From here on a list whose end nobody tells is asked for the page behind those: what has no end is not read. */
const LONG = 200;
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

/** A page of which only what is kept is left: what GitLab tells of a row is a hundred times as much. */
interface KeptPage<T> extends Omit<Page, 'items'> {
  readonly rows: readonly { readonly key: Key; readonly row: T | undefined }[];
}

/** What one reading saw. */
interface Reading<T> {
  readonly list: ListRules<T>;
  readonly size: number;
  /** What all readings have found together. */
  readonly found: Found<T>;
  readonly seen: Set<Key>;
  /** The total that the first page told. */
  readonly total: number | undefined;
  /** Keys of the first page in order, and the first key of the last one. */
  edges: { first: readonly Key[]; last: { page: number; key: Key | undefined } };
  /** Pages told different totals. */
  moved: boolean;
}

interface Found<T> {
  readonly keys: Set<Key>;
  readonly rows: Map<Key, T>;
  /** It was looked for a page behind the most, and none was seen. */
  looked: boolean;
}

/**
 * The rows that `read` keeps, each once, in the order of the list; where rows moved meanwhile, what a later reading
 * found stands at the end. Every row that was there all the time is among them.
 * Fails with `protocol` on a list that repeats itself or goes on without end, with `conflict` on one that changes
 * faster than it can be read.
 */
export async function readRows<T>(list: ListRules<T>): Promise<T[]> {
  const found: Found<T> = { keys: new Set(), rows: new Map(), looked: false };
  for (const [times, size] of SIZES.entries()) {
    const known = found.keys.size;
    const reading = await readOnce(list, size, found);
    if (list.most !== undefined) return [...found.rows.values()].slice(0, list.most);
    if (await isSteady(reading)) {
      return [...found.rows].filter(([key]) => reading.seen.has(key)).map(([, row]) => row);
    }
    // Pages of another size brought nothing that was not known: nothing was missed at their edges.
    if (times > 0 && found.keys.size === known) return [...found.rows.values()];
  }
  throw new RequestFailure('conflict', `The list at ${withoutQuery(list.url)} changes faster than it can be read`, {
    hint:
      `It was read ${SIZES.length} times, and rows came and went each time. Wait for what publishes or deletes in ` +
      'this project just now, then run again.',
  });
}

async function readOnce<T>(list: ListRules<T>, size: number, found: Found<T>): Promise<Reading<T>> {
  const first = await keptPage(list, 1, size);
  const edges = { first: [], last: { page: 1, key: undefined } };
  // The keys of the first reading are all that are known.
  const seen = found.keys.size === 0 ? found.keys : new Set<Key>();
  const reading: Reading<T> = { list, size, found, seen, total: first.total, edges, moved: false };
  let last = take(reading, first);
  // Without a number of pages the waves grow with what was found: no more pages are asked for in vain than are there.
  for (let [page, wave] = [2, 1]; !last && found.rows.size < (list.most ?? Number.POSITIVE_INFINITY); wave *= 2) {
    const told = (first.pages ?? 0) - page + 1;
    if (page > LONG && (told < 1 || told > MOST_PAGES - page + 1) && (await goesOnTooLong(reading)))
      throw tooLong(list);
    const count = Math.min(told > 0 ? told : wave, list.width(), MOST_PAGES - page + 1);
    if (count < 1) throw tooLong(list);
    last = await takeWave(reading, page, count);
    page += count;
  }
  return reading;
}

/** A row stands behind the most pages; asked once. A page that cannot be had tells nothing. */
async function goesOnTooLong<T>({ list, size, found }: Reading<T>): Promise<boolean> {
  if (found.looked) return false;
  found.looked = true;
  try {
    const { items } = await list.ask(MOST_PAGES + 1, size);
    return items.length > 0;
  } catch (thrown) {
    if (thrown instanceof RequestFailure) return false;
    throw thrown;
  }
}

function tooLong<T>({ url }: ListRules<T>): RequestFailure {
  return brokenList(url, `it goes on past ${MOST_PAGES} pages`);
}

async function keptPage<T>({ ask, read }: ListRules<T>, number: number, size: number): Promise<KeptPage<T>> {
  const { items, ...page } = await ask(number, size);
  return { ...page, rows: items.map(read) };
}

/** Asks for pages at once and takes them in their order; true: the last one is among them. */
async function takeWave<T>(reading: Reading<T>, from: number, count: number): Promise<boolean> {
  const { list, size } = reading;
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const answers = await Promise.allSettled(numbers.map((page) => keptPage(list, page, size)));
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
function take<T>(reading: Reading<T>, page: KeptPage<T>, ended = false): boolean {
  const { list, seen, found, edges } = reading;
  const known = seen.size;
  for (const { key, row } of page.rows) {
    seen.add(key);
    found.keys.add(key);
    if (row !== undefined) found.rows.set(key, row);
  }
  if (page.page === 1) edges.first = page.rows.map(({ key }) => key);
  if (page.total !== reading.total) reading.moved = true;
  if (ended) return true;
  edges.last = { page: page.page, key: page.rows[0]?.key };
  if (page.last) return true;
  if (page.rows.length === 0) throw brokenList(list.url, `page ${page.page} is empty and names a next one`);
  if (seen.size === known) throw brokenList(list.url, `page ${page.page} repeats rows of the pages before`);
  return false;
}

/**
 * True where nothing moved while the pages were read: each told the same total, so many rows were seen, and both ends
 * of the list are where they were. The last tells also when one row went and another came.
 */
async function isSteady<T>({ list, size, seen, total, edges, moved }: Reading<T>): Promise<boolean> {
  // One page has no edge that a row could slip over.
  if (edges.last.page === 1) return true;
  if (moved || total !== seen.size) return false;
  const [first, last] = await Promise.all([keptPage(list, 1, size), keptPage(list, edges.last.page, size)]);
  return (
    first.rows.length === edges.first.length &&
    first.rows.every(({ key }, index) => key === edges.first[index]) &&
    last.rows[0]?.key === edges.last.key
  );
}
