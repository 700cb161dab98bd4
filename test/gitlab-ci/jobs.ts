/** GitLab's rules for the jobs of a pipeline, as far as a component of ours could break them. */
import { isHash, isList, isText, isTexts, keysBesides, type Hash } from './plain.ts';

const JOB_KEYS = [
  'after_script',
  'allow_failure',
  'artifacts',
  'before_script',
  'cache',
  'coverage',
  'dependencies',
  'environment',
  'extends',
  'hooks',
  'id_tokens',
  'image',
  'inherit',
  'interruptible',
  'manual_confirmation',
  'needs',
  'pages',
  'parallel',
  'publish',
  'release',
  'resource_group',
  'retry',
  'rules',
  'run',
  'script',
  'secrets',
  'services',
  'stage',
  'start_in',
  'tags',
  'timeout',
  'variables',
  'when',
];
const RULE_KEYS = [
  'allow_failure',
  'changes',
  'exists',
  'if',
  'interruptible',
  'needs',
  'start_in',
  'variables',
  'when',
];
const RULE_WHEN = ['on_success', 'on_failure', 'always', 'never', 'manual', 'delayed'];
/** What GitLab's published schema allows in a list; editors and linters hold to it. */
const INHERITABLE = [
  'after_script',
  'artifacts',
  'before_script',
  'cache',
  'image',
  'interruptible',
  'retry',
  'services',
  'tags',
  'timeout',
];
const ARTIFACT_KEYS = [
  'access',
  'exclude',
  'expire_in',
  'expose_as',
  'name',
  'paths',
  'public',
  'reports',
  'untracked',
  'when',
];
const REPORT_KEYS = [
  'annotations',
  'codequality',
  'coverage_report',
  'cyclonedx',
  'dotenv',
  'junit',
  'sast',
  'secret_detection',
];
const NEED_KEYS = ['artifacts', 'job', 'optional', 'parallel', 'pipeline', 'project', 'ref'];
const LONGEST_NAME = 255;
const MOST_NEEDS = 50;

export function jobProblems(name: string, job: unknown): readonly string[] {
  if (!isHash(job)) return [`jobs ${name}: config should be a hash`];
  const problems = keysBesides(job, JOB_KEYS).map((key) => `config contains unknown keys: ${key}`);
  // A name with a dot in front is a template for `extends`: GitLab asks no more of it than to be there.
  if (!name.startsWith('.') && !isCommands(job.script)) problems.push("script can't be blank");
  if (name.trim() === '' || name.length > LONGEST_NAME) problems.push('name must have 1 to 255 characters');
  for (const [key, check] of Object.entries(CHECKS)) {
    if (Object.hasOwn(job, key)) problems.push(...check(job[key]).map((problem) => `${key} ${problem}`));
  }
  return problems.map((problem) => `jobs:${name} ${problem}`);
}

type Check = (value: unknown) => readonly string[];

const CHECKS: Readonly<Record<string, Check>> = {
  stage: textCheck,
  image: (value) => (isText(value) && value !== '' ? [] : ['should be a non-empty string']),
  resource_group: textCheck,
  script: commandsCheck,
  before_script: commandsCheck,
  after_script: commandsCheck,
  interruptible: (value) => (typeof value === 'boolean' ? [] : ['should be a boolean value']),
  rules: rulesProblems,
  inherit: inheritProblems,
  variables: variableProblems,
  artifacts: artifactProblems,
  needs: needsProblems,
};

function textCheck(value: unknown): readonly string[] {
  return isText(value) ? [] : ['should be a string'];
}

function commandsCheck(value: unknown): readonly string[] {
  return isCommands(value) ? [] : ['should be a string or a nested array of strings'];
}

function isCommands(value: unknown): boolean {
  return isText(value) ? value !== '' : isList(value) && value.length > 0 && value.every(isCommands);
}

/** `Entry::Rules` wants at least one; a list within the list is flattened, as `!reference` gives it. */
function rulesProblems(value: unknown): readonly string[] {
  if (!isList(value)) return ['should be an array'];
  if (value.length === 0) return ["config can't be blank"];
  return value.flat(9).flatMap((rule) => {
    if (!isHash(rule) || Object.keys(rule).length === 0) return ['rule should be a hash'];
    const unknown = keysBesides(rule, RULE_KEYS).map((key) => `rule contains unknown keys: ${key}`);
    const { if: condition = '', when = 'on_success' } = rule;
    if (!isText(condition)) unknown.push('rule if should be a string');
    if (!RULE_WHEN.includes(String(when))) unknown.push(`rule when unknown value: ${String(when)}`);
    return unknown;
  });
}

function needsProblems(value: unknown): readonly string[] {
  if (!isList(value)) return ['should be an array'];
  const names = value.map((need) => (isHash(need) ? need.job : need));
  const problems = value.flatMap((need) => {
    if (!isHash(need)) return [];
    const switches = ['artifacts', 'optional'].filter(
      (key) => Object.hasOwn(need, key) && typeof need[key] !== 'boolean',
    );
    return [
      ...keysBesides(need, NEED_KEYS).map((key) => `need contains unknown keys: ${key}`),
      ...switches.map((key) => `need ${key} should be a boolean value`),
    ];
  });
  if (!isTexts(names)) problems.push('need job should be a string');
  if (new Set(names).size < names.length) problems.push('has duplicate entries');
  if (names.length > MOST_NEEDS) problems.push(`may have at most ${MOST_NEEDS} entries`);
  return problems;
}

function inheritProblems(value: unknown): readonly string[] {
  if (!isHash(value)) return ['should be a hash'];
  const problems = keysBesides(value, ['default', 'variables']).map((key) => `unknown key ${key}`);
  const inherited = value.default ?? true;
  if (typeof inherited === 'boolean') return problems;
  if (!isTexts(inherited)) return [...problems, 'default should be a bool or array of strings'];
  const unknown = inherited.filter((name) => !INHERITABLE.includes(name));
  return [...problems, ...unknown.map((name) => `default contains unknown values: ${name}`)];
}

/** `Entry::Variable` takes strings, integers and hashes; a boolean or an array stops the pipeline. */
function variableProblems(value: unknown): readonly string[] {
  if (!isHash(value)) return ['should be a hash'];
  return Object.entries(value).flatMap(([name, content]) => {
    const inner = isHash(content) ? content.value : content;
    if (isHash(content) && keysBesides(content, ['value', 'expand']).length > 0)
      return [`${name} uses invalid data keys`];
    return isText(inner) || Number.isInteger(inner)
      ? []
      : [`${name}: variable definition must be either a string or a hash`];
  });
}

function artifactProblems(value: unknown): readonly string[] {
  if (!isHash(value)) return ['should be a hash'];
  const problems = keysBesides(value, ARTIFACT_KEYS).map((key) => `unknown key ${key}`);
  if (value.paths !== undefined && !isTexts(value.paths)) problems.push('paths should be an array of strings');
  const { reports = {}, when = 'on_success' } = value;
  if (!['on_success', 'on_failure', 'always'].includes(String(when)))
    problems.push(`when unknown value: ${String(when)}`);
  return [...problems, ...(isHash(reports) ? reportProblems(reports) : ['reports should be a hash'])];
}

function reportProblems(reports: Hash): readonly string[] {
  const wrong = Object.entries(reports).filter(([, paths]) => !isText(paths) && !isTexts(paths));
  return [
    ...keysBesides(reports, REPORT_KEYS).map((key) => `reports contains unknown keys: ${key}`),
    ...wrong.map(([name]) => `reports ${name} should be an array of strings or a string`),
  ];
}
