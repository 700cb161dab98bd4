/** Jobs of our components as GitLab's runner starts them: the program, and the variables of a pipeline. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { inputVariables, jobVariables } from './job-variables.ts';
import type { Programs } from './platform.ts';
import { startCli, type Ended, type Place, type Started } from './process.ts';
import { VERSION_TOKENS } from './version-registry.ts';

export interface Pipeline {
  readonly registry: RunningRegistry;
  /** The project's folder, which all jobs of the pipeline share here as they do by artifacts. */
  readonly folder: string;
  readonly id: number;
  /** Project, group and pipeline variables, which GitLab ranks above all else. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface JobRun extends Ended {
  /** What the job passed on; empty when it failed. */
  readonly outputs: Readonly<Record<string, string>>;
}

export type RunJob = (
  pipeline: Pipeline,
  command: string,
  inputs?: Readonly<Record<string, string>>,
) => Promise<JobRun>;

/** Runs one job on the default branch, unless `env` says otherwise, by this program. */
export function jobRunner(cli: Programs['cli']): RunJob {
  return async (pipeline, command, inputs = {}) => {
    const ended = await cli([command], jobPlace(pipeline, inputs));
    const prefix = inputs['output-prefix'] ?? '';
    return { ...ended, outputs: ended.code === 0 ? await passedOn(pipeline.folder, `${prefix}${command}`) : {} };
  };
}

/** Starts the bundle for such a job, to be watched and killed. */
export function startJob(
  pipeline: Pipeline,
  command: string,
  inputs: Readonly<Record<string, string>> = {},
): Promise<Started> {
  return startCli([command], jobPlace(pipeline, inputs));
}

/** Where such a job runs. */
export function jobPlace(
  { registry, folder, id, env = {} }: Pipeline,
  inputs: Readonly<Record<string, string>> = {},
): Place {
  return {
    cwd: folder,
    env: {
      GENERIC_PACKAGES_PLATFORM: 'gitlab',
      ...jobVariables({ url: registry.url, token: VERSION_TOKENS.job, folder, pipeline: id }),
      CI_COMMIT_BRANCH: 'main',
      CI_DEFAULT_BRANCH: 'main',
      CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
      ...inputVariables(inputs),
      ...env,
    },
  };
}

/** The job's dotenv report, line by line. */
export async function dotenvLines(folder: string, job: string): Promise<string[]> {
  return (await readFile(join(folder, '.generic-packages', `${job}.env`), 'utf8')).trimEnd().split('\n');
}

async function passedOn(folder: string, job: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, '.generic-packages', `${job}.json`), 'utf8');
  return (JSON.parse(text) as { outputs: Record<string, string> }).outputs;
}
