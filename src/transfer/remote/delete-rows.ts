/** Deletes what a rewritten version no longer has: rows of other names, and older rows behind the served ones. */
import { findPackages, deleteFile, newestByName, packageFiles } from '../../gitlab/api/packages.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import { mayList, type VersionRef } from './stored-version.ts';
import type { FileRow } from '../../gitlab/types.ts';

export interface Swept {
  /** Names of the deleted rows, one for each. */
  readonly deleted: readonly string[];
  /** Rows that the token may not delete; they stay behind the newer ones. */
  readonly left: number;
}

/** `keeps`: the names of the new manifest's files, and its own. */
export async function sweepVersion(
  ref: VersionRef,
  keeps: (name: string) => boolean,
  signal: AbortSignal,
): Promise<Swept> {
  if (!mayList(ref.client)) return { deleted: [], left: 0 };
  const { client, project, name, version } = ref;
  const [row] = await findPackages(client, project, { name, version });
  if (row === undefined) return { deleted: [], left: 0 };
  const surplus = surplusRows(await packageFiles(client, project, row.id), keeps);
  const names = surplus.map((file) => file.name);
  for (const [index, file] of surplus.entries()) {
    signal.throwIfAborted();
    try {
      await deleteFile(client, project, row.id, file.id);
    } catch (error) {
      if (hasStatus(error, 403)) return { deleted: names.slice(0, index), left: surplus.length - index };
      throw error;
    }
  }
  return { deleted: names, left: 0 };
}

/** Everything but the served row of each name to keep. */
export function surplusRows(rows: readonly FileRow[], keeps: (name: string) => boolean): readonly FileRow[] {
  const served = new Set([...newestByName(rows).values()].map(({ id }) => id));
  return rows.filter((row) => !keeps(row.name) || !served.has(row.id));
}
