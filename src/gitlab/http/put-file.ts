/** Sending one file, once: refusals heard while it is under way, nothing sent on to another origin. */

import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Failure } from '../../core/errors.ts';
import { withoutQuery } from '../address.ts';
import { isRedirect, notGitLab, redirectFailure, refusalFailure } from '../failures/refusal.ts';
import { readAll, readWords } from './body.ts';
import {
  addQuery,
  askedFor,
  credentialHeader,
  enter,
  logAnswer,
  logFailure,
  openHeaders,
  startStep,
  type Session,
  type Visit,
} from './session.ts';
import { RequestFailure } from '../failures/request-failure.ts';
import { answerOf, openRequest, type FileRequest } from './file-request.ts';
import { fileRowOf } from '../api/package-rows.ts';
import type { PutFileRequest, PutFileResult } from '../types.ts';
import { startPump, type Pump } from './upload-pump.ts';

const RECORD_LIMIT = 1024 * 1024;
/** From here on GitLab is asked first: it checks token, name and rights before it reads the body. */
const EXPECT_FROM = 1024 * 1024;
const EXPECT_WAIT_MS = 1000;

interface Upload extends FileRequest {
  method: 'PUT';
  put: PutFileRequest;
}

/** One attempt to send a file to `url`. A failure says whether the file may have been stored. */
export async function putFile(session: Session, url: URL, put: PutFileRequest): Promise<PutFileResult> {
  const target = new URL(url);
  addQuery(target, put.query ?? {});
  const visit = await enter(session);
  let status: number | undefined;
  try {
    const result = await sendOnceOrWithoutExpect(session, visit, target, put);
    status = result.status;
    return result;
  } catch (thrown) {
    status = thrown instanceof RequestFailure ? thrown.status : undefined;
    throw thrown;
  } finally {
    visit.leave(status);
  }
}

async function sendOnceOrWithoutExpect(
  session: Session,
  visit: Visit,
  url: URL,
  put: PutFileRequest,
): Promise<PutFileResult> {
  try {
    return await send(session, visit, url, put);
  } catch (thrown) {
    const unwilling = thrown instanceof RequestFailure && thrown.status === 417 && session.expects;
    if (!unwilling) throw thrown;
    session.expects = false;
    visit.attempt.touch();
    return send(session, visit, url, put);
  }
}

async function send(session: Session, visit: Visit, url: URL, put: PutFileRequest): Promise<PutFileResult> {
  const { attempt } = visit;
  attempt.rest();
  const stream = await put.open();
  // Its errors are heard by the pump, which may not listen yet while the server is asked.
  stream.on('error', () => undefined);
  attempt.touch();
  attempt.doing.what = `PUT ${withoutQuery(url)}`;
  attempt.doing.ambiguous = false;
  const expects = session.expects && put.size >= EXPECT_FROM;
  const upload: Upload = { method: 'PUT', url, put, headers: headersFor(session, url, put, expects) };
  const step = startStep(session, 'PUT', url, put.try ?? 1);
  let request: ClientRequest | undefined;
  let message: IncomingMessage | undefined;
  try {
    request = openRequest(session, attempt, upload);
    const answered = answerOf(session, attempt, upload, request);
    const [answer, sha256] = await transmit(session, visit, upload, { request, answered, stream, expects });
    message = answer;
    logAnswer(session, step, answer.statusCode ?? 0, answer.headers);
    return await resultOf(session, visit, upload, answer, sha256);
  } catch (thrown) {
    if (thrown instanceof Failure && message === undefined) logFailure(session, step, thrown);
    throw thrown;
  } finally {
    stream.destroy();
    if (request !== undefined && !isSpent(request, message)) request.destroy();
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
  expects: boolean;
}

/** Sends until the answer is there; the digest is undefined if that came before the last byte. */
async function transmit(
  session: Session,
  { attempt }: Visit,
  { put }: Upload,
  { request, answered, stream, expects }: Transmission,
): Promise<[IncomingMessage, string | undefined]> {
  answered.catch(() => undefined);
  const early = expects ? await waitForContinue(request) : undefined;
  if (early !== undefined) return [early, undefined];
  const pump: Pump = startPump(stream, request, {
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
    return [message, pump.ended() ? await pump.done : undefined];
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
  { attempt }: Visit,
  { url, put }: Upload,
  message: IncomingMessage,
  sha256: string | undefined,
): Promise<PutFileResult> {
  const { headers, statusCode: status = 0 } = message;
  attempt.touch();
  const asked = askedFor(session, 'PUT', url, 'upload', sha256 !== undefined);
  if (status < 200 || status > 299) {
    const body = await readWords(message, attempt, asked.url);
    if (isRedirect(status)) throw redirectFailure(asked, status, headers.location);
    throw refusalFailure({ status, headers, body }, asked, session.now());
  }
  if (sha256 === undefined) throw notGitLab(asked, status, headers, 'the rest of the file first, then an answer,');
  const text = await readAll(message, attempt, { url: asked.url, most: RECORD_LIMIT });
  const data = parse(text);
  // GitLab answers 201 {"message": …}, or 200 with the record where `select` asks for it.
  if ((status !== 200 && status !== 201) || (status === 200 && typeof data !== 'object')) {
    throw notGitLab(asked, status, headers, "GitLab's record of the file");
  }
  const record = put.query?.select === undefined ? undefined : fileRowOf(data);
  return { status, record, sha256 };
}

function headersFor(
  session: Session,
  url: URL,
  put: PutFileRequest,
  expects: boolean,
): Record<string, string | number> {
  return {
    ...openHeaders(session),
    'Content-Type': 'application/octet-stream',
    'Content-Length': put.size,
    ...(expects ? { Expect: '100-continue' } : {}),
    ...credentialHeader(session, url),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
