/** Entering and forgetting a token: two small forms. */
import type { Token } from '../config/records.ts';
import { readBody } from '../wire/body.ts';
import { type Call, originOf } from '../wire/call.ts';
import { sendEmpty } from '../wire/respond.ts';
import { sendProblem } from './document.ts';
import { showProjects } from './pages.ts';

/** Bytes; a token is some hundred at most. */
const MOST = 16 * 1024;

/** `POST /` with `token`: a cookie and back to the front page, or the form again. */
export async function signIn(call: Call): Promise<void> {
  if (isForeign(call)) return;
  const body = await readBody(call, MOST);
  const form = new URLSearchParams(body?.toString('utf8'));
  const token = call.instance.directory.tokens.get((form.get('token') ?? '').trim());
  if (token === undefined || !mayLook(token)) {
    showProjects(call, 'This token is not known here, has ended, or may not read packages.');
    return;
  }
  backHome(call, call.instance.sessions.enter(token));
}

/** `POST /-/leave` */
export function signOut(call: Call): void {
  if (isForeign(call)) return;
  backHome(call, call.instance.sessions.leave(call.request.headers.cookie));
}

function mayLook(token: Token): boolean {
  if (token.revoked || token.expired) return false;
  if (token.kind === 'job' || token.kind === 'deploy') return true;
  return token.scopes.includes('api') || token.scopes.includes('read_api');
}

/** Refuses forms that another site sent. */
function isForeign(call: Call): boolean {
  const { origin } = call.request.headers;
  if (origin === undefined || origin === originOf(call)) return false;
  sendProblem(call, 403, 'This form came from another site', false);
  return true;
}

function backHome(call: Call, cookie: string): void {
  sendEmpty(call, 303, {
    Location: '/',
    'Set-Cookie': cookie,
    'Content-Length': 0,
    'Cache-Control': 'no-store',
  });
}
