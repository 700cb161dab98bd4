/** Deletes rows of a visible version: what a rewritten version no longer has, or what is about to be sent anew. */
import { deleteFile, newestByName, packageFiles } from '../../gitlab/api/packages.ts';
import { hasStatus } from '../../gitlab/failures/request-failure.ts';
import type { VersionRef } from './stored-version.ts';
import { findVersionRow } from './version-row.ts';
import type { FileRow } from '../../gitlab/types.ts';

export interface DeletedRows {
  /** Names of the deleted rows, one for each. */
  readonly deleted: readonly string[];
  /** Rows that stay, for this token or this GitLab may not delete them. */
  readonly left: readonly string[];
}

export interface DeleteRules {
  readonly signal: AbortSignal;
  /** Told at once: a later row may fail. */
  readonly onDeleted: (row: FileRow) => void;
}

/** Everything but the served row of each name that `keeps` takes. */
export function surplusRows(rows: readonly FileRow[], keeps: (name: string) => boolean): readonly FileRow[] {
  const served = new Set([...newestByName(rows).values()].map(({ id }) => id));
  return rows.filter((row) => !keeps(row.name) || !served.has(row.id));
}

/** Deletes the rows that `choose` picks; none where no list shows the version. */
export async function deleteRows(
  ref: VersionRef,
  choose: (rows: readonly FileRow[]) => readonly FileRow[],
  { signal, onDeleted }: DeleteRules,
): Promise<DeletedRows> {
  const { client, project } = ref;
  const row = await findVersionRow(ref);
  if (row === undefined) return { deleted: [], left: [] };
  const chosen = choose(await packageFiles(client, project, row.id));
  let missing = 0;
  for (const [index, file] of chosen.entries()) {
    signal.throwIfAborted();
    try {
      await deleteFile(client, project, row.id, file.id);
      onDeleted(file);
    } catch (error) {
      if (hasStatus(error, 403)) return outcome(chosen, new Set(chosen.slice(index).map(({ id }) => id)));
      if (!hasStatus(error, 404)) throw error;
      missing += 1;
    }
  }
  // Somebody else deleted it, or this GitLab has no such route: the list tells.
  const still = missing === 0 ? [] : await packageFiles(client, project, row.id);
  return outcome(chosen, new Set(still.map(({ id }) => id)));
}

function outcome(chosen: readonly FileRow[], still: ReadonlySet<number>): DeletedRows {
  return {
    deleted: chosen.filter(({ id }) => !still.has(id)).map((file) => file.name),
    left: chosen.filter(({ id }) => still.has(id)).map((file) => file.name),
  };
}
