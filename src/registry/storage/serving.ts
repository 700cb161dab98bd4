/** Sends a file's bytes: whole, a part or none, and with a fault in them when one is due. */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FaultKind } from '../wire/faults.ts';
import { sliceOf, type Validators } from './ranges.ts';
import type { Headers } from '../wire/respond.ts';

const READ_AHEAD = 512 * 1024;

export interface ServedFile extends Validators {
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
  file: ServedFile,
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
      await sendBytes(request, response, { source: file.source, start: 0, length: file.size, fault });
      return true;
    case 'part': {
      const length = slice.last - slice.first + 1;
      response.writeHead(206, {
        ...file.headers,
        ...validators,
        'Content-Length': length,
        'Content-Range': `bytes ${slice.first}-${slice.last}/${file.size}`,
      });
      await sendBytes(request, response, { source: file.source, start: slice.first, length, fault });
      return true;
    }
  }
}

interface Piece extends Pick<ServedFile, 'source'> {
  readonly start: number;
  /** As the answer's head says. */
  readonly length: number;
  readonly fault: FaultKind | undefined;
}

async function sendBytes(request: IncomingMessage, response: ServerResponse, piece: Piece): Promise<void> {
  const { source, start, length, fault } = piece;
  if (request.method === 'HEAD' || length === 0) {
    response.end();
    return;
  }
  if (fault === undefined && typeof source !== 'string') {
    response.end(source.subarray(start, start + length));
    return;
  }
  const cut = fault === 'truncate' || fault === 'stall' ? Math.floor(length / 2) : length;
  if (cut > 0) await sendStream(response, piece, cut);
  if (fault === 'truncate') response.socket?.destroySoon();
}

async function sendStream(
  response: ServerResponse,
  { source, start, length, fault }: Piece,
  count: number,
): Promise<void> {
  const bytes =
    typeof source === 'string'
      ? createReadStream(source, { start, end: start + count - 1, highWaterMark: READ_AHEAD })
      : Readable.from([Buffer.from(source.subarray(start, start + count))]);
  const steps: (Readable | Transform)[] = fault === 'corrupt' ? [bytes, flipping(Math.floor(length / 2))] : [bytes];
  try {
    // `end: false` leaves an answer that is to stall or to be cut without its end.
    await pipeline([...steps, response], { end: count === length });
  } catch (error) {
    response.destroy();
    // A client that hangs up in the middle is its own business; a file that is lost is ours.
    const { path, message } = error as NodeJS.ErrnoException;
    if (path !== undefined) throw new Error(`A stored content cannot be read: ${message}`, { cause: error });
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
