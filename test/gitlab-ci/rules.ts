/** Which jobs of a component come into a pipeline by their rules, and whether GitLab would make that pipeline. */
import { isHash, isList, isText, type Hash } from './plain.ts';

export type Variables = Readonly<Record<string, string>>;

/** The jobs that are not left out: the first rule that holds decides, and without one the job stays out. */
export function jobsInPipeline(jobs: Hash, variables: Variables): Hash {
  return Object.fromEntries(
    Object.entries(jobs).filter(([name, job]) => !name.startsWith('.') && isHash(job) && isIn(job, variables)),
  );
}

/** In GitLab's words: what keeps it from making a pipeline of these jobs. */
export function pipelineProblems(inPipeline: Hash): readonly string[] {
  return Object.entries(inPipeline).flatMap(([name, job]) =>
    needsOf(job)
      .filter(({ job: needed, optional }) => optional !== true && !Object.hasOwn(inPipeline, String(needed)))
      .map(
        ({ job: needed }) =>
          `'${name}' job needs '${String(needed)}' job, but '${String(needed)}' does not exist in the pipeline`,
      ),
  );
}

function needsOf(job: unknown): readonly Hash[] {
  const needs = isHash(job) && isList(job.needs) ? job.needs : [];
  return needs.map((need) => (isHash(need) ? need : { job: need }));
}

function isIn({ rules }: Hash, variables: Variables): boolean {
  if (!isList(rules)) return true;
  const rule = rules.flat(9).find((one) => isHash(one) && (!isText(one.if) || holds(one.if, variables)));
  return isHash(rule) && rule.when !== 'never';
}

/** `rules:if` without brackets and patterns, which none of ours has: `&&` binds closer than `||`. */
export function holds(condition: string, variables: Variables): boolean {
  return condition.split('||').some((some) => some.split('&&').every((one) => isTrue(one.trim(), variables)));
}

function isTrue(comparison: string, variables: Variables): boolean {
  const sign = ['==', '!='].find((each) => comparison.includes(each));
  if (sign === undefined) return (valueOf(comparison, variables) ?? '') !== '';
  const [left = '', right = ''] = comparison.split(sign);
  return (valueOf(left.trim(), variables) === valueOf(right.trim(), variables)) === (sign === '==');
}

/** A text in quotation marks is itself; a variable that is not set equals no text. */
function valueOf(word: string, variables: Variables): string | undefined {
  const name = /^\$(\w+)$/.exec(word)?.[1];
  if (name !== undefined) return Object.hasOwn(variables, name) ? variables[name] : undefined;
  const text = /^"([^"$]*)"$/.exec(word)?.[1];
  if (text === undefined) throw new Error(`${word} is neither a variable nor a text`);
  return text;
}
