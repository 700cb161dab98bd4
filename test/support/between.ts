/** What stands between a run and a registry: a TLS front, a path prefix, a proxy. Each sees what passes through it. */
import http, {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
} from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Certificate } from './certificates.ts';

/** A server that is up on loopback. */
export interface Between {
  readonly port: number;
  /** `METHOD target` of each request, tunnels included, as it came. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/** https in front of a plain server; the Host header goes through as it came. */
export function openTlsFront(target: number, certificate: Certificate): Promise<Between> {
  const seen: string[] = [];
  return listening(
    https.createServer(
      certificate,
      passing(target, seen, (path) => path),
    ),
    seen,
  );
}

/** `/gitlab/api/v4` in front of `/api/v4`: what lies outside of the prefix is not there. */
export function openPrefix(target: number, prefix: string): Promise<Between> {
  const seen: string[] = [];
  const below = (path: string): string | undefined =>
    path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : undefined;
  return listening(http.createServer(passing(target, seen, below)), seen);
}

/** A proxy that takes whole addresses and tunnels, and leads every name to one port here; or refuses with a status. */
export function openProxy(target: number, refusal?: number): Promise<Between> {
  const seen: string[] = [];
  const refuse: RequestListener = (_request, response) => void response.writeHead(refusal ?? 500).end();
  const pass = passing(target, seen, (path) =>
    URL.canParse(path) ? new URL(path).pathname + new URL(path).search : undefined,
  );
  const server = http.createServer(refusal === undefined ? pass : refuse);
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    seen.push(`CONNECT ${request.url ?? ''}`);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const up = connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      up.pipe(socket).pipe(up);
    });
    up.on('error', () => socket.destroy());
    socket.on('error', () => up.destroy());
    socket.on('close', () => up.destroy());
  });
  return listening(server, seen);
}

/** A front that changes the last byte of each upload whose path ends in this name; lengths stay as they are. */
export function openSpoiler(target: number, name: string): Promise<Between> {
  const seen: string[] = [];
  const server = http.createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push(`${method} ${url}`);
    const spoils = method === 'PUT' && (url.split('?')[0] ?? '').endsWith(`/${name}`);
    const onward = http.request({ host: '127.0.0.1', port: target, path: url, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.on('data', (chunk: Buffer) => {
      if (spoils) chunk.writeUInt8(chunk.readUInt8(chunk.length - 1) ^ 1, chunk.length - 1);
      onward.write(chunk);
    });
    request.on('end', () => onward.end());
  });
  return listening(server, seen);
}

/** A front that takes no encoded slash (`%2F`) in a path, as Apache does by default: a page says 404. */
export function openSlashRefuser(target: number): Promise<Between> {
  const seen: string[] = [];
  const plain = (path: string): string | undefined => (/%2f/i.test(path) ? undefined : path);
  return listening(http.createServer(passing(target, seen, plain)), seen);
}

/** A front that has counted how many requests it had at once at most. */
export interface CountingFront extends Between {
  busiest(): number;
}

/** A front that gives up with 504 on a new release of more links than these. */
export async function openImpatientFront(target: number, mostLinks: number): Promise<CountingFront> {
  const seen: string[] = [];
  let [busy, busiest] = [0, 0];
  const server = http.createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const chunks: Buffer[] = [];
    busiest = Math.max(busiest, (busy += 1));
    response.on('close', () => (busy -= 1));
    seen.push(`${method} ${url}`);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const links =
        method === 'POST' && url.endsWith('/releases') ? body.toString().split('"link_type"').length - 1 : 0;
      if (links > mostLinks) {
        response
          .writeHead(504, { 'Content-Type': 'text/html' })
          .end('<html><title>504 Gateway Time-out</title></html>');
        return;
      }
      const onward = http.request({ host: '127.0.0.1', port: target, path: url, method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on('error', () => response.destroy());
      onward.end(body);
    });
  });
  return { ...(await listening(server, seen)), busiest: () => busiest };
}

/** A front that lets `meet` do something before a request is handed on. */
export function openWatched(target: number, meet: (method: string, path: string) => Promise<void>): Promise<Between> {
  const seen: string[] = [];
  const pass = passing(target, seen, (path) => path);
  const server = http.createServer((request, response) => {
    request.pause();
    void meet(request.method ?? '', request.url ?? '').then(() => {
      pass(request, response);
    });
  });
  return listening(server, seen);
}

/** What a front makes of one exchange. */
export interface Rewriting {
  /** Before the request goes on. */
  readonly before?: (method: string, path: string) => Promise<void> | void;
  /** The headers of the answer as they are passed on. */
  readonly headers?: (headers: IncomingHttpHeaders, path: string) => OutgoingHttpHeaders;
  /** The headers of the request as they go on. */
  readonly request?: (headers: IncomingHttpHeaders) => OutgoingHttpHeaders;
  /** The body of the answer, whole; without it bodies pass as they come. */
  readonly body?: (body: Buffer, path: string) => Buffer;
}

/** A front that changes what answers say of themselves. */
export function openRewriter(target: number, rewriting: Rewriting): Promise<Between> {
  const seen: string[] = [];
  const { before, headers: rewrite, body } = rewriting;
  const server = http.createServer((request, response) => {
    const { method = '', url = '' } = request;
    const headers = rewriting.request?.(request.headers) ?? request.headers;
    seen.push(`${method} ${url}`);
    const pass = async (): Promise<void> => {
      const sent = await buffer(request);
      await before?.(method, url);
      const onward = http.request({ host: '127.0.0.1', port: target, path: url, method, headers }, (answer) => {
        void buffer(answer).then((bytes) => {
          response.writeHead(answer.statusCode ?? 502, rewrite?.(answer.headers, url) ?? answer.headers);
          response.end(body?.(bytes, url) ?? bytes);
        });
      });
      onward.on('error', () => response.destroy());
      onward.end(sent);
    };
    pass().catch(() => response.destroy());
  });
  return listening(server, seen);
}

/** A front that answers some requests itself: with a status, or with an answer that breaks off. */
export function openRefuser(
  target: number,
  refuse: (method: string, path: string) => number | 'cut' | undefined,
): Promise<Between> {
  const seen: string[] = [];
  const pass = passing(target, seen, (path) => path);
  const server = http.createServer((request, response) => {
    const refusal = refuse(request.method ?? '', request.url ?? '');
    if (refusal === undefined) {
      pass(request, response);
      return;
    }
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    const headers = { 'Content-Type': 'application/json' };
    if (refusal === 'cut') {
      response.writeHead(200, { ...headers, 'Content-Length': 1000 }).write('[{"name":');
      setTimeout(() => response.destroy(), 10);
    } else response.writeHead(refusal, headers).end(JSON.stringify({ message: `${refusal} Refused` }));
  });
  return listening(server, seen);
}

/** Hands each request on to a port of 127.0.0.1; a path that `pathOf` does not know is 404. */
function passing(port: number, seen: string[], pathOf: (path: string) => string | undefined): RequestListener {
  return (request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push(`${method} ${url}`);
    const path = pathOf(url);
    if (path === undefined) {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html><title>Nothing here</title></html>');
      return;
    }
    const onward = http.request({ host: '127.0.0.1', port, path, method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
}

async function listening(server: http.Server | https.Server, seen: readonly string[]): Promise<Between> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tunnels = new Set<Socket>();
  server.on('connect', (_request: IncomingMessage, socket: Socket) => tunnels.add(socket));
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
        for (const socket of tunnels) socket.destroy();
      }),
  };
}
