/** What a run knows of its place, read from the environment: GitLab's side and that of no pipeline. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readContext, systemOf } from '../../src/hosts/environment.ts';
import type { ProxySettings } from '../../src/core/proxy-settings.ts';
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

describe('whose pipeline it is', () => {
  test.each<[env: Record<string, string>, platform: Platform, system: string]>([
    [{}, 'terminal', 'none'],
    [{ GITLAB_CI: 'true' }, 'terminal', 'gitlab'],
    [{ GITLAB_CI: 'false' }, 'gitlab', 'gitlab'],
    [{ GITHUB_ACTIONS: 'true' }, 'terminal', 'github'],
    [{ GITHUB_ACTIONS: 'true', GITLAB_CI: '1' }, 'terminal', 'github'],
    [{ GITLAB_CI: 'true' }, 'github', 'github'],
  ])('%j at the platform %s is %s', (env, platform, system) => {
    expect(systemOf(env, platform)).toBe(system);
  });
});

describe('a GitLab job', () => {
  const job = {
    CI_API_V4_URL: 'https://gitlab.test/api/v4',
    CI_SERVER_URL: 'https://gitlab.test',
    CI_PROJECT_ID: '42',
    CI_PROJECT_PATH: 'acme/widget',
    CI_PROJECT_NAME: 'widget',
    CI_JOB_TOKEN: 'job-token',
    CI_PIPELINE_ID: '7',
    CI_SERVER_TLS_CA_FILE: '/ca.pem',
  };
  const known = {
    apiUrl: 'https://gitlab.test/api/v4',
    serverUrl: 'https://gitlab.test',
    projectId: '42',
    projectPath: 'acme/widget',
    projectName: 'widget',
    jobToken: 'job-token',
    pipelineId: '7',
    caFile: '/ca.pem',
  };

  test.each<[env: Record<string, string>, platform: Platform]>([
    [{ GITLAB_CI: 'true' }, 'terminal'],
    [{ GITLAB_CI: 'false' }, 'gitlab'],
  ])('is known by %j or the platform %s', (env, platform) => {
    expect(contextOf({ ...job, ...env }, platform).job).toEqual(known);
  });

  test('is none just because its variables are there', () => {
    expect(contextOf({ ...job, GITLAB_CI: '1' })).not.toHaveProperty('job');
    expect(contextOf(job, 'github')).not.toHaveProperty('job');
  });

  test('has no variable that is blank', () => {
    expect(contextOf({ GITLAB_CI: 'true', CI_JOB_TOKEN: ' ', CI_PROJECT_ID: '' }).job).toEqual({});
  });
});

describe('what a GitLab pipeline runs for', () => {
  const commit = { GITLAB_CI: 'true', CI_COMMIT_SHA: 'abc', CI_DEFAULT_BRANCH: 'main' };
  test.each<[what: string, env: Record<string, string>, ref: Ref]>([
    ['a tag', { CI_COMMIT_TAG: 'v1.2.3' }, { tag: 'v1.2.3', full: 'refs/tags/v1.2.3', onDefaultBranch: false }],
    [
      'the default branch',
      { CI_COMMIT_BRANCH: 'main' },
      { branch: 'main', full: 'refs/heads/main', onDefaultBranch: true },
    ],
    ['another branch', { CI_COMMIT_BRANCH: 'x/y' }, { branch: 'x/y', full: 'refs/heads/x/y', onDefaultBranch: false }],
    [
      "a merge request from a fork's main",
      {
        CI_COMMIT_REF_NAME: 'main',
        CI_MERGE_REQUEST_IID: '12',
        CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/12/head',
      },
      { request: 'mr-12', full: 'refs/merge-requests/12/head', onDefaultBranch: false },
    ],
    [
      "a mirrored repository's pull request, which has a branch too",
      { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_EXTERNAL_PULL_REQUEST_IID: '8' },
      { branch: 'main', full: 'refs/heads/main', request: 'pr-8', onDefaultBranch: false },
    ],
    ['nothing that is told', { CI_COMMIT_TAG: '' }, { onDefaultBranch: false }],
  ])('%s', (_what, env, ref) => {
    expect(contextOf({ ...commit, ...env }).ref).toEqual({ commit: 'abc', foreign: false, ...ref });
  });

  test('has a number, an owner and a repository', () => {
    const env = {
      GITLAB_CI: 'true',
      CI_PIPELINE_ID: '700',
      CI_PIPELINE_IID: '7',
      CI_PROJECT_URL: 'https://gitlab.test/a',
    };
    expect(contextOf(env).build).toEqual({
      number: '7',
      owner: 'pipeline-700',
      repositoryUrl: 'https://gitlab.test/a',
    });
  });
});

describe('outside of any pipeline', () => {
  test('nothing is known of ref, build and job, whatever else is in the environment', () => {
    const env = {
      CI_COMMIT_TAG: 'v1',
      GITHUB_REF: 'refs/tags/v1',
      VERSION: '1',
      CI_JOB_TOKEN: 'x',
    };
    const context = contextOf(env);
    expect(context).toMatchObject({ ref: {}, workspace: folder.path, insecureTlsAsked: false });
    expect(context).not.toHaveProperty('build');
    expect(context).not.toHaveProperty('job');
    expect(context).not.toHaveProperty('sslCertFile');
  });

  test('what belongs to no pipeline is known', () => {
    expect(contextOf({ SSL_CERT_FILE: '/ca.pem', NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toMatchObject({
      sslCertFile: '/ca.pem',
      insecureTlsAsked: true,
    });
  });
});

describe('proxies', () => {
  test.each<[env: Record<string, string>, proxy: ProxySettings]>([
    [{}, {}],
    [{ https_proxy: '  ', HTTPS_PROXY: '' }, {}],
    [
      { http_proxy: 'http://a:1', https_proxy: 'b:2', no_proxy: '*.corp.example, 10.0.0.0/8' },
      { http: 'http://a:1', https: 'b:2', no: '*.corp.example, 10.0.0.0/8' },
    ],
    [
      { HTTP_PROXY: 'http://a:1', HTTPS_PROXY: 'b:2', NO_PROXY: '*' },
      { http: 'http://a:1', https: 'b:2', no: '*' },
    ],
    [{ https_proxy: 'lower:1', HTTPS_PROXY: 'upper:1' }, { https: 'lower:1' }],
    [{ ALL_PROXY: 'a:1', PROXY: 'a:1' }, {}],
  ])('of %j are %j', (env, proxy) => {
    expect(contextOf(env).proxy).toEqual(proxy);
  });
});

describe('the workspace', () => {
  test("is GitHub's", () => {
    expect(contextOf({ GITHUB_WORKSPACE: '/home/runner/work' }, 'github').workspace).toBe('/home/runner/work');
  });

  test.each([['.'], ['deep/below']])("is GitLab's project folder when the run is in its %s", (below) => {
    const cwd = join(folder.path, 'builds', below);
    mkdirSync(cwd, { recursive: true });
    const env = { CI_PROJECT_DIR: join(folder.path, 'builds') };
    expect(contextOf(env, 'gitlab', cwd).workspace).toBe(join(folder.path, 'builds'));
  });

  test('is known again when GitLab names it by a link', () => {
    mkdirSync(join(folder.path, 'real'));
    symlinkSync('real', join(folder.path, 'link'));
    const env = { CI_PROJECT_DIR: join(folder.path, 'link') };
    expect(contextOf(env, 'gitlab', join(folder.path, 'real')).workspace).toBe(join(folder.path, 'real'));
  });

  test.each([['/builds/acme/widget'], ['/'.repeat(3) + 'nowhere']])(
    "is the working directory when GitLab's folder %s is elsewhere",
    (project) => {
      expect(contextOf({ CI_PROJECT_DIR: project }, 'gitlab').workspace).toBe(folder.path);
    },
  );

  test('is not a folder whose name merely begins the same', () => {
    mkdirSync(join(folder.path, 'a'));
    mkdirSync(join(folder.path, 'ab'));
    const context = contextOf({ CI_PROJECT_DIR: join(folder.path, 'a') }, 'gitlab', join(folder.path, 'ab'));
    expect(context.workspace).toBe(join(folder.path, 'ab'));
  });
});
