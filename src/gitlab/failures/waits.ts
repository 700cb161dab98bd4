/** How long a server asks to be left alone, by the headers of its answer. Waits for nothing itself. */

import type { IncomingHttpHeaders } from 'node:http';

/** A larger `RateLimit-Reset` is a time of day, as GitLab sends it; a smaller one is a number of seconds. */
const FIRST_TIME = 1_000_000_000;

/**
 * Milliseconds from now: `Retry-After`, else on a 429 `RateLimit-Reset`; undefined where neither says. A time of day
 * is the server's, and measured by the server's own `Date`: the clock here (`now`, milliseconds since 1970) may be
 * another one, and counts only where there is no such header.
 */
export function waitAskedFor(status: number, headers: IncomingHttpHeaders, now: number): number | undefined {
  const there = timeOf(headers.date) ?? now;
  const asked = retryAfterOf(headers['retry-after'], there);
  if (asked !== undefined || status !== 429) return asked;
  const reset = secondsOf(headers['ratelimit-reset']);
  if (reset === undefined) return undefined;
  return reset < FIRST_TIME ? reset * 1000 : Math.max(0, reset * 1000 - there);
}

/** `Retry-After` as milliseconds from `now`: seconds or an HTTP date; undefined if it is neither. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  const seconds = secondsOf(header);
  if (seconds !== undefined) return seconds * 1000;
  const time = timeOf(header);
  return time === undefined ? undefined : Math.max(0, time - now);
}

function secondsOf(header: string | string[] | undefined): number | undefined {
  const text = typeof header === 'string' ? header.trim() : '';
  return /^\d{1,11}$/.test(text) ? Number(text) : undefined;
}

/** Date.parse also takes "-5" and "1.5"; an HTTP date begins with the name of a day. */
function timeOf(header: string | undefined): number | undefined {
  const text = header?.trim() ?? '';
  const time = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
