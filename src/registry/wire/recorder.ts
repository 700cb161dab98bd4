/** Remembers what was asked, so that tests can state what reached a server and how much of it at once. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { credentialsOf } from '../access/credentials.ts';
import type { RecordedRequest } from '../public.ts';

export interface Recorder {
  readonly requests: readonly RecordedRequest[];
  /** The most requests that were in flight at once. */
  readonly maxInFlight: number;
  /** Undefined unless recording is on. */
  begin(request: IncomingMessage, response: ServerResponse): RecordedRequest | undefined;
  clear(): void;
}

export interface RecorderOptions {
  /** How many requests are kept; then the oldest goes. */
  readonly keep: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Told of each request that has ended. */
  readonly onEnd: ((entry: RecordedRequest) => void) | undefined;
}

/** With `keep: 0` and nobody to tell it does nothing. */
export function makeRecorder({ keep, clock, onEnd }: RecorderOptions): Recorder {
  const requests: RecordedRequest[] = [];
  let inFlight = 0;
  let maxInFlight = 0;
  return {
    requests,
    get maxInFlight() {
      return maxInFlight;
    },
    begin(request, response) {
      if (keep === 0 && onEnd === undefined) return undefined;
      inFlight += 1;
      maxInFlight = Math.max(maxInFlight, inFlight);
      const entry = makeEntry(request, clock(), inFlight);
      if (keep > 0) requests.push(entry);
      if (requests.length > keep) requests.shift();
      response.once('close', () => {
        inFlight -= 1;
        entry.ended = clock();
        entry.stopCounting();
        // Headers that never left do not count: a reset before the answer is no answer.
        entry.status = response.headersSent && response.writableFinished ? response.statusCode : entry.status;
        onEnd?.(entry);
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
