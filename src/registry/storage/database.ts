/**
 * Opens the registry's SQLite file and brings its tables up; queries live in store.ts, listing.ts and the stores of
 * each room.
 */
import type { DatabaseSync } from 'node:sqlite';
import { Failure } from '../../core/errors.ts';

export type Database = DatabaseSync;

// AUTOINCREMENT: an id that was deleted never comes back, as in GitLab.
const TABLES = `
  CREATE TABLE IF NOT EXISTS packages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    status TEXT NOT NULL,
    creator_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_downloaded_at INTEGER,
    UNIQUE (project_id, name, version)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS files (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    package_id INTEGER NOT NULL REFERENCES packages (id),
    file_name TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    blob TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT;
  -- Small contents lie in here: one commit instead of a file to make, to sync and to name.
  CREATE TABLE IF NOT EXISTS contents (file_id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  CREATE TRIGGER IF NOT EXISTS contents_go AFTER DELETE ON files BEGIN
    DELETE FROM contents WHERE file_id = OLD.id;
  END;
  CREATE INDEX IF NOT EXISTS files_by_name ON files (package_id, file_name, id);
  -- A page of a list costs no more for the list being long.
  CREATE INDEX IF NOT EXISTS files_by_id ON files (package_id, id);
  CREATE INDEX IF NOT EXISTS packages_by_age ON packages (project_id, status, created_at, id);
  -- CI/CD variables of projects and groups; flags are 0 and 1.
  CREATE TABLE IF NOT EXISTS variables (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    owner TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    variable_type TEXT NOT NULL,
    environment_scope TEXT NOT NULL,
    protected INTEGER NOT NULL,
    masked INTEGER NOT NULL,
    hidden INTEGER NOT NULL,
    raw INTEGER NOT NULL,
    description TEXT,
    UNIQUE (owner, key, environment_scope)
  ) STRICT;
  -- There is no repository: a tag carries all that is known of its commit.
  CREATE TABLE IF NOT EXISTS tags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    message TEXT NOT NULL,
    sha TEXT NOT NULL,
    committed_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    UNIQUE (project_id, name)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    project_id INTEGER NOT NULL,
    tag TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    author_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    released_at INTEGER NOT NULL,
    UNIQUE (project_id, tag)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS release_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id INTEGER NOT NULL REFERENCES releases (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    filepath TEXT,
    link_type TEXT NOT NULL,
    UNIQUE (release_id, name),
    UNIQUE (release_id, url),
    UNIQUE (release_id, filepath)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL) STRICT;
`;

const FORMAT = 1;

/**
 * Opens the database at `path`. `durable` syncs each commit to disk; without it (a temporary
 * folder) nothing is synced. One process at a time: a second one gets a `usage` failure.
 */
export function openDatabase(path: string, durable: boolean): Database {
  // Loaded here, not at import: Node 20 has no node:sqlite, and must still be able to say so.
  const sqlite = process.getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;
  if (sqlite === undefined) {
    throw new Failure('usage', `The registry needs Node 24; this is Node ${process.versions.node}.`, {
      hint: 'Run it with Node 24 or newer.',
    });
  }
  const database = new sqlite.DatabaseSync(path);
  try {
    prepare(database, durable);
  } catch (error) {
    database.close();
    if (error instanceof Failure) throw error;
    if (isFull(error)) {
      throw new Failure('no-space', `The registry cannot use ${path}: no space is left on that file system.`, {
        hint: 'Free some space, or name another folder: with --data, or a temporary one in the variable TMPDIR.',
        cause: error,
      });
    }
    throw new Failure('usage', `The registry cannot use ${path}: ${messageOf(error)}.`, {
      hint: 'Is another registry running on this folder? Stop it, or name another folder with --data.',
      cause: error,
    });
  }
  return database;
}

/** Runs `work` as one transaction: all of it or nothing. */
export function transaction<T>(database: Database, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function prepare(database: Database, durable: boolean): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec(`PRAGMA synchronous = ${durable ? 'FULL' : 'OFF'}`);
  database.exec('PRAGMA foreign_keys = ON');
  database.exec('PRAGMA wal_autocheckpoint = 4000');
  transaction(database, () => {
    database.exec(TABLES);
    const row = database.prepare('SELECT version FROM format').get();
    if (row === undefined) database.prepare('INSERT INTO format (version) VALUES (?)').run(FORMAT);
    else if (row.version !== FORMAT) {
      throw new Failure(
        'usage',
        `The folder was written by another version of the registry (format ${String(row.version)}).`,
        {
          hint: 'Name another folder with --data.',
        },
      );
    }
  });
}

/** SQLITE_FULL, or an error while it wrote that came of it. */
function isFull(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 13;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
