/** Patterns over names, in the syntax of `@actions/glob`: reading the lines, last match wins. */

import { compileSegment, literalSegment } from './segment.ts';
import { acceptsFile, nextState, startState, type State, type Step, type StepPattern } from './states.ts';
import { harmless, quoted } from '../text.ts';

const PATTERN_CHARACTERS = 1024;

export interface Pattern extends StepPattern {
  /** The line as typed, blanks around it taken off. */
  text: string;
  /** It takes names out instead of adding them. */
  negate: boolean;
}

export interface PatternOptions {
  /** On `win32` a backslash is a separator and case does not count. */
  os: NodeJS.Platform;
  /** An absolute path: absolute patterns inside it are allowed. Without it, none is. */
  directory?: string;
  /**
   * Whether a file or folder of this very name is there, relative to the directory: the beginning of a pattern
   * that is one, letter by letter, means it (`app/[id]/**`).
   */
  isThere?: (name: string) => boolean;
}

export interface PatternList {
  /** In the order given: the last pattern that matches a name decides. */
  patterns: Pattern[];
  /** One sentence for each line that is no pattern. */
  problems: string[];
}

/**
 * Reads pattern lines: blank lines and lines starting with `#` are passed over, `!` excludes
 * (doubled, it does not), blanks around a line do not count. `~`, braces and `+(…)` are ordinary
 * characters, as is a leading dot in a name.
 */
export function parsePatterns(lines: readonly string[], options: PatternOptions): PatternList {
  const list: PatternList = { patterns: [], problems: [] };
  for (const line of lines.flatMap((text) => text.split(/\r\n|\n|\r/))) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const read = readPattern(text, options);
    if (typeof read === 'string') list.problems.push(`${quoted(text)} ${read}`);
    else list.patterns.push(read);
  }
  return list;
}

/**
 * Patterns over the names in a package, which are the same on every system: `/` divides, case counts, and
 * no pattern is absolute.
 */
export function parseNamePatterns(lines: readonly string[]): PatternList {
  return parsePatterns(lines, { os: 'linux' });
}

export interface NameSelection {
  /** The names that are selected, in the order given. */
  names: string[];
  /** Lines that select none of them; exclusions are never reported. */
  unmatched: string[];
}

/** Which of these names the patterns select. Names are relative paths with `/`. */
export function selectNames(patterns: readonly Pattern[], names: Iterable<string>): NameSelection {
  const useful = new Set<Pattern>();
  const selected: string[] = [];
  for (const name of names) {
    const segments = name.split('/');
    const hits = patterns.filter((pattern) => matchesName(pattern, segments));
    if (hits.length === 0 || hits.at(-1)?.negate === true) continue;
    selected.push(name);
    for (const hit of hits) useful.add(hit);
  }
  return { names: selected, unmatched: unmatchedPatterns(patterns, useful).map(({ text }) => text) };
}

/** Those that add files but are not among the useful ones. */
export function unmatchedPatterns(patterns: readonly Pattern[], useful: ReadonlySet<Pattern>): Pattern[] {
  return patterns.filter((pattern) => !pattern.negate && !useful.has(pattern));
}

/** The one name that a pattern without wildcard asks for; undefined for any other. */
export function literalName(pattern: Pattern): string | undefined {
  if (pattern.negate || pattern.foldersOnly || pattern.steps.length === 0) return undefined;
  const parts: string[] = [];
  for (const step of pattern.steps) {
    if (step === '**' || step.literal === undefined) return undefined;
    parts.push(step.literal);
  }
  return parts.join('/');
}

/** True for a pattern that can only mean one file or one folder. */
export function isLiteral(pattern: Pattern): boolean {
  return pattern.steps.length > 0 && pattern.steps.every((step) => step !== '**' && step.literal !== undefined);
}

/** The names asked for, when every pattern is a plain name. */
export function literalNames(patterns: readonly Pattern[]): readonly string[] | undefined {
  const names = patterns.map(literalName);
  return names.every((name) => name !== undefined) ? names : undefined;
}

