/** Who entered a token in this browser: a random cookie stands for it, in memory only. */
import { randomBytes } from 'node:crypto';
import type { Caller } from '../access/auth.ts';
import type { Token } from '../config/records.ts';

const COOKIE = 'package_registry_session';
/** Milliseconds. */
const LIFETIME = 8 * 60 * 60 * 1000;
/** More than that and the oldest goes. */
const MOST = 1_000;

export interface Sessions {
  /** Remembers a token; returns the `Set-Cookie` to send. */
  enter(token: Token): string;
  /** The token behind a `Cookie` header. */
  callerOf(cookies: string | undefined): Caller;
  /** Forgets it; returns the `Set-Cookie` that clears it. */
  leave(cookies: string | undefined): string;
}

/** `clock` in milliseconds since 1970. */
export function openSessions(clock: () => number): Sessions {
  const known = new Map<string, { readonly token: Token; readonly until: number }>();
  return {
    enter(token) {
      const id = randomBytes(24).toString('hex');
      known.set(id, { token, until: clock() + LIFETIME });
      for (const oldest of known.keys()) {
        if (known.size <= MOST) break;
        known.delete(oldest);
      }
      return cookieOf(id, LIFETIME / 1000);
    },
    callerOf(cookies) {
      const session = known.get(idOf(cookies));
      return session !== undefined && clock() < session.until ? session.token : undefined;
    },
    leave(cookies) {
      known.delete(idOf(cookies));
      return cookieOf('', 0);
    },
  };
}

function cookieOf(id: string, seconds: number): string {
  return `${COOKIE}=${id}; Max-Age=${seconds}; Path=/; HttpOnly; SameSite=Strict`;
}

function idOf(cookies: string | undefined): string {
  for (const cookie of (cookies ?? '').split(';')) {
    const [name, value] = cookie.trim().split('=', 2);
    if (name === COOKIE && value !== undefined) return value;
  }
  return '';
}
