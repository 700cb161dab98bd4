/** Opening a file's bytes: redirects followed by hand, so that credentials never leave the API's origin. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure } from '../../core/errors.ts';
import { sameOrigin, withoutQuery } from '../address.ts';
import { isRedirect, redirectFailure, refusalFailure, storageFailure, tooManyRedirects } from '../failures/refusal.ts';
import { bodyOf, readWords } from './body.ts';
import { contentRangeOf, countOf, sha256Of } from './content-headers.ts';
import {
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
import { answerOf, openRequest } from './file-request.ts';
import type { GetFileRequest, GetFileResult } from '../types.ts';

const MOST_REDIRECTS = 5;

interface Arrived {
  message: IncomingMessage;
  status: number;
  url: URL;
  sha256Header: string | undefined;
}

/** One attempt. The place at the gate is held until the returned body has ended or is destroyed. */
export async function getFile(session: Session, url: URL, request: GetFileRequest): Promise<GetFileResult> {
  const visit = await enter(session);
  try {
    const arrived = await follow(session, visit, url, request);
    return await resultOf(session, visit, arrived, request);
  } catch (thrown) {
    visit.leave(thrown instanceof RequestFailure ? thrown.status : undefined);
    throw thrown;
  }
}

async function follow(session: Session, visit: Visit, start: URL, request: GetFileRequest): Promise<Arrived> {
  let url = start;
  let sha256Header: string | undefined;
  // Once it has left the API's origin a chain is never trusted with the credential again.
  let trusted = true;
  for (let followed = 0; ; followed += 1) {
    trusted &&= sameOrigin(url, session.options.api);
    const message = await ask(session, visit, url, trusted, request);
    const status = message.statusCode ?? 0;
    if (trusted) sha256Header ??= sha256Of(message.headers);
    if (!isRedirect(status)) return { message, status, url, sha256Header };
    await readWords(message, visit.attempt, withoutQuery(url));
    if (followed === MOST_REDIRECTS)
      throw tooManyRedirects(askedFor(session, 'GET', start, 'download', false), MOST_REDIRECTS);
    url = nextUrl(session, url, status, message.headers);
  }
}

async function ask(
  session: Session,
  visit: Visit,
  url: URL,
  trusted: boolean,
  request: GetFileRequest,
): Promise<IncomingMessage> {
  const { attempt } = visit;
  const step = startStep(session, 'GET', url, request.try ?? 1);
  attempt.doing.what = `GET ${withoutQuery(url)}`;
  const headers = {
    ...openHeaders(session),
    ...rangeHeaders(request),
    ...(trusted ? credentialHeader(session, url) : {}),
  };
  const out = { method: 'GET' as const, url, headers };
  try {
    attempt.touch();
    const sending = openRequest(session, attempt, out);
    sending.end();
    const message = await answerOf(session, attempt, out, sending);
    logAnswer(session, step, message.statusCode ?? 0, message.headers);
    return message;
  } catch (thrown) {
    if (thrown instanceof Failure) logFailure(session, step, thrown);
    throw thrown;
  }
}

function nextUrl(session: Session, url: URL, status: number, headers: IncomingHttpHeaders): URL {
  const { location } = headers;
  const asked = askedFor(session, 'GET', url, 'download', false);
  if (location === undefined || !URL.canParse(location, url.href)) throw redirectFailure(asked, status, location);
  const next = new URL(location, url);
  const downgrade = url.protocol === 'https:' && next.protocol !== 'https:';
  if (downgrade || !/^https?:$/.test(next.protocol)) {
    throw new RequestFailure(
      'protocol',
      `GET ${asked.url} was redirected (${status}) to ${next.protocol}//${next.host}, which is not followed: it must be https`,
      {
        status,
        hint: "GitLab's object storage has to be reached by https: its administrator sets that (object_store, endpoint).",
      },
    );
  }
  return next;
}

async function resultOf(
  session: Session,
  visit: Visit,
  arrived: Arrived,
  request: GetFileRequest,
): Promise<GetFileResult> {
  const { message, status, url, sha256Header } = arrived;
  const { headers } = message;
  const asked = askedFor(session, 'GET', url, 'download', false);
  const range = contentRangeOf(headers);
  const from = request.rangeFrom;
  const answer = { status, headers, sha256Header, origin: url.origin };

  if (status === 416 && from !== undefined) {
    await readWords(message, visit.attempt, asked.url);
    visit.leave(status);
    return { ...answer, length: 0, total: range?.total, body: Readable.from([]) };
  }
  if (status !== 200 && status !== 206) {
    const body = await readWords(message, visit.attempt, asked.url);
    if (!sameOrigin(url, session.options.api)) throw storageFailure({ status, headers, body }, asked, session.now());
    throw refusalFailure({ status, headers, body }, asked, session.now());
  }
  if (status === 206 && (from === undefined || range?.from !== from)) {
    message.destroy();
    throw new RequestFailure('protocol', `GET ${asked.url} was answered 206 with another part than was asked for`, {
      status,
      hint: 'A proxy in between spoils ranges; run again.',
    });
  }
  const length = countOf(headers['content-length']);
  const body = bodyOf(message, visit.attempt, {
    url: asked.url,
    ...boundsOf(status, request),
    onClose: () => {
      visit.leave(status);
    },
  });
  return { ...answer, length, total: status === 206 ? range?.total : length, body };
}

/** How many bytes may and must come, where the file's size is known. */
function boundsOf(status: number, request: GetFileRequest): { most: number; exact: boolean } | undefined {
  const { expectSize, rangeFrom = 0, rangeTo } = request;
  if (expectSize === undefined) return undefined;
  if (status === 200) return { most: expectSize, exact: true };
  const end = rangeTo === undefined ? expectSize : Math.min(expectSize, rangeTo + 1);
  return { most: Math.max(0, end - rangeFrom), exact: true };
}

function rangeHeaders(request: GetFileRequest): Record<string, string> {
  if (request.rangeFrom === undefined) return {};
  return {
    Range: `bytes=${request.rangeFrom}-${request.rangeTo ?? ''}`,
    ...(request.ifRange === undefined ? {} : { 'If-Range': request.ifRange }),
  };
}
