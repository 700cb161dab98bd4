/**
 * How requests keep within a server's rate limit: at full width while enough of its window is left, then not before
 * the window ends. GitLab tells both with every answer (`RateLimit-Remaining`, `RateLimit-Reset`), so that the 429 of
 * a throttle that has been seen never has to come.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { waitAskedFor } from '../failures/waits.ts';
import { abortReason } from '../failures/request-failure.ts';
import type { PauseNote } from '../types.ts';
import { sleepUnlessAborted } from './retry.ts';

/** A window that is said to end later is waited for only so long: then the server is asked again. */
const MOST_PAUSE_MS = 300_000;
/** A window is over when its second has begun on the server, and not a moment before. */
const AFTER_RESET_MS = 20;
/** A larger reset is a time of day, a smaller one a number of seconds. */
const FIRST_TIME = 1_000_000_000;

export interface PaceOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep?: ((ms: number, signal: AbortSignal) => Promise<void>) | undefined;
  /** Called once for each pause. */
  readonly onPause?: ((note: PauseNote) => void) | undefined;
}

export interface Pace {
  /** Waits until a request to this address may go out; what it returns is called when the request is over. */
  start(url: URL, signal: AbortSignal): Promise<() => void>;
  /** Learns from the answer of such a request what is left of the window. */
  learn(url: URL, status: number, headers: IncomingHttpHeaders): void;
}

/** What is known of one throttle. GitLab has others for packages than for the rest of its API. */
interface Lane {
  /** How many requests may still go out; without end where nothing was told. */
  left: number;
  /** End of the window, milliseconds since 1970 by the clock here; 0 where none is known. */
  ends: number;
  inFlight: number;
  /** Of a whole window (`RateLimit-Limit`); without end where no answer told. */
  limit: number;
  name: string | undefined;
  /** Requests that wait for an answer. */
  readonly waiting: (() => void)[];
  /** The end that was told of already. */
  told: number;
}

export function createPace(options: PaceOptions): Pace {
  const lanes = new Map<string, Lane>();
  /** How far the server's clock is ahead. Its seconds are cut off, so that the largest difference is the truest. */
  let ahead = Number.NEGATIVE_INFINITY;

  function laneOf({ pathname }: URL): Lane {
    const kind = /\/packages(?:\/|$)/.test(pathname) ? 'packages' : 'others';
    const lane = lanes.get(kind) ?? {
      left: Infinity,
      ends: 0,
      inFlight: 0,
      limit: Infinity,
      name: undefined,
      waiting: [],
      told: 0,
    };
    lanes.set(kind, lane);
    return lane;
  }

  async function start(url: URL, signal: AbortSignal): Promise<() => void> {
    const lane = laneOf(url);
    while (lane.left <= 0) {
      if (signal.aborted) throw abortReason(signal);
      if (lane.ends > options.now()) await pause(lane, signal);
      else if (lane.inFlight === 0) open(lane);
      // The first answer of a window tells what is left of it.
      else await new Promise<void>((wake) => lane.waiting.push(wake));
    }
    lane.left -= 1;
    lane.inFlight += 1;
    return () => {
      lane.inFlight -= 1;
      wakeAll(lane);
    };
  }

  async function pause(lane: Lane, signal: AbortSignal): Promise<void> {
    const { ends, name } = lane;
    const delayMs = ends - options.now();
    if (lane.told !== ends) options.onPause?.({ delayMs, name });
    lane.told = ends;
    await (options.sleep ?? sleepUnlessAborted)(delayMs, signal);
    // Unless an answer has told of a later one meanwhile, the window is over.
    if (lane.ends === ends) open(lane);
  }

  function learn(url: URL, status: number, headers: IncomingHttpHeaders): void {
    const now = options.now();
    const told = Date.parse(headers.date ?? '');
    if (!Number.isNaN(told)) ahead = Math.max(ahead, told - now);
    const window = windowOf(status, headers, now, Number.isFinite(ahead) ? ahead : 0);
    if (window === undefined) return;
    const lane = laneOf(url);
    // Those under way besides this one may be counted already, or not: they are taken for not.
    const left = Math.max(0, window.remaining - Math.max(0, lane.inFlight - 1));
    // Answers overtake each other: within a window the least counts.
    lane.left = sameWindow(lane.ends, window.ends) ? Math.min(lane.left, left) : left;
    lane.ends = sameWindow(lane.ends, window.ends) ? Math.max(lane.ends, window.ends) : window.ends;
    lane.limit = Math.max(1, countOf(headers['ratelimit-limit']) ?? Infinity);
    const name = headers['ratelimit-name'];
    if (typeof name === 'string') lane.name = name;
    wakeAll(lane);
  }

  return { start, learn };
}

/** A new window, of which no answer has told yet. */
function open(lane: Lane): void {
  lane.ends = 0;
  lane.left = lane.limit;
}

function wakeAll(lane: Lane): void {
  for (const wake of lane.waiting.splice(0)) wake();
}

interface Window {
  readonly remaining: number;
  readonly ends: number;
}

/** Undefined where the answer says nothing of a limit. */
function windowOf(status: number, headers: IncomingHttpHeaders, now: number, ahead: number): Window | undefined {
  if (status === 429) {
    const asked = waitAskedFor(status, headers, now);
    return asked === undefined ? undefined : { remaining: 0, ends: now + Math.min(asked, MOST_PAUSE_MS) };
  }
  const remaining = countOf(headers['ratelimit-remaining']);
  const reset = countOf(headers['ratelimit-reset']);
  if (remaining === undefined || reset === undefined) return undefined;
  const ends = reset < FIRST_TIME ? now + reset * 1000 : reset * 1000 - ahead + AFTER_RESET_MS;
  return ends <= now ? undefined : { remaining, ends: Math.min(ends, now + MOST_PAUSE_MS) };
}

/** Two ends within a second are one window's: the clocks are read at other moments. */
function sameWindow(one: number, other: number): boolean {
  return Math.abs(one - other) < 1000;
}

function countOf(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,11}$/.test(header.trim()) ? Number(header) : undefined;
}
