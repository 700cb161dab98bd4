/** The documents as readers have them: pages, their headings, links, tables and examples. */
import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ROOT } from '../support/process.ts';

export interface Page {
  /** From the checkout's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface Example {
  readonly page: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Every Markdown file of the checkout. */
export const PAGES: readonly Page[] = globSync('**/*.md', {
  cwd: ROOT,
  exclude: (name) => name === 'node_modules' || name.startsWith('.'),
})
  .map((found) => found.split(sep).join('/'))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

export function pageAt(path: string): Page {
  const page = PAGES.find((known) => known.path === path);
  if (page === undefined) throw new Error(`there is no page ${path}`);
  return page;
}

/** Fenced blocks, at the beginning of a line. */
export function examplesOf({ path, text }: Page): readonly Example[] {
  const examples: Example[] = [];
  let open: { line: number; language: string; lines: string[] } | undefined;
  text.split('\n').forEach((line, index) => {
    const fence = /^```(\S*)$/.exec(line);
    if (fence === null) open?.lines.push(line);
    else if (open === undefined) open = { line: index + 1, language: fence[1] ?? '', lines: [] };
    else {
      examples.push({ page: path, line: open.line, language: open.language, text: open.lines.join('\n') });
      open = undefined;
    }
  });
  if (open !== undefined) throw new Error(`${path}: the example of line ${open.line} has no end`);
  return examples;
}

/** The page without its examples. */
export function proseOf({ text }: Page): string {
  return text.replaceAll(/^```.*?^```$/gms, '');
}

export function headingsOf(page: Page): readonly { readonly level: number; readonly title: string }[] {
  return [...proseOf(page).matchAll(/^(#+) (.+)$/gm)].map(([, marks = '', title = '']) => ({
    level: marks.length,
    title,
  }));
}

/** The anchors of a page's headings, as GitHub and GitLab make them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const { title } of headingsOf(page)) {
    const plain = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let twin = 1; anchors.has(anchor); twin += 1) anchor = `${plain}-${twin}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** Targets of links and images. Code is no link. */
export function linksOf(page: Page): readonly string[] {
  const prose = proseOf(page).replaceAll(/`[^`\n]*`/g, 'code');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Cells below every column with this heading, of all tables of a page. */
export function cellsBelow(page: Page, heading: string): readonly string[] {
  const cells: string[] = [];
  let column = -1;
  for (const line of proseOf(page).split('\n')) {
    if (!line.startsWith('|')) {
      column = -1;
      continue;
    }
    const row = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim());
    if (column === -1) column = row.includes(heading) ? row.indexOf(heading) : -2;
    else if (column >= 0 && !/^[-:]+$/.test(row[column] ?? '')) cells.push(row[column] ?? '');
  }
  return cells;
}

/** Texts in backticks. */
export function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
