/**
 * A component's jobs run one after the other on this machine: a folder for each, artifacts carried as
 * `needs` says or else from earlier stages, the user's scripts by the shell. GitLab's rules are not looked at.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exists } from './tree.ts';
import { dotenvLines, jobPlace, type Pipeline } from './gitlab-job.ts';
import type { Programs } from './platform.ts';

export interface PlannedJob {
  readonly stage: string;
  readonly needs?: readonly { readonly job: string; readonly artifacts: boolean }[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts?: { readonly paths: readonly string[] };
}

export interface RanJob {
  readonly name: string;
  readonly code: number | null;
  readonly log: string;
}

export interface PipelinePlan {
  /** The checkout with the user's build. */
  readonly project: string;
  readonly jobs: ReadonlyMap<string, PlannedJob>;
  /** Just these jobs, as a retry does, on the artifacts that the others have left. */
  readonly only?: readonly string[] | undefined;
  /** What runs our jobs. */
  readonly cli: Programs['cli'];
}

/** Runs the jobs in the order given until one fails. Variables of the form `$NAME` are taken from `env`. */
export async function runPipeline(pipeline: Pipeline, plan: PipelinePlan): Promise<RanJob[]> {
  const { project, jobs, only = [...jobs.keys()], cli } = plan;
  const ran: RanJob[] = [];
  for (const [at, [name, job]] of [...jobs].entries()) {
    if (!only.includes(name)) continue;
    const folder = join(pipeline.folder, name);
    await mkdir(folder, { recursive: true });
    await cp(project, folder, { recursive: true });
    const from =
      job.needs?.filter(({ artifacts }) => artifacts).map((need) => need.job) ??
      [...jobs.keys()].slice(0, at).filter((other) => jobs.get(other)?.stage !== job.stage);
    for (const earlier of from)
      await carry(join(pipeline.folder, earlier), folder, jobs.get(earlier)?.artifacts?.paths ?? []);
    const command = job.variables?.GENERIC_PACKAGES_COMMAND;
    const one =
      command === undefined
        ? await runScript(job.script, folder)
        : await runOurs(cli, { ...pipeline, folder }, command, job.variables ?? {});
    ran.push({ name, ...one });
    if (one.code !== 0) break;
  }
  return ran;
}

async function runOurs(
  cli: Programs['cli'],
  pipeline: Pipeline,
  command: string,
  variables: Readonly<Record<string, string>>,
): Promise<Omit<RanJob, 'name'>> {
  const known = pipeline.env ?? {};
  const expanded = Object.entries(variables).map(([name, text]) => [
    name,
    text.startsWith('$') ? (known[text.slice(1)] ?? '') : text,
  ]);
  const env = { ...(Object.fromEntries(expanded) as Record<string, string>), ...known };
  const { code, stdout, stderr } = await cli([command], jobPlace({ ...pipeline, env }));
  return { code, log: stdout + stderr };
}

/** With what the version's dotenv report says, whatever its prefix, as GitLab gives it to later jobs. */
async function runScript(script: readonly string[], folder: string): Promise<Omit<RanJob, 'name'>> {
  const reports = (await readdir(join(folder, '.generic-packages'))).filter((name) => name.endsWith('version.env'));
  const lines = (await Promise.all(reports.map((name) => dotenvLines(folder, name.replace('.env', ''))))).flat();
  const env = {
    PATH: process.env.PATH ?? '',
    ...Object.fromEntries(lines.map((line) => line.split('=') as [string, string])),
  };
  try {
    const { stdout, stderr } = await promisify(execFile)('sh', ['-ec', script.join('\n')], { cwd: folder, env });
    return { code: 0, log: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, log: stdout + stderr };
  }
}

async function carry(from: string, to: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    if (await exists(join(from, path))) await cp(join(from, path), join(to, path), { recursive: true });
  }
}
