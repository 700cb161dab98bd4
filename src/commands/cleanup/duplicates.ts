/** Which file rows of a version are old copies that may go. Pure; the rows and manifests are read elsewhere. */
import { newestByName } from '../../gitlab/api/packages.ts';
import type { FileRow } from '../../gitlab/types.ts';

const DAY_MS = 86_400_000;

/** Rows that a newer row of the same name hides and that are older than 24 hours; never the newest of a name. */
export function hiddenRows(rows: readonly FileRow[], now: number): readonly FileRow[] {
  const newest = newestByName(rows);
  return rows.filter((row) => newest.get(row.name)?.id !== row.id && now - Date.parse(row.createdAt) > DAY_MS);
}

/** Those of them that no manifest names by its SHA-256; a row without one may be anything. */
export function surplusRows(hidden: readonly FileRow[], named: ReadonlySet<string>): readonly FileRow[] {
  return hidden.filter(({ sha256 }) => sha256 !== undefined && !named.has(sha256));
}
