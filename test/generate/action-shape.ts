/** What GitHub's runner and marketplace accept in an action.yml, as far as ours could break it. */
import { parse } from 'yaml';
import { isHash, isText, keysBesides, type Hash } from '../gitlab-ci/plain.ts';

const KEYS = ['name', 'description', 'author', 'branding', 'inputs', 'outputs', 'runs'];
const INPUT_KEYS = ['description', 'required', 'default', 'deprecationMessage'];
/** Not all icons of Feather are allowed; these are the ones we use. */
const ICONS = ['upload-cloud', 'download-cloud', 'package', 'tag', 'save', 'gift', 'trash-2'];
const COLOURS = ['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark'];
const LONGEST_SUMMARY = 125;

/** `isListed`: the marketplace shows the root action, and takes no longer description. */
export function actionProblems(text: string, options: { readonly isListed: boolean }): readonly string[] {
  const action: unknown = parse(text);
  if (!isHash(action)) return ['is no hash'];
  const problems = keysBesides(action, KEYS).map((key) => `unknown key ${key}`);
  for (const key of ['name', 'description']) {
    if (!isText(action[key]) || action[key] === '') problems.push(`${key} is missing`);
  }
  if (options.isListed && String(action.description).length > LONGEST_SUMMARY) problems.push('description is too long');
  problems.push(...brandingProblems(action.branding), ...runsProblems(action.runs));
  problems.push(...entries(action.inputs).flatMap(([name, input]) => inputProblems(name, input)));
  problems.push(...entries(action.outputs).flatMap(([name, output]) => outputProblems(name, output)));
  return problems;
}

function entries(value: unknown): readonly (readonly [string, unknown])[] {
  return isHash(value) ? Object.entries(value) : [];
}

function brandingProblems(branding: unknown): readonly string[] {
  const { icon, color } = isHash(branding) ? branding : ({} as Hash);
  return [
    ...(ICONS.includes(String(icon)) ? [] : [`branding icon ${String(icon)}`]),
    ...(COLOURS.includes(String(color)) ? [] : [`branding color ${String(color)}`]),
  ];
}

function runsProblems(runs: unknown): readonly string[] {
  if (!isHash(runs)) return ['runs is missing'];
  return [
    ...keysBesides(runs, ['using', 'main']).map((key) => `runs: unknown key ${key}`),
    ...(runs.using === 'node24' ? [] : [`runs using ${String(runs.using)}`]),
    ...(isText(runs.main) && runs.main.endsWith('.js') ? [] : ['runs main is missing']),
  ];
}

/** The runner makes text of every default: one that YAML reads otherwise may come out otherwise. */
function inputProblems(name: string, input: unknown): readonly string[] {
  if (!isHash(input)) return [`input ${name} is no hash`];
  return [
    ...keysBesides(input, INPUT_KEYS).map((key) => `input ${name}: unknown key ${key}`),
    ...(isText(input.description) && input.description !== '' ? [] : [`input ${name} has no description`]),
    ...(typeof input.required === 'boolean' ? [] : [`input ${name}: required is no boolean`]),
    ...('default' in input && !isText(input.default) ? [`input ${name}: default is no text`] : []),
    ...(isText(input.default) && input.default.includes('${{') ? [`input ${name}: default is an expression`] : []),
    ...('default' in input && input.required === true ? [`input ${name} is required and has a default`] : []),
  ];
}

function outputProblems(name: string, output: unknown): readonly string[] {
  if (!isHash(output)) return [`output ${name} is no hash`];
  // `value` is for composite actions.
  return [
    ...keysBesides(output, ['description']).map((key) => `output ${name}: unknown key ${key}`),
    ...(isText(output.description) ? [] : [`output ${name} has no description`]),
  ];
}
