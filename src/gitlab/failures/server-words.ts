/** What a server said, dug out of the body of its answer: GitLab's two envelopes, or a proxy's page. */

const MOST = 500;
const MOST_OF_A_PAGE = 200;
const DEEPEST = 4;

/**
 * GitLab's words in one line of at most 500 characters, not sanitised. Rails answers
 * `{"message": text | object}`, Grape and OAuth `{"error": …, "error_description": …}`.
 */
export function wordsOf(body: string): string {
  const text = body.trim();
  if (text === '') return '';
  const parsed = parse(text);
  const words = parsed === undefined ? text : wordsOfEnvelope(parsed).trim();
  if (words.startsWith('<')) return cut(textOfPage(words), MOST_OF_A_PAGE);
  return cut(words, parsed === undefined ? MOST_OF_A_PAGE : MOST);
}

/** Cuts foreign text without splitting a character, and puts it on one line. */
export function cut(text: string, most: number = MOST): string {
  const line = text
    .slice(0, 4 * most)
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= most) return line;
  return `${line.slice(0, most - 1).toWellFormed()}…`;
}

function wordsOfEnvelope(parsed: unknown): string {
  if (typeof parsed !== 'object' || parsed === null) return flatten(parsed, 0);
  const { message, error, error_description: description } = parsed as Record<string, unknown>;
  const said = [message, error, description].filter((part) => part !== undefined && part !== null);
  return said.length === 0 ? '' : said.map((part) => flatten(part, 0)).join(': ');
}

/** `{"value": ["is invalid"]}` becomes `value is invalid`. */
function flatten(part: unknown, depth: number): string {
  if (typeof part === 'string') return part;
  if (typeof part !== 'object' || part === null) return String(part);
  if (depth === DEEPEST) return '…';
  if (Array.isArray(part))
    return part
      .slice(0, 20)
      .map((one) => flatten(one, depth + 1))
      .join(', ');
  return Object.entries(part)
    .slice(0, 20)
    .map(([key, value]) => `${key} ${flatten(value, depth + 1)}`)
    .join('; ');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The title of an HTML page, else the visible text at its beginning. */
function textOfPage(page: string): string {
  // Cut before the patterns run: an endless row of "<" would make them slow.
  const start = page.slice(0, 2000);
  const title = /<title[^>]*>([^<]*)/i.exec(start)?.[1]?.trim() ?? '';
  return title !== ''
    ? title
    : start
        .replace(/<!--[^]*?(?:-->|$)/g, ' ')
        .replace(/<(style|script)\b[^]*?(?:<\/\1>|$)/gi, ' ')
        .replace(/<[^>]*>?/g, ' ');
}
