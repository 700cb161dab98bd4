/** The input `log-file` of every command, and where its file lies. The line itself is written in hosts/run-log.ts. */
import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isInside } from '../../core/links.ts';
import type { Context } from '../../definitions/context.ts';
import { path } from '../../definitions/inputs.ts';

const DESCRIPTION =
  'File to append one line of JSON to for this run, also for one that fails: who did what, when, and with ' +
  'which files. Relative to the working directory; its folder must exist.';

/** Of commands that talk to GitLab: set once for all of them as `GENERIC_PACKAGES_LOG_FILE`. */
export const connectionLogFile = path({ connection: true, description: DESCRIPTION });

/** Of the others. */
export const logFile = path({ description: DESCRIPTION });

interface LogFileInput {
  readonly 'log-file': string | undefined;
}

interface SelectedFile {
  readonly path: string;
  readonly size: number;
}

/** The file's name below `directory`, with `/`; undefined where it is elsewhere, and without one. */
export async function logFileName(
  inputs: LogFileInput,
  directory: string,
  { cwd }: Pick<Context, 'cwd'>,
): Promise<string | undefined> {
  if (inputs['log-file'] === undefined) return undefined;
  const file = resolve(cwd, inputs['log-file']);
  const [folder, root] = await Promise.all([resolved(dirname(file)), resolved(directory)]);
  const place = join(folder, basename(file));
  return isInside(root, place) ? relative(root, place).split(sep).join('/') : undefined;
}

/**
 * The files to publish without the one that `log-file` names, whatever links lead to it: it is never part of a version,
 * whose content would else change with each run.
 */
export async function withoutLogFile<F extends SelectedFile>(
  files: readonly F[],
  inputs: LogFileInput,
  { cwd }: Pick<Context, 'cwd'>,
): Promise<readonly F[]> {
  if (inputs['log-file'] === undefined) return files;
  const log = resolve(cwd, inputs['log-file']);
  const held = await stat(log, { bigint: true }).catch(() => undefined);
  if (held === undefined) return files;
  const kept: F[] = [];
  for (const file of files) {
    // Another run may have added its line since the files were selected.
    const mayBe = file.size === Number(held.size) || basename(file.path) === basename(log);
    const own = mayBe ? await stat(file.path, { bigint: true }).catch(() => undefined) : undefined;
    if (own?.dev !== held.dev || own.ino !== held.ino) kept.push(file);
  }
  return kept;
}

function resolved(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}
