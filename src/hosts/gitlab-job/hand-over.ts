/**
 * The file by which one of our GitLab jobs tells another its outputs: its form, written and read
 * strictly.
 */
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../core/errors.ts';
import { OWN_FOLDER } from '../../core/reserved-names.ts';
import type { HandedDown } from '../../spec/context.ts';
import { jobFiles } from '../../spec/job-files.ts';
import { errorCode, errorMessage } from '../system-errors.ts';

/** More than our own outputs ever fill. */
const MAX_BYTES = 1024 * 1024;

export interface HandOver {
  /**
   * `$CI_PIPELINE_ID`; files of another pipeline may lie about, from a cache or a reused checkout.
   */
  readonly pipeline: string;
  readonly verb: string;
  readonly outputs: HandedDown;
}

/** The file's text, which `readHandOver` takes. */
export function handOverText(handOver: HandOver): string {
  return `${JSON.stringify(handOver, null, 2)}\n`;
}

/**
 * What `verb` left in the project's folder, undefined if nothing; a file that is not of that form
 * fails.
 */
export async function readHandOver(
  workspace: string,
  verb: string,
  outputPrefix: string,
): Promise<HandOver | undefined> {
  const path = join(workspace, OWN_FOLDER, jobFiles(verb, outputPrefix).handOver);
  const text = await readSmallFile(workspace, path);
  if (text === undefined) return undefined;
  const handOver = parseHandOver(text);
  if (handOver?.verb === verb) return handOver;
  throw new Failure('local-file', `${path} is not what a ${verb} job hands on`, {
    hint: 'Remove the file, or let the job that comes before write it anew.',
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
      hint: 'Check the permissions of the file, or let the job that comes before write it anew.',
      cause,
    });
  }
  throw new Failure('local-file', `${path} is no regular file of at most 1 MiB`, {
    hint: `Remove ${OWN_FOLDER} from the repository: it belongs to this program.`,
  });
}

function parseHandOver(text: string): HandOver | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed)) return undefined;
  const { pipeline, verb, outputs } = parsed;
  if (typeof pipeline !== 'string' || typeof verb !== 'string' || !isRecord(outputs)) return undefined;
  // Without a prototype, so that no name means anything but what the file says.
  const values = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(outputs)) {
    if (typeof value !== 'string') return undefined;
    values[name] = value;
  }
  return { pipeline, verb, outputs: values };
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
