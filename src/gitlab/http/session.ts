/** What all kinds of requests share: the gate, the connections, the headers, the log line. */

import type { IncomingHttpHeaders } from 'node:http';
import type { Failure } from '../../core/errors.ts';
import { apiUrl, sameOrigin, withoutQuery } from '../address.ts';
import { createAgents, type Agents, type Route } from './agents.ts';
import { requestIdOf, type Asked } from '../failures/refusal.ts';
import { startAttempt, type Attempt } from './attempt.ts';
import { createGate, type Gate, type Outcome } from './gate.ts';
import { codeOf } from '../failures/network.ts';
import type { ClientOptions, Operation, Query } from '../types.ts';

const ANSWER_GRACE_MS = 600_000;

export interface Session {
  readonly options: ClientOptions;
  readonly agents: Agents;
  readonly gate: Gate;
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

/** What one line of the log is made of. */
export interface Step {
  method: string;
  url: URL;
  try: number;
  started: number;
}

export function createSession(options: ClientOptions): Session {
  return {
    options,
    agents: createAgents({ ca: options.ca }),
    gate: createGate(options.concurrency),
    now: options.now ?? Date.now,
    answerGraceMs: options.answerGraceMs ?? ANSWER_GRACE_MS,
    expects: true,
  };
}

/** Waits for a place and starts the attempt's clock. */
export async function enter(session: Session): Promise<Visit> {
  const place = await session.gate.enter(session.options.signal);
  const attempt = startAttempt(session.options);
  return {
    attempt,
    leave: (status) => {
      attempt.end();
      place.leave(outcomeOf(status));
    },
  };
}

/** Headers that any server may see. */
export function openHeaders(session: Session): Record<string, string> {
  return { Accept: '*/*', 'Accept-Encoding': 'identity', 'User-Agent': session.options.userAgent };
}

/** The credential's header, for the API's own origin; nothing for any other. */
export function credentialHeader(session: Session, url: URL): Record<string, string> {
  const { api, credential } = session.options;
  if (credential === undefined || !sameOrigin(url, api)) return {};
  return { [credential.header[0]]: credential.header[1] };
}

export function routeTo(session: Session, url: URL): Route {
  return session.agents.route(url);
}

/** What a failure has to know about a request. */
export function askedFor(
  session: Session,
  method: string,
  url: URL,
  operation: Operation,
  mayHaveActed: boolean,
): Asked {
  return { method, url: withoutQuery(url), operation, kind: session.options.credential?.kind, mayHaveActed };
}

export function startStep(session: Session, method: string, url: URL, number: number): Step {
  return { method, url, try: number, started: session.now() };
}

/** The line for a request that was answered. */
export function logAnswer(session: Session, step: Step, status: number, headers: IncomingHttpHeaders): void {
  logLine(session, step, { status, error: undefined, requestId: requestIdOf(headers) });
}

/** The line for a request that was not. */
export function logFailure(session: Session, step: Step, failure: Failure): void {
  logLine(session, step, { status: undefined, error: codeOf(failure.cause) || failure.code, requestId: undefined });
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

function logLine(
  session: Session,
  step: Step,
  end: { status: number | undefined; error: string | undefined; requestId: string | undefined },
): void {
  session.options.onRequest?.({
    method: step.method,
    url: withoutQuery(step.url),
    try: step.try,
    ms: session.now() - step.started,
    ...end,
  });
}

function outcomeOf(status: number | undefined): Outcome {
  if (status === undefined) return 'neither';
  if (status === 429 || status >= 500) return 'overloaded';
  return status < 400 ? 'well' : 'neither';
}
