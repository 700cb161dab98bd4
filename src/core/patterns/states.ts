/** Follows a pattern down a path, segment by segment: what matches here, and what still may below. */

import type { SegmentPattern } from './segment.ts';

/** A segment of a pattern, or `**`: any number of segments. */
export type Step = SegmentPattern | '**';

export interface StepPattern {
  steps: readonly Step[];
  /** It ends with a slash: only a folder matches, and with it what is below. */
  foldersOnly: boolean;
}

/**
 * The places in the pattern that a path may have come to, each once. Place `steps.length`
 * is "matched exactly here", the one after it "below something that matched". Empty: no path
 * that goes on from here can match.
 */
export type State = readonly number[];

/** `hidden: false`: names with a leading dot match only segments that start with a dot themselves. */
export interface Visibility {
  hidden: boolean;
}

/** The state at the root, before the first segment. */
export function startState(pattern: StepPattern): State {
  return pattern.steps[0] === '**' ? [0, 1] : [0];
}

/** The state one segment further down. */
export function nextState(pattern: StepPattern, state: State, segment: string, visibility: Visibility): State {
  const last = pattern.steps.length;
  const obscured = !visibility.hidden && segment.startsWith('.');
  const next: number[] = [];
  for (const place of state) {
    const step = pattern.steps[place];
    if (step === undefined) {
      if (!obscured && takesBelow(pattern)) add(last + 1, next);
    } else if (step === '**') {
      if (!obscured) enter(pattern, place, next);
    } else if ((!obscured || step.namesDot) && step.matches(segment)) {
      enter(pattern, place + 1, next);
    }
  }
  return next;
}

/** True if a file at this place matches. */
export function acceptsFile(pattern: StepPattern, state: State): boolean {
  const last = pattern.steps.length;
  return state.includes(last + 1) || (!pattern.foldersOnly && state.includes(last));
}

/** True if everything below this place matches, hidden names aside. */
export function acceptsAllBelow(pattern: StepPattern, state: State): boolean {
  const last = pattern.steps.length;
  if (takesBelow(pattern)) return state.includes(last) || state.includes(last + 1);
  return state.includes(last - 1);
}

/** True if something below this place may still match. */
export function mayMatchBelow(pattern: StepPattern, state: State): boolean {
  return state.some((place) => place !== pattern.steps.length || takesBelow(pattern));
}

/**
 * What a pattern matches takes all below it along (`dir` means the whole folder). Not so behind a
 * `**` at the end, which is all of that already.
 */
function takesBelow(pattern: StepPattern): boolean {
  return pattern.foldersOnly || pattern.steps.at(-1) !== '**';
}

/** `**` may also stand for nothing, so whoever is before it is behind it too. */
function enter(pattern: StepPattern, place: number, into: number[]): void {
  add(place, into);
  if (pattern.steps[place] === '**') add(place + 1, into);
}

function add(place: number, into: number[]): void {
  if (!into.includes(place)) into.push(place);
}
