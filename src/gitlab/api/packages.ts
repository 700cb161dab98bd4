/** Typed calls of GitLab's Packages API and of projects. Decides nothing, moves no file. */

import { projectPath } from '../address.ts';
import { hasStatus } from '../failures/request-failure.ts';
import { fieldsOf, textOf, unreadable } from './fields.ts';
import { listedFileRowOf, packageRowOf, type PackageRow } from './package-rows.ts';
import type { Client, FileRow } from '../types.ts';

export { isVisible, newestByName, type PackageRow } from './package-rows.ts';

export interface PackageFilter {
  /** Exact. Absent: every generic package of the project. */
  name?: string | undefined;
  /** Exact. */
  version?: string | undefined;
  /** Absent: what GitLab shows in lists (visible, broken and deprecated ones); `hidden` for hidden ones. */
  status?: string | undefined;
  /** From the youngest on; else from the oldest. */
  newestFirst?: boolean;
  /** No more rows than this; the list is read no further. */
  limit?: number;
}

export interface Project {
  id: number;
  name: string;
  /** Full path, `group/subgroup/name`. */
  path: string;
  webUrl: string | undefined;
  defaultBranch: string | undefined;
  visibility: string | undefined;
}

/**
 * The versions that match. GitLab's `package_name` is a fuzzy search without case and old versions
 * ignore `package_version`, so both are compared here again.
 */
export async function findPackages(client: Client, project: string, filter: PackageFilter): Promise<PackageRow[]> {
  const { name, version, status, newestFirst = false, limit } = filter;
  const query = {
    package_type: 'generic',
    package_name: name,
    package_version: version,
    status,
    order_by: 'created_at',
    sort: newestFirst ? 'desc' : 'asc',
  };
  const read = (item: unknown): { key: number; row: PackageRow | undefined } => {
    const { key, row } = packageRowOf(item);
    return { key, row: row !== undefined && isGeneric(item) && fits(row, filter) ? row : undefined };
  };
  const rows = await client.rows(`${projectPath(project)}/packages`, read, { query, operation: 'list', most: limit });
  return rows.sort((one, other) => (newestFirst ? other.id - one.id : one.id - other.id));
}

/** Every file row of a package, duplicates included, oldest first. 404 (`not-found`) while it is hidden. */
export async function packageFiles(client: Client, project: string, packageId: number): Promise<FileRow[]> {
  const read = (item: unknown): { key: number; row: FileRow } => {
    const row = listedFileRowOf(item);
    return { key: row.id, row };
  };
  const rows = await client.rows(filesPath(project, packageId), read, { operation: 'list' });
  return rows.sort((one, other) => one.id - other.id);
}

/**
 * The youngest file row and how many rows there are, in one request where GitLab knows `order_by`;
 * an older one ignores it, which shows, and is asked for the whole list. Undefined: no file.
 * `total` is undefined where GitLab does not count.
 */
export async function newestFile(
  client: Client,
  project: string,
  packageId: number,
): Promise<{ file: FileRow; total: number | undefined } | undefined> {
  const query = { order_by: 'id', sort: 'desc' };
  const page = await client.firstPage(filesPath(project, packageId), { query, operation: 'list' });
  const rows = page.items.map(listedFileRowOf);
  if (page.last) return newestOf(rows);
  const ordered = rows.every((row, index) => index === 0 || row.id < (rows[index - 1]?.id ?? 0));
  const [file] = rows;
  if (ordered && rows.length > 1 && file !== undefined) return { file, total: page.total };
  return newestOf(await packageFiles(client, project, packageId));
}

/** Deletes one file row. Done too when a repeated request finds it gone. */
export async function deleteFile(client: Client, project: string, packageId: number, fileId: number): Promise<void> {
  try {
    await client.json('DELETE', `${filesPath(project, packageId)}/${fileId}`, { operation: 'delete' });
  } catch (thrown) {
    // The answer to an earlier try was lost, but not what it did.
    if (hasStatus(thrown, 404) && thrown.tries > 1) return;
    throw thrown;
  }
}

/**
 * What became of a version that was to be deleted. `missing` (404): gone, or hidden, which GitLab answers alike.
 * `changed` (412): its status was set after the time that was given.
 */
export type Removal = 'deleted' | 'missing' | 'changed';

/** Deletes a version, unless its status changed after `ifUnmodifiedSince`. */
export async function deletePackage(
  client: Client,
  project: string,
  packageId: number,
  ifUnmodifiedSince?: Date,
): Promise<Removal> {
  const headers = ifUnmodifiedSince === undefined ? {} : { 'If-Unmodified-Since': ifUnmodifiedSince.toUTCString() };
  try {
    await client.json('DELETE', `${projectPath(project)}/packages/${packageId}`, { headers, operation: 'delete' });
    return 'deleted';
  } catch (thrown) {
    if (hasStatus(thrown, 404) && !thrown.page) return 'missing';
    if (hasStatus(thrown, 412)) return 'changed';
    throw thrown;
  }
}

/** GitLab's own time, to the second, by the head of an answer about this project's packages. */
export async function packagesTime(client: Client, project: string): Promise<Date> {
  const query = { package_type: 'generic', per_page: 1 };
  const { headers } = await client.json('GET', `${projectPath(project)}/packages`, { query, operation: 'list' });
  const time = Date.parse(headers.date ?? '');
  if (Number.isNaN(time)) throw unreadable("an answer with GitLab's time in its header Date", {});
  return new Date(time);
}

/** The project as GitLab knows it. */
export async function getProject(client: Client, project: string): Promise<Project> {
  const { data } = await client.json('GET', projectPath(project), { operation: 'project' });
  const fields = fieldsOf(data);
  const { id, name, path_with_namespace: path } = fields;
  if (typeof id !== 'number' || typeof path !== 'string') throw unreadable('a project', data);
  return {
    id,
    path,
    name: typeof name === 'string' ? name : path,
    webUrl: textOf(fields.web_url),
    defaultBranch: textOf(fields.default_branch),
    visibility: textOf(fields.visibility),
  };
}

function newestOf(rows: readonly FileRow[]): { file: FileRow; total: number } | undefined {
  const [first, ...others] = rows;
  if (first === undefined) return undefined;
  return { file: others.reduce((one, other) => (other.id > one.id ? other : one), first), total: rows.length };
}

function fits(row: PackageRow, { name, version, status }: PackageFilter): boolean {
  if (name !== undefined && row.name !== name) return false;
  if (version !== undefined && row.version !== version) return false;
  return status === undefined || row.status === status;
}

function filesPath(project: string, packageId: number): string {
  return `${projectPath(project)}/packages/${packageId}/package_files`;
}

function isGeneric(item: unknown): boolean {
  const { package_type: type } = fieldsOf(item);
  return type === undefined || type === 'generic';
}
