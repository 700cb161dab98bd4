/** Looks up what the config names: projects by id or path, groups, tokens by their text. */
import type { Config } from './config.ts';
import type { Project, Token } from './records.ts';

/** A parent of project paths; GitLab calls it a group or subgroup. */
export interface Group {
  readonly id: number;
  readonly path: string;
}

export interface Directory {
  readonly projects: readonly Project[];
  readonly tokens: ReadonlyMap<string, Token>;
  readonly groups: readonly Group[];
  /** `reference`: the id in digits, or the full path in any case of letters. */
  project(reference: string): Project | undefined;
  projectById(id: number): Project | undefined;
  group(reference: string): Group | undefined;
  /** Projects in a group, of its subgroups too unless told otherwise. */
  projectsOf(group: Group, withSubgroups: boolean): readonly Project[];
}

/** Looks are cheap: everything is indexed here. */
export function openDirectory(config: Config): Directory {
  const byId = new Map(config.projects.map((project) => [project.id, project]));
  const byPath = new Map(config.projects.map((project) => [project.path.toLowerCase(), project]));
  const groups = groupsOf(config.projects);
  const groupsByPath = new Map(groups.map((group) => [group.path.toLowerCase(), group]));
  const isId = (reference: string): boolean => /^\d{1,15}$/.test(reference);
  return {
    projects: config.projects,
    tokens: new Map(config.tokens.map((token) => [token.token, token])),
    groups,
    project: (reference) => (isId(reference) ? byId.get(Number(reference)) : byPath.get(reference.toLowerCase())),
    projectById: (id) => byId.get(id),
    group: (reference) => (isId(reference) ? groups[Number(reference) - 1] : groupsByPath.get(reference.toLowerCase())),
    projectsOf: (group, withSubgroups) =>
      config.projects.filter((project) => {
        const parent = parentOf(project.path);
        return parent === group.path || (withSubgroups && parent.startsWith(`${group.path}/`));
      }),
  };
}

/** `acme/tools` of `acme/tools/widget`; empty for a path without a parent. */
export function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** `widget` of `acme/tools/widget`. */
export function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Ids are positions in the sorted list of paths, from 1. */
function groupsOf(projects: readonly Project[]): Group[] {
  const paths = new Set<string>();
  for (const project of projects) {
    for (let path = parentOf(project.path); path !== ''; path = parentOf(path)) paths.add(path);
  }
  return [...paths].sort().map((path, index) => ({ id: index + 1, path }));
}
