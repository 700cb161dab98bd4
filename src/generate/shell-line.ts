/** A small program in JavaScript → one `node -e '…'` line that every shell takes as it is. */

/**
 * What may stand in a regular expression literal as itself; anything else is percent-encoded.
 * A text in quotes would end the shell's own, and so would an escaped one in PowerShell.
 */
const NOT_PLAIN = /[^A-Za-z0-9 _,:;=.-]+/gu;
const ENDS_A_QUOTE = /['"`$\\\r\n]/;

/**
 * Joins the lines, leaves comments out (each on lines of its own), and writes every `'text'` without
 * quotes: `t(/text/)`, where `t` decodes the source of a regular expression. So the line holds no
 * quote of any kind, no backtick, no dollar and no backslash: it means the same to sh, bash and
 * PowerShell, and to tools that echo it in double quotes.
 */
export function nodeLine(program: string): string {
  const code = ['const t = (r) => decodeURIComponent(r.source);', ...codeLines(program)]
    .join(' ')
    .replace(/'([^']*)'/g, (_match, text: string) => quoteFree(text));
  if (ENDS_A_QUOTE.test(code)) {
    throw new Error(`The line for the shell may hold no quote, dollar or backslash: ${code}`);
  }
  return `node -e '${code}'`;
}

function codeLines(program: string): readonly string[] {
  return program
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'));
}

function quoteFree(text: string): string {
  if (text === '') throw new Error('An empty text would become a comment: write String()');
  return `t(/${text.replace(NOT_PLAIN, percentEncoded)}/)`;
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
