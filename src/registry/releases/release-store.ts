/** Releases and their links as rows. */
import type { Database } from '../storage/database.ts';
import type { Sort } from '../storage/listing.ts';
import type { LinkValues } from './link-rules.ts';

export const RELEASE_ORDERS = ['released_at', 'created_at'] as const;
type ReleaseOrder = (typeof RELEASE_ORDERS)[number];

/** Times are milliseconds since 1970. */
export interface Release {
  readonly id: number;
  readonly project_id: number;
  readonly tag: string;
  readonly name: string;
  readonly description: string | null;
  readonly author_id: number;
  readonly created_at: number;
  readonly released_at: number;
}

export interface ReleaseLink extends LinkValues {
  readonly id: number;
  readonly release_id: number;
}

/** Which releases of a project are listed, and in which order. */
interface ReleaseWindow {
  readonly orderBy: ReleaseOrder;
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
}

export interface ReleaseStore {
  count(projectId: number): number;
  list(projectId: number, window: ReleaseWindow): readonly Release[];
  find(projectId: number, tag: string): Release | undefined;
  /** Throws where the tag has one already: ask `find` first. */
  add(given: Omit<Release, 'id'>): Release;
  /** Name, description and `released_at` are all that can change. */
  update(release: Release): void;
  /** Takes its links too. */
  remove(id: number): void;
  /** Newest first. */
  links(releaseId: number): readonly ReleaseLink[];
  addLink(releaseId: number, link: LinkValues): ReleaseLink;
  updateLink(id: number, link: LinkValues): void;
  removeLink(id: number): void;
}

/** The store in this database, whose tables exist. */
export function openReleases(database: Database): ReleaseStore {
  const q = (sql: string): ReturnType<Database['prepare']> => database.prepare(sql);
  const count = q('SELECT count(*) AS total FROM releases WHERE project_id = ?');
  // Column and direction come from fixed words only, never from a request.
  const listed = (orderBy: ReleaseOrder, sort: Sort): ReturnType<Database['prepare']> =>
    q(`SELECT * FROM releases WHERE project_id = ? ORDER BY ${orderBy} ${sort}, id ${sort} LIMIT ? OFFSET ?`);
  const find = q('SELECT * FROM releases WHERE project_id = ? AND tag = ?');
  const add = q(
    'INSERT INTO releases (project_id, tag, name, description, author_id, created_at, released_at) ' +
      'VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING *',
  );
  const update = q('UPDATE releases SET name = ?, description = ?, released_at = ? WHERE id = ?');
  const remove = q('DELETE FROM releases WHERE id = ?');
  const links = q('SELECT * FROM release_links WHERE release_id = ? ORDER BY id DESC');
  const addLink = q(
    'INSERT INTO release_links (release_id, name, url, filepath, link_type) VALUES (?, ?, ?, ?, ?) RETURNING *',
  );
  const updateLink = q('UPDATE release_links SET name = ?, url = ?, filepath = ?, link_type = ? WHERE id = ?');
  const removeLink = q('DELETE FROM release_links WHERE id = ?');
  return {
    count: (projectId) => Number(count.get(projectId)?.total),
    list: (projectId, { orderBy, sort, limit, offset }) =>
      listed(orderBy, sort).all(projectId, limit, offset) as unknown as Release[],
    find: (projectId, tag) => find.get(projectId, tag) as Release | undefined,
    add: (r) =>
      add.get(
        r.project_id,
        r.tag,
        r.name,
        r.description,
        r.author_id,
        r.created_at,
        r.released_at,
      ) as unknown as Release,
    update: (r) => void update.run(r.name, r.description, r.released_at, r.id),
    remove: (id) => void remove.run(id),
    links: (releaseId) => links.all(releaseId) as unknown as ReleaseLink[],
    addLink: (releaseId, l) => addLink.get(releaseId, l.name, l.url, l.filepath, l.link_type) as unknown as ReleaseLink,
    updateLink: (id, l) => void updateLink.run(l.name, l.url, l.filepath, l.link_type, id),
    removeLink: (id) => void removeLink.run(id),
  };
}
