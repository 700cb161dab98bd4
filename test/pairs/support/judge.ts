/** Many rows tried at once, and one text of all that failed: by kind first, then row by row. */
import pLimit from 'p-limit';
import { titleOf } from './product.ts';

/** What a row broke. Rows that broke the same promise are told together. */
export interface Broken {
  /** The promise, in the same words for every row. */
  readonly promise: string;
  /** What was seen instead. */
  readonly seen: string;
}

interface Rules {
  /** Rows in flight at once. */
  readonly width: number;
  /** Rows of one kind that are named; the others are counted. */
  readonly mostNamed: number;
}

const RULES: Rules = { width: 8, mostNamed: 40 };

/** Empty when every row keeps every promise. A row whose check throws is a failure of its own kind. */
export async function judgeRows<Row extends object>(
  rows: readonly Row[],
  check: (row: Row, index: number) => Promise<readonly Broken[]>,
  { width, mostNamed }: Rules = RULES,
): Promise<string> {
  const limit = pLimit(width);
  const found = await Promise.all(
    rows.map((row, index) =>
      limit(async () => {
        const broken = await check(row, index).catch((error: unknown) => [
          { promise: 'the row can be tried', seen: error instanceof Error ? error.message : String(error) },
        ]);
        return broken.map((one) => ({ ...one, title: titleOf(row) }));
      }),
    ),
  );
  const all = found.flat();
  if (all.length === 0) return '';
  const kinds = Map.groupBy(all, ({ promise }) => promise);
  const failed = found.filter((broken) => broken.length > 0).length;
  const lines = [...kinds].flatMap(([promise, ones]) => [
    `${promise}: ${ones.length}`,
    ...ones.slice(0, mostNamed).map(({ title, seen }) => `  ${title} | ${seen}`),
    ...(ones.length > mostNamed ? [`  and ${ones.length - mostNamed} more`] : []),
  ]);
  return [`${failed} of ${rows.length} rows fail`, ...lines].join('\n');
}
