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
      const line = `${bar(state)} ${state.command}  ${counts(state)}${rate.text()}`;
      write(ERASE_LINE + line.slice(0, Math.max(10, columns() - 1)));
    },
    clear,
  };
}

function bar(state: Progress): string {
  const filled = Math.floor(share(state) * BAR_WIDTH);
  return '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
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

/** Bytes per second since the first update of a movement. */
function createRate(now: () => number): { add(state: Progress): void; text(): string } {
  let start: { readonly command: string; readonly bytes: number; readonly at: number } | undefined;
  let bytes = 0;
  return {
    add(state) {
      if (start?.command !== state.command || state.bytesDone < bytes) {
        start = { command: state.command, bytes: state.bytesDone, at: now() };
      }
      bytes = state.bytesDone;
    },
    text() {
      const seconds = start === undefined ? 0 : (now() - start.at) / 1000;
      const moved = bytes - (start?.bytes ?? 0);
      return seconds < 1 || moved <= 0 ? '' : `, ${formatBytes(Math.round(moved / seconds))}/s`;
    },
  };
}
