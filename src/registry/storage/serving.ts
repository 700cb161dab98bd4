/** Sends a file's bytes: whole, a part or none, and with a fault in them when one is due. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FaultKind } from '../wire/faults.ts';
import { sliceOf, type Validators } from './ranges.ts';
import type { Headers } from '../wire/respond.ts';

const READ_AHEAD = 512 * 1024;

export interface Served extends Validators {
  /** The bytes, or where they lie on disk. */
  readonly source: Buffer | string;
  /** Headers of a 200 or 206 besides length, range and validators. */
  readonly headers: Headers;
  /** See ranges.ts. */
  readonly emptyIsWhole: boolean;
}

/** True when bytes were sent, or would have been but for HEAD: then it counts as a download. */
export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  file: Served,
  fault: FaultKind | undefined,
): Promise<boolean> {
  const slice = sliceOf(request.headers, file, file.emptyIsWhole);
  const validators = {
    'Accept-Ranges': 'bytes',
    'Last-Modified': new Date(file.modified).toUTCString(),
    ...(file.etag === undefined ? {} : { ETag: file.etag }),
  };
  switch (slice.kind) {
    case 'not-modified':
      response.writeHead(304, validators).end();
      return false;
    case 'precondition-failed':
      response.writeHead(412, { 'Content-Length': 0 }).end();
      return false;
    case 'not-satisfiable':
      response.writeHead(416, { 'Content-Range': `bytes */${file.size}`, 'Content-Length': 0 }).end();
      return false;
    case 'whole':
      response.writeHead(200, { ...file.headers, ...validators, 'Content-Length': file.size });
      await sendBytes(request, response, file.source, 0, file.size, fault);
      return true;
    case 'part':
      response.writeHead(206, {
        ...file.headers,
        ...validators,
        'Content-Length': slice.last - slice.first + 1,
        'Content-Range': `bytes ${slice.first}-${slice.last}/${file.size}`,
      });
      await sendBytes(request, response, file.source, slice.first, slice.last - slice.first + 1, fault);
      return true;
  }
}

async function sendBytes(
  request: IncomingMessage,
  response: ServerResponse,
  origin: Buffer | string,
  start: number,
  length: number,
  fault: FaultKind | undefined,
): Promise<void> {
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  if (fault === undefined && typeof origin !== 'string') {
    response.end(origin.subarray(start, start + length));
    return;
  }
  const cut = fault === 'truncate' || fault === 'stall' ? Math.floor(length / 2) : length;
  if (cut > 0) await sendStream(response, origin, start, cut, fault, length);
  if (fault === 'truncate') response.socket?.destroySoon();
}

async function sendStream(
  response: ServerResponse,
  origin: Buffer | string,
  start: number,
  count: number,
  fault: FaultKind | undefined,
  length: number,
): Promise<void> {
  const source =
    typeof origin === 'string'
      ? createReadStream(origin, { start, end: start + count - 1, highWaterMark: READ_AHEAD })
      : Readable.from([Buffer.from(origin.subarray(start, start + count))]);
  const steps: (Readable | Transform)[] = fault === 'corrupt' ? [source, flipping(Math.floor(length / 2))] : [source];
  try {
    // `end: false` leaves an answer that is to stall or to be cut without its end.
    await pipeline([...steps, response], { end: count === length });
  } catch (error) {
    // A client that hangs up in the middle is its own business; a file that cannot be read is ours.
    if (!response.destroyed && !response.headersSent) throw error;
    response.destroy();
  }
}

/** Turns all bits of one byte. */
function flipping(at: number): Transform {
  let position = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const index = at - position;
      position += chunk.length;
      const byte = chunk[index];
      if (byte !== undefined) chunk[index] = byte ^ 0xff;
      done(null, chunk);
    },
  });
}
