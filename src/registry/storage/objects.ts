/** The object store of `object_storage: redirect`: an origin of its own that wants a signature and no credential. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Blobs } from './blobs.ts';
import { actOutPlain } from '../wire/chaos.ts';
import { credentialsOf } from '../access/credentials.ts';
import type { Faults } from '../wire/fault-script.ts';
import type { FaultKind } from '../wire/faults.ts';
import type { ObjectUrls } from './object-urls.ts';
import type { HostCheck } from '../wire/listener.ts';
import type { Recorder } from '../wire/recorder.ts';
import { serveFile } from './serving.ts';
import type { Store } from './store.ts';

export interface ObjectStore {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly urls: ObjectUrls;
  /** Refuse tokens in GitLab's own headers too. */
  readonly strict: boolean;
  readonly faults: Pick<Faults, 'draw'>;
  readonly recorder: Recorder;
  /** Milliseconds before each answer. */
  readonly latency: number;
  readonly refuseHost: HostCheck;
  readonly closing: AbortSignal;
  readonly onError: (error: unknown) => void;
}

const HOST_REASONS = {
  400: ['InvalidRequest', 'The Host header is not the name of a host.'],
  421: ['MisdirectedRequest', 'This server has another name.'],
} as const;

const REASONS = {
  AccessDenied: 'Access Denied, or the request has expired',
  SignatureDoesNotMatch: 'The request signature we calculated does not match the signature you provided.',
};

/** Answers one request to the store. Never rejects: what nobody expected is a 500 and goes to `onError`. */
export async function answerObject(
  given: ObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const entry = given.recorder.begin(request, response);
  const path = request.url?.split('?', 1)[0] ?? '';
  const asked = { method: request.method ?? '', path, on: 'storage' } as const;
  const fault = given.faults.draw(request.method === 'GET' ? 'file-read' : 'read', asked);
  if (entry !== undefined) entry.fault = fault;
  try {
    if (given.latency > 0) await sleep(given.latency, undefined, { signal: given.closing });
    if (!actOutPlain(response, fault)) await serveObject(given, request, response, fault);
  } catch (error) {
    if (given.closing.aborted) return;
    given.onError(error);
    if (response.headersSent) response.destroy();
    else refuse(response, 500, 'InternalError', 'We encountered an internal error. Please try again.');
  }
}

async function serveObject(
  given: ObjectStore,
  request: IncomingMessage,
  response: ServerResponse,
  fault: FaultKind | undefined,
): Promise<void> {
  const hostStatus = given.refuseHost(request.headers.host);
  if (hostStatus !== undefined) {
    const [code, words] = HOST_REASONS[hostStatus];
    refuse(response, hostStatus, code, words);
    return;
  }
  const url = URL.parse(request.url ?? '/', 'http://store.invalid');
  if (url === null) {
    refuse(response, 400, 'InvalidURI', 'Could not parse the specified URI.');
    return;
  }
  // S3 takes one way of authentication, and it is in the address already. Headers of GitLab's own mean nothing to it.
  const isLeak = credentialsOf(request.headers, url.searchParams).length > 0;
  if (request.headers.authorization !== undefined || (isLeak && given.strict)) {
    refuse(response, 400, 'InvalidArgument', 'Only one auth mechanism allowed');
    return;
  }
  const allowed = given.urls.check(url, request.method ?? '');
  if (typeof allowed === 'string') {
    refuse(response, 403, allowed, REASONS[allowed]);
    return;
  }
  const file = given.store.fileById(allowed.packageId, allowed.fileId);
  if (file === undefined) {
    refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    return;
  }
  const source = given.store.bytesOf(file.id) ?? given.blobs.pathOf(file.blob);
  const headers = { 'Content-Type': allowed.type, 'Content-Disposition': allowed.disposition };
  const served = {
    source,
    size: file.size,
    modified: file.created_at,
    etag: `"${file.blob}"`,
    emptyIsWhole: false,
    headers,
  };
  await serveFile(request, response, served, fault);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body =
    '<?xml version="1.0" ' + `encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response
    .writeHead(status, {
      'Content-Type': 'application/xml',
      'Content-Length': Buffer.byteLength(body),
    })
    .end(body);
}
