/**
 * What is said about flags that cannot be taken. Names and values that may be secrets are never in
 * it.
 */
import { formatCount } from '../../core/format.ts';
import { environmentVariable, flag } from '../../definitions/naming.ts';
import type { ReadingProblem } from '../host.ts';

/** A secret as a flag is refused, with the three ways there are. */
export function refusedSecret(input: string): string {
  return (
    `${flag(input)}: a secret is never a flag, for every process of this machine can read it there. ` +
    `Set ${environmentVariable(input)}, or use ${flag(`${input}-env`)} NAME ` +
    `or ${flag(`${input}-file`)} PATH (- is standard input)`
  );
}

/** The line for a flag, or for several that mean the same, of which only one may be given. */
export function givenTwice(flags: string): string {
  return `${flags}: was given more than once, and only lists may be`;
}

/** Arguments of which only the number is told. */
export function countedProblems(unnamed: number, stray: number): readonly ReadingProblem[] {
  const problems: ReadingProblem[] = [];
  if (unnamed > 0) {
    problems.push({
      line: `${formatCount(unnamed, 'unknown flag')}, not shown here for what may stand in it`,
    });
  }
  if (stray > 0) {
    const quotes = 'quote values with blanks, and patterns too, so that the shell leaves them alone';
    problems.push({
      line: `${formatCount(stray, 'argument')} without a flag, not shown here; ${quotes}`,
    });
  }
  return problems;
}
