/** The log of a terminal and of a GitLab job: lines of text. The platform decides how a group is shown. */
import type { Log } from '../../definitions/command.ts';
import type { Colour, Paint } from './paint.ts';
import type { ProgressView } from './progress.ts';
import type { SafeLines } from './safe-lines.ts';

/** What is written before and after a group. */
export interface GroupMarks {
  open(title: string): string;
  close(): string;
}

export interface StreamLogOptions {
  readonly write: (text: string) => void;
  readonly safe: SafeLines;
  readonly paint: Paint;
  readonly verbose: boolean;
  readonly progress: ProgressView;
  readonly groups: GroupMarks;
}

export interface StreamLog extends Log {
  /** A line of our own in a colour; foreign parts of it are made harmless all the same. */
  line(text: string, colour?: Colour): void;
  /** Takes a progress bar off the screen before something else writes there. */
  settle(): void;
}

/** Whoever reads a log reads no more, and 20,000 would hide the result. */
const MAX_WARNINGS = 100;
const FURTHER_WARNINGS = 'Further warnings are left out: --verbose shows them';

/** A log that takes its progress bar away before each line. Groups do not nest. */
export function createStreamLog(options: StreamLogOptions): StreamLog {
  const { write, safe, paint, progress, groups } = options;
  let open = 0;
  let warnings = 0;
  const line: StreamLog['line'] = (text, colour) => {
    progress.clear();
    for (const part of safe(text)) write(`${colour === undefined ? part : paint(colour, part)}\n`);
  };
  return {
    line,
    settle: () => {
      progress.clear();
    },
    info: (message) => {
      line(message);
    },
    warn: (message) => {
      warnings += 1;
      if (warnings > MAX_WARNINGS && !options.verbose) {
        if (warnings === MAX_WARNINGS + 1) line(FURTHER_WARNINGS);
        return;
      }
      const [first = '', ...rest] = safe(message);
      progress.clear();
      write(`${paint('yellow', 'warning:')} ${first}\n`);
      for (const part of rest) write(`  ${part}\n`);
    },
    detail: (message) => {
      if (options.verbose) line(message, 'dim');
    },
    group: async (title, work) => {
      progress.clear();
      // A group within a group is only its title: neither system nests them.
      const outermost = open === 0;
      open += 1;
      const [shown = ''] = safe(title.replaceAll(/\s+/g, ' '));
      write(outermost ? groups.open(shown) : `${shown}\n`);
      try {
        return await work();
      } finally {
        open -= 1;
        progress.clear();
        if (outermost) write(groups.close());
      }
    },
    progress: (state) => {
      progress.update(state);
    },
  };
}
