/** Sends answers, and ends a connection decently when the client is still sending. File contents: serving.ts. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from './call.ts';
import type { Refusal } from './refusal.ts';

/** Up to here what is left of a refused upload is read and thrown away, to keep the connection, as Go does. */
const DRAIN = 256 * 1024;
/** Milliseconds in which a client may notice the answer before the connection is cut under its upload. */
const LINGER = 1_000;

export type Headers = Readonly<Record<string, string | number>>;

/** An answer with a JSON body. */
export function sendJson(call: Call, status: number, value: unknown, headers: Headers = {}): void {
  send(call, status, JSON.stringify(value), { 'Content-Type': 'application/json', ...headers });
}

/** An answer with a plain text. */
export function sendText(call: Call, status: number, text: string, headers: Headers = {}): void {
  send(call, status, text, { 'Content-Type': 'text/plain; charset=utf-8', ...headers });
}

/** 204 and its like. */
export function sendEmpty(call: Call, status: number, headers: Headers = {}): void {
  send(call, status, undefined, headers);
}

/** A refusal in GitLab's words, as text or JSON. */
export function sendRefusal(call: Call, refusal: Refusal): void {
  if (typeof refusal.body === 'string') sendText(call, refusal.status, refusal.body, refusal.headers);
  else sendJson(call, refusal.status, refusal.body, refusal.headers);
}

/** Cuts the connection with a reset, as a crashed server or proxy would. */
export function resetConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function send(call: Call, status: number, body: string | undefined, headers: Headers): void {
  const { request, response } = call;
  if (response.destroyed || response.writableEnded) return;
  if (call.fault === 'reset-after-store') {
    resetConnection(response);
    return;
  }
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const waitsToSend = call.upload.expectsContinue;
  const pushes = !waitsToSend && !request.complete && (call.upload.opened || leftToSend(request) > DRAIN);
  const close = waitsToSend || pushes ? { Connection: 'close' } : {};
  response.writeHead(status, { ...headers, ...length, ...close });
  if (!pushes) {
    response.end(body);
    return;
  }
  if (body !== undefined) response.write(body);
  linger(request, response);
}

/** Bytes that the client may still send; unknown counts as endless. */
function leftToSend(request: IncomingMessage): number {
  if (request.headers['transfer-encoding'] !== undefined) return Infinity;
  return Number(request.headers['content-length'] ?? 0);
}

/**
 * The answer is out in full, but closing now would reset the connection under the client's upload,
 * and the answer could be lost with it. So the rest is thrown away for a moment first.
 */
function linger(request: IncomingMessage, response: ServerResponse): void {
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER);
  request.once('end', end);
  request.once('error', end);
  request.resume();
}

/** A time as GitLab's JSON writes it; `ms`: milliseconds since 1970. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
