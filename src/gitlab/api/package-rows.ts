/** What GitLab's Packages API lists, read strictly: rows of packages and of their files. Asks nobody. */

import { isSha256 } from '../http/content-headers.ts';
import type { FileRow } from '../types.ts';
import { fieldsOf, idOf, textOf, unreadable } from './fields.ts';

/** A version of a generic package. */
export interface PackageRow {
  id: number;
  name: string;
  version: string;
  /** `default`, `hidden`, `processing`, `error`, `pending_destruction` or `deprecated`. */
  status: string;
  /** False: this GitLab names no status, and the one above is our guess. */
  tellsStatus: boolean;
  /** ISO 8601. */
  createdAt: string;
  /** ISO 8601; undefined: never downloaded. */
  lastDownloadedAt: string | undefined;
  /** Path of its web page; GitLab names it for visible packages. */
  webPath: string | undefined;
  /** False: this GitLab does not tell downloads at all. */
  tellsDownloads: boolean;
  /** The pipeline whose job published to it last; GitLab knows it by the job's token. */
  pipeline: PipelineRow | undefined;
  /** GitLab says that this token may delete it. */
  deletable: boolean;
}

/** A pipeline as it stands in the row of a package. */
interface PipelineRow {
  id: number;
  /** GitLab's: `running`, `success`, `manual` and so on. */
  status: string;
  /** ISO 8601; empty where GitLab names none. */
  changedAt: string;
}

/** True for a version that people see and may fetch without naming it; broken ones are listed too. */
export function isVisible({ status }: Pick<PackageRow, 'status'>): boolean {
  return status === 'default' || status === 'deprecated';
}

/** A listed package by its id; no row for one without version. Fails with `protocol` on a row without id or name. */
export function packageRowOf(item: unknown): { key: number; row: PackageRow | undefined } {
  const row = fieldsOf(item);
  const links = fieldsOf(row._links);
  const id = idOf(row.id);
  const { name, version, status } = row;
  if (id === undefined || typeof name !== 'string') throw unreadable('a package', item);
  if (typeof version !== 'string') return { key: id, row: undefined };
  return {
    key: id,
    row: {
      id,
      name,
      version,
      // GitLab before 13.7 names none, and shows what is to be seen only.
      status: typeof status === 'string' ? status : 'default',
      tellsStatus: typeof status === 'string',
      createdAt: textOf(row.created_at) ?? '',
      lastDownloadedAt: textOf(row.last_downloaded_at),
      webPath: textOf(links.web_path),
      tellsDownloads: 'last_downloaded_at' in row,
      pipeline: pipelineOf(row.pipeline),
      deletable: textOf(links.delete_api_path) !== undefined,
    },
  };
}

/** A pipeline without a status is one that nobody knows the end of. */
function pipelineOf(value: unknown): PipelineRow | undefined {
  const { id, status, created_at: created, updated_at: updated } = fieldsOf(value);
  const known = idOf(id);
  if (known === undefined) return undefined;
  return { id: known, status: textOf(status) ?? '', changedAt: textOf(updated) ?? textOf(created) ?? '' };
}

/** A file's row, or undefined if it is not one: the answer to an upload may be another thing. */
export function fileRowOf(item: unknown): FileRow | undefined {
  const row = fieldsOf(item);
  const [id, packageId, storedName] = [idOf(row.id), idOf(row.package_id), textOf(row.file_name)];
  const { size, file_sha256: sha256 } = row;
  if (id === undefined || packageId === undefined || storedName === undefined) return undefined;
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) return undefined;
  const name = decoded(storedName);
  return {
    id,
    packageId,
    name: name ?? storedName,
    storedName,
    decodes: name !== undefined,
    size,
    sha256: typeof sha256 === 'string' && isSha256(sha256) ? sha256.toLowerCase() : undefined,
    createdAt: textOf(row.created_at) ?? '',
  };
}

/** As `fileRowOf`, but in a list every row has to be one. Fails with `protocol`. */
export function listedFileRowOf(item: unknown): FileRow {
  const row = fileRowOf(item);
  if (row === undefined) throw unreadable('a file of a package', item);
  return row;
}

/** The row that GitLab serves for each name: of several the one with the highest id. */
export function newestByName(rows: readonly FileRow[]): Map<string, FileRow> {
  const newest = new Map<string, FileRow>();
  for (const row of rows) {
    const known = newest.get(row.name);
    if (known === undefined || known.id < row.id) newest.set(row.name, row);
  }
  return newest;
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}
