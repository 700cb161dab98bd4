/** `variables`, `tags`, `branches` and `commits` of the config: what is there when a registry starts. */
import { Failure } from '../../core/errors.ts';
import type { CodeSeeds, CommitSeed, Repository } from '../repository/repository.ts';
import { isTagName } from '../tags/tag-names.ts';
import { makeTag } from '../tags/made-tags.ts';
import type { TagStore } from '../tags/tag-store.ts';
import { VARIABLE_TYPES, variableProblems, type VariableValues } from '../variables/rules.ts';
import { groupOwner, type VariableOwner, type VariableStore } from '../variables/variable-store.ts';
import type { Reader } from './reader.ts';
import { projectNamed, type Project } from './records.ts';

export interface VariableSeed {
  readonly owner: VariableOwner;
  readonly values: VariableValues;
}

export interface TagSeed {
  readonly projectId: number;
  readonly name: string;
  readonly ref: string;
  readonly message: string;
}

interface Seeds {
  readonly projects: readonly Project[];
  readonly variables: readonly VariableSeed[];
  readonly tags: readonly TagSeed[];
}

/** Of a project, by id or path, or of a group, by path; the other keys are those of GitLab's API. */
export function readVariable(item: Reader, projects: readonly Project[]): VariableSeed {
  item.allowKeys([
    ...['project', 'group', 'key', 'value', 'variable_type', 'environment_scope'],
    ...['protected', 'masked', 'hidden', 'raw', 'description'],
  ]);
  const hidden = item.flag('hidden', false);
  const values: VariableValues = {
    variableType: item.choice('variable_type', VARIABLE_TYPES, 'env_var'),
    key: item.text('key', undefined, isAny, 'the key of a variable'),
    value: item.unshown('value'),
    environmentScope: item.text('environment_scope', '*', isAny, 'an environment scope'),
    protected: item.flag('protected', false),
    masked: item.flag('masked', hidden),
    hidden,
    raw: item.flag('raw', false),
    description: item.has('description') ? item.text('description', undefined, isAny, 'text') : undefined,
  };
  if (item.has('key') && item.has('value')) {
    for (const [key, problems] of Object.entries(variableProblems(values) ?? {}))
      item.complain(key, problems.join(', '));
  }
  if (hidden && !values.masked) item.complain('masked', 'is false; a hidden variable is masked too');
  return { owner: readOwner(item, projects), values };
}

function readOwner(item: Reader, projects: readonly Project[]): VariableOwner {
  if (item.has('group')) {
    if (item.has('project')) item.complain('group', 'is given beside project; expected one of them');
    const isGroup = (given: string): boolean =>
      projects.some(({ path }) => path.toLowerCase().startsWith(`${given.toLowerCase()}/`));
    const path = item.text('group', undefined, isGroup, 'the path of a group of the projects');
    return groupOwner(path);
  }
  return `project:${readProjectId(item, projects)}`;
}

/** Tags need a project and a name; `ref` is the default branch unless given, `message` makes an annotated tag. */
export function readTag(item: Reader, projects: readonly Project[]): TagSeed {
  item.allowKeys(['project', 'name', 'ref', 'message']);
  const projectId = readProjectId(item, projects);
  const branch = projects.find((project) => project.id === projectId)?.defaultBranch ?? 'main';
  return {
    projectId,
    name: item.text('name', undefined, isTagName, 'a name that git takes for a tag'),
    ref: item.text('ref', branch, (text) => text.trim() !== '', 'a branch, tag or commit'),
    message: item.text('message', '', isAny, 'text'),
  };
}

/** A branch of a project, with the `commit` at its head. */
export function readBranch(item: Reader, projects: readonly Project[]): CodeSeeds['branches'][number] {
  item.allowKeys(['project', 'name', 'commit']);
  return {
    projectId: readProjectId(item, projects),
    name: item.text('name', undefined, isTagName, 'a name that git takes for a branch'),
    sha: readSha(item, 'commit'),
  };
}

/** A commit of a project by its `sha`; `missing_answers` times it is not there yet, as on a mirror that lags. */
export function readCommit(item: Reader, projects: readonly Project[]): CommitSeed {
  item.allowKeys(['project', 'sha', 'missing_answers']);
  return {
    projectId: readProjectId(item, projects),
    sha: readSha(item, 'sha'),
    missingAnswers: item.integer('missing_answers', 0, 0, 1_000_000),
  };
}

function readSha(item: Reader, key: string): string {
  return item.text(key, undefined, (text) => /^[0-9a-f]{40}$/i.test(text), 'the 40 digits of a commit').toLowerCase();
}

/** 0 for a project that is not there, which is a problem by then. */
export function readProjectId(item: Reader, projects: readonly Project[]): number {
  return item.reference('project', (reference) => projectNamed(projects, reference), true)?.id ?? 0;
}

/** Makes what is missing; what a kept data folder has already stays as it is. */
export function sow(
  seeds: Seeds,
  stores: { readonly variables: VariableStore; readonly tags: TagStore; readonly repository: Repository },
  at: number,
): void {
  for (const { owner, values } of seeds.variables) {
    const known = stores.variables.named(owner, values.key, values.environmentScope);
    if (known.length === 0) stores.variables.add(owner, values);
  }
  for (const { projectId, name, ref, message } of seeds.tags) {
    const project = seeds.projects.find(({ id }) => id === projectId);
    const sha = project === undefined ? undefined : stores.repository.targetOf(project, ref);
    if (stores.tags.find(projectId, name) !== undefined) continue;
    if (sha === undefined)
      throw new Failure(
        'usage',
        `The registry's config cannot be used: the tag ${name} is at ${ref}, which its project does not have`,
        { hint: 'Name a branch, a tag or a commit of the config as its ref.' },
      );
    makeTag(stores.tags, { projectId, name, sha, message, at });
  }
}

function isAny(): boolean {
  return true;
}
