/**
 * The one way out: every request, for JSON or for bytes, gets its headers, credential, connection, clock
 * and log line here. What an answer means is decided by whoever asked.
 */

import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { HttpClient } from '@actions/http-client';
import { Failure } from '../../core/errors.ts';
import { sameOrigin, withoutQuery } from '../address.ts';
import { codeOf, networkFailure } from '../failures/network.ts';
import { innerTargetFailure, requestIdOf } from '../failures/refusal.ts';
import { unlessEnded, type Attempt } from './attempt.ts';
import { InnerAddressError } from './connections/inner-address.ts';
import type { Session } from './session.ts';

/** http-client's own clock only half-closes the connection: it is set so that the attempt's is always first. */
const NEVER_MS = 2 ** 31 - 1;
const READING = new Set(['GET', 'HEAD']);
/** How a connection ends that the server had closed before it was used again. */
const CLOSED = new Set(['ECONNRESET', 'EPIPE']);

export interface OutgoingRequest {
  method: string;
  url: URL;
  /** Besides those that every request has; a credential's header cannot be set here. */
  headers?: Readonly<Record<string, string | number>> | undefined;
  /** JSON text, or what sends a file's bytes. */
  body?: string | SendBytes | undefined;
  /** Number of this try, for the log. */
  try: number;
  /** False: redirects have led away from the API's origin, so that no credential is sent any more. */
  trusted?: boolean;
}

/** Fills and ends the open request, and returns its answer. */
type SendBytes = (request: ClientRequest, answered: Promise<IncomingMessage>) => Promise<IncomingMessage>;

/** What sends a request whose body is known, which is all but the bytes of a file (docs/adr/0003). */
export function createTransport(): HttpClient {
  return new HttpClient(undefined, [], { socketTimeout: NEVER_MS });
}

/** Whether the server may have obeyed a request that it did not answer. */
export function isWrite(method: string): boolean {
  return !READING.has(method);
}

/** Sends one request; its answer's head is there, the body is still to be read. Follows no redirect. */
export async function send(session: Session, attempt: Attempt, request: OutgoingRequest): Promise<IncomingMessage> {
  const started = session.now();
  attempt.doing.what = `${request.method} ${withoutQuery(request.url)}`;
  // A file is stored when its last byte has arrived, and not before.
  attempt.doing.ambiguous = isWrite(request.method) && typeof request.body !== 'function';
  try {
    attempt.touch();
    const message = await exchange(session, attempt, request);
    if (sameOrigin(request.url, session.options.api)) {
      session.pace.learn(request.url, message.statusCode ?? 0, message.headers);
    }
    logLine(session, request, started, message);
    return message;
  } catch (thrown) {
    if (thrown instanceof Failure) logLine(session, request, started, thrown);
    throw thrown;
  }
}

/** Fails with a RequestFailure, or with the reason that ended the attempt. */
async function exchange(session: Session, attempt: Attempt, request: OutgoingRequest): Promise<IncomingMessage> {
  const { url, body } = request;
  const options = optionsFor(session, attempt, request);
  if (typeof body === 'function') {
    const sent = open(url, options);
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sent.once('response', (message) => {
        if (sent.reusedSocket) session.agents.wasReused(url);
        resolve(message);
      });
      // Errors after the answer concern its body and are reported there.
      sent.on('error', (error) => {
        reject(failureOf(session, attempt, request, { error, reused: sent.reusedSocket }));
      });
    });
    const answer = unlessEnded(attempt, answered);
    // Heard late where the server is asked before anything is sent.
    answer.catch(() => undefined);
    return body(sent, answer);
  }
  let sent: ClientRequest | undefined;
  // http-client shows its request to nobody, but asks this for it.
  const httpModule = {
    request: (given: RequestOptions, onAnswer: (message: IncomingMessage) => void) =>
      (sent = open(url, given).once('response', onAnswer)),
  } as typeof http;
  try {
    const sending = session.transport.requestRaw({ options, parsedUrl: url, httpModule }, body ?? null);
    const { message } = await unlessEnded(attempt, sending);
    if (sent?.reusedSocket === true) session.agents.wasReused(url);
    return message;
  } catch (error) {
    throw failureOf(session, attempt, request, { error, reused: sent?.reusedSocket ?? false });
  }
}

function open(url: URL, options: RequestOptions): ClientRequest {
  const sent = (url.protocol === 'https:' ? https : http).request(options);
  // Whoever reads the body looks at `errored`; until then an error has to be heard by someone.
  return sent.once('response', (message) => message.on('error', () => undefined));
}

function optionsFor(session: Session, attempt: Attempt, request: OutgoingRequest): RequestOptions {
  const { method, url, body, headers } = request;
  const { api, credential, userAgent } = session.options;
  const own = request.trusted !== false && sameOrigin(url, api) ? credential : undefined;
  return {
    agent: session.agents.route(url).agent,
    method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname + url.search,
    headers: {
      Accept: '*/*',
      'Accept-Encoding': 'identity',
      'User-Agent': userAgent,
      ...(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {}),
      ...headers,
      ...(own === undefined ? {} : { [own.header[0]]: own.header[1] }),
    },
    signal: attempt.signal,
  };
}

interface BrokenConnection {
  error: unknown;
  /** Over a connection that another request had used. */
  reused: boolean;
}

function failureOf(session: Session, attempt: Attempt, request: OutgoingRequest, broken: BrokenConnection): Failure {
  const { method, url } = request;
  if (attempt.signal.aborted) return attempt.signal.reason as Failure;
  if (broken.error instanceof InnerAddressError) {
    return innerTargetFailure(session.options.api.origin, withoutQuery(url), broken.error.address);
  }
  const stale = broken.reused && CLOSED.has(codeOf(broken.error));
  if (broken.reused) session.agents.dropIdle(url);
  if (stale) session.agents.wasStale(url);
  return networkFailure(broken.error, {
    method,
    url: withoutQuery(url),
    host: url.hostname,
    proxy: session.agents.route(url).proxy,
    redirectedBy: sameOrigin(url, session.options.api) ? undefined : session.options.api.origin,
    ambiguous: attempt.doing.ambiguous,
    stale,
  });
}

function logLine(session: Session, request: OutgoingRequest, started: number, end: IncomingMessage | Failure): void {
  const failed = end instanceof Failure;
  session.options.onRequest?.({
    method: request.method,
    url: withoutQuery(request.url),
    try: request.try,
    ms: session.now() - started,
    status: failed ? undefined : end.statusCode,
    error: failed ? codeOf(end.cause) || end.code : undefined,
    requestId: failed ? undefined : requestIdOf(end.headers),
  });
}
