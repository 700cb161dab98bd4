/** Opening a file's bytes: redirects followed by hand, so that credentials never leave the API's origin. */

import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { sameOrigin, withoutQuery } from '../address.ts';
import { RequestFailure } from '../failures/request-failure.ts';
import {
  innerTargetFailure,
  isRedirect,
  redirectFailure,
  refusalFailure,
  storageFailure,
  tooManyRedirects,
  type RequestFacts,
} from '../failures/refusal.ts';
import { bodyOf, readWords } from './body.ts';
import { contentRangeOf, countOf, sha256Of } from './content-headers.ts';
import { send } from './send.ts';
import { factsOf, enter, statusOf, type Session, type Visit } from './session.ts';
import type { GetFileRequest, GetFileResult } from '../types.ts';

const MOST_REDIRECTS = 5;

interface ArrivedAnswer {
  message: IncomingMessage;
  status: number;
  url: URL;
  sha256Header: string | undefined;
}

/** One attempt. The place at the gate is held until the returned body has ended or is destroyed. */
export async function getFile(session: Session, url: URL, request: GetFileRequest): Promise<GetFileResult> {
  const visit = await enter(session, url);
  try {
    const arrived = await follow(session, visit, url, request);
    return await resultOf(session, visit, arrived, request);
  } catch (thrown) {
    visit.leave(statusOf(thrown));
    throw thrown;
  }
}

async function follow(
  session: Session,
  { attempt }: Visit,
  start: URL,
  request: GetFileRequest,
): Promise<ArrivedAnswer> {
  let url = start;
  let sha256Header: string | undefined;
  // Once it has left the API's origin a chain is never trusted with the credential again.
  let trusted = true;
  for (let followed = 0; ; followed += 1) {
    trusted &&= sameOrigin(url, session.options.api);
    const headers = rangeHeaders(request);
    const message = await send(session, attempt, { method: 'GET', url, headers, trusted, try: request.try ?? 1 });
    const status = message.statusCode ?? 0;
    if (trusted) sha256Header ??= sha256Of(message.headers);
    if (!isRedirect(status)) return { message, status, url, sha256Header };
    const asked = askedAt(session, url);
    await readWords(message, attempt, asked.url);
    if (followed === MOST_REDIRECTS) throw tooManyRedirects(askedAt(session, start), MOST_REDIRECTS);
    url = await nextUrl(session, asked, status, message.headers.location);
  }
}

async function nextUrl(
  session: Session,
  asked: RequestFacts,
  status: number,
  location: string | undefined,
): Promise<URL> {
  if (location === undefined || !URL.canParse(location, asked.url)) throw redirectFailure(asked, status, location);
  const next = new URL(location, asked.url);
  const downgrade = asked.url.startsWith('https:') && next.protocol !== 'https:' && session.options.allowHttp !== true;
  if (downgrade || !/^https?:$/.test(next.protocol)) {
    throw new RequestFailure(
      'protocol',
      `GET ${asked.url} was redirected (${status}) to ${next.protocol}//${next.host}, which is not ` +
        'followed: it must be https',
      {
        status,
        hint:
          'GitLab has to name its object storage by https: ask its administrator to set that (object_store, ' +
          'endpoint). In a network that is trusted set allow-http; the token does not go there.',
      },
    );
  }
  const inner = await session.agents.innerTarget(next);
  if (inner !== undefined) throw innerTargetFailure(new URL(asked.url).origin, withoutQuery(next), inner);
  return next;
}

async function resultOf(
  session: Session,
  visit: Visit,
  arrived: ArrivedAnswer,
  request: GetFileRequest,
): Promise<GetFileResult> {
  const { message, status, url, sha256Header } = arrived;
  const { headers } = message;
  const asked = askedAt(session, url);
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
      hint: 'A proxy in front of GitLab changes ranges of bytes: run again, or ask for the proxy to be corrected.',
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

function askedAt(session: Session, url: URL): RequestFacts {
  return factsOf(session, { method: 'GET', url, operation: 'download' });
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
