/** The line that a run appends to the file of `log-file`: who did what, when, and with which files. */
import { constants, type Stats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../core/errors.ts';
import type { Context } from '../definitions/context.ts';
import type { RecordedFile, RunRecord, RunSubject } from '../definitions/command.ts';
import { errorCode, errorMessage } from './system-errors.ts';

export interface RunLog extends RunRecord {
  /** Names the file, once the inputs are read; a run that has none writes no line. */
  open(run: LoggedRun): void;
  /** What is known by now. */
  subject(): RunSubject;
  /** Appends the line; of several calls the first counts. Fails with `local-file` where the file cannot be written. */
  close(failure: Failure | undefined): Promise<void>;
}

interface LoggedRun {
  readonly command: string;
  /** As the input `log-file` gives it. */
  readonly path: string;
  readonly isDryRun: boolean;
}

/** One line of the file. Texts that are not known are empty. */
interface RunLine extends RunSubject {
  /** When the run ended, in UTC, as ISO 8601. */
  readonly time: string;
  readonly command: string;
  /** `failed` and `stopped` are followed by the failure's code in `error`. */
  readonly outcome: 'done' | 'dry-run' | 'failed' | 'stopped';
  readonly error: string;
  readonly files: readonly RecordedFile[];
  readonly actor: string;
  /** Address of the workflow run or of the job. */
  readonly run: string;
}

const NOTHING: RunSubject = { project: '', package: '', version: '', digest: '' };

/** `hide` takes secrets out of a text; `now` is in milliseconds. */
export function createRunLog(context: Context, hide: (text: string) => string, now: () => number): RunLog {
  const files: RecordedFile[] = [];
  let subject = NOTHING;
  let run: LoggedRun | undefined;
  return {
    about: (more) => {
      subject = { ...subject, ...more };
    },
    file: (file) => {
      files.push(file);
    },
    subject: () => subject,
    open: (opened) => {
      run = opened;
    },
    close: async (failure) => {
      if (run === undefined) return;
      const { command, path, isDryRun } = run;
      run = undefined;
      const line: RunLine = {
        time: new Date(now()).toISOString(),
        command,
        outcome: outcomeOf(failure, isDryRun),
        error: failure?.code ?? '',
        ...subject,
        files,
        actor: context.actor,
        run: context.runUrl ?? '',
      };
      const text = JSON.stringify(line, (_key, value: unknown) => (typeof value === 'string' ? hide(value) : value));
      await append(resolve(context.cwd, path), `${text}\n`);
    },
  };
}

function outcomeOf(failure: Failure | undefined, isDryRun: boolean): RunLine['outcome'] {
  if (failure === undefined) return isDryRun ? 'dry-run' : 'done';
  return failure.code === 'interrupted' || failure.code === 'max-time' ? 'stopped' : 'failed';
}

/** Windows has neither of the last two: a FIFO is not waited for, and a link leads nowhere else. */
const {
  O_APPEND,
  O_CREAT,
  O_WRONLY,
  O_NONBLOCK = 0,
  O_NOFOLLOW = 0,
} = constants as Partial<typeof constants> & Pick<typeof constants, 'O_APPEND' | 'O_CREAT' | 'O_WRONLY'>;

/** By one write, so that the lines of runs that end at once do not mix. */
async function append(path: string, line: string): Promise<void> {
  const bytes = Buffer.from(line);
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOFOLLOW, 0o644);
    requireFile(await handle.stat(), path);
    const { bytesWritten } = await handle.write(bytes);
    if (bytesWritten < bytes.length)
      throw unwritable(path, `only ${bytesWritten} of ${bytes.length} bytes were written`);
  } catch (error) {
    throw error instanceof Failure ? error : unwritable(path, reasonOf(error), error);
  } finally {
    await handle?.close();
  }
}

function requireFile(stats: Stats, path: string): void {
  if (!stats.isFile()) throw unwritable(path, 'it is not a regular file');
}

function reasonOf(error: unknown): string {
  if (errorCode(error) === 'ELOOP') return 'it is a link, and nothing is written through a link';
  return errorCode(error) === 'ENXIO' ? 'it is not a regular file' : errorMessage(error);
}

function unwritable(path: string, reason: string, cause?: unknown): Failure {
  return new Failure('local-file', `log-file: the line of this run cannot be appended to ${path}: ${reason}`, {
    hint:
      'The work of the run itself is done. Give the path of a file in a folder that exists and that this user may ' +
      'write to.',
    cause,
  });
}
