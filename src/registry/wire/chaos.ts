/** Acts out the faults that come instead of an answer; those within one are acted out where it is made. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Call, openBody } from './call.ts';
import type { Errand, FaultKind } from './faults.ts';
import { Refusal, refused } from './refusal.ts';
import { resetConnection } from './respond.ts';
import { throttled } from './throttle.ts';

/** Uploads from this size on can stall: smaller ones are sent before anybody stops reading. */
const STALLS_FROM = 8 * 1024 * 1024;

const BAD_GATEWAY =
  '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad ' +
  'Gateway</h1></center>\r\n</body>\r\n</html>\r\n';

/** What a request does, as far as faults can tell. */
export function errandOf(request: IncomingMessage, sendsFile: boolean): Errand {
  if (request.method === 'GET' && sendsFile) return 'file-read';
  if (request.method === 'GET' || request.method === 'HEAD') return 'read';
  return Number(request.headers['content-length'] ?? 0) >= STALLS_FROM ? 'large-write' : 'write';
}

/**
 * Acts out `500`, `502`, `429`, `reset` and the stall of an upload: then true, and nothing else is
 * to be done. A 500 comes after the body, as from Rails; a 502 before it, as from a proxy.
 */
export async function actOut(call: Call, fault: FaultKind): Promise<boolean> {
  switch (fault) {
    case '500':
      await drain(openBody(call));
      throw refused(500, '500 Internal Server Error');
    case '502':
      throw new Refusal(502, BAD_GATEWAY, { 'Content-Type': 'text/html' });
    case '429':
      throw passingThrottle(call.instance);
    case 'reset':
      resetConnection(call.response);
      return true;
    case 'stall':
      if (call.request.method === 'GET') return false;
      await stallUpload(call);
      return true;
    case 'reset-after-store':
    case 'truncate':
    case 'corrupt':
      return false;
  }
}

/** The same on the object store, whose words are its own. */
export function actOutPlain(response: ServerResponse, fault: FaultKind | undefined): boolean {
  if (fault === '500' || fault === '502') response.writeHead(Number(fault), { 'Content-Length': 0 }).end();
  else if (fault === '429') response.writeHead(429, { 'Content-Length': 0, 'Retry-After': 1 }).end();
  else if (fault === 'reset') resetConnection(response);
  else return false;
  return true;
}

async function drain(body: IncomingMessage): Promise<void> {
  body.resume();
  if (!body.complete) await once(body, 'end');
}

/** As a throttle that is about to end. */
function passingThrottle({ clock, settings }: Call['instance']): Refusal {
  const now = clock();
  const headers = {
    'RateLimit-Limit': '60',
    'RateLimit-Name': 'throttle_authenticated_packages_api',
    'RateLimit-Observed': '61',
    'RateLimit-Remaining': '0',
    'RateLimit-Reset': String(Math.floor(now / 1000) + 1),
  };
  return throttled(settings.throttleText, headers, now);
}

/**
 * Reads the first bytes, then nothing any more, and never answers. The system's buffers take about 4 MB
 * all the same; had more been read, they would have grown and might take a whole upload of 25 MB. To the
 * sender that is no stall but an answer that is long in coming.
 */
async function stallUpload(call: Call): Promise<void> {
  const body = openBody(call).iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  await body.next();
  await body.return?.();
  call.request.pause();
}
