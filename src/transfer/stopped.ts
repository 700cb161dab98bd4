/** The end of a transfer that was stopped, by a signal or by `max-time`: why, and how far it had come. */
import { Failure } from '../core/errors.ts';
import { formatCount, verbFor } from '../core/format.ts';
import { abortReason } from '../gitlab/failures/request-failure.ts';

/** How far a transfer is while some step of it goes on. */
export interface Account {
  /** `published`, `fetched`. */
  readonly deed: string;
  readonly done: number;
  readonly total: number;
  /** Names of the files that are not done. */
  readonly left: readonly string[];
  /** What the counts leave out, as a sentence. */
  readonly caveat?: string;
}

/** Why the run was stopped, with what is done and what is not. */
export function stoppedFailure(signal: AbortSignal, { deed, done, total, left, caveat }: Account): Failure {
  const reason = abortReason(signal);
  const hint = [caveat, reason.hint].filter((words) => words !== undefined).join(' ');
  return new Failure(reason.code, `${reason.message}: ${countDone(deed, done, total)}`, {
    left: left.map((name) => `${name}: not ${deed}`),
    ...(hint === '' ? {} : { hint }),
    cause: reason.cause,
  });
}

/** `12 of 1000 files were published, 988 were not`, `0 of 1 file was published, 1 was not`. */
export function countDone(deed: string, done: number, total: number): string {
  const rest = total - done;
  const open = rest === 0 ? '' : `, ${rest} ${verbFor(rest, 'was', 'were')} not`;
  return `${done} of ${formatCount(total, 'file')} ${verbFor(total === 1 ? 1 : done, 'was', 'were')} ${deed}${open}`;
}

/** Runs a step; when it is stopped, and has not told itself how far it came, the account is told. */
export async function accounting<T>(signal: AbortSignal, account: Account, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (thrown) {
    if (!signal.aborted) throw thrown;
    const told = thrown instanceof Failure && thrown !== signal.reason && thrown.code === abortReason(signal).code;
    throw told ? thrown : stoppedFailure(signal, account);
  }
}
