/** Servers on loopback for the tests of the HTTP session, and clients for them. No rule of GitLab is in here. */

import http, { type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { createClient } from '../../src/gitlab/http/client.ts';
import { createCredential, type TokenType } from '../../src/gitlab/credentials.ts';
import type { Client, ClientOptions, RequestLine, RetryNote } from '../../src/gitlab/types.ts';

interface Seen {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
}

export interface Loopback {
  server: Server;
  port: number;
  origin: string;
  /** Root of an API on it. */
  api: URL;
  /** Every request, in the order of arrival. */
  seen: Seen[];
  /** How many connections were made. */
  connections: () => number;
}

const running: Server[] = [];

/** Starts a server that `closeAll` ends. */
export async function serve(
  listener: RequestListener,
  host = '127.0.0.1',
  make = http.createServer,
): Promise<Loopback> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = make((request, response) => {
    seen.push({ method: request.method ?? '', path: request.url ?? '', headers: request.headers });
    listener(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  running.push(server);
  const { port } = server.address() as AddressInfo;
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { server, port, origin, api: new URL(`${origin}/api/v4`), seen, connections: () => connections };
}

/** For afterEach: no server survives its test. */
export async function closeAll(): Promise<void> {
  await Promise.all(
    running.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
}

export interface TestClient {
  client: Client;
  lines: RequestLine[];
  notes: RetryNote[];
  /** Milliseconds that it would have waited. */
  waits: number[];
  stop: AbortController;
}

/** A client that does not wait between tries. */
export function clientOf(
  api: URL,
  options: Partial<ClientOptions> & { token?: string; type?: TokenType } = {},
): TestClient {
  const lines: RequestLine[] = [];
  const notes: RetryNote[] = [];
  const waits: number[] = [];
  let waited = 0;
  const stop = new AbortController();
  const { token = 'glpat-secret', type = 'private', ...others } = options;
  const client = createClient({
    api,
    credential: createCredential({ token, type }),
    userAgent: 'generic-packages/test',
    concurrency: 8,
    retries: 2,
    timeoutMs: 20_000,
    signal: stop.signal,
    onRequest: (line) => lines.push(line),
    onRetry: (note) => notes.push(note),
    random: () => 0.5,
    sleep: (ms) => {
      waits.push(ms);
      waited += ms;
      return Promise.resolve();
    },
    now: () => Date.now() + waited,
    ...others,
  });
  return { client, lines, notes, waits, stop };
}

export function sendJson(
  response: http.ServerResponse,
  status: number,
  data: unknown,
  headers: http.OutgoingHttpHeaders = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(data));
}

export async function bodyOf(stream: Readable | IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A stream of these pieces, as `open` of an upload gives it. */
export function opening(...pieces: Buffer[]): () => Readable {
  return () => Readable.from(pieces, { objectMode: false });
}

export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it did not fail');
}

/** Breaks a connection with RST, as a crashed server does. */
export function reset(socket: Socket): void {
  socket.resetAndDestroy();
}
