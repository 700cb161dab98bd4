/** Sending a file's bytes into an open request: hashed on the way, and never completed with a wrong length. */

import { createHash } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import type { Readable } from 'node:stream';
import { setImmediate as loopTurn } from 'node:timers/promises';
import { Failure } from '../../core/errors.ts';

/** Pieces handed to the network: small enough that a slow line shows movement. */
const PIECE = 131_072;

export interface Pump {
  /** sha256 of what was sent, lower-case hex; undefined when it was stopped. Fails on local trouble. */
  readonly done: Promise<string | undefined>;
  /** The last byte was passed: from here on the server may store the file. */
  ended: () => boolean;
  /** Stops sending, for example because the answer is there already. */
  stop: () => void;
}

export interface PumpOptions {
  size: number;
  /** Bytes were taken by the network. */
  onBytes: (bytes: number) => void;
  /** Called in the moment before the last byte is passed. */
  onEnd: () => void;
  /** Called when the network has taken the last byte. */
  onFinish: () => void;
}

/**
 * Starts sending. The last piece is held back until the stream has ended, so that a file which grew
 * or shrank is never complete for the server and cannot be stored.
 */
export function startPump(stream: Readable, request: ClientRequest, options: PumpOptions): Pump {
  const state = { stopped: false, ended: false };
  const stopped = (): boolean => state.stopped;
  let wake: (() => void) | undefined;

  async function send(piece: Buffer): Promise<void> {
    for (let at = 0; at < piece.length && !stopped(); at += PIECE) {
      const part = piece.subarray(at, at + PIECE);
      // An answer that came early is read here: writing on into a closed connection would lose it.
      // The first turn may end before the network was looked at, the second cannot.
      await loopTurn();
      await loopTurn();
      if (stopped()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
        request.write(part, () => {
          resolve();
        });
      });
      options.onBytes(part.length);
    }
  }

  async function run(): Promise<string | undefined> {
    const hash = createHash('sha256');
    let held: Buffer | undefined;
    let read = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (stopped()) return undefined;
      read += chunk.length;
      if (read > options.size) throw changed(options.size, 'it has grown');
      if (held !== undefined) await send(held);
      hash.update(chunk);
      held = chunk;
    }
    if (stopped()) return undefined;
    if (read < options.size) throw changed(options.size, `it has only ${read} now`);
    // All but the last part, so that the end is said together with the last bytes.
    const rest = held === undefined ? undefined : await allButLast(held);
    if (stopped()) return undefined;
    state.ended = true;
    options.onEnd();
    request.end(rest, () => {
      options.onBytes(rest?.length ?? 0);
      options.onFinish();
    });
    return hash.digest('hex');
  }

  async function allButLast(held: Buffer): Promise<Buffer> {
    const last = Math.max(0, Math.ceil(held.length / PIECE) - 1) * PIECE;
    await send(held.subarray(0, last));
    return held.subarray(last);
  }

  async function runUnlessStopped(): Promise<string | undefined> {
    try {
      return await run();
    } catch (thrown) {
      if (stopped()) return undefined;
      if (thrown instanceof Failure) throw thrown;
      const message = thrown instanceof Error ? thrown.message : String(thrown);
      throw new Failure('local-file', `The file could not be read to its end: ${message}`, {
        hint: 'What was sent before stays. Check the file and its disk, then run again.',
        cause: thrown,
      });
    }
  }

  return {
    done: runUnlessStopped(),
    ended: () => state.ended,
    stop: () => {
      state.stopped = true;
      stream.destroy();
      wake?.();
    },
  };
}

function changed(size: number, how: string): Failure {
  return new Failure('changed-while-read', `The file changed while it was sent: it had ${size} bytes, ${how}`, {
    hint: 'Nothing of it was stored. Wait until the file is written completely, then publish again.',
  });
}
