/** A request for or with a file's bytes, by Node's own http and https on the session's connections. */

import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import https from 'node:https';
import { sameOrigin, withoutQuery } from '../address.ts';
import { unlessEnded, type Attempt } from './attempt.ts';
import { routeTo, type Session } from './session.ts';
import { codeOf, networkFailure } from '../failures/network.ts';
import type { RequestFailure } from '../failures/request-failure.ts';

export interface FileRequest {
  method: 'GET' | 'PUT';
  url: URL;
  headers: Readonly<Record<string, string | number>>;
}

/** Opens the request; its headers go out with the first bytes of a body, or with `end`. */
export function openRequest(session: Session, attempt: Attempt, request: FileRequest): ClientRequest {
  const { url } = request;
  return (url.protocol === 'https:' ? https : http).request({
    agent: routeTo(session, url).agent,
    method: request.method,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? undefined : Number(url.port),
    path: url.pathname + url.search,
    headers: { ...request.headers },
    signal: attempt.signal,
  });
}

/** The answer's head. Fails with a RequestFailure, or with the reason that ended the attempt. */
export function answerOf(
  session: Session,
  attempt: Attempt,
  request: FileRequest,
  sending: ClientRequest,
): Promise<IncomingMessage> {
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    sending.once('response', (message) => {
      // Whoever reads the body looks at `errored`; until then an error has to be heard by someone.
      message.on('error', () => undefined);
      resolve(message);
    });
    // Errors after the answer concern its body and are reported there.
    sending.on('error', (error) => {
      reject(
        attempt.signal.aborted
          ? (attempt.signal.reason as Error)
          : failureOf(session, attempt, request, sending, error),
      );
    });
  });
  return unlessEnded(attempt, answered);
}

function failureOf(
  session: Session,
  attempt: Attempt,
  request: FileRequest,
  sending: ClientRequest,
  error: unknown,
): RequestFailure {
  const stale = sending.reusedSocket && request.method === 'GET' && ['ECONNRESET', 'EPIPE'].includes(codeOf(error));
  if (sending.reusedSocket) session.agents.dropIdle(request.url);
  return networkFailure(error, {
    method: request.method,
    url: withoutQuery(request.url),
    host: request.url.hostname,
    proxy: routeTo(session, request.url).proxy,
    redirectedBy: sameOrigin(request.url, session.options.api) ? undefined : session.options.api.origin,
    ambiguous: attempt.doing.ambiguous,
    stale,
  });
}
