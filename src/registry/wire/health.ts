/** GitLab's three routes of health: answered at once, whatever faults, limits and names there are. */
import type { IncomingMessage, ServerResponse } from 'node:http';

const OK = JSON.stringify({ status: 'ok' });
const ANSWERS: ReadonlyMap<string, readonly [type: string, body: string]> = new Map([
  ['/-/health', ['text/plain; charset=utf-8', 'GitLab OK']],
  ['/-/readiness', ['application/json', JSON.stringify({ status: 'ok', master_check: [{ status: 'ok' }] })]],
  ['/-/liveness', ['application/json', OK]],
]);

/** True when it was such a request, and is answered. */
export function answerHealth(request: IncomingMessage, response: ServerResponse, path: string): boolean {
  const [type, body] = ANSWERS.get(path) ?? [];
  if (type === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) return false;
  response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body ?? '') }).end(body);
  return true;
}
