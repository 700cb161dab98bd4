/**
 * A component as GitLab 17.0 takes it: header, values of an include, interpolation, jobs. It stands on
 * GitLab's published rules alone and shares nothing with the generator, so that both cannot be wrong together.
 */
import { parseAllDocuments } from 'yaml';
import { readInputs } from './header.ts';
import { jobHouseProblems, writtenProblems } from './house-rules.ts';
import { interpolate } from './interpolation.ts';
import { jobProblems } from './jobs.ts';
import { isHash, type Hash } from './plain.ts';

export interface Evaluation {
  readonly problems: readonly string[];
  /** The jobs by name, everything interpolated; empty when it did not come so far. */
  readonly jobs: Hash;
}

/** `inputs`: what `include: [{component, inputs}]` gives. */
export function evaluateComponent(text: string, inputs: Hash): Evaluation {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return failed('the file is empty');
  const syntax = documents.flatMap(({ errors }) => errors.map(({ message }) => message));
  if (syntax.length > 0) return { problems: syntax, jobs: {} };
  const [header, body, ...rest] = documents.map((document) => document.toJS() as unknown);
  if (rest.length > 0) return failed('more than two documents');
  if (!isHash(body)) return failed('the header must be followed by `---` and a hash of jobs');
  const read = readInputs(header, inputs);
  const done = interpolate(body, read.values);
  const jobs = isHash(done.value) ? done.value : {};
  const checked = Object.entries(jobs).flatMap(([name, job]) => [
    ...jobProblems(name, job),
    ...jobHouseProblems(name, job),
  ]);
  return { problems: [...read.problems, ...done.problems, ...writtenProblems(header, body), ...checked], jobs };
}

function failed(problem: string): Evaluation {
  return { problems: [problem], jobs: {} };
}
