/** Makes names last: a folder's entries reach the disk by a sync of the folder itself. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Syncs what was made, renamed or removed in a folder. Windows syncs no folders, and journals names itself. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!['EISDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** The same for a folder and the folders that were made on the way to it, the first of them being `made`. */
export async function syncWay(folder: string, made: string | undefined): Promise<void> {
  await syncFolder(folder);
  if (made === undefined || !folder.startsWith(made)) return;
  for (let above = dirname(folder); above.length >= dirname(made).length; above = dirname(above)) {
    await syncFolder(above);
    if (above === dirname(above)) return;
  }
}
