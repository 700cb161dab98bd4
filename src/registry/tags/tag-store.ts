/** Tags as rows. */
import type { Database } from '../storage/database.ts';

/** Times are milliseconds since 1970. */
export interface Tag {
  readonly id: number;
  readonly project_id: number;
  readonly name: string;
  /** Of an annotated tag; empty for a lightweight one. */
  readonly message: string;
  /** Of the commit that it points at. */
  readonly sha: string;
  readonly committed_at: number;
  readonly created_at: number;
}

type NewTag = Omit<Tag, 'id'>;

export interface TagStore {
  /** All of a project, oldest first. */
  list(projectId: number): readonly Tag[];
  find(projectId: number, name: string): Tag | undefined;
  /** Any tag that points at this commit. */
  atCommit(projectId: number, sha: string): Tag | undefined;
  /** Throws where the name is taken: ask `find` first. */
  add(given: NewTag): Tag;
  remove(id: number): void;
}

/** The store in this database, whose tables exist. */
export function openTags(database: Database): TagStore {
  const list = database.prepare('SELECT * FROM tags WHERE project_id = ? ORDER BY id');
  const find = database.prepare('SELECT * FROM tags WHERE project_id = ? AND name = ?');
  const atCommit = database.prepare('SELECT * FROM tags WHERE project_id = ? AND sha = ? LIMIT 1');
  const add = database.prepare(
    'INSERT INTO tags (project_id, name, message, sha, committed_at, created_at) VALUES (?, ?, ?, ?, ?, ?) RETURNING *',
  );
  const remove = database.prepare('DELETE FROM tags WHERE id = ?');
  return {
    list: (projectId) => list.all(projectId) as unknown as Tag[],
    find: (projectId, name) => find.get(projectId, name) as Tag | undefined,
    atCommit: (projectId, sha) => atCommit.get(projectId, sha) as Tag | undefined,
    add: (t) => add.get(t.project_id, t.name, t.message, t.sha, t.committed_at, t.created_at) as unknown as Tag,
    remove: (id) => void remove.run(id),
  };
}
