/** A report as text for a terminal or a log: headline, facts and table in columns. */
import type { Report, Table } from '../../definitions/command.ts';
import type { Paint } from './paint.ts';

const MAX_ROWS = 200;
const GAP = '  ';

/** One line of text → the same, safe to show. */
export type SafeLine = (text: string) => string;

/** The report's lines, without the closing ones. */
export function reportLines(report: Report, paint: Paint, safe: SafeLine): readonly string[] {
  const facts = report.facts.filter(([, value]) => value !== '');
  const labels = widest(facts.map(([label]) => label));
  return [
    paint('bold', safe(report.headline)),
    ...facts.map(([label, value]) => `${GAP}${paint('dim', pad(safe(label), labels))}${GAP}${safe(value)}`),
    ...(report.table === undefined || report.table.rows.length === 0
      ? []
      : ['', ...tableLines(report.table, paint, safe)]),
  ];
}

function tableLines(table: Table, paint: Paint, safe: SafeLine): readonly string[] {
  const shown = table.whole ? table.rows : table.rows.slice(0, MAX_ROWS);
  const rows = shown.map((row) => row.map(safe));
  const widths = table.columns.map((column, at) => widest([column, ...rows.map((row) => row[at] ?? '')]));
  const numeric = table.columns.map((_, at) =>
    rows.every((row) => /^\d+(?:\.\d+)?(?: [kMGTP]?B)?$/.test(row[at] ?? '')),
  );
  const inColumns = (cells: readonly string[]): string =>
    widths
      .map((room, at) => (numeric[at] ? padStart : pad)(cells[at] ?? '', room))
      .join(GAP)
      .trimEnd();
  const left = table.rows.length - shown.length;
  return [
    GAP + paint('dim', inColumns(table.columns)),
    ...rows.map((row) => GAP + inColumns(row)),
    ...(left > 0 ? [`${GAP}… and ${left} more`] : []),
  ];
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, width(text)), 0);
}

/** Counted in code points; wide characters may push a column, but lose nothing. */
function width(text: string): number {
  return Array.from(text).length;
}

function pad(text: string, to: number): string {
  return text + ' '.repeat(Math.max(0, to - width(text)));
}

function padStart(text: string, to: number): string {
  return ' '.repeat(Math.max(0, to - width(text))) + text;
}
