/** Takes one request from the wire to its handler, and turns whatever goes wrong into GitLab's answer. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, Instance } from './call.ts';
import { actOut, errandOf } from './chaos.ts';
import { credentialsOf } from '../access/credentials.ts';
import type { Faults } from './fault-script.ts';
import { answerHealth } from './health.ts';
import { findPage } from '../pages/page-routes.ts';
import type { HostCheck } from './listener.ts';
import type { Recorder } from './recorder.ts';
import { invalid, methodNotAllowed, Refusal, refused, routeNotFound } from './refusal.ts';
import { sendEmpty, sendRefusal } from './respond.ts';
import { findRoute, type Match, methodsAt, segmentsOf } from './router.ts';
import { API_ROUTES, type Handler } from '../routes.ts';

export interface Dispatch {
  readonly instance: Instance;
  readonly recorder: Recorder;
  readonly faults: Pick<Faults, 'draw'>;
  /** For `X-Request-Id`. */
  readonly nextId: () => string;
  /** Milliseconds before each answer. */
  readonly latency: number;
  readonly refuseHost: HostCheck;
  readonly onError: (error: unknown) => void;
}

/** Answers one request. Never rejects: what nobody expected is a 500 and goes to `onError`. */
export async function dispatch(
  given: Dispatch,
  request: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): Promise<void> {
  const [path, query] = splitUrl(request.url ?? '/');
  if (answerHealth(request, response, path)) return;
  const entry = given.recorder.begin(request, response);
  // A broken connection is an event, not an exception that may end the process.
  request.on('error', ignore);
  response.on('error', ignore);
  response.setHeader('X-Request-Id', given.nextId());
  const parameters = new URLSearchParams(query);
  const segments = segmentsOf(path);
  const match = segments === undefined ? undefined : findHandler(request.method ?? '', segments);
  const errand = errandOf(request, match?.route.sendsFile ?? false);
  const fault = given.faults.draw(errand, { method: request.method ?? '', path, on: 'api' });
  if (entry !== undefined) entry.fault = fault;
  const call: Call = {
    instance: given.instance,
    request,
    response,
    params: match?.params ?? new Map<string, string>(),
    rest: match?.rest ?? [],
    query: parameters,
    credentials: credentialsOf(request.headers, parameters),
    fault,
    upload: { expectsContinue, opened: false },
  };
  try {
    if (given.latency > 0) await sleep(given.latency, undefined, { signal: given.instance.closing });
    const refusal = given.refuseHost(request.headers.host);
    if (refusal === 400) throw invalid(400, '400 Bad Request');
    if (refusal === 421) throw refused(421, '421 Misdirected Request');
    if (fault !== undefined && (await actOut(call, fault))) return;
    if (segments === undefined) throw invalid(400, '400 Bad Request');
    const headers = given.instance.throttles.admit({
      path,
      credentials: call.credentials,
      address: request.socket.remoteAddress ?? '',
    });
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (match === undefined) answerUnrouted(call, segments);
    else await match.route.handle(call);
  } catch (error) {
    conclude(call, error, given.onError);
  }
}

/** Grape answers OPTIONS itself, and names the methods of a path to who asks with another. */
function answerUnrouted(call: Call, segments: readonly string[]): void {
  const isApi = segments[0] === 'api' && segments[1] === 'v4';
  const allowed = isApi ? methodsAt(API_ROUTES, segments.slice(2)) : [];
  if (allowed.length === 0) throw routeNotFound();
  if (call.request.method !== 'OPTIONS') throw methodNotAllowed(allowed);
  sendEmpty(call, 204, { Allow: allowed.join(', ') });
}

function conclude(call: Call, error: unknown, onError: (error: unknown) => void): void {
  if (error instanceof Refusal) {
    sendRefusal(call, error);
    return;
  }
  // The registry stops, or the client went away in the middle: nobody is left to be told.
  if (call.instance.closing.aborted || hasLeft(call.request, error)) return;
  onError(error);
  if (call.response.headersSent) call.response.destroy();
  else sendRefusal(call, refused(500, '500 Internal Server Error'));
}

/** A body may have come whole and still wait to be read: then only the error itself tells whose it is. */
function hasLeft(request: IncomingMessage, error: unknown): boolean {
  return request.destroyed && (!request.complete || error === request.errored);
}

function findHandler(method: string, segments: readonly string[]): Match<Handler> | undefined {
  if (segments[0] !== 'api') return findPage(method, segments);
  return segments[1] === 'v4' ? findRoute(API_ROUTES, method, segments.slice(2)) : undefined;
}

function splitUrl(url: string): [path: string, query: string] {
  // Who believes this is a proxy writes the whole address; HTTP wants that understood.
  const target = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** Makes ids for `X-Request-Id`, each its own as long as the server lives and after it. */
export function requestIds(): () => string {
  const prefix = randomBytes(8).toString('hex').toUpperCase();
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}${count.toString(36).toUpperCase().padStart(8, '0')}`;
  };
}

function ignore(): void {
  // Seen by whoever reads or writes the stream.
}
