/** A failed request as a Failure that also says whether and when it may be sent again. Knows no HTTP. */

import { Failure, type FailureCode, type FailureDetails } from '../../core/errors.ts';

export interface RequestFailureDetails extends FailureDetails {
  /** HTTP status, if an answer came. */
  status?: number | undefined;
  /** The server's own words, cut to 500 characters, not sanitised. */
  words?: string | undefined;
  /** A web page was answered where GitLab answers JSON: it was not GitLab that answered. */
  page?: boolean | undefined;
  /** The same request may succeed later. */
  retryable?: boolean | undefined;
  /** The server may have done what was asked, though no answer says so: look before sending again. */
  ambiguous?: boolean | undefined;
  /** The request never reached the server (no connection), so that even a POST may be sent again. */
  unsent?: boolean | undefined;
  /** A reused connection turned out to be closed: sending again at once costs nothing. */
  stale?: boolean | undefined;
  /** What the server asked to wait (`Retry-After`), in milliseconds. */
  retryAfterMs?: number | undefined;
}

export class RequestFailure extends Failure {
  readonly status: number | undefined;
  readonly words: string;
  readonly page: boolean;
  readonly retryable: boolean;
  readonly ambiguous: boolean;
  readonly unsent: boolean;
  readonly stale: boolean;
  readonly retryAfterMs: number | undefined;
  /** How often the request was sent in all; set by the retry loop when it gives up. */
  tries = 1;
  /** Why the retry loop gave it up. A loop around that loop does not try again: retries do not multiply. */
  givenUp: 'exhausted' | 'not-repeatable' | undefined;

  constructor(code: FailureCode, message: string, details: RequestFailureDetails = {}) {
    super(code, message, details);
    this.status = details.status;
    this.words = details.words ?? '';
    this.page = details.page ?? false;
    this.retryable = details.retryable ?? false;
    this.ambiguous = details.ambiguous ?? false;
    this.unsent = details.unsent ?? false;
    this.stale = details.stale ?? false;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** True for a failed request with this HTTP status. */
export function hasStatus(thrown: unknown, status: number): thrown is RequestFailure {
  return thrown instanceof RequestFailure && thrown.status === status;
}

/** Why a signal was aborted, as a Failure: a run aborts its signal with one. */
export function abortReason(signal: AbortSignal): Failure {
  const reason: unknown = signal.reason;
  if (reason instanceof Failure) return reason;
  return new Failure('interrupted', 'The run was interrupted', { cause: reason });
}
