/**
 * The config file: projects, tokens, settings and what is there at the start, read strictly. How a token is read:
 * tokens.ts; single values: reader.ts.
 */
import { randomBytes } from 'node:crypto';
import { Failure } from '../../core/errors.ts';
import { readPipeline, type Pipeline } from './pipelines.ts';
import { Reader } from './reader.ts';
import { VISIBILITIES, type Project, type Token } from './records.ts';
import type { CodeSeeds } from '../repository/repository.ts';
import { type PackageSeed, readPackage, readRelease, type ReleaseSeed } from './content-seeds.ts';
import { readBranch, readCommit, readTag, readVariable, type TagSeed, type VariableSeed } from './seeds.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from './settings.ts';
import { DEFAULT_SCOPES, readToken } from './tokens.ts';

export interface Config extends CodeSeeds {
  readonly projects: readonly Project[];
  readonly tokens: readonly Token[];
  readonly settings: Settings;
  readonly variables: readonly VariableSeed[];
  readonly tags: readonly TagSeed[];
  readonly packages: readonly PackageSeed[];
  readonly releases: readonly ReleaseSeed[];
  readonly pipelines: readonly Pipeline[];
}

/**
 * Reads the parsed JSON of a config file; throws one `usage` failure that lists every problem.
 *
 * - `projects`: `id`, `path`, `visibility`, `packages_enabled`, `public_packages`, `default_branch`
 * - `tokens`: `token`, `kind`, `role`, `scopes`, `project`, `allowlist`, `pipeline`, `revoked`,
 *   `expired`
 * - `settings`: see settings.ts
 * - `variables`: CI/CD variables of a `project` (id or path) or a `group` (path), with `key` and
 *   `value` and, as in GitLab's API, `variable_type`, `environment_scope`, `protected`, `masked`,
 *   `hidden`, `raw`, `description`
 * - `tags`: of a `project`, with `name` and perhaps `ref` (default branch) and `message`
 *
 * - `branches`: of a `project`, with `name` and the `commit` at its head
 * - `commits`: of a `project`, with `sha` and perhaps `missing_answers`: so often it is not there yet
 *
 * - `packages`: of a `project`, with `name`, `version`, perhaps `status` and `files`, each with its `name` and its
 *   `text` or `base64`
 * - `releases`: of a `project`, with `tag`, perhaps `name`, `description` and `links`, as in GitLab's API
 * - `pipelines`: of a `project`, with `id`, `status` and perhaps `updated_at`; those that job tokens name
 *
 * Variables, tags, packages and releases are made at start where they are missing: a data folder keeps its own.
 */
