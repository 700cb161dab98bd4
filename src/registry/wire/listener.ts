/** Listens on an address, judges the `Host` header, and closes without leaving connections behind. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { Failure } from '../../core/errors.ts';
import { bareHost } from '../options.ts';
import type { TlsFiles } from '../public.ts';

/** Milliseconds that an idle connection is kept; GitLab's proxy keeps it longer than clients do. */
const KEEP_ALIVE = 65_000;

/** Answers one request and never rejects. `expectsContinue`: the client sends its body only after a 100. */
export type Answer = (request: IncomingMessage, response: ServerResponse, expectsContinue: boolean) => Promise<void>;

export interface Listener {
  /** `http://host:port`, or with `https` */
  readonly url: string;
  readonly port: number;
  /** Cuts all connections and waits for the work behind them. */
  close(): Promise<void>;
}

/**
 * Starts to listen; port 0 picks a free one. Throws a `usage` failure where the address is taken or not of this
 * machine.
 */
export async function listen(host: string, port: number, answer: Answer, tls?: TlsFiles): Promise<Listener> {
  const server = makeServer(tls);
  // Work outlives its connection by a moment, and needs the database until then.
  const active = new Set<Promise<void>>();
  const begin = (work: Promise<void>): void => {
    active.add(work);
    void work.finally(() => active.delete(work));
  };
  server.on('request', (request, response) => {
    begin(answer(request, response, false));
  });
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    begin(answer(request, response, true));
  });
  await started(server, host, port);
  const actual = (server.address() as AddressInfo).port;
  return {
    url: `http${tls === undefined ? '' : 's'}://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    port: actual,
    async close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
      server.closeAllConnections();
      await closed;
      await Promise.all(active);
    },
  };
}

function makeServer(tls: TlsFiles | undefined): Server {
  const options = {
    keepAliveTimeout: KEEP_ALIVE,
    // A large upload over a slow line takes as long as it takes.
    requestTimeout: 0,
    highWaterMark: 256 * 1024,
  };
  if (tls === undefined) return createServer(options);
  try {
    return createTlsServer({ ...options, cert: tls.cert, key: tls.key });
  } catch (cause) {
    // What it says may quote the key's lines no more than its kind.
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it is not PEM';
    throw new Failure('usage', `The registry cannot speak TLS with this certificate and key: ${reason}.`, {
      hint: 'Give a certificate and its own key, both as PEM.',
    });
  }
}

/** The status that a request with such a `Host` header is refused with; undefined: it may come in. */
export type HostCheck = (header: string | undefined) => 400 | 421 | undefined;

/** By the names that this server may be called: protects a browser's user against foreign pages (DNS rebinding). */
export function hostCheck(host: string, allowed: readonly string[]): HostCheck {
  const names = new Set(['127.0.0.1', 'localhost', '::1', bareHost(host), ...allowed]);
  return (header) => {
    const [, name, port = '0'] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]/?#@\s]+)(?::(\d*))?$/.exec(header ?? '') ?? [];
    if (name === undefined || Number(port) > 65_535 || !URL.canParse(`http://${name}`)) return 400;
    return names.has(bareHost(name)) ? undefined : 421;
  };
}

async function started(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const message = `The registry cannot listen on ${host} port ${port}: ${error.message}.`;
      reject(
        new Failure('usage', message, {
          hint: 'Is the port taken? Choose another with --port; 0 picks a free one.',
          cause: error,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
}