function matchesName(pattern: Pattern, segments: readonly string[]): boolean {
  let state: State = startState(pattern);
  for (const segment of segments) {
    state = nextState(pattern, state, segment, { hidden: true });
    if (state.length === 0) return false;
  }
  return acceptsFile(pattern, state);
}

/** The pattern, or what is wrong with it, to be read after the line. */
function readPattern(text: string, options: PatternOptions): Pattern | string {
  if (text.length > PATTERN_CHARACTERS) return `is longer than ${PATTERN_CHARACTERS} characters`;
  const { negate, body } = takeNegation(text);
  if (body === '') return 'has no pattern after the `!`';
  const windows = options.os === 'win32';
  const path = windows ? body.replaceAll('\\', '/') : body;
  const relative = relativePattern(path, options);
  if (relative === undefined) return outsideProblem(options);
  const steps = readSteps(relative, literalCount(relative, options), windows);
  if (typeof steps === 'string') return steps;
  return { text, negate, foldersOnly: path.endsWith('/'), steps };
}

function takeNegation(text: string): { negate: boolean; body: string } {
  let negate = false;
  let body = text;
  while (body.startsWith('!')) {
    negate = !negate;
    body = body.slice(1).trim();
  }
  return { negate, body };
}

/** How many segments from the first on are names of what is there, wildcards or not. Stars alone are always wild. */
function literalCount(segments: readonly string[], { isThere }: PatternOptions): number {
  if (isThere === undefined || !segments.some(isWild)) return 0;
  for (const [index, segment] of segments.entries()) {
    if (!isWild(segment)) continue;
    if (/^\*+$/.test(segment) || !isThere(segments.slice(0, index + 1).join('/'))) return index;
  }
  return segments.length;
}

/** True where a segment may mean anything but its own letters. */
function isWild(segment: string): boolean {
  return /[*?[\\]/.test(segment);
}

function readSteps(segments: readonly string[], literal: number, nocase: boolean): Step[] | string {
  const steps: Step[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === '**') {
      if (steps.at(-1) !== '**') steps.push('**');
      continue;
    }
    const step = index < literal ? literalSegment(segment, nocase) : compileSegment(segment, nocase);
    if (step.literal === '.' || step.literal === '..')
      return `has a ${quoted(step.literal)} segment. Patterns stay below the folder that they start from`;
    steps.push(step);
  }
  return steps;
}

/** The pattern's segments relative to the root; undefined when it is absolute and not inside. */
function relativePattern(path: string, options: PatternOptions): string[] | undefined {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (!isRooted(path, options.os)) return segments[0] === '.' ? segments.slice(1) : segments;
  if (options.directory === undefined) return undefined;
  const nocase = options.os === 'win32';
  const directory = nocase ? options.directory.replaceAll('\\', '/') : options.directory;
  const root = directory.split('/').filter((segment) => segment !== '');
  // `\dir` and `\\server\share` differ in their slashes only.
  const sameRoot = path.startsWith('//') === directory.startsWith('//') || !nocase;
  const inside = root.every((name, index) => isLiterally(segments[index], name, nocase));
  return sameRoot && inside ? segments.slice(root.length) : undefined;
}

function isRooted(path: string, os: NodeJS.Platform): boolean {
  return path.startsWith('/') || (os === 'win32' && /^[A-Za-z]:/.test(path));
}

function isLiterally(segment: string | undefined, name: string, nocase: boolean): boolean {
  if (segment === undefined || segment === '**') return false;
  const pattern = compileSegment(segment, nocase);
  return pattern.literal !== undefined && pattern.matches(name);
}

function outsideProblem(options: PatternOptions): string {
  return options.directory === undefined
    ? 'is absolute: names in a package are relative'
    : `is absolute and does not start with the directory ${harmless(options.directory)}. ` +
        'Give it relative to `directory`';
}
