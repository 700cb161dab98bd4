/** Where a list output is kept whole when the run is over, for hosts without a folder of their own. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './host.ts';

/** Writes into a new folder below `temp` that only this user may enter: several runs may end at once. Returns the file's path. */
export async function storeListIn(temp: string, { command }: Job, output: string, json: string): Promise<string> {
  const path = join(await mkdtemp(join(temp, 'generic-packages-')), `${command.name}-${output}.json`);
  await writeFile(path, json);
  return path;
}
