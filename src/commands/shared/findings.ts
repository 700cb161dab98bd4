/**
 * Values that an intent is made of, and all that is wrong with them: gathered, so that it is told at once.
 */
import type { Prepared, Problem } from '../../definitions/command.ts';

/** A value worked out from inputs and context, or what is wrong. */
export type Finding<T> = { readonly value: T } | { readonly problem: Problem };

/** The same, where several things may be wrong at once. */
export type Gathering<T> = { readonly value: T } | { readonly problems: readonly Problem[] };

type Findings = Readonly<Record<string, Finding<unknown> | Gathering<unknown>>>;
type Values<F extends Findings> = { readonly [K in keyof F]: Extract<F[K], { value: unknown }>['value'] };

/** What is wrong with a value; empty where nothing is. */
export function problemsIn(finding: Finding<unknown> | Gathering<unknown>): readonly Problem[] {
  if ('problem' in finding) return [finding.problem];
  return 'problems' in finding ? finding.problems : [];
}

/** The value; undefined where something is wrong with it. */
export function valueIn<T>(finding: Finding<T> | Gathering<T>): T | undefined {
  return 'value' in finding ? finding.value : undefined;
}

/** The intent made of these values; else the problems of all of them in this order, and `others` after them. */
export function intentFrom<F extends Findings, T>(
  findings: F,
  others: readonly Problem[],
  make: (values: Values<F>) => T,
): Prepared<T> {
  const problems = [...Object.values(findings).flatMap(problemsIn), ...others];
  if (problems.length > 0) return { intent: undefined, problems };
  const values = Object.fromEntries(Object.entries(findings).map(([name, finding]) => [name, valueIn(finding)]));
  return { intent: make(values as Values<F>), problems: [] };
}
