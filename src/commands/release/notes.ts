/** The text of a release: as it is given, from a file of the workspace, or a version's section of a changelog. */
import { open, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatBytes } from '../../core/format.ts';
import { followLink, isInside, leadsIntoReserved } from '../../core/links.ts';
import type { Context } from '../../definitions/context.ts';
import { quoted } from '../../core/text.ts';
import type { Finding } from '../shared/findings.ts';
import { findSection } from './changelog.ts';

const MOST_BYTES = 1024 * 1024;
/** Of the whole text; GitLab would say so only after it has made the tag. */
const MOST_CHARACTERS = 1_000_000;

const MOST_HEADINGS = 10;

export interface NotesInputs {
  readonly description: string | undefined;
  readonly 'description-file': string | undefined;
  readonly changelog: string | undefined;
}

/** Undefined: no text is given. `version`: whose section counts; undefined where another input is wrong. */
export async function findNotes(
  inputs: NotesInputs,
  version: string | undefined,
  context: Context,
): Promise<Finding<string | undefined>> {
  const input = notesInput(inputs);
  const others = (['description', 'description-file', 'changelog'] as const).filter(
    (name) => name !== input && inputs[name] !== undefined,
  );
  if (others.length > 0) {
    const names = others.map((name) => quoted(name)).join(' and ');
    return { problem: { input, problem: `cannot be given together with ${names}` } };
  }
  const found = await readNotes(inputs, version, context);
  if ('problem' in found || !isTooLong(found.value)) return found;
  return {
    problem: {
      input,
      problem: `is longer than the ${MOST_CHARACTERS} characters that GitLab takes as the text of a release`,
    },
  };
}

/** The input that the text comes from. */
export function notesInput(inputs: NotesInputs): keyof NotesInputs {
  if (inputs.changelog !== undefined) return 'changelog';
  return inputs['description-file'] === undefined ? 'description' : 'description-file';
}

async function readNotes(
  inputs: NotesInputs,
  version: string | undefined,
  context: Context,
): Promise<Finding<string | undefined>> {
  const input = notesInput(inputs);
  const file = inputs[input];
  if (input === 'description' || file === undefined) return { value: inputs.description };
  const found = await readText(file, context);
  if ('problem' in found) return { problem: { input, problem: found.problem } };
  if (input === 'description-file' || version === undefined) return { value: textOrNone(found.value) };
  const section = findSection(found.value, version);
  if ('text' in section) return { value: textOrNone(section.text) };
  return { problem: { input, problem: noSection(file, version, section.headings) } };
}

function noSection(file: string, version: string, headings: readonly string[]): string {
  const left = headings.length - MOST_HEADINGS;
  const shown = headings.slice(0, MOST_HEADINGS).map((heading) => quoted(heading));
  const there =
    headings.length === 0 ? 'It has no headings' : `It has ${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  return (
    `${quoted(file)} has no section of ${quoted(version)}. ${there}. Add a heading such as ` +
    quoted(`## [${version}] - YYYY-MM-DD`)
  );
}

function textOrNone(text: string): string | undefined {
  return text.trim() === '' ? undefined : text;
}

/** Characters as GitLab counts them; no text has more of those than of code units. */
function isTooLong(text = ''): boolean {
  return text.length > MOST_CHARACTERS && Array.from(text).length > MOST_CHARACTERS;
}

/** A file's text, or what is wrong with it. */
type Reading = { readonly value: string } | { readonly problem: string };

async function readText(file: string, context: Context): Promise<Reading> {
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

function textOf(bytes: Buffer, path: string): Reading {
  if (bytes.length > MOST_BYTES) return wrong(`${quoted(path)} is larger than ${formatBytes(MOST_BYTES)}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return wrong(`${quoted(path)} is not UTF-8`);
  }
  if (text.includes('\0')) return wrong(`${quoted(path)} is not text: it has a zero byte`);
  return { value: text };
}

function wrong(problem: string): { readonly problem: string } {
  return { problem };
}
