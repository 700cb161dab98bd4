/** Remembers what was asked, so that tests can state what reached a server and how much of it at once. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type CredentialForm, credentialsOf } from '../access/credentials.ts';
import type { FaultKind } from './faults.ts';

/** Holds secrets: it never leaves the process that started the registry. */
export interface RecordedRequest {
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Every form of credential that came, whether or not the route looked at it. */
  readonly credentials: readonly CredentialForm[];
  /** 0 until the answer is out, and when the connection was cut before it. */
  status: number;
  fault: FaultKind | undefined;
  /** Bytes that the connection brought since this request's head, so far. */
  readonly received: number;
  /** Milliseconds since 1970. */
  readonly started: number;
  ended: number | undefined;
  /** Requests in flight on this server when this one came, itself included. */
  readonly inFlight: number;
}

export interface Recorder {
  readonly requests: readonly RecordedRequest[];
  /** The most requests that were in flight at once. */
  readonly maxInFlight: number;
  /** Undefined unless recording is on. */
  begin(request: IncomingMessage, response: ServerResponse): RecordedRequest | undefined;
  clear(): void;
}

/** `on: false` keeps nothing. `clock` in milliseconds since 1970. */
export function makeRecorder(on: boolean, clock: () => number): Recorder {
  const requests: RecordedRequest[] = [];
  let inFlight = 0;
  let maxInFlight = 0;
  return {
    requests,
    get maxInFlight() {
      return maxInFlight;
    },
    begin(request, response) {
      if (!on) return undefined;
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      const entry = makeEntry(request, clock(), inFlight);
      requests.push(entry);
      response.once('close', () => {
        inFlight -= 1;
        entry.ended = clock();
        entry.stopCounting();
        // Headers that never left do not count: a reset before the answer is no answer.
        entry.status = response.headersSent && response.writableFinished ? response.statusCode : entry.status;
      });
      return entry;
    },
    clear() {
      requests.length = 0;
      maxInFlight = inFlight;
    },
  };
}

function makeEntry(
  request: IncomingMessage,
  started: number,
  inFlight: number,
): RecordedRequest & { stopCounting(): void } {
  const { socket } = request;
  const before = socket.bytesRead;
  let counted: number | undefined;
  const url = request.url ?? '';
  const mark = url.indexOf('?');
  const query = mark < 0 ? '' : url.slice(mark + 1);
  return {
    method: request.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query,
    headers: request.headers,
    credentials: credentialsOf(request.headers, new URLSearchParams(query)).map((credential) => credential.form),
    status: 0,
    fault: undefined,
    get received() {
      return counted ?? socket.bytesRead - before;
    },
    stopCounting() {
      counted = socket.bytesRead - before;
    },
    started,
    ended: undefined,
    inFlight,
  };
}
