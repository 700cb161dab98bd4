/** The end of a transfer that was stopped: why, and how far it had come. */
import { Failure } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import { abortReason } from '../gitlab/failure.ts';

export interface Account {
  /** What was being done to the files: `sent`, `fetched`. */
  readonly deed: string;
  readonly names: readonly string[];
  readonly done: ReadonlySet<string>;
}

/**
 * Why the signal was aborted, with what is done. A run whose time is over also lists what is not;
 * who interrupts a run has no use for that.
 */
export function stoppedFailure(signal: AbortSignal, { deed, names, done }: Account): Failure {
  const reason = abortReason(signal);
  const left = names.filter((name) => !done.has(name));
  const message = `${reason.message}: ${names.length - left.length} of ${formatCount(names.length, 'file')} were ${deed}`;
  return new Failure(reason.code, message, {
    problems: reason.code === 'max-time' ? left.map((name) => `${name}: was not ${deed}`) : [],
    ...(reason.hint === undefined ? {} : { hint: reason.hint }),
    cause: reason,
  });
}
