/** What a row of the table of versions is made of, and the two systems that rows are about. */

export interface VersionCase {
  readonly title: string;
  /** What the system's runner sets. */
  readonly env: Readonly<Record<string, string>>;
  /** GitHub's event file. */
  readonly event?: unknown;
  readonly inputs: Readonly<Record<string, string>>;
  /** Some of the outputs, or a piece of the error. */
  readonly gives: Readonly<Record<string, unknown>> | string;
}

export type Row = readonly [
  title: string,
  env: VersionCase['env'],
  inputs: VersionCase['inputs'],
  gives: VersionCase['gives'],
  event?: unknown,
];

export const COMMIT = '0123456789abcdef0123456789abcdef01234567';

/** Rows of GitLab pipelines, number 45 of their project. */
export function onGitLab(rows: readonly Row[]): VersionCase[] {
  const job = {
    GITLAB_CI: 'true',
    CI_PIPELINE_ID: '7001',
    CI_PIPELINE_IID: '45',
    CI_COMMIT_SHA: COMMIT,
    CI_DEFAULT_BRANCH: 'main',
  };
  return rows.map(([title, env, inputs, gives]) => ({
    title: `GitLab: ${title}`,
    env: { ...job, ...env },
    inputs,
    gives,
  }));
}

/** Rows of GitHub workflow runs, number 45 of their workflow. */
export function onGitHub(rows: readonly Row[]): VersionCase[] {
  const run = { GITHUB_ACTIONS: 'true', GITHUB_RUN_ID: '9001', GITHUB_RUN_NUMBER: '45', GITHUB_SHA: COMMIT };
  return rows.map(([title, env, inputs, gives, event]) => ({
    title: `GitHub: ${title}`,
    env: { ...run, ...env },
    inputs,
    gives,
    ...(event === undefined ? {} : { event }),
  }));
}
