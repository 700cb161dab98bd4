/**
 * What earlier jobs of this GitLab pipeline handed on, and what to say where a variable claims
 * otherwise, here or later.
 */
import { OWN_FOLDER } from '../../core/reserved-names.ts';
import type { Context, HandedDown } from '../../spec/context.ts';
import { jobFiles } from '../../spec/job-files.ts';
import type { Log } from '../../spec/verb.ts';
import { dotenvName } from './dotenv.ts';
import { readHandOver } from './hand-over.ts';
import { variable, type Env } from '../surroundings.ts';

export interface HandedDownOptions {
  readonly workspace: string;
  readonly env: Env;
  readonly log: Pick<Log, 'info' | 'warn'>;
}

const SEMANTIC_VERSION = /^\d{1,15}\.\d{1,15}\.\d{1,15}(?:[-+][0-9A-Za-z.+-]{1,100})?$/;

/** Reads each hand-over once; one of another pipeline is ignored with a warning. */
export function handedDownReader(options: HandedDownOptions): Context['handedDown'] {
  const read = new Map<string, Promise<HandedDown | undefined>>();
  return (verb, outputPrefix) => {
    const key = jobFiles(verb, outputPrefix).handOver;
    const known = read.get(key) ?? readOnce(verb, outputPrefix, options);
    read.set(key, known);
    return known;
  };
}

async function readOnce(
  verb: string,
  outputPrefix: string,
  { workspace, env, log }: HandedDownOptions,
): Promise<HandedDown | undefined> {
  const handOver = await readHandOver(workspace, verb, outputPrefix);
  if (handOver === undefined) return undefined;
  if (handOver.pipeline !== (variable(env, 'CI_PIPELINE_ID') ?? '')) {
    log.warn(`${OWN_FOLDER}/${jobFiles(verb, outputPrefix).handOver} is of another pipeline and is ignored`);
    return undefined;
  }
  compareWithVariable(verb, outputPrefix, handOver.outputs, env, log);
  return handOver.outputs;
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
  verb: string,
  outputPrefix: string,
  outputs: HandedDown,
  env: Env,
  log: Pick<Log, 'info'>,
): void {
  const name = dotenvName(verb, verb, outputPrefix);
  const handed = outputs[verb];
  const other = variable(env, name);
  if (handed === undefined || other === undefined || other === handed) return;
  // A variable of that name may hold anything; only what is plainly a version is shown.
  const both = [handed, other].every((text) => SEMANTIC_VERSION.test(text));
  const values = both ? `: ${handed} was handed on, $${name} is ${other}` : '';
  log.info(`The hand-over of this pipeline counts, not $${name}, which differs${values}`);
}
