/**
 * Packages and their files as rows: finding, adding, deleting. Lists with filters are in listing.ts, contents in
 * blobs.ts.
 */
import { type Database, transaction } from './database.ts';

/** The statuses that an upload can give; GitLab's others never arise here. */
export type PackageStatus = 'default' | 'hidden';

/** Times are milliseconds since 1970. */
export interface PackageRow {
  readonly id: number;
  readonly project_id: number;
  readonly name: string;
  readonly version: string;
  readonly status: PackageStatus;
  readonly creator_id: number;
  readonly created_at: number;
  readonly updated_at: number;
  readonly last_downloaded_at: number | null;
}

export interface FileRow {
  readonly id: number;
  readonly package_id: number;
  /** As stored: percent-encoded when it has directories. */
  readonly file_name: string;
  readonly size: number;
  readonly sha256: string;
  /** Key of the contents in the blob store, where they lie unless they are small. */
  readonly blob: string;
  readonly created_at: number;
}

interface NewPackage {
  readonly projectId: number;
  readonly name: string;
  readonly version: string;
  readonly status: PackageStatus;
  readonly creatorId: number;
  readonly at: number;
}

interface NewFile {
  readonly packageId: number;
  readonly fileName: string;
  readonly size: number;
  readonly sha256: string;
  readonly blob: string;
  /** Small contents, kept in the database itself. */
  readonly bytes: Buffer | undefined;
  readonly at: number;
}

export interface Store {
  readonly database: Database;
  transaction<T>(work: () => T): T;
  packageById(projectId: number, id: number): PackageRow | undefined;
  packageByName(projectId: number, name: string, version: string): PackageRow | undefined;
  /** Throws where the version exists already. */
  addPackage(given: NewPackage): PackageRow;
  setStatus(id: number, status: PackageStatus, at: number): void;
  setDownloaded(id: number, at: number): void;
  /** Also takes the rows of its files; returns their blobs. */
  removePackage(id: number): string[];
  addFile(given: NewFile): FileRow;
  /** Contents that are kept in the database; undefined: they are in the blob store. */
  bytesOf(fileId: number): Buffer | undefined;
  fileById(packageId: number, id: number): FileRow | undefined;
  /** By its id alone, if its package is a visible one of this project. */
  fileOfProject(projectId: number, id: number): FileRow | undefined;
  /** The one that downloads serve: the highest id of that name. */
  newestFile(packageId: number, fileName: string): FileRow | undefined;
  removeFile(id: number): void;
  /** Rows of one name beyond the newest `keep`. */
  surplus(packageId: number, fileName: string, keep: number): FileRow[];
  /** Rows of any name and package beyond the newest `keep` of their name. */
  allSurplus(keep: number): FileRow[];
  blobs(): Iterable<string>;
  /** Every table is as in a new folder, and ids begin at 1 again; returns the blobs that nobody names any more. */
  empty(): string[];
}

/** What names another comes first. */
const KEPT = ['release_links', 'releases', 'tags', 'variables', 'contents', 'files', 'packages'];

/** Prepares all statements once. */
export function openStore(database: Database): Store {
  const q = (sql: string): ReturnType<Database['prepare']> => database.prepare(sql);
  const packageById = q('SELECT * FROM packages WHERE id = ? AND project_id = ?');
  const packageByName = q('SELECT * FROM packages WHERE project_id = ? AND name = ? AND version = ?');
  const addPackage = q(
    'INSERT INTO packages (project_id, name, version, status, creator_id, created_at, updated_at) VALUES ' +
      '(?, ?, ?, ?, ?, ?, ?) RETURNING *',
  );
  const setStatus = q('UPDATE packages SET status = ?, updated_at = ? WHERE id = ?');
  const setDownloaded = q('UPDATE packages SET last_downloaded_at = ? WHERE id = ?');
  const removePackage = q('DELETE FROM packages WHERE id = ?');
  const removeFiles = q('DELETE FROM files WHERE package_id = ? RETURNING blob');
  const addFile = q(
    'INSERT INTO files (package_id, file_name, size, sha256, blob, created_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING *',
  );
  const addContents = q('INSERT INTO contents (file_id, bytes) VALUES (?, ?)');
  const bytesOf = q('SELECT bytes FROM contents WHERE file_id = ?');
  const fileById = q('SELECT * FROM files WHERE id = ? AND package_id = ?');
  const fileOfProject = q(
    'SELECT files.* FROM files JOIN packages ON packages.id = package_id WHERE files.id = ? AND ' +
      "project_id = ? AND status = 'default'",
  );
  const newestFile = q('SELECT * FROM files WHERE package_id = ? AND file_name = ? ORDER BY id DESC LIMIT 1');
  const removeFile = q('DELETE FROM files WHERE id = ?');
  const surplus = q('SELECT * FROM files WHERE package_id = ? AND file_name = ? ORDER BY id DESC LIMIT -1 OFFSET ?');
  const allSurplus = q(
    `SELECT * FROM
       (SELECT *, row_number() OVER (PARTITION BY package_id, file_name ORDER BY id DESC) AS place FROM files)
     WHERE place > ?`,
  );
  const blobs = q('SELECT blob FROM files');
  const work: Store = {
    database,
    transaction: (inner) => transaction(database, inner),
    packageById: (projectId, id) => packageById.get(id, projectId) as PackageRow | undefined,
    packageByName: (projectId, name, version) => packageByName.get(projectId, name, version) as PackageRow | undefined,
    addPackage: (p) =>
      addPackage.get(p.projectId, p.name, p.version, p.status, p.creatorId, p.at, p.at) as unknown as PackageRow,
    setStatus: (id, status, at) => void setStatus.run(status, at, id),
    setDownloaded: (id, at) => void setDownloaded.run(at, id),
    removePackage: (id) =>
      work.transaction(() => {
        const gone = removeFiles.all(id).map((row) => String(row.blob));
        removePackage.run(id);
        return gone;
      }),
    addFile: (f) => {
      const row = addFile.get(f.packageId, f.fileName, f.size, f.sha256, f.blob, f.at) as unknown as FileRow;
      if (f.bytes !== undefined) addContents.run(row.id, f.bytes);
      return row;
    },
    bytesOf: (fileId) => {
      const bytes = bytesOf.get(fileId)?.bytes as Uint8Array | undefined;
      return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    fileById: (packageId, id) => fileById.get(id, packageId) as FileRow | undefined,
    fileOfProject: (projectId, id) => fileOfProject.get(id, projectId) as FileRow | undefined,
    newestFile: (packageId, fileName) => newestFile.get(packageId, fileName) as FileRow | undefined,
    removeFile: (id) => void removeFile.run(id),
    surplus: (packageId, fileName, keep) => surplus.all(packageId, fileName, keep) as unknown as FileRow[],
    allSurplus: (keep) => allSurplus.all(keep) as unknown as FileRow[],
    empty: () =>
      work.transaction(() => {
        const gone = [...work.blobs()];
        for (const table of KEPT) database.exec(`DELETE FROM ${table}`);
        database.exec('DELETE FROM sqlite_sequence');
        return gone;
      }),
    *blobs() {
      for (const row of blobs.iterate()) yield String(row.blob);
    },
  };
  return work;
}
