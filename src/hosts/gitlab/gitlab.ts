/** A job of a GitLab pipeline, started by one of our components: the command line, and files for later jobs. */
import { isAbsolute, join, relative, sep } from 'node:path';
import { asFailure, Failure } from '../../core/errors.ts';
import { isInside } from '../../core/links.ts';
import { OWN_FOLDER } from '../../core/names/reserved-names.ts';
import { dotenvReport, type DotenvReport } from './dotenv.ts';
import { everyJobFile, openFolder, removeFiles, writeWhole } from './folder.ts';
import { annotationsText, sectionMarks } from './report.ts';
import { valuesText } from './values-file.ts';
import { outrankedNotes } from './pipeline-values.ts';
import { MAX_OUTPUT_CHARACTERS } from '../delivery.ts';
import type { DeliveredOutput, Host, CommandRun } from '../host.ts';
import { environmentLayer, templateLayer } from '../input-layers.ts';
import { jobFiles } from '../../definitions/job-files.ts';
import type { Context } from '../../definitions/context.ts';
import type { Link, Log } from '../../definitions/command.ts';
import { outputsObject } from '../terminal/output-json.ts';
import { progressLines } from '../text/progress.ts';
import { openStreamHost, type StreamHostOptions } from '../stream-host.ts';
import type { Env } from '../surroundings.ts';

/** Its report has names that may be taken by a variable of the project, such as `VERSION`. */
const BARE_COMMAND = 'version';

export function openGitLab(options: StreamHostOptions): Host {
  const { from, commandLine, redaction } = options;
  // One stream, for the runner may mix up the order of two.
  const sink = commandLine.json ? from.stderr : from.stdout;
  const base = openStreamHost(options, {
    platform: 'gitlab',
    logTo: sink,
    reportTo: sink,
    showsColours: true,
    layers: [templateLayer(from.env), environmentLayer(from.env, 'connection')],
    progress: (line) => progressLines(line, from.now),
    groups: () => sectionMarks(commandLine.command?.name ?? 'run', from.now),
    inputName: (input) => input,
  });
  const { context, log } = base;
  const clean = (text: string): string => redaction.clean(text);
  return {
    ...base,
    takesOutputs: true,
    maxListCharacters: MAX_OUTPUT_CHARACTERS,
    begin: async (job) => {
      await removeFiles(await openFolder(context.workspace), everyJobFile(job));
    },
    storeOutput: async (job, { fileName }, text) => {
      const name = jobFiles(job.command.name, job.outputPrefix).output(fileName);
      const folder = await openFolder(context.workspace);
      await writeWhole(folder, name, text());
      return join(folder, name);
    },
    complete: async (job, outputs, report, more = {}) => {
      const portable = outputs.map((output) => makePortable(output, context.workspace));
      const hidden = Object.entries(more).map(([name, text]) => [name, base.hide(text)] as const);
      const results = { outputs: portable, more: hidden, links: report?.links ?? [] };
      const written = await writeJobFiles(job, results, context, clean).catch((error: unknown) => asFailure(error));
      if (!(written instanceof Failure)) tellReport(job, written, from.env, log);
      // Last, whatever there was to say: a green job ends with its result.
      await base.complete(job, outputs, report, undefined);
      if (written instanceof Failure) throw written;
    },
  };
}

/** What scripts of later jobs will not see in the report of variables. */
function tellReport(job: CommandRun, report: DotenvReport, env: Env, log: Log): void {
  const file = `${OWN_FOLDER}/${jobFiles(job.command.name, job.outputPrefix).dotenv}`;
  for (const { name, why } of report.omitted) log.info(`${file} does not contain ${name}: ${why}`);
  // Other commands run more than once in a pipeline, and then find their own report in the environment.
  if (job.command.name !== BARE_COMMAND) return;
  for (const note of outrankedNotes(report.content, env)) log.warn(note);
}

/** What a job leaves behind: its outputs, more for our own jobs alone, and addresses to show. */
interface JobResults {
  readonly outputs: readonly DeliveredOutput[];
  readonly more: readonly (readonly [name: string, text: string])[];
  readonly links: readonly Link[];
}

/** Writes all files of a job but its lists; returns the report of variables. */
async function writeJobFiles(
  job: CommandRun,
  { outputs, more, links }: JobResults,
  context: Context,
  clean: (text: string) => string,
): Promise<DotenvReport> {
  const command = job.command.name;
  const files = jobFiles(command, job.outputPrefix);
  const folder = await openFolder(context.workspace);
  const texts = outputs.map((output) => [output.name, output.text] as const);
  // A list is no value of a variable: scripts read its file.
  const isList = new Set(outputs.filter(({ value }) => typeof value === 'object').map(({ name }) => name));
  const dotenv = dotenvReport(
    command,
    job.outputPrefix,
    texts.filter(([name]) => !isList.has(name)),
  );
  await writeWhole(folder, files.dotenv, dotenv.content);
  await writeWhole(folder, files.result, `${JSON.stringify(outputsObject(outputs, 'whole'), null, 2)}\n`);
  await writeWhole(folder, files.annotations, annotationsText(links, clean));
  const pipeline = context.job?.pipelineId ?? '';
  // Last: what the next job believes in is there only when all else is.
  await writeWhole(folder, files.values, valuesText({ pipeline, command, outputs: record([...more, ...texts]) }));
  return dotenv;
}

/** The next job's checkout may lie in another folder: paths travel relative to the project's. */
function makePortable(output: DeliveredOutput, workspace: string): DeliveredOutput {
  const { text, path } = output;
  if (!path || !isAbsolute(text) || !isInside(workspace, text)) return output;
  const way = relative(workspace, text).split(sep).join('/') || '.';
  return { ...output, value: way, shown: way, text: way };
}

function record(entries: readonly (readonly [string, string])[]): Readonly<Record<string, string>> {
  const values = Object.create(null) as Record<string, string>;
  for (const [name, text] of entries) values[name] = text;
  return values;
}
