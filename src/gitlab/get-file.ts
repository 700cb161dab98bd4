/** Opening a file's bytes: redirects followed by hand, so that credentials never leave the API's origin. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure } from '../core/errors.ts';
import { sameOrigin, withoutQuery } from './address.ts';
import { isRedirect, redirectFailure, refusalFailure, storageFailure, tooManyRedirects } from './answer.ts';
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
  type Door,
  type Visit,
} from './door.ts';
import { RequestFailure } from './failure.ts';
import { answerOf, openRequest } from './file-request.ts';
import type { GetFileRequest, GetFileResult } from './types.ts';

const MOST_REDIRECTS = 5;

interface Arrived {
  message: IncomingMessage;
  status: number;
  url: URL;
  sha256Header: string | undefined;
}

/** One attempt. The place at the gate is held until the returned body has ended or is destroyed. */
export async function getFile(door: Door, url: URL, request: GetFileRequest): Promise<GetFileResult> {
  const visit = await enter(door);
  try {
    const arrived = await follow(door, visit, url, request);
    return await resultOf(door, visit, arrived, request);
  } catch (thrown) {
    visit.leave(thrown instanceof RequestFailure ? thrown.status : undefined);
    throw thrown;
  }
}

async function follow(door: Door, visit: Visit, start: URL, request: GetFileRequest): Promise<Arrived> {
  let url = start;
  let sha256Header: string | undefined;
  // Once it has left the API's origin a chain is never trusted with the credential again.
  let trusted = true;
  for (let followed = 0; ; followed += 1) {
    trusted &&= sameOrigin(url, door.options.api);
    const message = await ask(door, visit, url, trusted, request);
    const status = message.statusCode ?? 0;
    if (trusted) sha256Header ??= sha256Of(message.headers);
    if (!isRedirect(status)) return { message, status, url, sha256Header };
    await readWords(message, visit.attempt, withoutQuery(url));
    if (followed === MOST_REDIRECTS)
      throw tooManyRedirects(askedFor(door, 'GET', start, 'download', false), MOST_REDIRECTS);
    url = nextUrl(door, url, status, message.headers);
  }
}

async function ask(
  door: Door,
  visit: Visit,
  url: URL,
  trusted: boolean,
  request: GetFileRequest,
): Promise<IncomingMessage> {
  const { attempt } = visit;
  const step = startStep(door, 'GET', url, request.try ?? 1);
  attempt.doing.what = `GET ${withoutQuery(url)}`;
  const headers = {
    ...openHeaders(door),
    ...rangeHeaders(request),
    ...(trusted ? credentialHeader(door, url) : {}),
  };
  const out = { method: 'GET' as const, url, headers };
  try {
    attempt.touch();
    const sending = openRequest(door, attempt, out);
    sending.end();
    const message = await answerOf(door, attempt, out, sending);
    logAnswer(door, step, message.statusCode ?? 0, message.headers);
    return message;
  } catch (thrown) {
    if (thrown instanceof Failure) logFailure(door, step, thrown);
    throw thrown;
  }
}

function nextUrl(door: Door, url: URL, status: number, headers: IncomingHttpHeaders): URL {
  const { location } = headers;
  const asked = askedFor(door, 'GET', url, 'download', false);
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

async function resultOf(door: Door, visit: Visit, arrived: Arrived, request: GetFileRequest): Promise<GetFileResult> {
  const { message, status, url, sha256Header } = arrived;
  const { headers } = message;
  const asked = askedFor(door, 'GET', url, 'download', false);
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
    if (!sameOrigin(url, door.options.api)) throw storageFailure({ status, headers, body }, asked, door.now());
    throw refusalFailure({ status, headers, body }, asked, door.now());
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
