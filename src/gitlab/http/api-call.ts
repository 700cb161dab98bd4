/** One call of the JSON API or one HEAD, by @actions/http-client: sent once, answered or failed. */

import type { IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http';
import { HttpClient } from '@actions/http-client';
import { Failure } from '../../core/errors.ts';
import { sameOrigin, withoutQuery } from '../address.ts';
import type { Route } from './agents.ts';
import {
  isRedirect,
  notGitLab,
  redirectFailure,
  refusalFailure,
  tooManyRedirects,
  type Asked,
} from '../failures/refusal.ts';
import { unlessEnded } from './attempt.ts';
import { readAll, readWords } from './body.ts';
import {
  askedFor,
  credentialHeader,
  enter,
  logAnswer,
  logFailure,
  openHeaders,
  routeTo,
  startStep,
  type Session,
  type Visit,
} from './session.ts';
import { codeOf, networkFailure } from '../failures/network.ts';
import type { Operation } from '../types.ts';

const JSON_LIMIT = 8 * 1024 * 1024;
const MOST_REDIRECTS = 5;
/** http-client's own clock is printed of the way: it only half-closes the socket. */
const NEVER_MS = 2 ** 31 - 1;
const READING = new Set(['GET', 'HEAD']);

export interface ApiCall {
  method: string;
  url: URL;
  operation: Operation;
  headers?: Readonly<Record<string, string>> | undefined;
  /** JSON text. */
  body?: string | undefined;
  try: number;
}

export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  data: unknown;
}

/** Sends a call and reads its JSON. A GET follows redirects within the API's origin. */
export async function callApi(session: Session, call: ApiCall): Promise<ApiAnswer> {
  return visiting(session, async (visit) => {
    let url = call.url;
    for (let followed = 0; ; followed += 1) {
      const asked = askedOf(session, call, url);
      const { message, status } = await answerTo(session, visit, call, url);
      if (!isRedirect(status)) return [status, await jsonOf(session, visit, message, asked)];
      await readWords(message, visit.attempt, asked.url);
      if (followed === MOST_REDIRECTS) throw tooManyRedirects(asked, MOST_REDIRECTS);
      url = nextUrl(asked, status, message.headers.location);
    }
  });
}

/** Sends a HEAD; success, redirect (not followed) and 404 are answers, all else is a failure. */
export async function callHead(
  session: Session,
  call: ApiCall,
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return visiting(session, async (visit) => {
    const { message, status } = await answerTo(session, visit, call, call.url);
    const body = await readWords(message, visit.attempt, withoutQuery(call.url));
    const { headers } = message;
    if (status < 300 || isRedirect(status) || status === 404) return [status, { status, headers }];
    throw refusalFailure({ status, headers, body }, askedOf(session, call, call.url), session.now());
  });
}

async function visiting<T>(
  session: Session,
  work: (visit: Visit) => Promise<readonly [status: number, answer: T]>,
): Promise<T> {
  const visit = await enter(session);
  let status: number | undefined;
  try {
    const [answered, answer] = await work(visit);
    status = answered;
    return answer;
  } catch (thrown) {
    status = statusOf(thrown);
    throw thrown;
  } finally {
    visit.leave(status);
  }
}

async function answerTo(
  session: Session,
  visit: Visit,
  call: ApiCall,
  url: URL,
): Promise<{ message: IncomingMessage; status: number }> {
  const step = startStep(session, call.method, url, call.try);
  visit.attempt.doing.what = `${call.method} ${withoutQuery(url)}`;
  visit.attempt.doing.ambiguous = !READING.has(call.method);
  try {
    // After a redirect the clock rests, for its body was the last to be waited for.
    visit.attempt.touch();
    const message = await exchange(session, visit, call, url);
    const status = message.statusCode ?? 0;
    logAnswer(session, step, status, message.headers);
    return { message, status };
  } catch (thrown) {
    if (thrown instanceof Failure) logFailure(session, step, thrown);
    throw thrown;
  }
}

async function exchange(session: Session, visit: Visit, call: ApiCall, url: URL): Promise<IncomingMessage> {
  const route = routeTo(session, url);
  const signal = visit.attempt.signal;
  const client = clientFor(session, route, url, signal);
  const headers = {
    ...openHeaders(session),
    ...(call.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...call.headers,
    ...credentialHeader(session, url),
  };
  // The request goes out within this very call, so a count before and after tells of a reused connection.
  const before = route.reuses();
  const sending = client.request(call.method, url.href, call.body ?? null, headers);
  const reused = route.reuses() > before;
  try {
    return (await unlessEnded(visit.attempt, sending)).message;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const reading = READING.has(call.method);
    const stale = reused && reading && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
    if (stale) session.agents.dropIdle(url);
    throw networkFailure(error, {
      method: call.method,
      url: withoutQuery(url),
      host: url.hostname,
      proxy: route.proxy,
      ambiguous: !reading,
      stale,
    });
  }
}

function clientFor(session: Session, route: Route, url: URL, signal: AbortSignal): HttpClient {
  const handler = {
    prepareRequest(options: RequestOptions): void {
      options.agent = route.agent;
      options.signal = signal;
      // http-client keeps the brackets of an IPv6 address, Node would look them up.
      options.host = url.hostname.replace(/^\[|\]$/g, '');
    },
    canHandleAuthentication: () => false,
    handleAuthentication: () => Promise.reject(new Error('no second try with another credential')),
  };
  return new HttpClient(session.options.userAgent, [handler], {
    allowRedirects: false,
    allowRetries: false,
    socketTimeout: NEVER_MS,
  });
}

async function jsonOf(session: Session, visit: Visit, message: IncomingMessage, asked: Asked): Promise<ApiAnswer> {
  const { headers, statusCode: status = 0 } = message;
  if (status < 200 || status > 299) {
    const body = await readWords(message, visit.attempt, asked.url);
    throw refusalFailure({ status, headers, body }, asked, session.now());
  }
  const cut = (error: unknown): Failure =>
    networkFailure(error, { ...asked, host: '', proxy: undefined, ambiguous: asked.mayHaveActed, stale: false });
  const text = await readAll(message, visit.attempt, { url: asked.url, most: JSON_LIMIT, cut });
  if (text === '') return { status, headers, data: undefined };
  try {
    return { status, headers, data: JSON.parse(text) as unknown };
  } catch {
    throw notGitLab(asked, status, headers, 'JSON');
  }
}

function nextUrl(asked: Asked, status: number, location: string | undefined): URL {
  if (asked.method !== 'GET' || location === undefined || !URL.canParse(location, asked.url)) {
    throw redirectFailure(asked, status, location);
  }
  const next = new URL(location, asked.url);
  if (!sameOrigin(next, new URL(asked.url))) throw redirectFailure(asked, status, location);
  return next;
}

function askedOf(session: Session, call: ApiCall, url: URL): Asked {
  return askedFor(session, call.method, url, call.operation, !READING.has(call.method));
}

function statusOf(thrown: unknown): number | undefined {
  if (typeof thrown !== 'object' || thrown === null) return undefined;
  const status: unknown = (thrown as { status?: unknown }).status;
  return typeof status === 'number' ? status : undefined;
}
