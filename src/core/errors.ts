/** What can go wrong, as one class with a closed list of codes. Nothing here prints or exits. */

import { systemReason, systemWords } from './system-words.ts';

const OF_A_PATH =
  'Check that path, its permissions and the free space. Temporary files are in the folder that TMPDIR names.';

/**
 * - `usage`: wrong before any request (exit code 2); everything else is exit code 1,
 *   but for `interrupted` (130 or 143).
 * - `protocol`: the other side broke the rules of HTTP or of GitLab's API (a foreign redirect,
 *   an answer that is not JSON, a body longer than announced).
 * - `internal`: a defect of ours.
 */
export type FailureCode =
  | 'usage'
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'refused'
  | 'conflict'
  | 'no-files'
  | 'bad-name'
  | 'bad-manifest'
  | 'digest-mismatch'
  | 'checksum-mismatch'
  | 'changed-while-read'
  | 'local-file'
  | 'no-space'
  | 'network'
  | 'timeout'
  | 'protocol'
  | 'rate-limited'
  | 'server-error'
  | 'max-time'
  | 'interrupted'
  | 'internal';

export interface FailureDetails {
  /** Every single problem, one a line, when there is more than the message says. */
  problems?: readonly string[];
  /** One line for each file that is not done, when a transfer ended early: a terminal shows them when asked to. */
  left?: readonly string[];
  /** What the user should do next: a whole sentence. */
  hint?: string;
  cause?: unknown;
}

/** An expected failure of a run: a message for the user, a code for machines and tests. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  readonly problems: readonly string[];
  readonly left: readonly string[];
  readonly hint: string | undefined;

  constructor(code: FailureCode, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.problems = details.problems ?? [];
    this.left = details.left ?? [];
    this.hint = details.hint;
  }
}

/** Wraps whatever was thrown, so that one kind of error reaches the edge. */
export function asFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const words = systemWords(thrown);
  if (isAboutAPath(thrown) || (isSystemError(thrown) && words !== undefined)) {
    // Whatever path it happened at is not to blame for a limit of the process.
    const where = isAboutAPath(thrown) && !isOutOfFiles(thrown) ? `${thrown.path}: ` : '';
    const message = words === undefined ? thrown.message : where + systemReason(thrown);
    return new Failure(words?.isFull === true ? 'no-space' : 'local-file', `The operating system refused: ${message}`, {
      hint: words?.hint ?? OF_A_PATH,
      cause: thrown,
    });
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Failure('internal', `Unexpected error: ${message}`, {
    hint: 'This is a defect. Run again with --verbose and report the lines above with this message.',
    cause: thrown,
  });
}

/** The limit of this process or of the whole system: whatever path it happened at is not to blame. */
export function isOutOfFiles(thrown: unknown): thrown is NodeJS.ErrnoException & { code: string } {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return false;
  return thrown.code === 'EMFILE' || thrown.code === 'ENFILE';
}

function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return typeof thrown === 'object' && thrown !== null && 'syscall' in thrown && 'message' in thrown;
}

/** An error of the system about a file or folder, not a defect of ours: ENOTDIR, ELOOP and so on. */
function isAboutAPath(thrown: unknown): thrown is NodeJS.ErrnoException & { readonly path: string } {
  return isSystemError(thrown) && typeof thrown.path === 'string';
}
