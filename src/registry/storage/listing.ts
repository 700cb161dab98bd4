/** Lists of packages and package files with filters, order and pages, as SQL. */
import type { Database } from './database.ts';
import type { FileRow, PackageRow } from './store.ts';

export const PACKAGE_ORDERS = ['created_at', 'name', 'version', 'type', 'project_path'] as const;
export const FILE_ORDERS = ['id', 'created_at', 'file_name'] as const;

export type PackageOrder = (typeof PACKAGE_ORDERS)[number];
type FileOrder = (typeof FILE_ORDERS)[number];
export type Sort = 'asc' | 'desc';

interface PackageQuery {
  /** In the order that `project_path` sorts by. */
  readonly projectIds: readonly number[];
  readonly status: string;
  /** Part of a name, in any case of letters. */
  readonly name: string | undefined;
  /** The whole version. */
  readonly version: string | undefined;
  readonly orderBy: PackageOrder;
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
}

interface FileQuery {
  readonly packageId: number;
  readonly orderBy: FileOrder;
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
}

interface Rows<T> {
  readonly total: number;
  readonly rows: readonly T[];
}

export interface Listing {
  packages(query: PackageQuery): Rows<PackageRow>;
  files(query: FileQuery): Rows<FileRow>;
}

// Column names come from these tables only, never from a request.
const PACKAGE_COLUMNS: Record<PackageOrder, string> = {
  created_at: 'packages.created_at',
  name: 'packages.name',
  version: 'packages.version',
  type: 'packages.id',
  project_path: 'wanted.key',
};
const FILE_COLUMNS: Record<FileOrder, string> = {
  id: 'id',
  created_at: 'created_at',
  file_name: 'file_name',
};

/** One project alone is found by an index, in whose order its packages then are. */
function isOfOne({ projectIds, orderBy }: PackageQuery): boolean {
  return projectIds.length === 1 && orderBy !== 'project_path';
}

/** json_each takes a list of any length as one value; its key is the position in that list. */
function projectFilter(query: PackageQuery): string {
  if (isOfOne(query)) return 'WHERE packages.project_id = ? AND';
  return 'JOIN json_each(?) AS wanted ON packages.project_id = wanted.value WHERE';
}

function projectValue(query: PackageQuery): string | number {
  const [only] = query.projectIds;
  return isOfOne(query) && only !== undefined ? only : JSON.stringify(query.projectIds);
}

/** Prepares each combination of filters and order when it is first asked for. */
export function openListing(database: Database): Listing {
  const prepared = new Map<string, ReturnType<Database['prepare']>>();
  const statement = (sql: string): ReturnType<Database['prepare']> => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
  return {
    packages(query) {
      const filters = ['packages.status = ?'];
      const values: (string | number)[] = [projectValue(query), query.status];
      if (query.name !== undefined) {
        filters.push('instr(lower(packages.name), lower(?)) > 0');
        values.push(query.name);
      }
      if (query.version !== undefined) {
        filters.push('packages.version = ?');
        values.push(query.version);
      }
      const from = `FROM packages ${projectFilter(query)} ${filters.join(' AND ')}`;
      const order = `ORDER BY ${PACKAGE_COLUMNS[query.orderBy]} ${query.sort}, packages.id ${query.sort}`;
      const count = statement(`SELECT count(*) AS total ${from}`).get(...values);
      const rows = statement(`SELECT packages.* ${from} ${order} LIMIT ? OFFSET ?`).all(
        ...values,
        query.limit,
        query.offset,
      );
      return { total: Number(count?.total), rows: rows as unknown as PackageRow[] };
    },
    files(query) {
      const order = `ORDER BY ${FILE_COLUMNS[query.orderBy]} ${query.sort}, id ${query.sort}`;
      const count = statement('SELECT count(*) AS total FROM files WHERE package_id = ?').get(query.packageId);
      const rows = statement(`SELECT * FROM files WHERE package_id = ? ${order} LIMIT ? OFFSET ?`).all(
        query.packageId,
        query.limit,
        query.offset,
      );
      return { total: Number(count?.total), rows: rows as unknown as FileRow[] };
    },
  };
}
