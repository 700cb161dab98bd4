/** Lists page by page: GitLab's offset pagination, and where the next page may lie. */

import type { IncomingHttpHeaders } from 'node:http';
import { sameOrigin, withoutQuery } from '../address.ts';
import { countOf } from './content-headers.ts';
import { RequestFailure } from '../failures/request-failure.ts';
import type { JsonAnswer, Page } from '../types.ts';

/** Asks for one page. */
export type Ask = (url: URL) => Promise<JsonAnswer>;

/** Yields the pages of the list at `first`, which has its query but for `page` and `per_page`. */
export async function* pagesOf(first: URL, ask: Ask): AsyncGenerator<Page, void, undefined> {
  let url: URL | undefined = new URL(first);
  url.searchParams.set('per_page', '100');
  url.searchParams.set('page', '1');
  for (let page = 1; url !== undefined;) {
    const { headers, data } = await ask(url);
    if (!Array.isArray(data)) throw brokenList(url, 'the answer is not a list');
    const next = nextPage(url, page, headers);
    // A list that goes on with nothing in between would never end.
    if (next !== undefined && data.length === 0) throw brokenList(url, `page ${page} is empty and names a next one`);
    yield { items: data as unknown[], page, total: countOf(headers['x-total']), last: next === undefined };
    url = next?.url;
    page = next?.page ?? page;
  }
}

function nextPage(url: URL, page: number, headers: IncomingHttpHeaders): { url: URL; page: number } | undefined {
  const link = nextLink([headers.link ?? ''].flat().join(','));
  const linked = link === undefined ? undefined : resolved(url, link);
  const said = headers['x-next-page'];
  if (said === '') return undefined;
  const number = said === undefined ? countOf(linked?.searchParams.get('page') ?? undefined) : countOf(said);
  if (said === undefined && linked === undefined) return undefined;
  if (number === undefined || number <= page) {
    throw brokenList(url, `the page after ${page} is said to be ${number ?? 'one without a number'}`);
  }
  const next = said === undefined && linked !== undefined ? linked : new URL(url);
  next.searchParams.set('page', String(number));
  return { url: next, page: number };
}

/** A next page is asked for with the credential: it has to be of the API's own origin. */
function resolved(url: URL, link: string): URL {
  const next = URL.canParse(link, url.href) ? new URL(link, url) : undefined;
  if (next !== undefined && sameOrigin(next, url)) return next;
  throw new RequestFailure(
    'protocol',
    `The list at ${withoutQuery(url)} names a next page of another server, ` +
      `${next?.origin ?? 'which is not an address'}; it is not followed`,
    {
      hint: 'Give the address that GitLab has for itself (its external_url) as api-url.',
    },
  );
}

/** The target of `rel="next"` in a Link header. */
function nextLink(header: string): string | undefined {
  for (const part of header.slice(0, 16_384).split(',')) {
    const [target = '', ...parameters] = part.split(';').map((piece) => piece.trim());
    const isNext = parameters.some((parameter) => /^rel="?next"?$/i.test(parameter));
    if (isNext && target.startsWith('<') && target.endsWith('>')) return target.slice(1, -1);
  }
  return undefined;
}

function brokenList(url: URL, what: string): RequestFailure {
  return new RequestFailure('protocol', `The list at ${withoutQuery(url)} is broken: ${what}`, {
    hint: 'A proxy may have answered in place of GitLab, or dropped its headers: check api-url.',
  });
}
