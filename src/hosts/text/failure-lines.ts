/** A failure in the words that people read: what happened, every problem, the next step. */
import type { Failure } from '../../core/errors.ts';
import { oneLine } from './safe-lines.ts';

export interface FailureText {
  readonly headline: string;
  /** Empty when the headline is the only problem. */
  readonly problems: readonly string[];
  /** One line for each file that is not done. */
  readonly left: readonly string[];
  readonly hint: string | undefined;
}

/** The parts of a failure's message; a single problem that is the message itself is not repeated. */
export function failureText(failure: Failure): FailureText {
  const [first] = failure.problems;
  const same = failure.problems.length === 1 && first === failure.message;
  return {
    headline: failure.message,
    problems: same ? [] : failure.problems.map(oneLine),
    left: failure.left.map(oneLine),
    hint: failure.hint,
  };
}

/** Where a defect comes from, for `--verbose`: the stacks of an unexpected error and its causes. */
export function failureTrace(failure: Failure): string | undefined {
  const stacks: string[] = [];
  let cause = failure.cause;
  for (let depth = 0; cause instanceof Error && depth < 5; depth += 1) {
    stacks.push(cause.stack ?? `${cause.name}: ${cause.message}`);
    cause = cause.cause;
  }
  return stacks.length === 0 ? undefined : stacks.join('\ncaused by ');
}
