/** Which bytes of a file a request is to get: Range, If-Range and the other conditions, as pure data. */
import type { IncomingHttpHeaders } from 'node:http';

/** What is known of the file besides its bytes. */
export interface Validators {
  readonly size: number;
  /** Milliseconds; headers carry whole seconds. */
  readonly modified: number;
  /** With quotes. Only object stores promise one. */
  readonly etag: string | undefined;
}

export type Slice =
  | { readonly kind: 'whole' }
  /** `first` and `last` are both inside. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'not-satisfiable' }
  | { readonly kind: 'not-modified' }
  | { readonly kind: 'precondition-failed' };

/**
 * Decides as Go's file serving does, which is what GitLab's Workhorse uses. `emptyIsWhole`: Go
 * answers a range of an empty file with 200, object stores with 416.
 */
export function sliceOf(headers: IncomingHttpHeaders, file: Validators, emptyIsWhole: boolean): Slice {
  const condition = conditionOf(headers, file);
  if (condition !== undefined) return { kind: condition };
  const range = headers.range;
  if (range === undefined || !ifRangeHolds(headers['if-range'], file)) return { kind: 'whole' };
  if (file.size === 0 && emptyIsWhole) return { kind: 'whole' };
  return parseRange(range, file.size);
}

/** Several ranges at once are answered with the whole, which HTTP allows. */
function parseRange(range: string, size: number): Slice {
  if (range.includes(',')) return { kind: 'whole' };
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.replaceAll(' ', ''));
  const from = match?.[1] ?? '';
  const to = match?.[2] ?? '';
  if (from === '' && to === '') return { kind: 'not-satisfiable' };
  if (from === '') {
    const length = Math.min(Number(to), size);
    return length === 0 ? { kind: 'not-satisfiable' } : { kind: 'part', first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  return first >= size || last < first ? { kind: 'not-satisfiable' } : { kind: 'part', first, last };
}

function conditionOf(
  headers: IncomingHttpHeaders,
  file: Validators,
): 'not-modified' | 'precondition-failed' | undefined {
  const seconds = Math.floor(file.modified / 1000);
  const ifMatch = headers['if-match'];
  if (ifMatch !== undefined) {
    if (!names(ifMatch, file.etag)) return 'precondition-failed';
  } else {
    const before = secondsOf(headers['if-unmodified-since']);
    if (before !== undefined && seconds > before) return 'precondition-failed';
  }
  const ifNoneMatch = headers['if-none-match'];
  if (ifNoneMatch !== undefined) return names(ifNoneMatch, file.etag) ? 'not-modified' : undefined;
  const since = secondsOf(headers['if-modified-since']);
  return since !== undefined && seconds <= since ? 'not-modified' : undefined;
}

function ifRangeHolds(condition: string | string[] | undefined, file: Validators): boolean {
  if (condition === undefined) return true;
  const text = Array.isArray(condition) ? (condition[0] ?? '') : condition;
  if (text.startsWith('"') || text.startsWith('W/')) return text === file.etag;
  return secondsOf(text) === Math.floor(file.modified / 1000);
}

function names(list: string, etag: string | undefined): boolean {
  if (list.trim() === '*') return true;
  return etag !== undefined && list.split(',').some((item) => item.trim().replace(/^W\//, '') === etag);
}

function secondsOf(date: string | undefined): number | undefined {
  const time = date === undefined ? NaN : Date.parse(date);
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
