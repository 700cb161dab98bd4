/** A report as Markdown for GitHub's job summary, within its limits. No foreign text works as markup. */
import { markdownCode, markdownText } from '../../core/text.ts';
import type { Link, Report, Table } from '../../definitions/command.ts';

const MAX_ROWS = 200;
/** GitHub refuses a summary above 1 MiB as a whole. */
const MAX_BYTES = 900_000;

/** `clean` hides secrets. Returns Markdown with a final newline. */
export function summaryMarkdown(report: Report, clean: (text: string) => string): string {
  const code = (text: string): string => markdownCode(clean(text));
  const running = (text: string): string => markdownText(clean(text));
  const links = linksByLabel(report.links, clean);
  const head = [
    `### ${running(report.headline)}`,
    '',
    ...report.facts.filter(([, value]) => value !== '').map(([label, value]) => `- ${running(label)}: ${code(value)}`),
    '',
  ];
  const rows =
    report.table === undefined
      ? []
      : tableRows(report.table.rows.slice(0, MAX_ROWS), (cell) => linked(links, cell, code) ?? running(cell));
  // Also of the rows that are not shown: what is in the table is not repeated below it.
  const cells = new Set(report.table?.rows.flat());
  const rest = report.links
    .filter((link) => !cells.has(link.label))
    .flatMap((link) => linked(links, link.label, code) ?? [])
    .map((link) => `- ${link}`);
  return fitted(report.table, head, rows, rest);
}

/** Rows that do not fit are counted in a last line; the links after the table come first. */
function fitted(
  table: Table | undefined,
  head: readonly string[],
  rows: readonly string[],
  rest: readonly string[],
): string {
  const after = fitting(rest.slice(0, MAX_ROWS), MAX_BYTES / 2);
  const shown = fitting(rows, MAX_BYTES - bytes([...head, ...after]) - 200);
  const more = (table?.rows.length ?? 0) - shown.length;
  const lines = [...head, ...(table === undefined ? [] : tableHead(table)), ...shown];
  if (more > 0) lines.push('', `… and ${more} more`);
  return `${[...lines, '', ...after].join('\n').trimEnd()}\n`;
}

/** As many of the lines, from the first on, as fit into so many bytes. */
function fitting(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  return lines.filter((line) => {
    left -= bytes([line]);
    return left > 0;
  });
}

function tableHead(table: Table): readonly string[] {
  return [row(table.columns), row(table.columns.map(() => '---'))];
}

function tableRows(rows: readonly (readonly string[])[], show: (cell: string) => string): readonly string[] {
  return rows.map((cells) => row(cells.map(show)));
}

/** A `|` within a cell is an entity already. */
function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function linked(links: ReadonlyMap<string, string>, label: string, code: (text: string) => string): string | undefined {
  const url = links.get(label);
  return url === undefined ? undefined : `[${code(label)}](<${url}>)`;
}

/** Only web addresses, in the normal form in which they hold nothing that Markdown would read. */
function linksByLabel(links: readonly Link[], clean: (text: string) => string): ReadonlyMap<string, string> {
  const byLabel = new Map<string, string>();
  for (const { label, url } of links) {
    const parsed = URL.parse(clean(url));
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) continue;
    byLabel.set(
      label,
      parsed.href.replaceAll(/[<>()|\\`]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`),
    );
  }
  return byLabel;
}

function bytes(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
}
