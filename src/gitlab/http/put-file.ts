/** Sending one file, once: refusals heard while it is under way, nothing sent on to another origin. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { fileRowOf } from '../api/package-rows.ts';
import { RequestFailure } from '../failures/request-failure.ts';
import { isRedirect, notGitLab, redirectFailure, refusalFailure } from '../failures/refusal.ts';
import type { PutFileRequest, PutFileResult } from '../types.ts';
import type { Attempt } from './attempt.ts';
import { readAll, readWords } from './body.ts';
import { send } from './send.ts';
import { addQuery, factsOf, statusOf, visiting, type Session } from './session.ts';
import { startPump } from './upload-pump.ts';

const RECORD_LIMIT = 1024 * 1024;
/** From here on GitLab is asked first: it checks token, name and rights before it reads the body. */
const EXPECT_FROM = 1024 * 1024;
const EXPECT_WAIT_MS = 1000;

/** One attempt to send a file to `url`. A failure says whether the file may have been stored. */
export async function putFile(session: Session, url: URL, put: PutFileRequest): Promise<PutFileResult> {
  const target = new URL(url);
  addQuery(target, put.query ?? {});
  return visiting(session, target, async ({ attempt }) => {
    try {
      return await sendFile(session, attempt, target, put);
    } catch (thrown) {
      if (statusOf(thrown) !== 417 || !session.expects) throw thrown;
      session.expects = false;
      return sendFile(session, attempt, target, put);
    }
  });
}

async function sendFile(session: Session, attempt: Attempt, url: URL, put: PutFileRequest): Promise<PutFileResult> {
  attempt.rest();
  const stream = await put.open();
  // Its errors are heard by the pump, which may not listen yet while the server is asked.
  stream.on('error', () => undefined);
  const expects = session.expects && put.size >= EXPECT_FROM;
  const headers = {
    'Content-Type': 'application/octet-stream',
    'Content-Length': put.size,
    ...(expects ? { Expect: '100-continue' } : {}),
  };
  let opened: ClientRequest | undefined;
  let sha256: string | undefined;
  let message: IncomingMessage | undefined;
  const body = async (request: ClientRequest, answered: Promise<IncomingMessage>): Promise<IncomingMessage> => {
    opened = request;
    const early = expects ? await waitForContinue(request) : undefined;
    if (early !== undefined) return early;
    const sent = await transmit(session, attempt, put, { request, answered, stream });
    sha256 = sent.sha256;
    return sent.message;
  };
  try {
    message = await send(session, attempt, { method: 'PUT', url, headers, body, try: put.try ?? 1 });
    return await resultOf(session, attempt, message, { url, put, sha256 });
  } finally {
    stream.destroy();
    if (opened !== undefined && !isSpent(opened, message)) opened.destroy();
  }
}

/**
 * A connection is of use again after a whole request and a whole answer. After a success the last
 * bytes may not be reported as sent yet; after a refusal they may never be.
 */
function isSpent(request: ClientRequest, message: IncomingMessage | undefined): boolean {
  if (message?.complete !== true) return false;
  return request.writableFinished || (request.writableEnded && (message.statusCode ?? 0) < 300);
}

interface Transmission {
  request: ClientRequest;
  answered: Promise<IncomingMessage>;
  stream: Readable;
}

/** Sends until the answer is there; the digest is undefined if that came before the last byte. */
async function transmit(
  session: Session,
  attempt: Attempt,
  put: PutFileRequest,
  { request, answered, stream }: Transmission,
): Promise<{ message: IncomingMessage; sha256: string | undefined }> {
  const pump = startPump(stream, request, {
    size: put.size,
    onBytes: (bytes) => {
      attempt.touch();
      put.onBytes?.(bytes);
    },
    onEnd: () => {
      attempt.doing.ambiguous = true;
    },
    // GitLab moves the file to its place before it answers.
    onFinish: () => {
      attempt.touch(session.options.timeoutMs + session.answerGraceMs);
    },
  });
  try {
    const message = await Promise.race([answered, pump.done.then(() => answered)]);
    // An early answer is read at once: its connection may be closed any moment.
    return { message, sha256: pump.ended() ? await pump.done : undefined };
  } finally {
    pump.stop();
    pump.done.catch(() => undefined);
  }
}

/** The answer if it comes instead of 100-continue; many a proxy says neither, so the wait is short. */
function waitForContinue(request: ClientRequest): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const clock = setTimeout(resolve, EXPECT_WAIT_MS, undefined);
    const go = (): void => {
      clearTimeout(clock);
      resolve(undefined);
    };
    request.once('continue', go);
    request.once('error', go);
    request.once('response', (message) => {
      clearTimeout(clock);
      resolve(message);
    });
    request.flushHeaders();
  });
}

async function resultOf(
  session: Session,
  attempt: Attempt,
  message: IncomingMessage,
  { url, put, sha256 }: { url: URL; put: PutFileRequest; sha256: string | undefined },
): Promise<PutFileResult> {
  const { headers, statusCode: status = 0 } = message;
  attempt.touch();
  const asked = factsOf(session, { method: 'PUT', url, operation: 'upload' }, sha256 !== undefined);
  if (status < 200 || status > 299) {
    const body = await readWords(message, attempt, asked.url);
    if (isRedirect(status)) throw redirectFailure(asked, status, headers.location);
    throw refusalFailure({ status, headers, body }, asked, session.now());
  }
  if (sha256 === undefined) throw notGitLab(asked, status, headers, 'the rest of the file first, then an answer,');
  const text = await readRecord(message, attempt, asked.url);
  const data = parse(text);
  // GitLab answers 201 {"message": …}, or 200 with the record where `select` asks for it.
  if ((status !== 200 && status !== 201) || (status === 200 && typeof data !== 'object')) {
    throw notGitLab(asked, status, headers, "GitLab's record of the file");
  }
  const record = put.query?.select === undefined ? undefined : fileRowOf(data);
  return { status, record, sha256 };
}

/** Of an answer that is cut short, or no record at all, only the words are lost: the file may well be stored. */
async function readRecord(message: IncomingMessage, attempt: Attempt, url: string): Promise<string> {
  try {
    return await readAll(message, attempt, { url, most: RECORD_LIMIT });
  } catch (thrown) {
    if (!(thrown instanceof RequestFailure)) throw thrown;
    const { code, message: words, hint, retryable } = thrown;
    throw new RequestFailure(code, words, {
      retryable,
      ambiguous: true,
      cause: thrown,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
