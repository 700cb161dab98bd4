/** What earlier jobs of this GitLab pipeline passed on, and notes where a variable has another value. */
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

/** Reads the values of each job once; those of another pipeline are ignored with a warning. */
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
    log.warn(`${OWN_FOLDER}/${jobFiles(command, outputPrefix).values} comes from another pipeline and is ignored`);
    return undefined;
  }
  const note = differingNote(dotenvName(command, command, outputPrefix), values.outputs[command], env);
  if (note !== undefined) log.info(note);
  return values.outputs;
}

/**
 * Warnings for a job that reports to scripts what they will not see: GitLab ranks project, group and
 * instance variables above a dotenv report. `report` is the content of that report.
 */
export function outrankedNotes(report: string, env: Env): readonly string[] {
  const notes: string[] = [];
  for (const line of report.split('\n').filter((text) => text !== '')) {
    const [name, reported] = [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)];
    const other = Object.hasOwn(env, name) ? env[name] : undefined;
    if (other === undefined || other === reported) continue;
    const seen = describeForeignValue(other);
    const meant = reported === '' ? 'nothing' : reported;
    notes.push(
      `The variable ${name} exists already, and GitLab prefers variables of projects and groups to what a job ` +
        `reports: scripts will see ${seen} instead of ${meant}. Rename that variable`,
    );
  }
  return notes;
}

/** Whatever the variable holds may be a secret; only what is plainly a version is shown. */
function describeForeignValue(value: string): string {
  if (SEMANTIC_VERSION.test(value)) return value;
  return value.trim() === '' ? 'nothing' : 'its value';
}

/**
 * GitLab ranks project, group and instance variables above a dotenv report, so `$VERSION` may be somebody
 * else's. It is never used; users who look at it in their scripts are told.
 */
function differingNote(name: string, passedOn: string | undefined, env: Env): string | undefined {
  const other = variable(env, name);
  if (passedOn === undefined || other === undefined || other === passedOn) return undefined;
  // A variable of that name may hold anything; only what is plainly a version is shown.
  const areShown = [passedOn, other].every((text) => SEMANTIC_VERSION.test(text));
  const values = areShown ? `: ${passedOn} was passed on, $${name} is ${other}` : '';
  return `This job uses what an earlier job of this pipeline passed on, not $${name}, which differs${values}`;
}
