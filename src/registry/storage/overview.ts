/** What the pages show first, as SQL: the packages of a project by name, their versions, and how large a version is. */
import type { Database } from './database.ts';
import type { PackageRow } from './store.ts';

export interface NamedPackage {
  readonly name: string;
  readonly versions: number;
}

export interface VersionSize {
  /** Of the files that downloads serve: of one name the newest. */
  readonly files: number;
  readonly bytes: number;
}

interface NameQuery {
  readonly projectId: number;
  /** Part of a name, in any case of letters; undefined: all. */
  readonly search: string | undefined;
  /** Those whose names match this pattern of SQLite's GLOB, or those that do not. */
  readonly glob: { readonly pattern: string; readonly wanted: boolean };
  readonly limit: number;
  readonly offset: number;
}

export interface Overview {
  /** Those published last come first. Only visible versions count. */
  names(query: NameQuery): { readonly total: number; readonly rows: readonly NamedPackage[] };
  /** Of one package, the one published last first. */
  versions(projectId: number, name: string): readonly PackageRow[];
  sizeOf(packageId: number): VersionSize;
}

export function openOverview(database: Database): Overview {
  const wanted =
    "FROM packages WHERE project_id = ?1 AND status = 'default' " +
    "AND (?2 = '' OR instr(lower(name), lower(?2)) > 0) AND (name GLOB ?3) = ?4";
  const count = database.prepare(`SELECT count(DISTINCT name) AS total ${wanted}`);
  const names = database.prepare(
    `SELECT name, count(*) AS versions ${wanted} GROUP BY name ORDER BY max(created_at) DESC, name LIMIT ?5 OFFSET ?6`,
  );
  const versions = database.prepare(
    "SELECT * FROM packages WHERE project_id = ? AND name = ? AND status = 'default' ORDER BY created_at DESC, id DESC",
  );
  const size = database.prepare(
    `SELECT count(*) AS files, coalesce(sum(size), 0) AS bytes FROM files WHERE id IN
       (SELECT max(id) FROM files WHERE package_id = ? GROUP BY file_name)`,
  );
  return {
    names({ projectId, search = '', glob, limit, offset }) {
      const values = [projectId, search, glob.pattern, Number(glob.wanted)] as const;
      const rows = names.all(...values, limit, offset);
      return { total: Number(count.get(...values)?.total), rows: rows as unknown as NamedPackage[] };
    },
    versions: (projectId, name) => versions.all(projectId, name) as unknown as PackageRow[],
    sizeOf: (packageId) => size.get(packageId) as unknown as VersionSize,
  };
}
