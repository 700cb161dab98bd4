/**
 * The script that a GitLab job starts with: fetches the command line, checks it, runs those bytes. It is the first
 * thing that users and reviewers of a template read, so it is readable code: fetch-program.js, as it stands there.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Release } from './release.ts';

/** In quotes of the shell, sh's and PowerShell's alike: no quote, dollar or backslash may stand in it. */
const ENDS_A_QUOTE = /['"$\\\r]/;
const MOST_LINES = 60;
const MOST_CHARACTERS = 5000;

/** The script of a component's job. Which command it runs says the job's variable GENERIC_PACKAGES_COMMAND. */
export function jobScript(release: Release): string {
  return withinLimits(`${comment(release)}\n${nodeCommand(release)}`);
}

/** The same for `setup`, where the program prints the folder that has the command `generic-packages`. */
export function setupScript(release: Release): string {
  // In a plain assignment a failure ends the job; inside `export X=$(…)` it would go unnoticed.
  return withinLimits(`${comment(release)}\nGENERIC_PACKAGES_BIN=$(${nodeCommand(release)})`);
}

/** All of the script that GitLab shows in a job's log. */
function comment({ version }: Release): string {
  return `# generic-packages ${version}: fetches its one file, checks the SHA-256 below, runs it`;
}

function nodeCommand(release: Release): string {
  const source = readFileSync(join(import.meta.dirname, 'fetch-program.js'), 'utf8').trimEnd();
  const code = source.replace(/\{\{(\w+)\}\}/g, (_match, name: string) => release[name as keyof Release]);
  if (ENDS_A_QUOTE.test(code)) throw new Error('fetch-program.js may hold no quote, dollar or backslash');
  return `node -e '\n${code}'`;
}

function withinLimits(script: string): string {
  const lines = script.split('\n').length;
  if (lines <= MOST_LINES + 1 && script.length <= MOST_CHARACTERS) return script;
  throw new Error(`The script of a job has ${lines} lines and ${script.length} characters: nobody would read it`);
}
