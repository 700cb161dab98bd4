/** A step of a GitHub workflow. The only place that speaks to GitHub's runner. */
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { Failure } from '../../core/errors.ts';
import type { Context } from '../../definitions/context.ts';
import type { AnyCommand, Log, Report } from '../../definitions/command.ts';
import { failureText, failureTrace } from '../text/failure-lines.ts';
import { readGitHubInputs } from './inputs.ts';
import { failureMarkdown, summaryMarkdown, type SummaryOptions } from './summary.ts';
import { MAX_OUTPUT_CHARACTERS } from '../delivery.ts';
import { createRunLog } from '../run-log.ts';
import type { CommandRun, DeliveredOutput, Host } from '../host.ts';
import type { KeptOutput } from '../../definitions/outputs.ts';
import { plain } from '../text/paint.ts';
import { progressLines } from '../text/progress.ts';
import type { Redaction } from '../text/redaction.ts';
import { MAX_LOG_ROWS, reportLines } from '../text/report-text.ts';
import { oneLine, safeLines, type SafeLines } from '../text/safe-lines.ts';
import { variable, type Surroundings } from '../surroundings.ts';
import { errorMessage } from '../system-errors.ts';
import { unknownVariableNotes } from '../unknown-variables.ts';

export interface GitHubOptions {
  readonly from: Surroundings;
  readonly context: Context;
  readonly log: Log;
  readonly redaction: Redaction;
  /** All of them, to find names that no command has. */
  readonly commands: readonly AnyCommand[];
  /** Every command, when the action for all of them runs; else empty. */
  readonly siblings: readonly AnyCommand[];
}

const MAX_ANNOTATIONS = 5;
const MAX_WARNINGS = 100;
const MAX_PROBLEMS = 20;

/** Opens the platform: everything goes through the runner's own commands, nothing is exported. */
export function createGitHubHost(options: GitHubOptions): Host {
  const { from, context, log, redaction, commands, siblings } = options;
  const safe = safeLines(redaction, { github: true });
  const runLog = createRunLog(context, redaction.withoutSecrets, from.now);
  const summaryOptions: SummaryOptions = { clean: redaction.clean, actor: context.actor, runUrl: context.runUrl };
  /** What a failure's summary tells; known once the inputs were looked for. */
  const known = { command: 'generic-packages', wantsSummary: true };
  return {
    context,
    log,
    runLog,
    usageExitCode: 1,
    takesOutputs: true,
    maxListCharacters: MAX_OUTPUT_CHARACTERS,
    tellsLongLists: true,
    inputName: (input) => input,
    read: (command) => {
      const reading = readGitHubInputs({ command, siblings, env: from.env });
      const reader = { platform: 'github', command, commands, named: [] } as const;
      for (const note of [...reading.notes, ...unknownVariableNotes(from.env, reader)]) log.warn(note);
      known.command = command.name;
      known.wantsSummary = reading.raw.get('summary')?.text.trim() !== 'false';
      return Promise.resolve(reading);
    },
    begin: () => Promise.resolve(),
    mask: (secrets) => {
      for (const secret of redaction.hide(secrets)) core.setSecret(secret);
    },
    hide: redaction.withoutSecrets,
    announce: (lines) => {
      log.info(lines);
    },
    storeOutput: (job, kept, text) => storeBelow(context.temp, job, kept, text()),
    ask: () => Promise.resolve(undefined),
    complete: async (_job, outputs, report) => {
      const problem = outputProblem(outputs);
      if (report !== undefined) {
        showReport(report, log, safe);
        if (report.summary) await appendSummary(summaryMarkdown(report, summaryOptions), options);
      }
      if (problem !== undefined) throw problem;
    },
    end: () => undefined,
    fail: async (failure) => {
      showFailure(failure, safe, log);
      const run = { command: known.command, subject: runLog.subject() };
      if (known.wantsSummary) await appendSummary(failureMarkdown(failure, run, summaryOptions), options);
    },
  };
}

