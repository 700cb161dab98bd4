/** A body poured onto the disk: written in large pieces while the next ones arrive. */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

export interface PourRules {
  /** So many bytes are written at once. More of the network's buffers at hand cost memory for each parallel file. */
  readonly pieceSize: number;
  /** Looks at each chunk and returns what of it counts; an empty one ends the pouring. */
  readonly take: (chunk: Buffer) => Buffer;
  /** Called one after the other, with all that was taken, in its order. */
  readonly write: (pieces: readonly Buffer[], bytes: number) => Promise<void>;
}

/** Reads the body to its end, or until nothing more is taken. What arrived before a cut is written. */
export async function pour(body: Readable, { pieceSize, take, write }: PourRules): Promise<void> {
  let pieces: Buffer[] = [];
  let pending = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    await writing;
    const [batch, bytes] = [pieces, pending];
    pieces = [];
    pending = 0;
    writing = write(batch, bytes);
    // Observed at the next flush; a rejection in between must not count as unhandled.
    writing.catch(() => undefined);
  };
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      const taken = take(chunk);
      if (taken.length === 0) break;
      pieces.push(taken);
      pending += taken.length;
      if (pending >= pieceSize) await flush();
    }
  } finally {
    if (pending > 0) await flush();
    await writing;
  }
}

/** Writes all of the pieces from `position` on, however little the system takes at once. */
export async function writeAll(handle: FileHandle, pieces: readonly Buffer[], position: number): Promise<void> {
  let offset = position;
  for (let rest = pieces; rest.length > 0;) {
    const { bytesWritten } = await handle.writev(rest as Buffer[], offset);
    offset += bytesWritten;
    rest = dropWritten(rest, bytesWritten);
  }
}

/** What a short write left over. */
function dropWritten(batch: readonly Buffer[], written: number): Buffer[] {
  const rest: Buffer[] = [];
  let skip = written;
  for (const piece of batch) {
    if (skip >= piece.length) skip -= piece.length;
    else {
      rest.push(piece.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
