/** What patterns say about a file or a folder on the way down a tree. Pure; the walk is walk.ts. */

import type { Pattern } from '../patterns/patterns.ts';
import { acceptsAllBelow, acceptsFile, mayMatchBelow, nextState, startState, type State } from '../patterns/states.ts';

export interface SelectionRules {
  patterns: readonly Pattern[];
  /** Names with a leading dot are taken like any others. */
  includeHidden: boolean;
}

/**
 * Where every pattern stands at one place of the tree, once with the consent that hidden names
 * need and once as if none were hidden: the difference is what is left out for being hidden.
 */
export interface Standing {
  consented: readonly State[];
  all: readonly State[];
}

/** What becomes of a thing at a place: taken, left out only because it is hidden, or not meant. */
export type Verdict = 'taken' | 'hidden' | 'unmeant';

/** Where the patterns stand before the first segment. */
export function rootStanding({ patterns }: SelectionRules): Standing {
  const states = patterns.map(startState);
  return { consented: states, all: states };
}

/**
 * Where they stand one segment further down. The same object twice where consent makes no difference, which saves the
 * second look.
 */
export function standingBelow(rules: SelectionRules, standing: Standing, segment: string): Standing {
  const step = (states: readonly State[], seeAll: boolean): State[] =>
    rules.patterns.map((pattern, index) =>
      // What is excluded is excluded, hidden or not.
      nextState(pattern, states[index] ?? [], segment, { hidden: seeAll || pattern.negate }),
    );
  const all = step(standing.all, true);
  const same = rules.includeHidden || (standing.consented === standing.all && !segment.startsWith('.'));
  return { all, consented: same ? all : step(standing.consented, false) };
}

/** Whether a file at this place is taken: the last pattern that matches decides. */
export function fileVerdict(rules: SelectionRules, standing: Standing): Verdict {
  if (lastMatchAdds(rules, standing.consented)) return 'taken';
  return standing.consented !== standing.all && lastMatchAdds(rules, standing.all) ? 'hidden' : 'unmeant';
}

/** Whether a folder is to be entered: `taken` where something below it may be. */
export function folderVerdict(rules: SelectionRules, standing: Standing): Verdict {
  if (mayAddBelow(rules, standing.consented)) return 'taken';
  return standing.consented !== standing.all && mayAddBelow(rules, standing.all) ? 'hidden' : 'unmeant';
}

/** The patterns that add the file at this place. */
export function addingPatterns(rules: SelectionRules, standing: Standing): Pattern[] {
  return rules.patterns.filter(
    (pattern, index) => !pattern.negate && acceptsFile(pattern, standing.consented[index] ?? []),
  );
}

function lastMatchAdds({ patterns }: SelectionRules, states: readonly State[]): boolean {
  const last = patterns.findLast((pattern, index) => acceptsFile(pattern, states[index] ?? []));
  return last !== undefined && !last.negate;
}

/** False as well when a later exclusion takes out all that an earlier pattern might add. */
function mayAddBelow({ patterns }: SelectionRules, states: readonly State[]): boolean {
  const decisive = patterns.findLast((pattern, index) => {
    const state = states[index] ?? [];
    return pattern.negate ? acceptsAllBelow(pattern, state) : mayMatchBelow(pattern, state);
  });
  return decisive !== undefined && !decisive.negate;
}
