/** Answers that are not a success, as Failures: code, what was tried, what came back, what to do next. */

import type { IncomingHttpHeaders } from 'node:http';
import type { FailureCode } from '../../core/errors.ts';
import { nextStep } from './causes.ts';
import type { TokenKind } from '../credentials.ts';
import { RequestFailure } from './request-failure.ts';
import { retryAfterOf } from '../http/retry.ts';
import type { Operation } from '../types.ts';
import { cut, wordsOf } from './server-words.ts';

export interface RequestFacts {
  method: string;
  /** Without query. */
  url: string;
  operation: Operation;
  kind: TokenKind | undefined;
  /** A 5xx may hide that the server did it: a write whose every byte was sent. */
  mayHaveActed: boolean;
}

export interface Refusal {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

const CODES = new Map<number, FailureCode>([
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [408, 'timeout'],
  [409, 'conflict'],
  [412, 'conflict'],
  [429, 'rate-limited'],
]);
/** Of the 5xx, what will be the same the next time: not implemented, no such HTTP version, no room. */
const LASTING = new Set([501, 505, 507, 511]);

/** The failure that an answer of 400 or more means. `now`: milliseconds since 1970. */
export function refusalFailure(refusal: Refusal, asked: RequestFacts, now: number): RequestFailure {
  const { status } = refusal;
  const words = wordsOf(refusal.body);
  const said = words === '' ? '' : `: ${words}`;
  const hint = nextStep({ status, words, operation: asked.operation, kind: asked.kind });
  const requestId = requestIdOf(refusal.headers);
  const id = status >= 500 && requestId !== undefined ? ` (request id ${requestId})` : '';
  return new RequestFailure(codeFor(status, words), `${asked.method} ${asked.url} was answered ${status}${said}${id}`, {
    status,
    words,
    page: refusal.body.trimStart().startsWith('<'),
    retryable: isPassing(status, words),
    ambiguous: asked.mayHaveActed && (status >= 500 || status === 408),
    retryAfterMs: retryAfterOf(refusal.headers['retry-after'], now),
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * A refusal by the object storage that GitLab redirected to. A signed address expires, so that asking
 * GitLab again may help. Of its words only the code is taken: S3 repeats the signature in the rest.
 */
export function storageFailure(refusal: Refusal, asked: RequestFacts, now: number): RequestFailure {
  const { status } = refusal;
  const words = /<Code>([A-Za-z.]{1,60})<\/Code>/.exec(refusal.body)?.[1] ?? '';
  const said = words === '' ? '' : `: ${words}`;
  const retryable = status === 403 || isPassing(status, words);
  return new RequestFailure(
    codeFor(status, words),
    `${asked.method} ${asked.url} (object storage) was answered ${status}${said}`,
    {
      status,
      words,
      retryable,
      retryAfterMs: retryAfterOf(refusal.headers['retry-after'], now),
      hint:
        'GitLab sent the request on to its object storage, which refused it. ' +
        `${retryable ? 'Run again. If it stays, ask' : 'Ask'} the administrator of this GitLab.`,
    },
  );
}

/** A call that was redirected where no redirect is followed. */
export function redirectFailure(asked: RequestFacts, status: number, location: string | undefined): RequestFailure {
  const target = originOf(location, asked.url);
  const message = `${asked.method} ${asked.url} was redirected (${status}) to`;
  if (target !== undefined && target !== new URL(asked.url).origin) {
    return new RequestFailure('protocol', `${message} another server, ${target}, which is not followed`, {
      status,
      hint: `Nothing was sent there. If ${target} is the right server, give its address as api-url.`,
    });
  }
  const to = target === undefined ? 'no address' : 'another address of the same server';
  return new RequestFailure('protocol', `${message} ${to}, which is not followed`, {
    status,
    hint: 'GitLab answers like this when a project was renamed: give its new path or its numeric id as project.',
  });
}

export function tooManyRedirects(asked: RequestFacts, most: number): RequestFailure {
  return new RequestFailure('protocol', `${asked.method} ${asked.url} was redirected more than ${most} times`, {
    hint: 'The server, its object storage or a proxy sends requests in a circle: ask its administrator.',
  });
}

/** A success that is not what GitLab's API answers there. */
export function notGitLab(
  asked: RequestFacts,
  status: number,
  headers: IncomingHttpHeaders,
  expected: string,
): RequestFailure {
  const encoding =
    headers['content-encoding'] === undefined ? '' : ` (encoded: ${cut(headers['content-encoding'], 50)})`;
  const type = cut(headers['content-type'] ?? 'no content type', 100) + encoding;
  return new RequestFailure(
    'protocol',
    `${asked.method} ${asked.url} was answered ${status} with ${type} where ${expected} was expected`,
    {
      status,
      ambiguous: asked.mayHaveActed,
      hint: 'A login page or a proxy may have answered in place of GitLab: check api-url.',
    },
  );
}

/** GitLab's id of a request, for its administrator. */
export function requestIdOf(headers: IncomingHttpHeaders): string | undefined {
  const id = headers['x-request-id'];
  return typeof id === 'string' ? cut(id, 100) : undefined;
}

export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function codeFor(status: number, words: string): FailureCode {
  // GitLab has no 409 for a duplicate file: it says 400.
  if (status === 400 && words.includes('Duplicate package is not allowed')) return 'conflict';
  const known = CODES.get(status);
  if (known !== undefined) return known;
  if (status >= 500) return 'server-error';
  return status >= 400 ? 'refused' : 'protocol';
}

function isPassing(status: number, words: string): boolean {
  if (status === 408 || status === 425 || status === 429) return true;
  if (status === 409) return words.includes('Resource lock');
  return status >= 500 && !LASTING.has(status);
}

function originOf(location: string | undefined, base: string): string | undefined {
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  const { origin, protocol } = new URL(location, base);
  return origin === 'null' ? protocol : origin;
}
