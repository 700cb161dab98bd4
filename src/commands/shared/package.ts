/** Which package and version a command means, when the user leaves it to us. */
import { packageNameProblem, packageVersionProblem } from '../../core/names/file-names.ts';
import { lookupNote, packageVersionFromTag } from '../../core/versions/index.ts';
import { projectName } from '../../gitlab/project-name.ts';
import type { Finding } from './findings.ts';
import { quoted } from '../../core/text.ts';
import type { Context, PipelineValues } from '../../definitions/context.ts';
import type { Problem } from '../../definitions/command.ts';
import { FROM_PIPELINE } from '../../definitions/parse.ts';

export interface PackageInputs {
  readonly 'package-name': string | undefined;
  readonly project: string | undefined;
}

export interface NamingInputs {
  readonly 'package-version': string | undefined;
  /** Undefined: none. A command that has no such input takes `v`. */
  readonly 'tag-prefix'?: string | undefined;
  readonly 'output-prefix': string | undefined;
  /** With a project the package that the version is for, where the command has one. */
  readonly 'package-name'?: string | undefined;
  readonly project?: string | undefined;
}

/** A version and the words for where it came from. */
export interface NamedVersion {
  readonly version: string;
  readonly from: string;
  /** What a user should know of a version that was taken from a tag: how it is found again. */
  readonly note?: string;
}

export interface TaggedInputs extends NamingInputs {
  readonly tag: string | undefined;
}

/** The package's name: given, the project path's last part, or the job's own project's name. */
export function findPackageName(inputs: PackageInputs, context: Context): Finding<string> {
  const name = inputs['package-name'] ?? lastPart(inputs.project) ?? ownProjectName(inputs.project, context);
  if (name === undefined) {
    const problem =
      'is required here: it can only be told from a `project` given as a path, or inside a GitLab job of that project';
    return { problem: { input: 'package-name', problem } };
  }
  const problem = packageNameProblem(name);
  return problem === undefined
    ? { value: name }
    : { problem: { input: 'package-name', problem: `${quoted(name)} ${problem}` } };
}

/** True when `project` is the one whose GitLab job this is. */
export function isOwnProject(given: string | undefined, context: Context): boolean {
  const { projectId, projectPath } = context.job ?? {};
  const project = given === undefined ? undefined : projectName(given);
  return project === undefined ? projectId !== undefined : project === projectId || project === projectPath;
}

/** The project of this job, where it is the given one; as far as the job tells. */
export function jobProject(
  given: string,
  context: Context,
): { readonly id: number; readonly path: string } | undefined {
  const { projectId, projectPath } = context.job ?? {};
  if (projectId === undefined || projectPath === undefined || !isOwnProject(given, context)) return undefined;
  return { id: Number(projectId), path: projectPath };
}

/**
 * The version to write: given, passed on by this pipeline's `version` job, or the tag's. `from-pipeline` is the second
 * alone.
 */
export async function findNamedVersion(inputs: NamingInputs, context: Context): Promise<Finding<NamedVersion>> {
  const found = await chooseVersion(inputs, context);
  if ('problem' in found) return found;
  const problem = packageVersionProblem(found.value.version);
  if (problem === undefined) return found;
  return {
    problem: { input: 'package-version', problem: `${quoted(found.value.version)} (${found.value.from}) ${problem}` },
  };
}

/** The same where a tag may be given: it names the version, and what else is given has to mean the same. */
export async function findTaggedVersion(inputs: TaggedInputs, context: Context): Promise<Finding<NamedVersion>> {
  const { tag } = inputs;
  if (tag === undefined) return findNamedVersion(inputs, context);
  const read = versionOfTag(tag, inputs);
  if ('problem' in read || inputs['package-version'] === undefined) return read;
  const found = await findNamedVersion(inputs, context);
  if ('problem' in found || found.value.version === read.value.version) return found;
  return { problem: otherThanTag(tag, read.value.version, found.value.version) };
}

/** The version of a tag that was given. */
export function versionOfTag(tag: string, inputs: Pick<NamingInputs, 'tag-prefix'>): Finding<NamedVersion> {
  const read = packageVersionFromTag(tag, prefixOf(inputs));
  return 'version' in read
    ? { value: tagged(read.version, tag) }
    : { problem: { input: 'tag', problem: read.problem } };
}

