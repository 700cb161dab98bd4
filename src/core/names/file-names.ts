/** The rule for names of files in a package: one decision for both directions and all systems. */

export { packageNameProblem, packageVersionProblem } from './package-names.ts';
import { isReservedSegment } from './reserved-names.ts';
import { foldName, windowsSegmentProblem } from './system-names.ts';
import { quoted } from '../text.ts';

export interface NameProblem {
  name: string;
  /** What is wrong, to be read after the name: `has an empty segment`. */
  problem: string;
}

export interface NameRules {
  /** The system whose file system the names come from or go to. */
  os: NodeJS.Platform;
  /** `publish` adds what the newest GitLab refuses. */
  direction: 'publish' | 'download';
}

const SEGMENT_BYTES = 255;
const NAME_CHARACTERS = 1024;
/** So much of another name is shown. */
const SHOWN_CHARACTERS = 200;

/** What GitLab 18.5 and newer take as the last segment; directory segments it does not look at. */
const GITLAB_FILE_NAME = /^(?![~@])[A-Za-z0-9._+~@-]+(?<![~@])$/;
const CONTROL = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Every name that may not be in a package, with the reason: at most one for each name, in the
 * order given. A name that is given twice counts once. An empty list means that all are fine.
 */
export function nameProblems(names: Iterable<string>, rules: NameRules): NameProblem[] {
  const all = new Set(names);
  // Only what is wrong is kept: there may be 200,000 names.
  const problems = new Map<string, string>();
  for (const name of all) {
    const problem = problemOf(name, rules);
    if (problem !== undefined) problems.set(name, problem);
  }
  const sound = [...all].filter((name) => !problems.has(name));
  for (const { name, problem } of collisions(sound, rules.os)) problems.set(name, problem);
  if (problems.size === 0) return [];
  return [...all].flatMap((name) => {
    const problem = problems.get(name);
    return problem === undefined ? [] : [{ name, problem }];
  });
}

/**
 * The same for names that this system takes: those that Windows cannot hold, or not beside each other. Whatever macOS
 * cannot hold is among them.
 */
export function foreignSystemProblems(names: Iterable<string>): NameProblem[] {
  return nameProblems(names, { os: 'win32', direction: 'download' });
}

function problemOf(name: string, rules: NameRules): string | undefined {
  return shapeProblem(name) ?? decodingProblem(name) ?? targetProblem(name, rules.os) ?? gitlabProblem(name, rules);
}

/** What is refused everywhere. */
function shapeProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (isLongerThan(name, NAME_CHARACTERS)) return `is longer than ${NAME_CHARACTERS} characters`;
  if (name.startsWith('/')) return 'is absolute';
  if (name.includes('\\')) return 'has a backslash';
  if (name.includes(':')) return 'has a colon';
  if (CONTROL.test(name)) return 'has a control or format character';
  for (const segment of name.split('/')) {
    const problem = segmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return 'has an empty segment';
  if (segment === '.' || segment === '..') return `has a ${quoted(segment)} segment`;
  // A UTF-16 code unit is three bytes of UTF-8 at most.
  if (segment.length * 3 > SEGMENT_BYTES && Buffer.byteLength(segment) > SEGMENT_BYTES) {
    return `has a segment of more than ${SEGMENT_BYTES} bytes`;
  }
  return isReservedSegment(segment) ? `has a segment ${quoted(segment)}, which is reserved` : undefined;
}

function isLongerThan(text: string, characters: number): boolean {
  return text.length > characters && Array.from(text).length > characters;
}

/**
 * Names with `%`: whoever decodes an address once more on the way must not get another place.
 * So the name decodes, and what comes out is as sound and has as many segments.
 */
function decodingProblem(name: string): string | undefined {
  if (!name.includes('%')) return undefined;
  const decoded = decodeOnce(name);
  if (decoded === undefined) return 'has a `%` that does not decode';
  const sameDepth = decoded.split('/').length === name.split('/').length;
  const problem = sameDepth ? shapeProblem(decoded) : 'has more segments';
  return problem === undefined ? undefined : `has a \`%\`, and decoded once it ${problem}`;
}

function decodeOnce(name: string): string | undefined {
  try {
    return decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

function targetProblem(name: string, os: NodeJS.Platform): string | undefined {
  if (os !== 'win32') return undefined;
  for (const segment of name.split('/')) {
    const problem = windowsSegmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function gitlabProblem(name: string, rules: NameRules): string | undefined {
  if (rules.direction !== 'publish') return undefined;
  const last = name.slice(name.lastIndexOf('/') + 1);
  if (GITLAB_FILE_NAME.test(last)) return undefined;
  return 'is refused by GitLab: a file’s name has letters, digits and . _ - + ~ @ only, and neither ~ nor @ at an end';
}

/**
 * Names that cannot stand side by side. With `/` as the lowest character, the first name below
 * a folder sorts right behind that folder’s own, so neighbours tell it all.
 */
function collisions(names: readonly string[], os: NodeJS.Platform): NameProblem[] {
  const keyed = names.map((name) => ({ name, key: foldName(name, os).replaceAll('/', '\0') }));
  keyed.sort((a, b) => compareTexts(a.key, b.key));
  const found: NameProblem[] = [];
  for (const [index, { name, key }] of keyed.entries()) {
    const next = keyed[index + 1];
    if (next === undefined) break;
    if (next.key === key) {
      const problem =
        `is the same file as ${quoted(name, SHOWN_CHARACTERS)} on ${systemOf(os)}: they differ in case or ` +
        'Unicode form only';
      found.push({ name: next.name, problem });
    } else if (next.key.startsWith(`${key}\0`)) {
      found.push({ name, problem: `is a file, and a folder too: ${quoted(next.name, SHOWN_CHARACTERS)}` });
    }
  }
  return found;
}

function systemOf(os: NodeJS.Platform): string {
  return os === 'win32' ? 'Windows' : 'macOS';
}

/** By code units, as `sort` does without a function. */
function compareTexts(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
