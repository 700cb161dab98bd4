/** The one way out of the process: all output is written, and no failure ends in success. */
import { leave } from './leaving.ts';

export interface Ending {
  /** Ends the process with this code once its output is written; only the first call counts. */
  end(code: number): void;
  /** Calls `lost` if the event loop is empty before `end` was called. */
  whenLost(lost: () => void): void;
}

/** The end of this process: from now on it cannot end with 0 unless `end(0)` was called. */
export function watchEnding(process: NodeJS.Process): Ending {
  let ended = false;
  let outputLost = false;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever reads may have seen enough (`| head`); a full disk is another matter.
      if (error.code !== 'EPIPE') outputLost = true;
    });
  }
  process.on('exit', (code) => {
    if (!ended && code === 0) process.exitCode = 1;
  });
  return {
    end(code) {
      if (ended) return;
      ended = true;
      void Promise.all([waitUntilWritten(process.stdout), waitUntilWritten(process.stderr)]).then(() => {
        void leave(process, code === 0 && outputLost ? 1 : code);
      });
    },
    whenLost(lost) {
      process.on('beforeExit', () => {
        if (!ended) lost();
      });
    },
  };
}

/** Pipes are written to in the background on some systems: exiting earlier would cut off the end. */
function waitUntilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => {
      resolve();
    });
  });
}
