/** A report as text for a terminal or a log: headline, facts and table in columns. */
import type { Report } from '../../definitions/command.ts';
import type { Paint } from './paint.ts';
import { shownTable, type ShownTable } from './table.ts';

/** A log can be scrolled; a screen has its own limit. */
export const MAX_LOG_ROWS = 200;
const GAP = '  ';

/** One line of text → the same, safe to show. */
type SafeLine = (text: string) => string;

export interface ReportLook {
  readonly paint: Paint;
  readonly safe: SafeLine;
  readonly maxRows: number;
  /** Words after the number of rows that are not shown: where they are. */
  readonly rest?: string;
}

/** The report's lines, without the closing ones. */
export function reportLines(report: Report, look: ReportLook): readonly string[] {
  const { paint, safe } = look;
  const facts = report.facts.filter(([, value]) => value !== '');
  const labels = widest(facts.map(([label]) => label));
  return [
    paint('bold', safe(report.headline)),
    ...facts.map(([label, value]) => `${GAP}${paint('dim', pad(safe(label), labels))}${GAP}${safe(value)}`),
    ...(report.table === undefined || report.table.rows.length === 0 ? [] : ['', ...tableLines(report, look)]),
  ];
}

/** Where rows are left out, the tally stands below them: the headline may be out of sight by then. */
function tableLines({ table, tally }: Report, look: ReportLook): readonly string[] {
  if (table === undefined) return [];
  const shown = shownTable(table, look.maxRows);
  const rest = look.rest === undefined ? '' : `: ${look.rest}`;
  return [
    ...columnLines(shown, look),
    ...(shown.left > 0 ? [`${GAP}… and ${shown.left} more${rest}`] : []),
    ...(shown.left > 0 && look.rest !== undefined && tally !== undefined ? [look.safe(tally)] : []),
  ];
}

function columnLines({ titles, rows, isNumeric }: ShownTable, { paint, safe }: ReportLook): readonly string[] {
  const cells = rows.map((row) => row.map(safe));
  const widths = titles.map((title, at) => widest([title, ...cells.map((row) => row[at] ?? '')]));
  const inColumns = (row: readonly string[]): string =>
    widths
      .map((room, at) => (isNumeric[at] ? padStart : pad)(row[at] ?? '', room))
      .join(GAP)
      .trimEnd();
  return [GAP + paint('dim', inColumns(titles)), ...cells.map((row) => GAP + inColumns(row))];
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
