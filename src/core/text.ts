/** Makes foreign text harmless for logs and Markdown, and quotes it. Masking secrets is in hosts/text. */

/**
 * A shorter text counts as no secret: no token of GitLab is that short, and masking it would spoil every
 * text that happens to hold it (a token `1` turns version 1.2.3 into `***.2.3`).
 */
export const MIN_SECRET_LENGTH = 8;

/** Longest piece of foreign text that is shown, in characters. */
const TEXT_LIMIT = 500;

const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;
const ELLIPSIS = '…';

export interface HarmlessOptions {
  /** Most characters of the result, the ellipsis included. */
  limit?: number | undefined;
  /** Also break what GitHub's runner would take for a command. */
  github?: boolean | undefined;
}

/**
 * Foreign text (server messages, names, refs, paths, inputs) as one harmless line: control and
 * format characters as `\u{…}`, cut at `limit` characters with an ellipsis. With `github` also
 * `##[` anywhere and `::` after leading blanks are broken up, which is where the runner looks
 * for commands.
 */
export function harmless(text: string, options: HarmlessOptions = {}): string {
  const limit = options.limit ?? TEXT_LIMIT;
  const pieces: string[] = [];
  let length = 0;
  for (const piece of harmlessPieces(text, options.github ?? false)) {
    pieces.push(piece);
    length += lengthOf(piece);
    if (length > limit) return cutToFit(pieces, length, limit);
  }
  return pieces.join('');
}

/**
 * A name or a value within a message, harmless and between backticks. Backticks are the one way to quote:
 * GitHub shows them as code, and an apostrophe or a quotation mark is part of the text more often.
 */
export function quoted(text: string, limit?: number): string {
  return `\`${harmless(text, { limit })}\``;
}

/**
 * Foreign text as code in Markdown, also in a table's cell, where a `|` ends the cell even
 * within code. Plain text becomes a code span; anything that could end one becomes `<code>`
 * with entities.
 */
export function markdownCode(text: string, options: HarmlessOptions = {}): string {
  const safe = harmless(text, options);
  if (safe === '') return '';
  const plain = !/[`|\\]/.test(safe) && !/^\s|\s$/.test(safe);
  return plain ? `\`${safe}\`` : `<code>${asEntities(safe)}</code>`;
}

/**
 * Foreign text as running text in Markdown: no markup, HTML or link in it works. GitHub and GitLab
 * still find mentions (`@name`) in such text; where that matters use `markdownCode`.
 */
export function markdownText(text: string, options: HarmlessOptions = {}): string {
  return asEntities(harmless(text, options));
}

/** The text in pieces that must not be cut: a character, or an escape for one. */
function* harmlessPieces(text: string, github: boolean): Generator<string> {
  const commandAt = github ? leadingCommand(text) : -1;
  let at = 0;
  for (const character of text) {
    if (UNSAFE.test(character)) yield escapeOf(character);
    else if (at === commandAt + 1 && commandAt >= 0) yield escapeOf(character);
    else if (github && character === '[' && text.startsWith('##', at - 2)) yield escapeOf(character);
    else yield character;
    at += character.length;
  }
}

/** Where a `::` stands that the runner would read as a command, else -1. It trims blanks first. */
function leadingCommand(text: string): number {
  const start = text.length - text.trimStart().length;
  return text.startsWith('::', start) ? start : -1;
}

function escapeOf(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

function cutToFit(pieces: string[], length: number, limit: number): string {
  let kept = length;
  while (kept > limit - ELLIPSIS.length) kept -= lengthOf(pieces.pop() ?? ELLIPSIS);
  return pieces.join('') + ELLIPSIS;
}

/** A piece is one character, which may be two code units, or an escape in ASCII. */
function lengthOf(piece: string): number {
  return piece.startsWith('\\u{') ? piece.length : 1;
}

/** Every character that Markdown or HTML gives a meaning to, as an entity. */
function asEntities(text: string): string {
  return text
    .replace(/[&<>`*_[\]{}|\\~$@#!]/g, entityOf)
    .replace(/:(?=\/\/)|(?<=www)\.|(?<=^\s*)[-+=]|(?<=^\s*\d+)[.)](?=\s|$)/gi, entityOf);
}

function entityOf(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}
