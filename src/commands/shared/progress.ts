/** Counts what a transfer has done and tells the log. */
import type { Log, Progress } from '../../definitions/command.ts';

export interface ProgressCounter {
  readonly file: () => void;
  readonly bytes: (moved: number) => void;
}

/** A file that is tried again adds its bytes again; what is shown never exceeds the total. */
export function progressOf(command: string, files: readonly Sized[], log: Log): ProgressCounter {
  return counterOf({ command }, files, log);
}

/** The same while files are read and held against the registry, before anything is moved. */
export function comparisonOf(files: readonly Sized[], log: Log): ProgressCounter {
  const counter = counterOf({ command: 'compare', isCheck: true }, files, log);
  if (files.length > 0) counter.bytes(0);
  return counter;
}

interface Sized {
  readonly size?: number | undefined;
}

function counterOf(what: Pick<Progress, 'command' | 'isCheck'>, files: readonly Sized[], log: Log): ProgressCounter {
  const filesTotal = files.length;
  const bytesTotal = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  let filesDone = 0;
  let bytesDone = 0;
  const tell = (): void => {
    log.progress({ ...what, filesDone, filesTotal, bytesDone, bytesTotal });
  };
  return {
    file: () => {
      filesDone += 1;
      tell();
    },
    bytes: (moved) => {
      bytesDone = Math.min(bytesTotal, bytesDone + moved);
      tell();
    },
  };
}
