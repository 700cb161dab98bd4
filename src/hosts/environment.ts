/** Environment → the Context of a run. Which CI system it runs in is decided here only. */
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInside } from '../core/links.ts';
import type { ProxySettings } from '../core/proxy-settings.ts';
import type { Build, Context, Platform, GitLabJob, Ref } from '../definitions/context.ts';
import type { Log } from '../definitions/command.ts';
import { githubBuild, githubRef, githubRunUrl, readEvent } from './github/event.ts';
import { pipelineValuesReader } from './gitlab/pipeline-values.ts';
import { present, variable, type Env, type Surroundings } from './surroundings.ts';

/** The CI system whose pipeline this is: by the platform, else by what the runner sets. */
export type System = 'github' | 'gitlab' | 'none';

/** Action and component run in their own system; a terminal's command may run in a pipeline of either, or in none. */
export function systemOf(env: Env, platform: Platform): System {
  if (platform !== 'terminal') return platform;
  if (env.GITLAB_CI === 'true') return 'gitlab';
  return env.GITHUB_ACTIONS === 'true' ? 'github' : 'none';
}

/** Everything that a run may know of its place. */
export function readContext(from: Surroundings, platform: Platform, log: Pick<Log, 'info' | 'warn'>): Context {
  const { env, cwd, os, home, umask } = from;
  const system = systemOf(env, platform);
  const event = system === 'github' ? readEvent(env) : undefined;
  const build = buildOf(env, system);
  const isGitLabJob = platform === 'gitlab' || env.GITLAB_CI === 'true';
  const workspace = workspaceOf(env, cwd, system);
  return {
    platform,
    os,
    cwd,
    workspace,
    home,
    temp: (system === 'github' ? variable(env, 'RUNNER_TEMP') : undefined) ?? from.temp,
    umask,
    stdin: from.stdin,
    actor: actorOf(env, system) ?? from.user,
    ...present({ runUrl: runUrlOf(env, system) }),
    ref: readRef(env, system, event),
    ...(build === undefined ? {} : { build }),
    ...(isGitLabJob ? { job: gitlabJob(env) } : {}),
    ...present({ sslCertFile: variable(env, 'SSL_CERT_FILE') }),
    proxy: proxySettings(env),
    insecureTlsAsked: variable(env, 'NODE_TLS_REJECT_UNAUTHORIZED') === '0',
    pipelineValues: isGitLabJob ? pipelineValuesReader({ workspace, env, log }) : () => Promise.resolve(undefined),
    ...(isGitLabJob ? { jobVariable: (key) => (Object.hasOwn(env, key) ? env[key] : undefined) } : {}),
  };
}

function readRef(env: Env, system: System, event: unknown): Ref {
  if (system === 'github') return githubRef(env, event);
  return system === 'gitlab' ? gitlabRef(env) : {};
}

function workspaceOf(env: Env, cwd: string, system: System): string {
  if (system === 'github') return resolve(cwd, variable(env, 'GITHUB_WORKSPACE') ?? '.');
  const project = system === 'gitlab' ? variable(env, 'CI_PROJECT_DIR') : undefined;
  if (project === undefined) return cwd;
  // The runner may name the folder by a link (/builds); the working directory has none in it.
  const folder = withoutLinks(resolve(cwd, project));
  return isInside(folder, withoutLinks(cwd)) ? folder : cwd;
}

function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // It does not exist here, as with a runner that only pretends to be in a container.
    return path;
  }
}

function gitlabRef(env: Env): Ref {
  const tag = variable(env, 'CI_COMMIT_TAG');
  const branch = variable(env, 'CI_COMMIT_BRANCH');
  const request = gitlabRequest(env);
  return {
    ...present({
      tag,
      branch,
      commit: variable(env, 'CI_COMMIT_SHA'),
      full: gitlabFullRef(env),
      request,
    }),
    // CI_COMMIT_REF_NAME would not do: in a merge request it is the source's, and a fork has a `main` too.
    onDefaultBranch: request === undefined && branch !== undefined && branch === variable(env, 'CI_DEFAULT_BRANCH'),
    foreign: false,
  };
}

function gitlabFullRef(env: Env): string | undefined {
  const tag = variable(env, 'CI_COMMIT_TAG');
  if (tag !== undefined) return `refs/tags/${tag}`;
  const branch = variable(env, 'CI_COMMIT_BRANCH');
  return branch === undefined ? variable(env, 'CI_MERGE_REQUEST_REF_PATH') : `refs/heads/${branch}`;
}

/** A merge request, or for a mirrored GitHub repository its pull request, which has a branch too. */
function gitlabRequest(env: Env): string | undefined {
  const merge = variable(env, 'CI_MERGE_REQUEST_IID');
  if (merge !== undefined) return `mr-${merge}`;
  const pull = variable(env, 'CI_EXTERNAL_PULL_REQUEST_IID');
  return pull === undefined ? undefined : `pr-${pull}`;
}

function gitlabJob(env: Env): GitLabJob {
  return present({
    apiUrl: variable(env, 'CI_API_V4_URL'),
    serverUrl: variable(env, 'CI_SERVER_URL'),
    projectId: variable(env, 'CI_PROJECT_ID'),
    projectPath: variable(env, 'CI_PROJECT_PATH'),
    projectName: variable(env, 'CI_PROJECT_NAME'),
    projectFolder: variable(env, 'CI_PROJECT_DIR'),
    jobToken: variable(env, 'CI_JOB_TOKEN'),
    pipelineId: variable(env, 'CI_PIPELINE_ID'),
    caFile: variable(env, 'CI_SERVER_TLS_CA_FILE'),
    serverVersion: variable(env, 'CI_SERVER_VERSION'),
    parallelJobs: variable(env, 'CI_NODE_TOTAL'),
  });
}

/** The lower-case name counts before the upper-case one, as in curl. */
function proxySettings(env: Env): ProxySettings {
  const either = (name: string): string | undefined => variable(env, name) ?? variable(env, name.toUpperCase());
  return present({ http: either('http_proxy'), https: either('https_proxy'), no: either('no_proxy') });
}

function buildOf(env: Env, system: System): Build | undefined {
  if (system === 'github') return githubBuild(env);
  if (system === 'none') return undefined;
  const id = variable(env, 'CI_PIPELINE_ID');
  return present({
    number: variable(env, 'CI_PIPELINE_IID'),
    owner: id === undefined ? undefined : `pipeline-${id}`,
    repositoryUrl: variable(env, 'CI_PROJECT_URL'),
  });
}

/** Who started the run: of a GitHub run that was started again, who did that. */
function actorOf(env: Env, system: System): string | undefined {
  if (system === 'none') return undefined;
  return system === 'github'
    ? (variable(env, 'GITHUB_TRIGGERING_ACTOR') ?? variable(env, 'GITHUB_ACTOR'))
    : variable(env, 'GITLAB_USER_LOGIN');
}

function runUrlOf(env: Env, system: System): string | undefined {
  if (system === 'github') return githubRunUrl(env);
  return system === 'gitlab' ? (variable(env, 'CI_JOB_URL') ?? variable(env, 'CI_PIPELINE_URL')) : undefined;
}
