/**
 * Regular expressions in RE2's syntax, matched in time that grows with the text and never faster: all ways through the
 * expression are followed at once. For the duplicates exception, which GitLab gives to RE2 too. How an expression is
 * read: regex-syntax.ts.
 */
import { parseRegex, type RegexNode } from './regex-syntax.ts';

/** Larger ones are refused: a text of 16 KB, the longest that an address can hold, must not keep others waiting. */
const MOST_STEPS = 1_000;

type Step =
  | { readonly op: 'sign'; readonly fits: (sign: string) => boolean }
  | { readonly op: 'split'; readonly to: readonly number[] }
  | { readonly op: 'assert'; readonly holds: (before: string, after: string) => boolean }
  | { readonly op: 'end' };

/** True for a text that the whole of it fits. */
export type Matcher = (text: string) => boolean;

/** Throws a SyntaxError that says what RE2 does not know, or that the expression is too large. */
export function linearMatcher(source: string): Matcher {
  const steps: Step[] = [];
  emit(parseRegex(source), steps);
  steps.push({ op: 'end' });
  return (text) => run(steps, text);
}

function emit(node: RegexNode, steps: Step[]): void {
  if (steps.length > MOST_STEPS) throw new SyntaxError('it is too large');
  switch (node.kind) {
    case 'sign':
      steps.push({ op: 'sign', fits: node.fits });
      return;
    case 'assert':
      steps.push({ op: 'assert', holds: node.holds });
      return;
    case 'sequence':
      for (const each of node.parts) emit(each, steps);
      return;
    case 'choice':
      emitChoice(node.parts, steps);
      return;
    case 'repeat':
      emitRepeat(node, steps);
  }
}

function emitChoice(parts: readonly RegexNode[], steps: Step[]): void {
  const starts: number[] = [];
  const exits: number[][] = [];
  steps.push({ op: 'split', to: starts });
  for (const part of parts) {
    starts.push(steps.length);
    emit(part, steps);
    const exit: number[] = [];
    exits.push(exit);
    steps.push({ op: 'split', to: exit });
  }
  for (const exit of exits) exit.push(steps.length);
}

function emitRepeat({ part, min, max }: RegexNode & { kind: 'repeat' }, steps: Step[]): void {
  for (let count = 0; count < min; count += 1) emit(part, steps);
  if (max === Infinity) {
    const again: number[] = [];
    const loop = steps.push({ op: 'split', to: again }) - 1;
    again.push(steps.length);
    emit(part, steps);
    steps.push({ op: 'split', to: [loop] });
    again.push(steps.length);
    return;
  }
  const exits: number[][] = [];
  for (let count = min; count < max; count += 1) {
    const to = [steps.length + 1];
    exits.push(to);
    steps.push({ op: 'split', to });
    emit(part, steps);
  }
  for (const exit of exits) exit.push(steps.length);
}

/** Follows every way at once: no step is entered twice between two signs. */
function run(steps: readonly Step[], text: string): boolean {
  const signs = Array.from(text);
  const seenAt = new Int32Array(steps.length).fill(-1);
  let current: number[] = [];
  enter([0], 0, current);
  for (let at = 0; at < signs.length && current.length > 0; at += 1) {
    const sign = signs[at] ?? '';
    const next: number[] = [];
    for (const index of current) {
      const step = steps[index];
      if (step?.op === 'sign' && step.fits(sign)) enter([index + 1], at + 1, next);
    }
    current = next;
  }
  return current.some((index) => steps[index]?.op === 'end');

  function enter(from: number[], at: number, into: number[]): void {
    for (let index = from.pop(); index !== undefined; index = from.pop()) {
      if (seenAt[index] === at) continue;
      seenAt[index] = at;
      const step = steps[index];
      if (step?.op === 'split') from.push(...step.to);
      else if (step?.op !== 'assert') into.push(index);
      else if (step.holds(signs[at - 1] ?? '', signs[at] ?? '')) from.push(index + 1);
    }
  }
}
