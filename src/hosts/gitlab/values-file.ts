/** The file in which one of our GitLab jobs passes its outputs to another: its form, written and read strictly. */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { OWN_FOLDER } from '../../core/names/reserved-names.ts';
import type { PipelineValues } from '../../definitions/context.ts';
import { jobFiles } from '../../definitions/job-files.ts';
import { errorCode, errorMessage } from '../system-errors.ts';

/** More than our own outputs ever fill. */
const MAX_BYTES = 1024 * 1024;

export interface ValuesFile {
  /** `$CI_PIPELINE_ID`; a cache or a reused checkout may bring files of another pipeline. */
  readonly pipeline: string;
  readonly command: string;
  readonly outputs: PipelineValues;
}

/** The file's text, which `readValuesFile` takes. */
export function valuesText(values: ValuesFile): string {
  return `${JSON.stringify(values, null, 2)}\n`;
}

/**
 * What `command` left in the project's folder, undefined if nothing; a file that is not of that form
 * fails.
 */
export async function readValuesFile(
  workspace: string,
  command: string,
  outputPrefix: string,
): Promise<ValuesFile | undefined> {
  const path = join(workspace, OWN_FOLDER, jobFiles(command, outputPrefix).values);
  const text = await readSmallFile(workspace, path);
  if (text === undefined) return undefined;
  const values = parseValuesFile(text);
  if (values?.command === command) return values;
  throw new Failure('local-file', `${path} is not a file that a ${command} job wrote`, {
    hint: 'Delete the file, or run the job that writes it again.',
  });
}

async function readSmallFile(workspace: string, path: string): Promise<string | undefined> {
  try {
    const folder = await lstat(join(workspace, OWN_FOLDER));
    const file = await lstat(path);
    if (folder.isDirectory() && file.isFile() && file.size <= MAX_BYTES) return await readFile(path, 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new Failure('local-file', `${path} cannot be read: ${errorMessage(cause)}`, {
      hint: 'Check the permissions of the file, or run the job that writes it again.',
      cause,
    });
  }
  throw new Failure('local-file', `${path} is not a regular file of at most 1 MiB`, {
    hint: `Remove ${OWN_FOLDER} from the repository: the folder belongs to this program.`,
  });
}

function parseValuesFile(text: string): ValuesFile | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed)) return undefined;
  const { pipeline, command, outputs } = parsed;
  if (typeof pipeline !== 'string' || typeof command !== 'string' || !isRecord(outputs)) return undefined;
  // Without a prototype, so that no name has a meaning that the file did not give it.
  const values = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value !== 'string') return undefined;
    values[name] = value;
  }
  return { pipeline, command, outputs: values };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Told to the user as a file that is not of our form.
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
