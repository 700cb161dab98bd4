/** The one HTTP session of a run: every request of the product goes through a client made here. */

import { callApi, callHead, type ApiCall } from './api-call.ts';
import { sameOrigin } from '../address.ts';
import { createSession, withQuery, type Session } from './session.ts';
import { Failure } from '../../core/errors.ts';
import type { RequestFailure } from '../failures/request-failure.ts';
import { getFile } from './get-file.ts';
import { isRedirect } from '../failures/refusal.ts';
import { LARGEST_PAGE, pageOf, pageUrl } from './lists/pages.ts';
import { readRows } from './lists/rows.ts';
import { putFile } from './put-file.ts';
import { retrying, sleepUnlessAborted, type RetryRules } from './retry.ts';
import type { Client, ClientOptions, HeadResult, JsonAnswer, JsonRequest, Page, RetryPolicy } from '../types.ts';

export type { Client, ClientOptions } from '../types.ts';

const REPEATABLE = new Set(['GET', 'HEAD', 'DELETE']);

/** Fails with `usage` on a `ca` or `proxy` that cannot be used. Opens no connection yet. */
export function createClient(options: ClientOptions): Client {
  const session = createSession(options);
  // A proxy that cannot be used is wrong usage, and shows before any request.
  session.agents.route(options.api);
  const policy: RetryPolicy = {
    retries: options.retries,
    signal: options.signal,
    random: options.random ?? Math.random,
    sleep: options.sleep ?? sleepUnlessAborted,
    onRetry: options.onRetry,
    waitsForLimits: options.waitsForLimits,
  };
  return {
    api: options.api,
    credential: options.credential,
    policy,
    json: (method, path, request = {}) =>
      callJson(session, policy, { ...request, method, url: withQuery(options.api, path, request.query ?? {}) }),
    firstPage: (path, request = {}) => pagesAt(session, policy, path, request).ask(1, LARGEST_PAGE),
    rows: (path, read, { most, ...request } = {}) => {
      const list = pagesAt(session, policy, path, request);
      return readRows({ ...list, read, most, width: () => session.gate.width() });
    },
    putFile: (url, request) => putFile(session, inside(options.api, url), request),
    getFile: (url, request = {}) => getFile(session, url, request),
    head: (url) => callHeadOf(session, policy, inside(options.api, url)),
    width: () => session.gate.width(),
    idle: () => session.gate.idle(),
    close: () => {
      session.agents.close();
    },
  };
}

async function callJson(
  session: Session,
  policy: RetryPolicy,
  { method, url, ...request }: JsonRequest & { method: string; url: URL },
): Promise<JsonAnswer> {
  const call: Omit<ApiCall, 'try'> = {
    method,
    url,
    operation: request.operation ?? 'project',
    headers: request.headers,
    body: request.body === undefined ? undefined : JSON.stringify(request.body),
  };
  const rules: RetryRules<JsonAnswer> = REPEATABLE.has(method) ? policy : { ...policy, mayRetry: isHarmless };
  return retrying(async (number) => ({ ...(await callApi(session, { ...call, try: number })), tries: number }), rules);
}

/** A list's address, and how a page of it is asked for. */
function pagesAt(session: Session, policy: RetryPolicy, path: string, request: Omit<JsonRequest, 'body'>) {
  const first = withQuery(session.options.api, path, request.query ?? {});
  const ask = async (page: number, size: number): Promise<Page> => {
    const url = pageUrl(first, page, size);
    const answer = await callJson(session, policy, { operation: 'list', ...request, method: 'GET', url });
    return pageOf(url, { page, size }, answer);
  };
  return { url: first, ask };
}

async function callHeadOf(session: Session, policy: RetryPolicy, url: URL): Promise<HeadResult> {
  const answer = await retrying(
    (number) => callHead(session, { method: 'HEAD', url, operation: 'download', try: number }),
    policy,
  );
  return { ...answer, redirected: isRedirect(answer.status) };
}

/** A write that surely was not obeyed may be sent again. */
function isHarmless(failure: RequestFailure): boolean {
  return failure.retryable && (failure.unsent || failure.status === 429);
}

function inside(api: URL, url: URL): URL {
  if (sameOrigin(api, url)) return url;
  throw new Failure('internal', `A request for ${url.origin} was to be made as one of ${api.origin}`);
}
