/** A part of the table of all pairs of a publish: its rows, tried on one registry and judged. */
import { judgeRows } from '../support/judge.ts';
import { product, type Columns } from '../support/product.ts';
import { brokenPromises } from './promises.ts';
import { BEFORE, IF_EXISTS, type Row, type Server } from './row.ts';
import { withScene } from './scene.ts';
import { tryRow } from './trial.ts';

/** Enough for any part of the table on a machine that is busy. */
export const TABLE_MS = 240_000;

const WHOLE: Omit<Columns<Row>, 'token'> = {
  manifest: ['default', 'none'],
  checksums: ['none', 'SHA256SUMS'],
  status: ['default', 'hidden'],
  before: BEFORE,
  ifExists: IF_EXISTS,
};

/** Every combination of the columns that are not narrowed. Empty when each row keeps every promise, else what they broke. */
export function judgePublishes(
  server: Server,
  narrowed: Partial<Columns<Row>> & Pick<Columns<Row>, 'token'>,
): Promise<string> {
  return withScene(server, (scene) =>
    judgeRows(product<Row>({ ...WHOLE, ...narrowed }), async (row, index) =>
      brokenPromises(await tryRow(scene, row, index)),
    ),
  );
}
