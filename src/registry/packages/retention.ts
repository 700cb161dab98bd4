/** The cleanup policy for duplicated package files: of one name in one package only the newest stay. */
import type { Instance } from '../wire/call.ts';
import type { FileRow } from '../storage/store.ts';

/** After an upload: the same name in the same package. */
export async function dropSurplus(
  instance: Pick<Instance, 'settings' | 'store' | 'blobs'>,
  file: FileRow,
): Promise<void> {
  const keep = instance.settings.keepDuplicates;
  if (keep !== undefined) await dropFiles(instance, instance.store.surplus(file.package_id, file.file_name, keep));
}

/** At start: everything. */
export async function dropAllSurplus(instance: Pick<Instance, 'settings' | 'store' | 'blobs'>): Promise<void> {
  const keep = instance.settings.keepDuplicates;
  if (keep !== undefined) await dropFiles(instance, instance.store.allSurplus(keep));
}

async function dropFiles(
  { store, blobs }: Pick<Instance, 'store' | 'blobs'>,
  files: readonly FileRow[],
): Promise<void> {
  if (files.length === 0) return;
  store.transaction(() => {
    for (const file of files) store.removeFile(file.id);
  });
  await blobs.remove(files.map((file) => file.blob));
}
