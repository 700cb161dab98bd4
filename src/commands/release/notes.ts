/** The text of a release: as it is given, or from a file of the workspace. */
import { open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatBytes } from '../../core/format.ts';
import { followLink, isInside, leadsIntoReserved } from '../../core/links.ts';
import type { Context } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import { quoted } from '../../core/text.ts';
import type { Finding } from '../shared/findings.ts';

const MOST_BYTES = 1024 * 1024;
/** Of the whole text; GitLab would say so only after it has made the tag. */
const MOST_CHARACTERS = 1_000_000;

export interface NotesInputs {
  readonly description: string | undefined;
  readonly 'description-file': string | undefined;
}

/** Undefined: no text is given. */
export async function findNotes(inputs: NotesInputs, context: Context): Promise<Finding<string | undefined>> {
  const { description, 'description-file': file } = inputs;
  if (file !== undefined && description !== undefined) return wrong('cannot be given together with `description`');
  const found: Finding<string | undefined> =
    file === undefined ? { value: description } : await readNotes(file, context);
  if ('problem' in found || !isTooLong(found.value)) return found;
  return {
    problem: {
      input: notesInput(inputs),
      problem: `is longer than the ${MOST_CHARACTERS} characters that GitLab takes as the text of a release`,
    },
  };
}

/** The input that the text comes from. */
export function notesInput(inputs: NotesInputs): keyof NotesInputs {
  return inputs['description-file'] === undefined ? 'description' : 'description-file';
}

/** Characters as GitLab counts them; no text has more of those than of code units. */
function isTooLong(text = ''): boolean {
  return text.length > MOST_CHARACTERS && Array.from(text).length > MOST_CHARACTERS;
}

async function readNotes(file: string, context: Context): Promise<Finding<string | undefined>> {
  const path = resolve(context.cwd, file);
  try {
    const target = await followLink(path);
    if (target === undefined) return wrong(`${quoted(path)} does not exist`);
    const workspace = await realpath(context.workspace);
    // What a release says is public where the project is: nothing from elsewhere, and no token from .git.
    if (!isInside(workspace, target.real))
      return wrong(`${quoted(path)} lies outside the workspace ${quoted(context.workspace)}`);
    if (leadsIntoReserved(workspace, target.real))
      return wrong(`${quoted(path)} lies in a folder that is never published`);
    if (!target.stats.isFile()) return wrong(`${quoted(path)} is not a regular file`);
    return textOf(await firstBytes(target.real), path);
  } catch (error) {
    return wrong(`${quoted(path)} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
}

/** One byte more than allowed, so that a file that grows is seen too. */
async function firstBytes(path: string): Promise<Buffer> {
  const handle = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(MOST_BYTES + 1);
    let filled = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, filled);
      filled += bytesRead;
      if (bytesRead === 0 || filled === buffer.length) return buffer.subarray(0, filled);
    }
  } finally {
    await handle.close();
  }
}

function textOf(bytes: Buffer, path: string): Finding<string | undefined> {
  if (bytes.length > MOST_BYTES) return wrong(`${quoted(path)} is larger than ${formatBytes(MOST_BYTES)}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wrong(`${quoted(path)} is not UTF-8`);
  }
  if (text.includes('\0')) return wrong(`${quoted(path)} is not text: it has a zero byte`);
  return { value: text.trim() === '' ? undefined : text };
}

function wrong(problem: string): { readonly problem: Problem } {
  return { problem: { input: 'description-file', problem } };
}
