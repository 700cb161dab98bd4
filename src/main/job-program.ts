/**
 * What the script of a GitLab job leaves to the program that it has fetched: which command to run, clearing away the
 * program's own file, and for `setup` a command `generic-packages` in a folder for PATH. No network, no command.
 */
import { chmodSync, mkdtempSync, renameSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** The word in a command's place that installs the program. */
const SETUP = 'setup';
const FOLDER = 'generic-packages-';
const FILE = 'program.mjs';
/** What the script read, and no command does. */
const SPENT = ['PROGRAM', 'PROGRAM_PROJECT', 'PROGRAM_SHA256'].map((name) => `GENERIC_PACKAGES_INPUT_${name}`);

export interface JobProcess {
  readonly argv: readonly string[];
  /** What the script set is taken out of it. */
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  /** Folder for temporary files. */
  readonly temp: string;
}

/** The arguments that count; or, after `setup`, what goes to standard output, and nothing else is to be done. */
export type JobStart = { readonly argv: readonly string[] } | { readonly output: string };

/** Of a process that no such script has started nothing changes. */
export function startOfJob({ argv, env, cwd, temp }: JobProcess): JobStart {
  const { GENERIC_PACKAGES_PROGRAM_FILE: file, GENERIC_PACKAGES_COMMAND: command = '' } = env;
  if (file === undefined || !isOfScript(file)) return { argv };
  for (const name of [...SPENT, 'GENERIC_PACKAGES_PROGRAM_FILE']) Reflect.deleteProperty(env, name);
  if (command === SETUP) return { output: `${install(file, cwd, temp)}\n` };
  remove(file);
  return { argv: [command] };
}

function isOfScript(file: string): boolean {
  return basename(file) === FILE && basename(dirname(file)).startsWith(FOLDER);
}

/** The process has read it. Left in the project, it could be published. */
function remove(file: string): void {
  unlinkSync(file);
  rmdirSync(dirname(file));
}

/** Returns the folder with the command; outside of the project, where nothing is published from. */
function install(file: string, project: string, temp: string): string {
  const isOutside = relative(project, temp).startsWith('..');
  const folder = isOutside ? dirname(file) : mkdtempSync(join(dirname(project), FOLDER));
  const place = join(folder, FILE);
  if (!isOutside) {
    renameSync(file, place);
    rmdirSync(dirname(file));
  }
  const lines = ['#!/bin/sh', `unset ${[...SPENT, 'GENERIC_PACKAGES_COMMAND'].join(' ')}`, `exec node "${place}" "$@"`];
  const shim = join(folder, 'generic-packages');
  writeFileSync(shim, `${lines.join('\n')}\n`, { flag: 'wx' });
  chmodSync(shim, 0o700);
  return folder;
}
