/**
 * The control server of a registry under test, on a port and an origin of its own: what was asked, and everything as it
 * was at the start. Only this machine reaches it, and no web page.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedRequest } from './public.ts';
import { hostCheck } from './wire/listener.ts';

interface Controlled {
  readonly requests: readonly RecordedRequest[];
  readonly storageRequests: readonly RecordedRequest[];
  forget(): void;
  reset(): Promise<void>;
}

const isAllowedHost = hostCheck('127.0.0.1', []);
/** Tokens in addresses: the answer is logged by whoever asks. */
const SECRETS = ['private_token', 'job_token', 'access_token'];

/** Answers one request. Never rejects. */
export async function answerControl(
  given: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '', headers } = request;
  request.resume();
  const send = (status: number, value?: object): void => {
    const body = value === undefined ? '' : JSON.stringify(value);
    const type = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(status, status === 204 ? {} : type).end(body);
  };
  const refusal = isAllowedHost(headers.host);
  if (refusal !== undefined || headers.origin !== undefined) {
    send(refusal ?? 403, { error: 'Only programs of this machine may ask.' });
    return;
  }
  try {
    switch (`${method} ${url.split('?', 1)[0] ?? ''}`) {
      case 'POST /-/reset':
        await given.reset();
        send(204);
        return;
      case 'GET /-/requests':
        send(200, { requests: recordsOf(given) });
        return;
      case 'DELETE /-/requests':
        given.forget();
        send(204);
        return;
      default:
        send(404, { error: 'Expected POST /-/reset, GET /-/requests or DELETE /-/requests.' });
    }
  } catch (error) {
    send(500, { error: error instanceof Error ? error.message : String(error) });
  }
}

function recordsOf({ requests, storageRequests }: Controlled): readonly object[] {
  const all = [
    ...requests.map((entry) => ({ entry, on: 'api' })),
    ...storageRequests.map((entry) => ({ entry, on: 'storage' })),
  ];
  all.sort((one, other) => one.entry.started - other.entry.started);
  return all.map(({ entry, on }) => ({
    on,
    method: entry.method,
    path: entry.path,
    query: withoutSecrets(entry.query),
    status: entry.status,
    credentials: entry.credentials,
    fault: entry.fault ?? null,
    bytes_received: entry.received,
    started_at: new Date(entry.started).toISOString(),
    ended_at: entry.ended === undefined ? null : new Date(entry.ended).toISOString(),
  }));
}

function withoutSecrets(query: string): string {
  const kept = new URLSearchParams(query);
  for (const name of SECRETS) kept.delete(name);
  return kept.toString();
}
