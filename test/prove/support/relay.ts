/** A proxy in front of a registry, as many GitLabs have one: it counts requests, and holds or spoils those that a test names. */
import http, { type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { until } from '../../support/until.ts';

/** One request on its way. */
export interface Passing {
  /** From 1, in order of arrival. */
  readonly number: number;
  readonly method: string;
  /** Which upload it is, from 1; 0 for any other request. */
  readonly upload: number;
  /** Name of the file that it is about; empty for any other request. */
  readonly file: string;
  readonly headers: IncomingHttpHeaders;
  /** The registry has answered. */
  answered: boolean;
  /** The client has its answer, or is gone. */
  over: boolean;
}

/** What becomes of a request: an answer of the proxy's own (its rest is not read), or its connection cut. */
export type Fate =
  { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body: string } | 'cut';

export interface RelayRules {
  /** Before the registry sees it; a small upload is in the proxy's hands by then and goes on without its client. */
  readonly before?: (passing: Passing) => Promise<Fate | undefined> | Fate | undefined;
  /** The registry has answered, the client has not heard of it. */
  readonly after?: (passing: Passing) => Promise<Fate | undefined> | Fate | undefined;
  /** Exchanges the bytes of an answer, and says what length to tell. */
  readonly body?: (
    passing: Passing,
    body: IncomingMessage,
  ) => { readonly body: Readable; readonly length?: number } | undefined;
  /** Lets a large upload through piece by piece, or answers it early while its client is still sending. */
  readonly piece?: (passing: Passing, sent: number) => Promise<Exclude<Fate, 'cut'> | undefined>;
}

export interface Relay {
  /** Root of the REST API behind it. */
  readonly apiUrl: string;
  readonly passed: readonly Passing[];
  /** For the requests to come; they count from 1 again. */
  rule(rules: RelayRules): void;
  /** Nothing is under way any more. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** Holds the first uploads until there are so many, so that they race. */
export function gathering(count: number): (passing: Passing) => Promise<undefined> {
  const gathered = Promise.withResolvers<undefined>();
  return async ({ upload }) => {
    if (upload === count) gathered.resolve(undefined);
    if (upload > 0) await gathered.promise;
    return undefined;
  };
}

/** Up to here a proxy has all of an upload before it goes on. */
const BUFFERED = 1024 * 1024;

export async function openRelay(registry: RunningRegistry): Promise<Relay> {
  const agent = new http.Agent({ keepAlive: true });
  let rules: RelayRules = {};
  let passed: Passing[] = [];
  let uploads = 0;
  let underWay = 0;
  const pass = (request: IncomingMessage, response: ServerResponse, waits: boolean): void => {
    const passing: Passing = {
      number: passed.length + 1,
      method: request.method ?? '',
      upload: request.method === 'PUT' ? (uploads += 1) : 0,
      file: fileIn(request.url ?? ''),
      headers: request.headers,
      answered: false,
      over: false,
    };
    passed.push(passing);
    underWay += 1;
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    response.once('close', () => {
      passing.over = true;
    });
    void carry({ registry, agent, rules, passing, request, response, waits })
      .catch(() => {
        if (!response.headersSent) response.socket?.resetAndDestroy();
        else if (!response.writableFinished) response.destroy();
      })
      .finally(() => {
        underWay -= 1;
      });
  };
  const server = http.createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 });
  server.on('request', (request, response) => {
    pass(request, response, false);
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    pass(request, response, true);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
    get passed() {
      return passed;
    },
    rule: (next) => {
      rules = next;
      passed = [];
      uploads = 0;
    },
    idle: () => until(() => underWay === 0, new Promise(() => undefined)),
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Carried {
  readonly registry: RunningRegistry;
  readonly agent: http.Agent;
  readonly rules: RelayRules;
  readonly passing: Passing;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly waits: boolean;
}

async function carry(carried: Carried): Promise<void> {
  const { rules, passing, request, response, waits } = carried;
  const small = !waits && Number(request.headers['content-length'] ?? 0) < BUFFERED;
  const body = small ? await buffer(request) : undefined;
  const early = await rules.before?.(passing);
  if (early !== undefined) {
    meet(response, early);
    return;
  }
  if (waits && response.writable) response.writeContinue();
  const answer = await forward(carried, body === undefined ? request : Readable.from(body.length === 0 ? [] : [body]));
  passing.answered = true;
  const late = await rules.after?.(passing);
  if (late !== undefined) {
    answer.resume();
    meet(response, late);
    return;
  }
  const spoiled = rules.body?.(passing, answer);
  const { length } = spoiled ?? {};
  const headers = { ...answer.headers, ...(length === undefined ? {} : { 'content-length': String(length) }) };
  response.writeHead(answer.statusCode ?? 0, headers);
  await passOn(spoiled?.body ?? answer, response);
}

/**
 * Sends a body to the client, and fails once that is gone. Of an http answer Node's pipeline aborts only the
 * request, and waits: one that had come whole and was not read to its end would keep it waiting for ever.
 */
export async function passOn(body: Readable, response: ServerResponse): Promise<void> {
  const end = (): void => {
    body.destroy(new Error('its client is gone'));
  };
  // After pipeline's own listeners, whose last one pauses the body.
  const passed = pipeline(body, response);
  if (response.destroyed) end();
  else response.once('close', end);
  await passed;
}

/** Sends the request on; resolves with the registry's answer. */
async function forward(carried: Carried, body: Readable): Promise<IncomingMessage> {
  const { registry, agent, rules, request } = carried;
  const headers = { ...request.headers };
  delete headers.expect;
  const { hostname, port } = new URL(registry.url);
  const onward = http.request({ agent, hostname, port, method: request.method, path: request.url, headers });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    onward.once('response', resolve);
    onward.once('error', reject);
  });
  answered.catch(() => undefined);
  await pipeline(rules.piece === undefined ? body : pieces(carried, body), onward);
  return answered;
}

/** What is still sent after an early answer is thrown away: cutting the connection under it could lose the answer. */
async function* pieces({ rules, passing, request, response }: Carried, body: Readable): AsyncGenerator<Buffer> {
  let sent = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    sent += chunk.length;
    if (response.headersSent) continue;
    yield chunk;
    const early = await rules.piece?.(passing, sent);
    if (early === undefined) continue;
    response.writeHead(early.status, {
      'content-length': Buffer.byteLength(early.body),
      connection: 'close',
      ...early.headers,
    });
    response.write(early.body);
  }
  if (!response.headersSent) return;
  response.end();
  request.destroy();
  throw new Error('it was answered before its end');
}

function meet(response: ServerResponse, fate: Fate): void {
  if (fate === 'cut') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(fate.status, {
    'content-length': Buffer.byteLength(fate.body),
    connection: 'close',
    ...fate.headers,
  });
  response.end(fate.body);
}

function fileIn(url: string): string {
  const [, rest = ''] = (url.split('?')[0] ?? '').split('/packages/generic/');
  return rest.split('/').slice(2).map(decodeURIComponent).join('/');
}
