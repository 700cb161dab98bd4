/** Everything a GitLab pipeline needs on one machine: forge, registry, released components, a consumer's repository. */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { ROOT } from '../../support/process.ts';
import { commitAll, git } from './checkout.ts';
import { type Forge, openForge } from './forge.ts';
import { run } from './machine.ts';
import { openRegistry, PROJECT, type Seeds, TOKENS, TOOL } from './registry.ts';
import { makeRelease, type Release, VERSION } from './release.ts';

export interface Scene {
  readonly root: string;
  readonly registry: RunningRegistry;
  readonly forge: Forge;
  readonly release: Release;
  /** Work tree of a project that uses the components. */
  readonly consumer: string;
  /**
   * Runs `.gitlab-ci.yml`, of this text or made from this object, in the consumer's work tree or another:
   * a new pipeline for the tag v1.2.3, unless `variables` name another tag or a branch.
   */
  readonly pipeline: (
    ci: object | string,
    variables?: Readonly<Record<string, string>>,
    workTree?: string,
  ) => Promise<Pipeline>;
  close(): Promise<void>;
}

export interface Pipeline {
  readonly code: number | null;
  /** All that it and its jobs printed, without colours. */
  readonly log: string;
  /** Folder of what a job of that name passed on. */
  artifacts(job: string): string;
  /** A job's outputs as our own jobs leave them for scripts. */
  result(job: string, command: string): Promise<Readonly<Record<string, unknown>>>;
}

/** Variables of a pipeline for a push to the default branch. */
export const DEFAULT_BRANCH = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main' };

export async function openScene(storage: 'local' | 'redirect' = 'local', seeds: Seeds = {}): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'generic-packages-e2e-'));
  await mkdir(join(root, 'tmp'));
  const registry = await openRegistry(storage, seeds);
  let pipelines = 0;
  const forge = await openForge(join(root, 'repositories'), registry.url);
  const close = async (): Promise<void> => {
    await forge.close();
    await registry.close();
    await rm(root, { recursive: true, force: true });
  };
  try {
    const release = await makeRelease(root, forge);
    const consumer = await makeConsumer(root, forge);
    registry.forget();
    return {
      ...{ root, registry, forge, release, consumer, close },
      pipeline: (ci, variables = {}, workTree = consumer) => {
        pipelines += 1;
        // It counts from the state that is cleared away below, so that each would be the first.
        const numbered = { CI_PIPELINE_ID: String(1000 + pipelines), CI_PIPELINE_IID: String(pipelines), ...variables };
        return runPipeline(root, workTree, ci, numbered);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `include:` of a component by the address that GitLab's own users write. */
export function component(name: string, inputs: Readonly<Record<string, unknown>> = {}, version = '1'): object {
  return { component: `$CI_SERVER_FQDN/${TOOL.path}/${name}@${version}`, inputs };
}

async function makeConsumer(root: string, forge: Forge): Promise<string> {
  const folder = join(root, 'consumer');
  await cp(join(ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  await commitAll(folder);
  const origin = await forge.addRepository(PROJECT.path);
  await git(folder, 'remote', 'add', 'origin', origin);
  await git(folder, 'push', '--quiet', 'origin', 'main');
  return folder;
}

/**
 * It fetches components side by side and copies each to one place: of two that would make the same folder or the same
 * file at once, one fails. Writing to what is there, both succeed; with `--fetch-includes` it always writes.
 */
async function makeRoomForIncludes(state: string): Promise<void> {
  const folder = join(state, 'includes', '127.0.0.1', TOOL.path, VERSION, 'templates');
  await mkdir(folder, { recursive: true });
  const templates = await readdir(join(ROOT, 'templates'));
  await Promise.all(templates.map(async (name) => writeFile(join(folder, name), '')));
}

async function runPipeline(
  root: string,
  workTree: string,
  ci: object | string,
  variables: Readonly<Record<string, string>>,
): Promise<Pipeline> {
  const state = join(workTree, '.gitlab-ci-local');
  await rm(state, { recursive: true, force: true });
  await makeRoomForIncludes(state);
  await writeFile(join(workTree, '.gitlab-ci.yml'), typeof ci === 'string' ? ci : stringify(ci));
  // It reads includes and copies work trees from what git tracks.
  await git(workTree, 'add', '--all');
  const isForBranch = variables.CI_COMMIT_BRANCH !== undefined;
  // What it does not take from `origin`: a GitLab job has them, and here they are the registry's.
  const given = {
    GITLAB_CI: 'true',
    CI_PROJECT_ID: String(PROJECT.id),
    CI_JOB_TOKEN: TOKENS.job,
    ...(isForBranch ? {} : { CI_COMMIT_TAG: 'v1.2.3' }),
    ...variables,
  };
  const { code, stdout, stderr } = await run(
    process.execPath,
    [
      join(ROOT, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js'),
      ...[
        '--force-shell-executor',
        '--shell-isolation',
        '--artifacts-to-source=false',
        '--color=false',
        '--fetch-includes',
      ],
      // A tag pipeline has no branch; it takes one from the work tree.
      ...(isForBranch ? [] : ['--unset-variable', 'CI_COMMIT_BRANCH']),
      ...['--ignore-predefined-vars', Object.keys(given).join(',')],
      ...Object.entries(given).flatMap(([name, value]) => ['--variable', `${name}=${value}`]),
    ],
    // What `setup` puts on PATH stays when its job ends.
    { cwd: workTree, env: { HOME: join(root, 'home'), TMPDIR: join(root, 'tmp') } },
  );
  const artifacts = (job: string): string => join(state, 'artifacts', job);
  return {
    code,
    log: stripVTControlCharacters(`${stdout}${stderr}`),
    artifacts,
    result: async (job, command) =>
      JSON.parse(await readFile(join(artifacts(job), '.generic-packages', `${command}.result.json`), 'utf8')) as Record<
        string,
        unknown
      >,
  };
}
