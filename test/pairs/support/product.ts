/** Every combination of some columns, as rows. */

export type Columns<Row> = { readonly [Name in keyof Row]: readonly Row[Name][] };

/** The last column changes fastest. */
export function product<Row>(columns: Columns<Row>): Row[] {
  let rows: Partial<Row>[] = [{}];
  for (const name of Object.keys(columns) as (keyof Row)[]) {
    rows = rows.flatMap((row) => columns[name].map((value) => ({ ...row, [name]: value })));
  }
  return rows as Row[];
}

/** `name=value` of every column: how a row is called in a failure. */
export function titleOf(row: object): string {
  return Object.entries(row)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
