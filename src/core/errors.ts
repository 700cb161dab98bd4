/** What can go wrong, as one class with a closed list of codes. Nothing here prints or exits. */

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
  if (isOutOfFiles(thrown)) {
    return new Failure('local-file', `This process may open no more files (${thrown.code})`, {
      hint: 'Raise the limit, as with `ulimit -n 1024`, or lower `concurrency`. Then run the same command again.',
      cause: thrown,
    });
  }
  if (isAboutAPath(thrown)) {
    return new Failure('local-file', `The operating system refused: ${thrown.message}`, {
      hint: 'Check that path, its permissions and the free space. Temporary files are in the folder that TMPDIR names.',
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

/** An error of the system about a file or folder, not a defect of ours: EACCES, ENAMETOOLONG, EROFS and so on. */
function isAboutAPath(thrown: unknown): thrown is NodeJS.ErrnoException {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return 'syscall' in thrown && 'path' in thrown && typeof thrown.path === 'string';
}
