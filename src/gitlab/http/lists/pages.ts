/** One page of a list: its address, and what its answer tells of those to come. Reads no list as a whole. */

import type { IncomingHttpHeaders } from 'node:http';
import { quoted } from '../../../core/text.ts';
import { withoutQuery } from '../../address.ts';
import { RequestFailure } from '../../failures/request-failure.ts';
import type { JsonAnswer, Page } from '../../types.ts';
import { countOf } from '../content-headers.ts';

const LONGEST_LINK = 16_384;

/** GitLab gives no page more rows than these. */
export const LARGEST_PAGE = 100;

/**
 * Page `page` of the list at `first`, by its number: what a `Link` header names may lie behind another name or
 * below another path than this machine has to use.
 */
export function pageUrl(first: URL, page: number, size: number): URL {
  const url = new URL(first);
  url.searchParams.set('per_page', String(size));
  url.searchParams.set('page', String(page));
  return url;
}

/**
 * The page that an answer holds. A next page is there if `X-Next-Page` says so, else if `Link` does; where a
 * proxy has dropped both, a page that is full may have a next one. Fails with `protocol` on anything but a list.
 */
export function pageOf(url: URL, { page, size }: { page: number; size: number }, answer: JsonAnswer): Page {
  const { headers, data } = answer;
  if (!Array.isArray(data)) throw brokenList(url, 'the answer is not a list');
  const items = data as unknown[];
  const links = linksOf([headers.link ?? ''].flat().join(','));
  const next = nextPage(url, headers, links);
  if (next.kind === 'said' && countOf(next.number) !== page + 1) {
    throw brokenList(url, `the page after ${page} is said to be ${quoted(next.number, 50)}`);
  }
  const total = countOf(headers['x-total']);
  return {
    items,
    page,
    total,
    pages: pagesTold(headers, links, total, size),
    last: next.kind === 'none' || (next.kind === 'unknown' && items.length < size),
  };
}

/** The failure of a list that cannot be read to its end. */
export function brokenList(url: URL, what: string): RequestFailure {
  return new RequestFailure('protocol', `The list at ${withoutQuery(url)} is broken: ${what}`, {
    hint:
      'A proxy may answer in place of GitLab, or change its answers or their headers: check api-url, and ask ' +
      'the administrator of the proxy.',
  });
}

type Next = { readonly kind: 'none' | 'unknown' } | { readonly kind: 'said'; readonly number: string };

function nextPage(url: URL, headers: IncomingHttpHeaders, links: ReadonlyMap<string, string>): Next {
  const said = headers['x-next-page'];
  if (typeof said === 'string') return said.trim() === '' ? { kind: 'none' } : { kind: 'said', number: said };
  const link = links.get('next');
  if (link !== undefined) return { kind: 'said', number: queryOf(link, url).get('page') ?? '' };
  // Others send a Link too: only one that tells of pages tells that there is no next one.
  return { kind: links.has('first') || links.has('last') || links.has('prev') ? 'none' : 'unknown' };
}

/** How many pages there are, as far as anything tells. */
function pagesTold(
  headers: IncomingHttpHeaders,
  links: ReadonlyMap<string, string>,
  total: number | undefined,
  size: number,
): number | undefined {
  const told = countOf(headers['x-total-pages']);
  if (told !== undefined) return told;
  if (total !== undefined) return Math.ceil(total / Math.max(1, countOf(headers['x-per-page']) ?? size));
  const last = links.get('last');
  return last === undefined ? undefined : countOf(queryOf(last).get('page') ?? undefined);
}

/** Only the query counts, whatever the address is that it stands in. */
function queryOf(link: string, base?: URL): URLSearchParams {
  const root = base?.href ?? 'http://localhost';
  return URL.canParse(link, root) ? new URL(link, root).searchParams : new URLSearchParams();
}

/** The targets of a Link header by their relation. Addresses may hold commas and semicolons, as quoted texts may. */
function linksOf(header: string): ReadonlyMap<string, string> {
  const links = new Map<string, string>();
  const text = header.slice(0, LONGEST_LINK);
  for (let at = text.indexOf('<'); at !== -1;) {
    const end = text.indexOf('>', at);
    if (end === -1) break;
    const next = endOfParameters(text, end + 1);
    const relations = /(?:^|;)\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))/i.exec(text.slice(end + 1, next));
    for (const relation of (relations?.[1] ?? relations?.[2] ?? '').toLowerCase().split(/\s+/)) {
      if (relation !== '' && !links.has(relation)) links.set(relation, text.slice(at + 1, end));
    }
    at = text.indexOf('<', next);
  }
  return links;
}

/** Where the parameters that begin at `from` end: at a comma outside of quotation marks. */
function endOfParameters(text: string, from: number): number {
  let inQuotes = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '"') inQuotes = !inQuotes;
    else if (text[at] === ',' && !inQuotes) return at;
  }
  return text.length;
}
