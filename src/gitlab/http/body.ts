/** Bodies of answers: read with limits, failing when cut, stalled or too long. Knows no status. */

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { Attempt } from './attempt.ts';
import { RequestFailure } from '../failures/request-failure.ts';

/** Of a file whose size or digest is known, and that comes as another one. */
export const OTHER_BYTES_HINT =
  'The registry serves other bytes than the manifest lists. A publish with `replace` or of a part is ' +
  'running or was stopped, or a proxy changes the bytes. ' +
  'Wait for the other publish or publish again, then run the same command.';

export interface BodyRules {
  /** Address without query, for messages. */
  url: string;
  /** More bytes are cut off and refused. */
  most?: number | undefined;
  /** Fewer bytes are a failure too. */
  exact?: boolean;
  /** How a cut body is reported; a RequestFailure `network` when absent. */
  cut?: (error: unknown) => Error;
  /** Called once when the body has ended or was given up. */
  onClose?: () => void;
}

/**
 * The body as a stream that never ends well before its time: http's own "aborted" and a missing end
 * become failures. The attempt's clock runs only while we wait for the network, not for the reader.
 */
export function bodyOf(message: IncomingMessage, attempt: Attempt, rules: BodyRules): Readable {
  let seen = 0;
  const body = new Readable({
    read() {
      attempt.touch();
      message.resume();
    },
    destroy(error, done) {
      attempt.rest();
      attempt.signal.removeEventListener('abort', giveUp);
      if (!message.complete) message.destroy();
      rules.onClose?.();
      done(error);
    },
  });
  function giveUp(): void {
    body.destroy(attempt.signal.reason as Error);
  }
  function cutOff(error: unknown): void {
    body.destroy(rules.cut?.(error) ?? cutFailure(rules.url, seen, error));
  }

  // Its reader may not listen yet when it breaks; a reader that comes later finds the error in it.
  body.on('error', () => undefined);
  if (attempt.signal.aborted) giveUp();
  else if (message.destroyed) cutOff(message.errored);
  else attempt.signal.addEventListener('abort', giveUp, { once: true });
  message.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (rules.most !== undefined && seen > rules.most) {
      body.destroy(longFailure(rules));
    } else if (body.push(chunk)) {
      attempt.touch();
    } else {
      message.pause();
      attempt.rest();
    }
  });
  message.once('end', () => {
    attempt.rest();
    if (!message.complete) cutOff(undefined);
    else if (rules.exact === true && rules.most !== undefined && seen < rules.most)
      body.destroy(shortFailure(rules, seen));
    else body.push(null);
  });
  message.once('error', cutOff);
  message.once('close', () => {
    if (!message.complete) cutOff(undefined);
  });
  return body;
}

/** The whole body, at most `rules.most` bytes. */
export async function readAll(message: IncomingMessage, attempt: Attempt, rules: BodyRules): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bodyOf(message, attempt, rules)) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** As much of a refusal's body as can be had: its words matter, its end does not. */
export async function readWords(message: IncomingMessage, attempt: Attempt, url: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of bodyOf(message, attempt, { url, most: 65_536 })) chunks.push(chunk as Buffer);
  } catch (thrown) {
    // The run's end is no matter of this body.
    if (attempt.signal.aborted && !(attempt.signal.reason instanceof RequestFailure)) throw thrown;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function cutFailure(url: string, seen: number, cause: unknown): RequestFailure {
  return new RequestFailure('network', `The answer from ${url} was cut after ${seen} bytes`, {
    retryable: true,
    cause,
    hint: 'Run again. If it stays, check the proxy in front of GitLab.',
  });
}

/** It ended well, and its size is not the one that is known: a connection that was cut may look the same. */
function shortFailure({ url, most, cut }: BodyRules, seen: number): Error {
  return (
    cut?.(undefined) ??
    new RequestFailure('network', `The answer from ${url} was cut after ${seen} of ${most ?? 0} bytes`, {
      retryable: true,
      hint: OTHER_BYTES_HINT,
    })
  );
}

function longFailure({ url, most, exact }: BodyRules): RequestFailure {
  return new RequestFailure('protocol', `The answer from ${url} is longer than the ${most ?? 0} bytes it may have`, {
    hint:
      exact === true
        ? OTHER_BYTES_HINT
        : 'The rest was not read. A login page or a proxy may have answered in place of GitLab: check api-url.',
  });
}
