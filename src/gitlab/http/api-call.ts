/** One call of the JSON API or one HEAD: sent once, answered or failed. */

import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { sameOrigin } from '../address.ts';
import { networkFailure } from '../failures/network.ts';
import {
  isRedirect,
  notGitLab,
  redirectFailure,
  refusalFailure,
  tooManyRedirects,
  type RequestFacts,
} from '../failures/refusal.ts';
import { isSlashRefused, isWebPage } from '../failures/web-page.ts';
import type { Operation } from '../types.ts';
import type { Attempt } from './attempt.ts';
import { readAll, readWords } from './body.ts';
import { send } from './send.ts';
import { factsOf, visiting, type Session } from './session.ts';

const JSON_LIMIT = 8 * 1024 * 1024;
const MOST_REDIRECTS = 5;

export interface ApiCall {
  method: string;
  url: URL;
  operation: Operation;
  headers?: Readonly<Record<string, string>> | undefined;
  /** JSON text. */
  body?: string | undefined;
  try: number;
}

export interface ApiAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  data: unknown;
}

/** Sends a call and reads its JSON. A GET follows redirects within the API's origin. */
export async function callApi(session: Session, call: ApiCall): Promise<ApiAnswer> {
  return visiting(session, call.url, async ({ attempt }) => {
    let url = call.url;
    for (let followed = 0; ; followed += 1) {
      const asked = factsOf(session, { ...call, url });
      const message = await send(session, attempt, { ...call, url });
      const status = message.statusCode ?? 0;
      if (!isRedirect(status)) return jsonOf(session, attempt, message, asked);
      await readWords(message, attempt, asked.url);
      if (followed === MOST_REDIRECTS) throw tooManyRedirects(asked, MOST_REDIRECTS);
      url = nextUrl(asked, status, message.headers.location);
    }
  });
}

/** Sends a HEAD; success, redirect (not followed) and 404 are answers, all else is a failure. */
export async function callHead(
  session: Session,
  call: ApiCall,
): Promise<{ status: number; headers: IncomingHttpHeaders }> {
  return visiting(session, call.url, async ({ attempt }) => {
    const asked = factsOf(session, call);
    const message = await send(session, attempt, call);
    const body = await readWords(message, attempt, asked.url);
    const { headers, statusCode: status = 0 } = message;
    const missing = status === 404 && !(isWebPage(headers, body) && isSlashRefused(status, asked.url));
    if (status < 300 || isRedirect(status) || missing) return { status, headers };
    throw refusalFailure({ status, headers, body }, asked, session.now());
  });
}

async function jsonOf(
  session: Session,
  attempt: Attempt,
  message: IncomingMessage,
  asked: RequestFacts,
): Promise<ApiAnswer> {
  const { headers, statusCode: status = 0 } = message;
  if (status < 200 || status > 299) {
    const body = await readWords(message, attempt, asked.url);
    throw refusalFailure({ status, headers, body }, asked, session.now());
  }
  const cut = (error: unknown): Error =>
    networkFailure(error, {
      ...asked,
      host: new URL(asked.url).hostname,
      proxy: undefined,
      ambiguous: asked.mayHaveActed,
      stale: false,
    });
  const text = await readAll(message, attempt, { url: asked.url, most: JSON_LIMIT, cut });
  if (text === '') return { status, headers, data: undefined };
  try {
    return { status, headers, data: JSON.parse(text) as unknown };
  } catch {
    throw notGitLab(asked, status, headers, 'JSON');
  }
}

function nextUrl(asked: RequestFacts, status: number, location: string | undefined): URL {
  if (asked.method !== 'GET' || location === undefined || !URL.canParse(location, asked.url)) {
    throw redirectFailure(asked, status, location);
  }
  const next = new URL(location, asked.url);
  if (!sameOrigin(next, new URL(asked.url))) throw redirectFailure(asked, status, location);
  return next;
}
