/** What a GitHub workflow run is for, from the runner's variables and the event's file. */
import { readFileSync, statSync } from 'node:fs';
import type { Build, Ref } from '../../definitions/context.ts';
import { present, variable, type Env } from '../surroundings.ts';

/** Events that run on the default branch's ref while the code in question is another's. */
const FOREIGN_EVENTS: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);
const OWN_EVENTS: ReadonlySet<string> = new Set(['push', 'schedule', 'workflow_dispatch', 'repository_dispatch']);

/** More than any payload has: GitHub delivers none above 25 MB. */
const MOST_BYTES = 32 * 1024 * 1024;

/** The event's payload; undefined when there is no such file or it is not JSON, as outside a real runner. */
export function readEvent(env: Env): unknown {
  const path = variable(env, 'GITHUB_EVENT_PATH');
  if (path === undefined) return undefined;
  try {
    // A device or a pipe may never end.
    const stats = statSync(path);
    if (!stats.isFile() || stats.size > MOST_BYTES) return undefined;
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch {
    // Only the default branch and a request's number come from it, and both have another source.
    return undefined;
  }
}

/** The tag, branch or request that the run is for. */
export function githubRef(env: Env, event: unknown): Ref {
  const name = variable(env, 'GITHUB_EVENT_NAME') ?? '';
  const foreign = FOREIGN_EVENTS.has(name);
  const afterRun = name === 'workflow_run';
  const full = variable(env, 'GITHUB_REF') ?? refFromParts(env);
  const branch = foreign ? undefined : after(full, 'refs/heads/');
  const number = requestNumber(full, event);
  return {
    ...present({
      tag: foreign ? undefined : after(full, 'refs/tags/'),
      branch,
      // GITHUB_SHA is then the head of the default branch, whatever the other run was for.
      commit: (afterRun ? textAt(event, 'workflow_run', 'head_sha') : undefined) ?? variable(env, 'GITHUB_SHA'),
      full,
      request: number === undefined ? undefined : `pr-${number}`,
      afterRun: afterRun ? true : undefined,
    }),
    onDefaultBranch: branch !== undefined && OWN_EVENTS.has(name) && isDefault(branch, event),
    foreign,
  };
}

/** The run's number, its name in claims and the repository's address. */
export function githubBuild(env: Env): Build {
  const server = variable(env, 'GITHUB_SERVER_URL');
  const repository = variable(env, 'GITHUB_REPOSITORY');
  const id = variable(env, 'GITHUB_RUN_ID');
  return present({
    number: variable(env, 'GITHUB_RUN_NUMBER'),
    owner: id === undefined ? undefined : `run-${id}`,
    repositoryUrl: server === undefined || repository === undefined ? undefined : `${server}/${repository}`,
  });
}

/** The address of this workflow run; of one that was started again, of this attempt. */
export function githubRunUrl(env: Env): string | undefined {
  const { repositoryUrl } = githubBuild(env);
  const id = variable(env, 'GITHUB_RUN_ID');
  if (repositoryUrl === undefined || id === undefined) return undefined;
  const attempt = variable(env, 'GITHUB_RUN_ATTEMPT') ?? '1';
  return `${repositoryUrl}/actions/runs/${id}${attempt === '1' ? '' : `/attempts/${attempt}`}`;
}

function refFromParts(env: Env): string | undefined {
  const name = variable(env, 'GITHUB_REF_NAME');
  const type = variable(env, 'GITHUB_REF_TYPE');
  if (name === undefined) return undefined;
  if (type === 'tag') return `refs/tags/${name}`;
  return type === 'branch' ? `refs/heads/${name}` : undefined;
}

function isDefault(branch: string, event: unknown): boolean {
  const named = textAt(event, 'repository', 'default_branch');
  return named === undefined ? branch === 'main' || branch === 'master' : branch === named;
}

function requestNumber(full: string | undefined, event: unknown): string | undefined {
  const fromRef = /^refs\/pull\/(\d+)\//.exec(full ?? '')?.[1];
  if (fromRef !== undefined) return fromRef;
  const isComment = at(event, 'issue', 'pull_request') !== undefined;
  return (
    textAt(event, 'pull_request', 'number') ??
    (isComment ? textAt(event, 'issue', 'number') : undefined) ??
    textAt(event, 'workflow_run', 'pull_requests', '0', 'number')
  );
}

function after(text: string | undefined, prefix: string): string | undefined {
  return text?.startsWith(prefix) === true && text.length > prefix.length ? text.slice(prefix.length) : undefined;
}

function textAt(value: unknown, ...way: readonly string[]): string | undefined {
  const found = at(value, ...way);
  if (typeof found === 'string' && found !== '') return found;
  return typeof found === 'number' && Number.isSafeInteger(found) ? String(found) : undefined;
}

function at(value: unknown, ...way: readonly string[]): unknown {
  return way.reduce<unknown>(
    (current, key) =>
      typeof current === 'object' && current !== null && Object.hasOwn(current, key)
        ? (current as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
