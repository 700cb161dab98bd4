/** A report's table as it is shown: what says nothing is left out, digests are short, and rows are counted. */
import type { Column, Table } from '../../definitions/command.ts';

/** Enough to tell files apart; the whole digest is in the outputs. */
const DIGEST_DIGITS = 12;

export interface ShownTable {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** By column: numbers and sizes, which stand on the right. */
  readonly isNumeric: readonly boolean[];
  /** Rows that are not shown. */
  readonly left: number;
}

/** At most so many rows of it; of a table that is what was asked for, all. */
export function shownTable(table: Table, maxRows: number): ShownTable {
  const rows = table.whole ? table.rows : table.rows.slice(0, maxRows);
  const chosen = [...table.columns.keys()].filter((at) => saysSomething(table, at));
  return {
    titles: chosen.map((at) => titleOf(table.columns[at])),
    rows: rows.map((row) => chosen.map((at) => cellOf(table.columns[at], row[at]))),
    isNumeric: chosen.map((at) => rows.every((row) => /^\d+(?:\.\d+)?(?: [kMGTP]?B)?$/.test(row[at] ?? ''))),
    left: table.rows.length - rows.length,
  };
}

/** Of the whole table: a row that is not shown may differ. */
function saysSomething({ columns, rows }: Table, at: number): boolean {
  const column = columns[at];
  if (typeof column !== 'object') return true;
  // Of a dry run no digest is known.
  const plain = column.type === 'digest' ? '' : rows[0]?.[at];
  return rows.some((row) => row[at] !== plain);
}

function titleOf(column: Column | undefined): string {
  return typeof column === 'object' ? column.title : (column ?? '');
}

function cellOf(column: Column | undefined, cell = ''): string {
  return typeof column === 'object' && column.type === 'digest' ? cell.slice(0, DIGEST_DIGITS) : cell;
}