/** Two inputs that name two versions. */
export function otherThanTag(tag: string, version: string, given: string): Problem {
  const problem =
    `${quoted(tag)} is the version ${quoted(version)}, but \`package-version\` is ${quoted(given)}. Give one of the ` +
    'two, or let both mean the same';
  return { input: 'tag', problem };
}

function tagged(version: string, tag: string): NamedVersion {
  const note = lookupNote(version);
  return { version, from: `from the tag ${tag}`, ...(note === undefined ? {} : { note }) };
}

/** A command that has no such input takes `v`. */
function prefixOf(inputs: Pick<NamingInputs, 'tag-prefix'>): string {
  return 'tag-prefix' in inputs ? (inputs['tag-prefix'] ?? '') : 'v';
}

async function chooseVersion(inputs: NamingInputs, context: Context): Promise<Finding<NamedVersion>> {
  const given = inputs['package-version'];
  const onlyFromPipeline = given === FROM_PIPELINE;
  if (given !== undefined && !onlyFromPipeline) return { value: { version: given, from: 'given' } };
  const passed = await context.pipelineValues('version', inputs['output-prefix'] ?? '');
  if (passed?.version !== undefined && passed.version !== '') {
    const other = forOther(passed, inputs, context);
    const from = `passed on by this pipeline's version job${other}`;
    return onlyFromPipeline && other !== ''
      ? notFromPipeline(`the version ${quoted(passed.version)} was ${from}`)
      : { value: { version: passed.version, from } };
  }
  if (onlyFromPipeline)
    return notFromPipeline(
      'no `version` job of this pipeline passed a version to this job. Name that job in `needs`, with its artifacts',
    );
  const { tag } = context.ref;
  if (tag === undefined) {
    return { problem: { input: 'package-version', problem: noVersion(inputs, context) } };
  }
  return fromTag(tag, inputs);
}

/** At a terminal of a person there is no run, and no tag of it: what to type is the next step. */
function noVersion(inputs: NamingInputs, { platform }: Context): string {
  if (platform !== 'terminal') {
    return (
      'was not given, and this run is for no tag. Give it, or run for a tag, or work it out first with the ' +
      'command `version`'
    );
  }
  const tag = 'tag' in inputs ? ', or the tag as `--tag v1.2.3`' : '';
  return (
    `was not given, and this run is for no tag. Give it: \`--package-version 1.2.3\`${tag}; the command ` +
    '`version` works out the next one'
  );
}

function notFromPipeline(why: string): { problem: Problem } {
  return { problem: { input: 'package-version', problem: `is \`${FROM_PIPELINE}\`, but ${why}` } };
}

/**
 * One version for several packages is fine; two version jobs that overwrite each other's are not, and look
 * the same. Whoever asks for what was passed on, and nothing else, asks for this package's.
 */
function forOther(passed: PipelineValues, inputs: NamingInputs, context: Context): string {
  const other = passed['package-name'];
  if (other === undefined || !('package-name' in inputs)) return '';
  const own = findPackageName({ 'package-name': inputs['package-name'], project: inputs.project }, context);
  if ('problem' in own || own.value === other) return '';
  return `, which worked it out for ${other}; two version jobs in one pipeline need an output-prefix each`;
}

function fromTag(tag: string, inputs: NamingInputs): Finding<NamedVersion> {
  const read = packageVersionFromTag(tag, prefixOf(inputs));
  if ('version' in read) return { value: tagged(read.version, tag) };
  const problem =
    `was not given, and the tag ${quoted(tag)} does not name a version (${read.problem}). ` +
    `Give \`package-version\`${'tag-prefix' in inputs ? ', or set `tag-prefix`' : ''}`;
  return { problem: { input: 'package-version', problem } };
}

/** Also of a path that is written wrongly: that is complained of once, and not as a package's name too. */
function lastPart(project: string | undefined): string | undefined {
  if (project === undefined || /^\d+$/.test(projectName(project))) return undefined;
  return projectName(project)
    .split(/\/|%2f/i)
    .findLast((segment) => segment !== '');
}

function ownProjectName(project: string | undefined, context: Context): string | undefined {
  return isOwnProject(project, context) ? context.job?.projectName : undefined;
}
