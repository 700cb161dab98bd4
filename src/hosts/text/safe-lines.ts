/** The one way of a text to where people read it: secrets out, control characters visible, line by line. */
import { harmless } from '../../core/text.ts';
import type { Redaction } from './redaction.ts';

/** Pieces of foreign text are cut where they are put in; this only bounds what slipped through. */
const MAX_LINE = 8000;

/** One text → its lines, each safe to show. */
export type SafeLines = (text: string) => readonly string[];

/** With `github` nothing in a line can be taken for a command of GitHub's runner. */
export function safeLines(redaction: Redaction, options: { readonly github: boolean }): SafeLines {
  return (text) =>
    redaction
      .clean(text)
      .split(/\r\n|\n|\r/)
      .map((line) => harmless(line, { limit: MAX_LINE, github: options.github }));
}

/** Text of which every line break is foreign, and what follows it would pass for a line of ours. */
export function oneLine(text: string): string {
  return text.replaceAll('\r', '\\u{d}').replaceAll('\n', '\\u{a}');
}
