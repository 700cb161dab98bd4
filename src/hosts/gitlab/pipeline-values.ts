/**
 * What earlier jobs of this GitLab pipeline passed on, and what to say where a variable claims
 * otherwise, here or later.
 */
import { OWN_FOLDER } from '../../core/names/reserved-names.ts';
import type { Context, PipelineValues } from '../../definitions/context.ts';
import { dotenvName, jobFiles } from '../../definitions/job-files.ts';
import type { Log } from '../../definitions/command.ts';
import { readValuesFile } from './values-file.ts';
import { variable, type Env } from '../surroundings.ts';

export interface PipelineValuesOptions {
  readonly workspace: string;
  readonly env: Env;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const SEMANTIC_VERSION = /^\d{1,15}\.\d{1,15}\.\d{1,15}(?:[-+][0-9A-Za-z.+-]{1,100})?$/;

/** Reads each pipeline values once; one of another pipeline is ignored with a warning. */
export function pipelineValuesReader(options: PipelineValuesOptions): Context['pipelineValues'] {
  const read = new Map<string, Promise<PipelineValues | undefined>>();
  return (command, outputPrefix) => {
    const key = jobFiles(command, outputPrefix).values;
    const known = read.get(key) ?? readOnce(command, outputPrefix, options);
    read.set(key, known);
    return known;
  };
}

async function readOnce(
  command: string,
  outputPrefix: string,
  { workspace, env, log }: PipelineValuesOptions,
): Promise<PipelineValues | undefined> {
  const values = await readValuesFile(workspace, command, outputPrefix);
  if (values === undefined) return undefined;
  if (values.pipeline !== (variable(env, 'CI_PIPELINE_ID') ?? '')) {
    log.warn(`${OWN_FOLDER}/${jobFiles(command, outputPrefix).values} is of another pipeline and is ignored`);
    return undefined;
  }
  compareWithVariable(command, outputPrefix, values.outputs, env, log);
  return values.outputs;
}

/**
 * Warnings for a job that reports to scripts what they will not see: GitLab ranks project, group and
 * instance variables above a dotenv report. `report` is the content of that report.
 */
export function outrankedNotes(report: string, env: Env): readonly string[] {
  const notes: string[] = [];
  for (const line of report.split('\n').filter((text) => text !== '')) {
    const [name, handed] = [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
    const other = Object.hasOwn(env, name) ? env[name] : undefined;
    if (other === undefined || other === handed) continue;
    // Whatever it holds may be a secret; only what is plainly a version is shown.
    const seen = SEMANTIC_VERSION.test(other) ? other : other.trim() === '' ? 'nothing' : 'its value';
    const meant = handed === '' ? 'nothing' : handed;
    notes.push(
      `This job has a variable ${name} already, and GitLab ranks those of projects and groups above what a job reports: ` +
        `scripts will see ${seen} instead of ${meant}. Rename that variable`,
    );
  }
  return notes;
}

/**
 * GitLab ranks project, group and instance variables above a dotenv report, so `$VERSION` may be
 * somebody else's. It is never used; users who look at it in their scripts are told.
 */
function compareWithVariable(
  command: string,
  outputPrefix: string,
  outputs: PipelineValues,
  env: Env,
  log: Pick<Log, 'info'>,
): void {
  const name = dotenvName(command, command, outputPrefix);
  const handed = outputs[command];
  const other = variable(env, name);
  if (handed === undefined || other === undefined || other === handed) return;
  // A variable of that name may hold anything; only what is plainly a version is shown.
  const both = [handed, other].every((text) => SEMANTIC_VERSION.test(text));
  const values = both ? `: ${handed} was passed on, $${name} is ${other}` : '';
  log.info(`The pipeline values of this pipeline counts, not $${name}, which differs${values}`);
}
