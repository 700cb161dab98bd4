/** Counts what a transfer has done and tells the log. */
import type { Log } from '../../definitions/command.ts';

export interface ProgressCounter {
  readonly file: () => void;
  readonly bytes: (moved: number) => void;
}

/** A file that is tried again adds its bytes again; what is shown never exceeds the total. */
export function progressOf(
  command: string,
  files: readonly { readonly size?: number | undefined }[],
  log: Log,
): ProgressCounter {
  const filesTotal = files.length;
  const bytesTotal = files.reduce((sum, { size }) => sum + (size ?? 0), 0);
  let filesDone = 0;
  let bytesDone = 0;
  const tell = (): void => {
    log.progress({ command, filesDone, filesTotal, bytesDone, bytesTotal });
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