/** Passes the outputs on. What keeps the runner from reading them fails the run, but only once its work is told. */
function outputProblem(outputs: readonly DeliveredOutput[]): Failure | undefined {
  try {
    for (const output of outputs) core.setOutput(output.name, output.text);
    return undefined;
  } catch (cause) {
    return new Failure('local-file', `The outputs of this step cannot be passed on: ${errorMessage(cause)}`, {
      hint: 'The work itself is done. GITHUB_OUTPUT names a file of the runner: check its disk, and run the job again.',
      cause,
    });
  }
}

/** The log of a step: groups, warnings as annotations, details where the runner debugs. */
export function githubLog(from: Surroundings, redaction: Redaction): Log {
  const safe = safeLines(redaction, { github: true });
  const info = (message: string): void => {
    for (const line of safe(message)) core.info(line);
  };
  const view = progressLines(info, from.now);
  let warnings = 0;
  let open = 0;
  return {
    info,
    warn: (message) => {
      warnings += 1;
      if (warnings <= MAX_ANNOTATIONS) core.warning(safe(message).join('\n'));
      else if (warnings <= MAX_WARNINGS || core.isDebug()) info(`warning: ${message}`);
      else if (warnings === MAX_WARNINGS + 1) info('Further warnings are left out: RUNNER_DEBUG=1 shows them');
    },
    detail: (message) => {
      if (!core.isDebug()) return;
      for (const line of safe(message)) core.debug(line);
    },
    group: async (title, work) => {
      // The runner does not nest groups: the inner one would end the outer.
      const outermost = open === 0;
      open += 1;
      if (outermost) core.startGroup(safe(title).join(' '));
      else info(title);
      try {
        return await work();
      } finally {
        open -= 1;
        if (outermost) core.endGroup();
      }
    },
    progress: (state) => {
      view.update(state);
    },
  };
}

/** Writes into a new folder that only this user may enter: several steps may end at once. Returns the file's path. */
async function storeBelow(
  temp: string,
  { command }: CommandRun,
  { fileName }: KeptOutput,
  text: string,
): Promise<string> {
  const path = join(await mkdtemp(join(temp, 'generic-packages-')), `${command.name}-${fileName}`);
  await writeFile(path, text);
  return path;
}

function showReport(report: Report, log: Log, safe: SafeLines): void {
  const look = { paint: plain, maxRows: MAX_LOG_ROWS, safe: (text: string) => safe(oneLine(text)).join(' ') };
  for (const line of reportLines(report, look)) log.info(line);
  for (const line of report.closing ?? []) log.info(line);
}

/** A summary is a service; the work is done, or has failed, whether it can be shown or not. */
async function appendSummary(markdown: string, { from, log }: GitHubOptions): Promise<void> {
  const path = variable(from.env, 'GITHUB_STEP_SUMMARY');
  if (path === undefined) return;
  try {
    await appendFile(path, `${markdown}\n`);
  } catch (error) {
    log.info(`No job summary: ${errorMessage(error)}`);
  }
}

/** One annotation. The log lists every problem, also those that the annotation omits. */
function showFailure(failure: Failure, safe: SafeLines, log: Log): void {
  const { headline, hint, ...text } = failureText(failure);
  const problems = [...text.problems, ...text.left];
  const left = problems.length - MAX_PROBLEMS;
  if (left > 0) for (const problem of problems) log.info(`- ${problem}`);
  const lines = [headline, ...problems.slice(0, MAX_PROBLEMS).map((problem) => `- ${problem}`)];
  if (left > 0) lines.push(`… and ${left} more: the log lists all ${problems.length}`);
  if (hint !== undefined) lines.push(hint);
  core.error(lines.flatMap((line) => safe(line)).join('\n'));
  const trace = failureTrace(failure);
  if (trace !== undefined) log.detail(trace);
}