export function readConfig(given: unknown): Config {
  const problems: string[] = [];
  const reader = new Reader(given, 'config', problems);
  reader.allowKeys([
    ...['projects', 'tokens', 'settings', 'variables', 'tags', 'branches', 'commits'],
    ...['packages', 'releases', 'pipelines'],
  ]);
  const projects = reader.list('projects').map((item) => readProject(item));
  for (const twin of repeated(projects.map((project) => String(project.id))))
    problems.push(`projects: id ${twin} is there twice`);
  for (const twin of repeated(projects.map((project) => project.path.toLowerCase()))) {
    problems.push(`projects: path ${twin} is there twice`);
  }
  if (projects.length === 0) problems.push('projects: expected at least one');
  const tokens = reader.list('tokens').map((item, index) => readToken(item, index + 1, projects));
  // A token is a secret: its place is named, never its text.
  const seen = new Map<string, number>();
  tokens.forEach(({ token }, index) => {
    const first = seen.get(token);
    if (first === undefined) seen.set(token, index);
    else problems.push(`tokens[${index}].token is the same as tokens[${first}].token`);
  });
  const settings = readSettings(reader.object('settings'));
  const variables = reader.list('variables').map((item) => readVariable(item, projects));
  const places = variables.map(({ owner, values }) => `${owner} ${values.environmentScope} ${values.key}`);
  for (const twin of repeated(places)) problems.push(`variables: ${twin} is there twice`);
  const tags = reader.list('tags').map((item) => readTag(item, projects));
  for (const twin of repeated(tags.map(({ projectId, name }) => `${name} of project ${projectId}`)))
    problems.push(`tags: ${twin} is there twice`);
  const branches = reader.list('branches').map((item) => readBranch(item, projects));
  for (const twin of repeated(branches.map(({ projectId, name }) => `${name} of project ${projectId}`)))
    problems.push(`branches: ${twin} is there twice`);
  const commits = reader.list('commits').map((item) => readCommit(item, projects));
  const packages = reader.list('packages').map((item) => readPackage(item, projects));
  for (const twin of repeated(packages.map(({ projectId, name, version }) => `${name} ${version} of ${projectId}`)))
    problems.push(`packages: ${twin} is there twice`);
  const releases = reader.list('releases').map((item) => readRelease(item, projects));
  for (const twin of repeated(releases.map(({ projectId, tag }) => `${tag} of project ${projectId}`)))
    problems.push(`releases: ${twin} is there twice`);
  const pipelines = reader.list('pipelines').map((item) => readPipeline(item, projects));
  tokens.forEach(({ pipeline }, index) => {
    if (pipeline !== undefined && !pipelines.some(({ id }) => id === pipeline))
      problems.push(`tokens[${index}].pipeline is ${pipeline}; expected the id of one of the pipelines`);
  });
  if (problems.length > 0) {
    throw new Failure('usage', "The registry's config cannot be used.", { problems });
  }
  return { projects, tokens, settings, variables, tags, branches, commits, packages, releases, pipelines };
}

/** What there is without a config: one private project and a random token of each kind. */
export function defaultConfig(random: (size: number) => Buffer = randomBytes): Config {
  const project: Project = {
    id: 1,
    path: 'demo/widget',
    visibility: 'private',
    packagesEnabled: true,
    publicPackages: false,
    defaultBranch: 'main',
  };
  const make = (id: number, prefix: string, of: Pick<Token, 'kind' | 'role' | 'project'>): Token => ({
    ...of,
    id,
    token: `${prefix}${random(20).toString('hex')}`,
    scopes: DEFAULT_SCOPES[of.kind],
    allowlist: [],
    revoked: false,
    expired: false,
  });
  const tokens = [
    make(1, 'glpat-', { kind: 'personal', role: 'maintainer', project: undefined }),
    make(2, 'glcbt-', { kind: 'job', role: 'developer', project: project.id }),
    make(3, 'gldt-', { kind: 'deploy', role: 'none', project: project.id }),
    make(4, '', { kind: 'oauth', role: 'maintainer', project: undefined }),
  ];
  return {
    projects: [project],
    tokens,
    settings: DEFAULT_SETTINGS,
    variables: [],
    tags: [],
    branches: [],
    commits: [],
    packages: [],
    releases: [],
    pipelines: [],
  };
}

function readProject(item: Reader): Project {
  item.allowKeys(['id', 'path', 'visibility', 'packages_enabled', 'public_packages', 'default_branch']);
  return {
    id: item.integer('id', undefined, 1, Number.MAX_SAFE_INTEGER),
    path: item.text('path', undefined, isFullPath, 'a full path such as acme/tools/widget'),
    visibility: item.choice('visibility', VISIBILITIES, 'private'),
    packagesEnabled: item.flag('packages_enabled', true),
    publicPackages: item.flag('public_packages', false),
    defaultBranch: item.text('default_branch', 'main', (text) => text !== '', 'a branch name'),
  };
}

function isFullPath(path: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/.test(path);
}

function repeated(values: readonly string[]): Set<string> {
  const seen = new Set<string>();
  return new Set(values.filter((value) => seen.size === seen.add(value).size));
}
