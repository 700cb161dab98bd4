/** What the requests of a run share: the gate, the connections, and a place at the gate for each. */

import type { HttpClient } from '@actions/http-client';
import { apiUrl, withoutQuery } from '../address.ts';
import type { RequestFacts } from '../failures/refusal.ts';
import { RequestFailure } from '../failures/request-failure.ts';
import type { ClientOptions, Operation, Query } from '../types.ts';
import { createAgents, type Agents } from './connections/agents.ts';
import { startAttempt, type Attempt } from './attempt.ts';
import { createGate, type Gate, type Outcome } from './gate.ts';
import { createPace, type Pace } from './pace.ts';
import { createTransport, isWrite } from './send.ts';

const ANSWER_GRACE_MS = 600_000;

export interface Session {
  readonly options: ClientOptions;
  readonly agents: Agents;
  readonly gate: Gate;
  readonly pace: Pace;
  readonly transport: HttpClient;
  readonly now: () => number;
  readonly answerGraceMs: number;
  /** False once a server has answered 417 to `Expect: 100-continue`. */
  expects: boolean;
}

/** A request's stay inside: its place at the gate and its attempt. */
export interface Visit {
  attempt: Attempt;
  /** Ends the stay; what the status says about the server's load is learnt. */
  leave: (status: number | undefined) => void;
}

export function createSession(options: ClientOptions): Session {
  const now = options.now ?? Date.now;
  return {
    options,
    agents: createAgents(options),
    gate: createGate(options.concurrency),
    pace: createPace({ now, sleep: options.sleep, onPause: options.onPause }),
    transport: createTransport(),
    now,
    answerGraceMs: options.answerGraceMs ?? ANSWER_GRACE_MS,
    expects: true,
  };
}

/** Waits for a place, and until the server's rate limit lets a request to `url` out. Starts the attempt's clock. */
export async function enter(session: Session, url: URL): Promise<Visit> {
  const { signal } = session.options;
  const place = await session.gate.enter(signal);
  const over = await session.pace.start(url, signal).catch((thrown: unknown) => {
    place.leave('neither');
    throw thrown;
  });
  const attempt = startAttempt(session.options);
  let isOver = false;
  return {
    attempt,
    leave: (status) => {
      attempt.end();
      if (!isOver) over();
      isOver = true;
      place.leave(outcomeOf(status));
    },
  };
}

/** A visit that ends with the work. */
export async function visiting<T extends { status: number }>(
  session: Session,
  url: URL,
  work: (visit: Visit) => Promise<T>,
): Promise<T> {
  const visit = await enter(session, url);
  let status: number | undefined;
  try {
    const answer = await work(visit);
    status = answer.status;
    return answer;
  } catch (thrown) {
    status = statusOf(thrown);
    throw thrown;
  } finally {
    visit.leave(status);
  }
}

/** The status that a failure came with. */
export function statusOf(thrown: unknown): number | undefined {
  return thrown instanceof RequestFailure ? thrown.status : undefined;
}

/** What a failure has to know about a request. */
export function factsOf(
  session: Session,
  request: { method: string; url: URL; operation: Operation },
  mayHaveActed: boolean = isWrite(request.method),
): RequestFacts {
  const { method, url, operation } = request;
  return { method, url: withoutQuery(url), operation, kind: session.options.credential?.kind, mayHaveActed };
}

/** An address below the API's root with a query; what is undefined is left out. */
export function withQuery(api: URL, path: string, query: Query): URL {
  const url = apiUrl(api, path);
  addQuery(url, query);
  return url;
}

export function addQuery(url: URL, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
}

function outcomeOf(status: number | undefined): Outcome {
  if (status === undefined) return 'neither';
  if (status === 429 || status >= 500) return 'overloaded';
  return status < 400 ? 'well' : 'neither';
}
