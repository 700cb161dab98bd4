/** Progress of moving bytes: a bar on a terminal, else a line every few seconds and one at the end. */
import { formatBytes } from '../../core/format.ts';
import type { Progress } from '../../definitions/command.ts';

export interface ProgressView {
  update(state: Progress): void;
  /** Takes a bar off the screen, so that a line can be written; the next update draws it again. */
  clear(): void;
}

const BAR_EVERY_MS = 100;
const LINE_EVERY_MS = 5000;
const BAR_WIDTH = 24;
const MIN_BAR_WIDTH = 8;
const ERASE_LINE = '\r\u001b[2K';

/** Lines for logs. `now` is in milliseconds. */
export function progressLines(write: (line: string) => void, now: () => number): ProgressView {
  const rate = createRate(now);
  let last: number | undefined;
  let complete: string | undefined;
  return {
    update(state) {
      rate.add(state);
      last ??= now();
      const whole = isWhole(state) ? keyOf(state) : undefined;
      // Looking takes no time mostly, and is no deed to report.
      if (whole !== undefined && state.isCheck === true) return;
      const due = whole === undefined ? now() - last >= LINE_EVERY_MS : whole !== complete;
      if (!due) return;
      last = now();
      complete = whole;
      write(`${state.command}: ${counts(state)}${rate.text()}`);
    },
    clear: () => undefined,
  };
}

/** A bar that redraws its own line. */
export function progressBar(write: (text: string) => void, now: () => number, columns: () => number): ProgressView {
  const rate = createRate(now);
  let last = Number.NEGATIVE_INFINITY;
  let drawn = false;
  const clear = (): void => {
    if (drawn) write(ERASE_LINE);
    drawn = false;
  };
  return {
    update(state) {
      rate.add(state);
      if (isWhole(state)) {
        clear();
        return;
      }
      if (drawn && now() - last < BAR_EVERY_MS) return;
      last = now();
      drawn = true;
      const room = Math.max(10, columns() - 1);
      write(ERASE_LINE + barLine(state, `${rate.text()}${rate.left(state)}`, room));
    },
    clear,
  };
}

/** The bar takes what room the numbers leave; where that is little, they get shorter. */
function barLine(state: Progress, pace: string, room: number): string {
  const percent = `${Math.floor(share(state) * 100)} %`;
  const texts = [
    `${state.command}  ${counts(state)}${pace}`,
    `${state.command}  ${state.filesDone}/${state.filesTotal} files, ${percent}${pace}`,
  ];
  const text = texts.find((one) => one.length + 1 + MIN_BAR_WIDTH <= room);
  if (text === undefined) return (texts[1] ?? '').slice(0, room);
  return `${bar(state, Math.min(BAR_WIDTH, room - text.length - 1))} ${text}`;
}

function bar(state: Progress, width: number): string {
  const filled = Math.floor(share(state) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}

function counts(state: Progress): string {
  const percent = `${Math.floor(share(state) * 100)} %`;
  const bytes = `${formatBytes(state.bytesDone)} of ${formatBytes(state.bytesTotal)}`;
  return `${state.filesDone}/${state.filesTotal} files, ${bytes} (${percent})`;
}

function share(state: Progress): number {
  if (state.bytesTotal > 0) return Math.min(1, state.bytesDone / state.bytesTotal);
  return state.filesTotal > 0 ? Math.min(1, state.filesDone / state.filesTotal) : 1;
}

function isWhole(state: Progress): boolean {
  return state.filesDone >= state.filesTotal;
}

function keyOf(state: Progress): string {
  return `${state.command} ${state.filesTotal} ${state.bytesTotal}`;
}

interface Rate {
  add(state: Progress): void;
  /** Bytes per second since the first update of a movement; empty in its first second. */
  text(): string;
  /** How long the rest takes at that pace; of files that are empty or very small, by their number. */
  left(state: Progress): string;
}

function createRate(now: () => number): Rate {
  let start:
    { readonly command: string; readonly bytes: number; readonly share: number; readonly at: number } | undefined;
  let bytes = 0;
  const seconds = (): number => (start === undefined ? 0 : (now() - start.at) / 1000);
  return {
    add(state) {
      if (start?.command !== state.command || state.bytesDone < bytes) {
        start = { command: state.command, bytes: state.bytesDone, share: share(state), at: now() };
      }
      bytes = state.bytesDone;
    },
    text() {
      const moved = bytes - (start?.bytes ?? 0);
      return seconds() < 1 || moved <= 0 ? '' : `, ${formatBytes(Math.round(moved / seconds()))}/s`;
    },
    left(state) {
      const gone = share(state) - (start?.share ?? 0);
      if (seconds() < 1 || gone <= 0) return '';
      return `, ${aboutLong(((1 - share(state)) / gone) * seconds())} left`;
    },
  };
}

/** Whole units, the largest that fits: a second more or less is not known. */
function aboutLong(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`;
  return seconds < 6000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
