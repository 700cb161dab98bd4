/**
 * What a registry knows of a project's code: the branches and commits of its config, those that tags stand on, and the
 * default branch. A project whose config names none has made-up commits, and any ref is as good as another.
 */
import { createHash } from 'node:crypto';
import type { Project } from '../config/records.ts';
import type { TagStore } from '../tags/tag-store.ts';

export interface Branch {
  readonly name: string;
  /** The commit at its head. */
  readonly sha: string;
}

/** Branches and commits of the config; both name a project by its id. */
export interface CodeSeeds {
  readonly branches: readonly (Branch & { readonly projectId: number })[];
  readonly commits: readonly CommitSeed[];
}

export interface CommitSeed {
  readonly projectId: number;
  readonly sha: string;
  /** So often it is asked for in vain, as on a mirror that lags. */
  readonly missingAnswers: number;
}

export interface Repository {
  /** By name. */
  branches(project: Project): readonly Branch[];
  /** The commit that a branch, a tag or a commit's id names. Undefined: there is none, or none yet. */
  commitAt(project: Project, ref: string): string | undefined;
  /** The same for a tag that is to be made; where the code is made up, every ref has a commit. */
  targetOf(project: Project, ref: string): string | undefined;
  /** Commits that were waited for are missing again. */
  reset(): void;
}

const FULL = /^[0-9a-f]{40}$/i;
/** GitLab takes the beginning of an id too. */
const SHORT = /^[0-9a-f]{7,40}$/i;

export function openRepository({ branches, commits }: CodeSeeds, tags: TagStore): Repository {
  const missing = commits.map((seed) => [keyOf(seed.projectId, seed.sha), seed.missingAnswers] as const);
  const vain = new Map(missing);

  function branchesOf({ id, defaultBranch }: Project): readonly Branch[] {
    const own = branches.filter(({ projectId }) => projectId === id);
    const all = own.some(({ name }) => name === defaultBranch)
      ? own
      : [...own, { name: defaultBranch, sha: madeUpCommit(id, defaultBranch) }];
    return all.map(({ name, sha }) => ({ name, sha })).sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  function isThere({ projectId, sha }: CommitSeed): boolean {
    const left = vain.get(keyOf(projectId, sha)) ?? 0;
    if (left > 0) vain.set(keyOf(projectId, sha), left - 1);
    return left === 0;
  }

  function commitById(project: Project, id: string): string | undefined {
    const start = id.toLowerCase();
    const heads = [...branchesOf(project), ...tags.list(project.id)].map(({ sha }) => sha);
    const known = heads.find((sha) => sha.startsWith(start));
    if (known !== undefined) return known;
    const seed = commits.find(({ projectId, sha }) => projectId === project.id && sha.startsWith(start));
    return seed !== undefined && isThere(seed) ? seed.sha : undefined;
  }

  function commitAt(project: Project, ref: string): string | undefined {
    const branch = branchesOf(project).find(({ name }) => name === ref.replace(/^refs\/heads\//, ''));
    const tag = tags.find(project.id, ref.replace(/^refs\/tags\//, ''));
    return tag?.sha ?? branch?.sha ?? (SHORT.test(ref) ? commitById(project, ref) : undefined);
  }

  return {
    branches: branchesOf,
    commitAt,
    reset: () => {
      for (const [key, answers] of missing) vain.set(key, answers);
    },
    targetOf: (project, ref) => {
      const isDescribed = [...branches, ...commits].some(({ projectId }) => projectId === project.id);
      return commitAt(project, ref) ?? (isDescribed ? undefined : madeUpTarget(project.id, ref));
    },
  };
}

function madeUpTarget(projectId: number, ref: string): string {
  return FULL.test(ref) ? ref.toLowerCase() : madeUpCommit(projectId, ref.replace(/^refs\/heads\//, ''));
}

/** The same branch of a project is always at the same commit. */
function madeUpCommit(projectId: number, branch: string): string {
  return createHash('sha1').update(`commit ${projectId} ${branch}`).digest('hex');
}

function keyOf(projectId: number, sha: string): string {
  return `${projectId} ${sha}`;
}
