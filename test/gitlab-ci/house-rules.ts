/** What we ask of our components beyond GitLab's rules: no input becomes code, nothing reaches other jobs. */
import { usedInputs } from './interpolation.ts';
import { isHash, isList, isText, type Hash } from './plain.ts';

const SCRIPTS = ['script', 'before_script', 'after_script'];
/** Keys of a pipeline that are no jobs: a component that sets one changes the user's other jobs. */
const GLOBAL_KEYS = [
  'after_script',
  'before_script',
  'cache',
  'default',
  'image',
  'include',
  'services',
  'spec',
  'stages',
  'variables',
  'workflow',
];
/** The user's own code, and so the one input that may stand in a script. */
const OWN_CODE = ['test-script'];
const HAND_OVER = '.generic-packages/';

/** Looks at the document as it is written, before anything is interpolated. */
export function writtenProblems(header: unknown, body: Hash): readonly string[] {
  const used = new Set(usedInputs(JSON.stringify(body)));
  const declared = isHash(header) && isHash(header.spec) ? header.spec.inputs : {};
  const names = isHash(declared) ? Object.entries(declared) : [];
  return [
    ...names.filter(([name]) => !used.has(name)).map(([name]) => `input ${name} is declared and never used`),
    ...names.filter(([, spec]) => !isDescribed(spec)).map(([name]) => `input ${name} has no description or no type`),
    ...Object.keys(body)
      .filter((key) => GLOBAL_KEYS.includes(key))
      .map((key) => `${key} is a global keyword`),
    ...Object.entries(body).flatMap(([name, job]) => scriptProblems(name, job)),
  ];
}

/** Looks at a job as GitLab would run it. */
export function jobHouseProblems(name: string, job: unknown): readonly string[] {
  const artifacts = isHash(job) ? job.artifacts : undefined;
  if (!isHash(artifacts)) return [];
  const { paths = [], reports = {} } = artifacts;
  const listed = isList(paths) ? paths.filter(isText) : [];
  const reported = isHash(reports) ? Object.values(reports).filter(isText) : [];
  return [
    ...listed
      .filter(isTooWide)
      .map((path) => `${name}: artifacts path \`${path}\` is the whole project or leads out of it`),
    ...reported
      .filter((path) => !path.startsWith(HAND_OVER))
      .map((path) => `${name}: report ${path} is outside ${HAND_OVER}`),
  ];
}

function isDescribed(spec: unknown): boolean {
  return isHash(spec) && isText(spec.description) && spec.description !== '' && isText(spec.type);
}

function scriptProblems(name: string, job: unknown): readonly string[] {
  if (!isHash(job)) return [];
  return SCRIPTS.flatMap((key) =>
    usedInputs(JSON.stringify(job[key] ?? ''))
      .filter((input) => !OWN_CODE.includes(input))
      .map((input) => `${name}: input ${input} stands in ${key}, where it would be code`),
  );
}

function isTooWide(path: string): boolean {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.length === 0 || parts.includes('..');
}
