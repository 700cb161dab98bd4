/** Headers that say what a body is: strict readers of foreign text. */

import type { IncomingHttpHeaders } from 'node:http';

export interface ContentRange {
  /** First byte of this part; undefined in the answer to a range that cannot be had (416). */
  from: number | undefined;
  /** Bytes of the whole; undefined where the server does not say. */
  total: number | undefined;
}

/** `bytes 5-9/10`, `bytes 5-9/*` or `bytes *` + `/10`; undefined for anything else. */
export function contentRangeOf(headers: IncomingHttpHeaders): ContentRange | undefined {
  const parts = /^bytes (?:(\d{1,15})-\d{1,15}|\*)\/(\d{1,15}|\*)$/i.exec(headers['content-range']?.trim() ?? '');
  if (parts === null) return undefined;
  const [, from, total] = parts;
  return {
    from: from === undefined ? undefined : Number(from),
    total: total === undefined || total === '*' ? undefined : Number(total),
  };
}

/** `X-Checksum-SHA256` (GitLab 18.6) in lower case, if it is one. */
export function sha256Of(headers: IncomingHttpHeaders): string | undefined {
  const value = headers['x-checksum-sha256'];
  return typeof value === 'string' && isSha256(value) ? value.toLowerCase() : undefined;
}

export function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/i.test(text);
}

/** A count of items or bytes in a header. */
export function countOf(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : undefined;
}
