/**
 * Many files at once: a bounded pool that stops starting after the first loss, and says what is done and what is not.
 */
import { asFailure, Failure } from '../core/errors.ts';
import { RequestFailure } from '../gitlab/failures/request-failure.ts';
import { inParallel } from './in-parallel.ts';
import { countDone, stoppedFailure } from './stopped.ts';

export interface BatchRules {
  /** `published`, `fetched`: reads on after "could not be". */
  readonly deed: string;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** The first item is done before any other is started. */
  readonly firstAlone?: boolean;
}

interface Named {
  readonly name: string;
}

/**
 * Runs `work` for each item, at most `concurrency` at once. When one fails for good, or the signal is
 * aborted, nothing new is started; what is under way ends. Then one Failure lists what failed and
 * what was not reached.
 */
export async function runBatch<I extends Named, T>(
  items: readonly I[],
  rules: BatchRules,
  work: (item: I) => Promise<T>,
): Promise<Map<string, T>> {
  const done = new Map<string, T>();
  const failed = new Map<string, Failure>();
  const start = async (item: I): Promise<void> => {
    if (failed.size > 0 || rules.signal.aborted) return;
    try {
      done.set(item.name, await work(item));
    } catch (error) {
      failed.set(item.name, asFailure(error));
    }
  };
  const alone = rules.firstAlone === true ? 1 : 0;
  await inParallel(items.slice(0, alone), 1, start);
  await inParallel(alone === 0 ? items : items.slice(alone), rules.concurrency, start);
  if (done.size < items.length) throw incomplete(items, done, failed, rules);
  return done;
}

function incomplete(
  items: readonly Named[],
  done: ReadonlyMap<string, unknown>,
  failed: ReadonlyMap<string, Failure>,
  { deed, signal }: BatchRules,
): Failure {
  const undone = items.filter(({ name }) => !done.has(name)).map(({ name }) => name);
  if (signal.aborted) return stoppedFailure(signal, { deed, done: done.size, total: items.length, left: undone });
  const [first] = failed;
  const cause = first?.[1] ?? new Failure('internal', 'The work stopped without a reason');
  if (items.length === 1) return cause;
  const lines = [
    ...[...failed].map(([name, failure]) => named(name, failure.message)),
    ...undone.filter((name) => !failed.has(name)).map((name) => `${name}: not ${deed}`),
  ];
  // What a server said names its address; what became of a file on this machine may not name the file.
  const isOfServer = first === undefined || cause instanceof RequestFailure;
  const told = isOfServer ? cause.message : named(first[0], cause.message);
  return new Failure(cause.code, `${told} (${countDone(deed, done.size, items.length)})`, {
    left: lines,
    hint: hintAfter(cause, done.size),
    cause,
  });
}

/** Many a message begins with its file's name already. */
function named(name: string, message: string): string {
  return message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
}

/** "Run it again" is said first only where that alone can help. */
function hintAfter(cause: Failure, done: number): string {
  const { hint = '' } = cause;
  if (hint.includes('run the same command')) return `${hint} What is done is not done twice.`;
  const start = hint === '' ? '' : `${hint} `;
  if (cause instanceof RequestFailure && cause.retryable) {
    return `${start}Run the same command again: what is done is not done twice.`;
  }
  if (done === 0 && hint !== '') return hint;
  const after = hint === '' ? 'When the cause is gone' : 'After that';
  return `${start}${after} the same command goes on where this one stopped.`;
}
