/** GitLab's rate limits: counts requests in fixed windows, and says so in headers. The limits: config/throttles.ts. */
import type { Credential } from '../access/credentials.ts';
import type { Token } from '../config/records.ts';
import type { Settings } from '../config/settings.ts';
import type { Throttle } from '../config/throttles.ts';
import { Refusal } from './refusal.ts';

type RateHeaders = Readonly<Record<string, string>>;

/** What came, as far as throttles tell requests apart. */
interface Arrival {
  /** Below the origin, without the query. */
  readonly path: string;
  readonly credentials: readonly Credential[];
  readonly address: string;
}

export interface Throttles {
  /** Counts a request; the headers of its answer, or a throw of 429. */
  admit(arrival: Arrival): RateHeaders;
  /** Starts to count anew. */
  clear(): void;
}

/** More callers than that and all begin anew. */
const MOST_CALLERS = 10_000;
const PACKAGES = /^\/api\/v\d+\/(?:projects\/[^/]+\/|groups?\/[^/]+\/-\/)?packages\/[A-Za-z]+/;

/** `clock` in milliseconds since 1970: windows begin at multiples of their period. */
export function openThrottles(
  { throttles, throttleText }: Pick<Settings, 'throttles' | 'throttleText'>,
  tokens: ReadonlyMap<string, Token>,
  clock: () => number,
): Throttles {
  const counts = new Map<string, { window: number; count: number }>();
  return {
    admit(arrival) {
      if (throttles.length === 0) return {};
      const user = arrival.credentials.map(({ secret }) => tokens.get(secret)).find((token) => token !== undefined);
      const throttle = throttleFor(throttles, arrival.path, user !== undefined);
      if (throttle === undefined) return {};
      const now = clock();
      const who = `${throttle.name} ${user === undefined ? arrival.address : user.id}`;
      const window = Math.floor(now / 1000 / throttle.period);
      const known = counts.get(who);
      const entry = known?.window === window ? known : { window, count: 0 };
      entry.count += 1;
      if (counts.size > MOST_CALLERS) counts.clear();
      counts.set(who, entry);
      const headers = rateHeaders(throttle, entry.count, window);
      if (entry.count <= throttle.requests) return headers;
      throw throttled(throttleText, headers, now);
    },
    clear() {
      counts.clear();
    },
  };
}

/** A throttle for packages replaces the general one. */
function throttleFor(all: readonly Throttle[], path: string, authenticated: boolean): Throttle | undefined {
  if (!path.startsWith('/api/')) return undefined;
  const fitting = all.filter((throttle) => throttle.authenticated === authenticated);
  const forPackages = PACKAGES.test(path) ? fitting.find(({ packages }) => packages) : undefined;
  return forPackages ?? fitting.find(({ packages }) => !packages);
}

/** The limit is told by the minute, whatever the period. */
function rateHeaders(throttle: Throttle, observed: number, window: number): RateHeaders {
  return {
    'RateLimit-Limit': String(Math.ceil((throttle.requests * 60) / throttle.period)),
    'RateLimit-Name': throttle.name,
    'RateLimit-Observed': String(observed),
    'RateLimit-Remaining': String(Math.max(0, throttle.requests - observed)),
    'RateLimit-Reset': String((window + 1) * throttle.period),
  };
}

/** GitLab's throttle speaks plain text, with a line's end. `now`: milliseconds since 1970. */
export function throttled(text: string, headers: RateHeaders, now: number): Refusal {
  const reset = Number(headers['RateLimit-Reset']) * 1000;
  return new Refusal(429, `${text}\n`, {
    ...headers,
    'Content-Type': 'text/plain',
    'RateLimit-ResetTime': new Date(reset).toUTCString(),
    'Retry-After': String(Math.max(1, Math.ceil((reset - now) / 1000))),
  });
}
