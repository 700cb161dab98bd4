/** The object store of `object_storage: redirect`: an origin of its own that wants a signature and no credential. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Blobs } from './blobs.ts';
import { actOutPlain } from '../wire/chaos.ts';
import { credentialsOf } from '../access/credentials.ts';
import type { FaultDraw } from '../wire/faults.ts';
import type { ObjectUrls } from './object-urls.ts';
import type { Recorder } from '../wire/recorder.ts';
import { serveFile } from './serving.ts';
import type { Store } from './store.ts';

export interface ObjectStore {
  readonly store: Store;
  readonly blobs: Blobs;
  readonly urls: ObjectUrls;
  readonly draw: FaultDraw;
  readonly recorder: Recorder;
}

/** Answers one request to the store. Never throws for what a client can do. */
export async function answerObject(given: ObjectStore, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = given.recorder.begin(request, response);
  const url = new URL(request.url ?? '/', 'http://store.invalid');
  // S3 takes one way of authentication, and it is in the address already.
  const credentials = credentialsOf(request.headers, url.searchParams);
  if (credentials.length > 0 || request.headers.authorization !== undefined) {
    refuse(response, 400, 'InvalidArgument', 'Only one auth mechanism allowed');
    return;
  }
  const method = request.method ?? '';
  const named = given.urls.check(url, method);
  if (named === 'SignatureDoesNotMatch') {
    refuse(response, 403, named, 'The request signature we calculated does not match the signature you provided.');
    return;
  }
  if (named === 'AccessDenied') {
    refuse(response, 403, named, 'Access Denied or request has expired');
    return;
  }
  const fault = given.draw(method === 'GET' ? 'file-read' : 'read');
  if (entry !== undefined) entry.fault = fault;
  if (actOutPlain(response, fault)) return;
  const file = given.store.fileById(named.packageId, named.fileId);
  if (file === undefined) {
    refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    return;
  }
  const headers = { 'Content-Type': named.type, 'Content-Disposition': named.disposition };
  const source = given.store.bytesOf(file.id) ?? given.blobs.pathOf(file.blob);
  const served = { source, size: file.size, modified: file.created_at, etag: `"${file.blob}"`, emptyIsWhole: false, headers };
  await serveFile(request, response, served, fault);
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.writeHead(status, { 'Content-Type': 'application/xml', 'Content-Length': Buffer.byteLength(body) }).end(body);
}
