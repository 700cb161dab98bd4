/** Offset pages as GitLab has them: parameters, `X-*` headers and the `Link` that most clients follow. */
import { type Call, originOf } from './call.ts';
import { invalid } from './refusal.ts';
import { sendJson } from './respond.ts';

export interface Page {
  readonly page: number;
  readonly perPage: number;
}

const DEFAULT_PER_PAGE = 20;
const MAX_PER_PAGE = 100;
/** Of longer lists GitLab tells neither how many items nor how many pages there are. */
const MOST_COUNTED = 10_000;

/** Reads `page` and `per_page`; above 100 a page has 100. Throws Grape's 400 for anything but numbers from 1. */
export function pageOf(call: Call): Page {
  return {
    page: positive(call, 'page', 1),
    perPage: Math.min(MAX_PER_PAGE, positive(call, 'per_page', DEFAULT_PER_PAGE)),
  };
}

/** The slice of rows that a page shows. */
export function offsetOf({ page, perPage }: Page): { limit: number; offset: number } {
  return { limit: perPage, offset: (page - 1) * perPage };
}

/** Sends one page of a list that has `total` items. */
export function sendPage(call: Call, page: Page, total: number, items: readonly unknown[]): void {
  sendJson(call, 200, items, pageHeaders(call, page, total));
}

function pageHeaders(call: Call, { page, perPage }: Page, total: number): Record<string, string> {
  const pages = Math.max(1, Math.ceil(total / perPage));
  const isCounted = total <= MOST_COUNTED;
  const next = page < pages ? String(page + 1) : '';
  const previous = page > 1 ? String(Math.min(page - 1, pages)) : '';
  const path = (call.request.url ?? '').split('?', 1)[0] ?? '';
  const link = (target: number | string, relation: string): string => {
    const query = new URLSearchParams(call.query);
    // The token of `?private_token=` has no place in a link that clients log.
    for (const secret of ['private_token', 'job_token', 'access_token']) query.delete(secret);
    query.set('page', String(target));
    query.set('per_page', String(perPage));
    query.sort();
    return `<${originOf(call)}${path}?${query.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(previous === '' ? [] : [link(previous, 'prev')]),
    ...(next === '' ? [] : [link(next, 'next')]),
    link(1, 'first'),
    ...(isCounted ? [link(pages, 'last')] : []),
  ];
  return {
    Link: links.join(', '),
    'X-Next-Page': next,
    'X-Page': String(page),
    'X-Per-Page': String(perPage),
    'X-Prev-Page': previous,
    ...(isCounted ? { 'X-Total': String(total), 'X-Total-Pages': String(pages) } : {}),
  };
}

function positive(call: Call, name: string, fallback: number): number {
  const text = call.query.get(name);
  if (text === null || text === '') return fallback;
  if (!/^-?\d{1,9}$/.test(text)) throw invalid(400, `${name} is invalid`);
  const value = Number(text);
  if (value < 1) throw invalid(400, `${name} does not have a valid value`);
  return value;
}
