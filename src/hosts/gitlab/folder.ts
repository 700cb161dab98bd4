/** Safe writing into the folder `.generic-packages` of a GitLab job. What is in the files is decided elsewhere. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { OWN_FOLDER } from '../../core/names/reserved-names.ts';
import { jobFiles } from '../../definitions/job-files.ts';
import { keptOutputs } from '../../definitions/outputs.ts';
import type { CommandRun } from '../host.ts';
import { errorMessage } from '../system-errors.ts';

/** Every file that a job may leave, so that a run can begin without those of an earlier one. */
export function everyJobFile({ command, outputPrefix }: CommandRun): readonly string[] {
  const files = jobFiles(command.name, outputPrefix);
  const kept = keptOutputs(command.outputs).map(({ fileName }) => files.output(fileName));
  return [files.values, files.dotenv, files.result, files.annotations, ...kept];
}

/**
 * The folder's absolute path, made if it is missing. A repository may hold a link of that name,
 * which would lead our files anywhere: it is refused.
 */
export async function openFolder(workspace: string): Promise<string> {
  const folder = join(workspace, OWN_FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    if ((await lstat(folder)).isDirectory()) return folder;
  } catch (cause) {
    throw unusable(`${folder} cannot be used`, cause);
  }
  throw new Failure('local-file', `${folder} is a link: nothing is written through a link`, {
    hint: `Remove ${OWN_FOLDER} from the repository: the folder belongs to this program.`,
  });
}

/** Writes a file in one step: what reads it sees the old content or the new, never a part. */
export async function writeWhole(folder: string, name: string, content: string): Promise<void> {
  const path = join(folder, name);
  const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, content, { flag: 'wx' });
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw unusable(`${path} cannot be written`, cause);
  }
}

/** Removes files by name; those that are not there are ignored. */
export async function removeFiles(folder: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    try {
      await rm(join(folder, name), { force: true });
    } catch (cause) {
      throw unusable(`${join(folder, name)} cannot be replaced`, cause);
    }
  }
}

function unusable(what: string, cause: unknown): Failure {
  return new Failure('local-file', `${what}: ${errorMessage(cause)}`, {
    hint: `Check the permissions of ${OWN_FOLDER} in the project's folder, and that the disk has room.`,
    cause,
  });
}
