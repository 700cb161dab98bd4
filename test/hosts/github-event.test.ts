/** What a GitHub workflow runs for, read from its event. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readContext } from '../../src/hosts/environment.ts';
import type { Context, Platform, Ref } from '../../src/definitions/context.ts';
import { makeFolder, placeOf } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

const silent = { info: () => undefined, warn: () => undefined };

function contextOf(env: Record<string, string>, platform: Platform = 'terminal', cwd = folder.path): Context {
  return readContext(placeOf({ env, cwd }), platform, silent);
}

function event(payload: unknown): string {
  const path = join(folder.path, 'event.json');
  writeFileSync(path, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return path;
}

describe('what a GitHub workflow runs for', () => {
  test.each<[what: string, env: Record<string, string>, payload: unknown, ref: Ref]>([
    [
      'a tag',
      { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/tags/v1' },
      {},
      { tag: 'v1', full: 'refs/tags/v1', onDefaultBranch: false },
    ],
    [
      'a tag told by name and type',
      { GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'v1', GITHUB_REF_TYPE: 'tag' },
      {},
      { tag: 'v1', full: 'refs/tags/v1', onDefaultBranch: false },
    ],
    [
      "a push to the event's default branch",
      { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/trunk' },
      { repository: { default_branch: 'trunk' } },
      { branch: 'trunk', full: 'refs/heads/trunk', onDefaultBranch: true },
    ],
    [
      'main, which is not the default branch',
      { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main' },
      { repository: { default_branch: 'trunk' } },
      { branch: 'main', full: 'refs/heads/main', onDefaultBranch: false },
    ],
    [
      'master, where the event is silent',
      { GITHUB_EVENT_NAME: 'schedule', GITHUB_REF: 'refs/heads/master' },
      'no JSON',
      { branch: 'master', full: 'refs/heads/master', onDefaultBranch: true },
    ],
    [
      'another event on the default branch',
      { GITHUB_EVENT_NAME: 'issues', GITHUB_REF: 'refs/heads/main' },
      { issue: { number: 3 } },
      { branch: 'main', full: 'refs/heads/main', onDefaultBranch: false },
    ],
    [
      'a pull request',
      {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_REF: 'refs/pull/34/merge',
        GITHUB_HEAD_REF: 'main',
      },
      {},
      { request: 'pr-34', full: 'refs/pull/34/merge', onDefaultBranch: false },
    ],
    [
      'a pull request by its target',
      { GITHUB_EVENT_NAME: 'pull_request_target', GITHUB_REF: 'refs/heads/main' },
      { pull_request: { number: 35 } },
      { request: 'pr-35', full: 'refs/heads/main', onDefaultBranch: false, foreign: true },
    ],
    [
      'a comment on a pull request',
      { GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
      { issue: { number: 36, pull_request: {} } },
      { request: 'pr-36', full: 'refs/heads/main', onDefaultBranch: false, foreign: true },
    ],
    [
      'a comment on an issue',
      { GITHUB_EVENT_NAME: 'issue_comment', GITHUB_REF: 'refs/heads/main' },
      { issue: { number: 37 } },
      { full: 'refs/heads/main', onDefaultBranch: false, foreign: true },
    ],
    [
      'the end of another workflow',
      { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/heads/main' },
      { workflow_run: { pull_requests: [{ number: 38 }], head_branch: 'v1.4.0', head_sha: 'def' } },
      {
        request: 'pr-38',
        commit: 'def',
        full: 'refs/heads/main',
        onDefaultBranch: false,
        foreign: true,
        afterRun: true,
      },
    ],
    [
      'the end of another workflow, whose tag is not the code’s',
      { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/tags/v1' },
      {},
      { full: 'refs/tags/v1', onDefaultBranch: false, foreign: true, afterRun: true },
    ],
  ])('%s', (_what, env, payload, ref) => {
    const from = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SHA: 'abc',
      GITHUB_EVENT_PATH: event(payload),
      ...env,
    };
    expect(contextOf(from).ref).toEqual({ commit: 'abc', foreign: false, ...ref });
  });

  test('has a number, an owner, a repository and a folder for temporary files', () => {
    const env = {
      GITHUB_RUN_ID: '900',
      GITHUB_RUN_NUMBER: '9',
      GITHUB_SERVER_URL: 'https://github.test',
      GITHUB_REPOSITORY: 'acme/widget',
      RUNNER_TEMP: '/runner/temp',
    };
    const context = contextOf(env, 'github');
    expect(context.build).toEqual({
      number: '9',
      owner: 'run-900',
      repositoryUrl: 'https://github.test/acme/widget',
    });
    expect(context.temp).toBe('/runner/temp');
  });

  test.each(['/dev/zero', '.'])('an event file that is none (%s) is not read', (path) => {
    expect(contextOf({ GITHUB_EVENT_PATH: path }, 'github').ref).toMatchObject({ foreign: false });
  });

  test('an event file that is not there is no error', () => {
    expect(contextOf({ GITHUB_EVENT_PATH: join(folder.path, 'none') }, 'github').ref).toMatchObject({ foreign: false });
  });
});
