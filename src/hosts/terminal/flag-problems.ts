/** Messages about flags that cannot be taken. Names and values that may be secrets are never in them. */
import { formatCount } from '../../core/format.ts';
import { environmentVariable, flag } from '../../definitions/naming.ts';
import type { ReadingProblem } from '../host.ts';

/** A secret as a flag is refused; the message names the three ways that there are. */
export function refuseSecret(input: string): string {
  return (
    `${flag(input)}: a secret is never given as a flag, because every process of this machine can read it there. ` +
    `Set ${environmentVariable(input)}, or use ${flag(`${input}-env`)} NAME ` +
    `or ${flag(`${input}-file`)} PATH (- is standard input)`
  );
}

/** The line for a flag, or for several that mean the same, that was given more than once. */
export function describeGivenTwice(flags: string): string {
  return `${flags}: was given more than once, and it is not a list: give it once`;
}

/** Arguments that may hold a secret: the message says how many they are, not what they are. */
export function describeUnshown(unnamed: number, stray: number): readonly ReadingProblem[] {
  const problems: ReadingProblem[] = [];
  if (unnamed > 0) {
    problems.push({
      line: `${formatCount(unnamed, 'unknown flag')}, not shown here because a secret may be in it`,
    });
  }
  if (stray > 0) {
    const quotes = 'put quotes around values with blanks and around patterns, so that the shell leaves them alone';
    problems.push({
      line:
        `${formatCount(stray, 'argument')} without a flag, not shown here. A value stands after its flag, such as ` +
        `--package-name NAME; ${quotes}`,
    });
  }
  return problems;
}
