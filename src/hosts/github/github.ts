/** A step of a GitHub workflow. The only place that speaks to GitHub's runner. */
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Failure } from '../../core/errors.ts';
import type { Context } from '../../definitions/context.ts';
import type { AnyCommand, Log, Report } from '../../definitions/command.ts';
import { failureText, failureTrace } from '../text/failure-lines.ts';
import { readGitHubInputs } from './inputs.ts';
import { summaryMarkdown } from './summary.ts';
import { MAX_OUTPUT_CHARACTERS } from '../delivery.ts';
import type { Host, CommandRun } from '../host.ts';
import { createRunLog } from '../run-log.ts';
import { plain } from '../text/paint.ts';
import { progressLines } from '../text/progress.ts';
import type { Redaction } from '../text/redaction.ts';
import { reportLines } from '../text/report-text.ts';
import { oneLine, safeLines, type SafeLines } from '../text/safe-lines.ts';
import { variable, type Surroundings } from '../surroundings.ts';
import { errorMessage } from '../system-errors.ts';

export interface GitHubOptions {
  readonly from: Surroundings;
  readonly context: Context;
  readonly log: Log;
  readonly redaction: Redaction;
  /** Every command, when the action for all of them runs; else empty. */
  readonly siblings: readonly AnyCommand[];
}

const MAX_WARNINGS = 5;
const MAX_PROBLEMS = 20;

/** Opens the platform: everything goes through the runner's own commands, nothing is exported. */
export function createGitHubHost({ from, context, log, redaction, siblings }: GitHubOptions): Host {
  const safe = safeLines(redaction, { github: true });
  return {
    context,
    log,
    runLog: createRunLog(context, redaction.withoutSecrets, from.now),
    usageExitCode: 1,
    takesOutputs: true,
    maxListCharacters: MAX_OUTPUT_CHARACTERS,
    inputName: (input) => input,
    read: (command) => Promise.resolve(readGitHubInputs({ command, siblings, env: from.env })),
    begin: () => Promise.resolve(),
    mask: (secrets) => {
      for (const secret of redaction.hide(secrets)) core.setSecret(secret);
    },
    hide: redaction.withoutSecrets,
    announce: (line) => {
      log.info(line);
    },
    storeList: (job, output, json) => storeListBelow(context.temp, job, output, json),
    complete: async (_job, outputs, report) => {
      for (const output of outputs) core.setOutput(output.name, output.text);
      if (report !== undefined) await showReport(report, { from, log, redaction }, safe);
    },
    fail: (failure) => {
      showFailure(failure, safe, log);
      return Promise.resolve();
    },
  };
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
      if (warnings <= MAX_WARNINGS) core.warning(safe(message).join('\n'));
      else info(`warning: ${message}`);
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
async function storeListBelow(temp: string, { command }: CommandRun, output: string, json: string): Promise<string> {
  const path = join(await mkdtemp(join(temp, 'generic-packages-')), `${command.name}-${output}.json`);
  await writeFile(path, json);
  return path;
}

async function showReport(
  report: Report,
  { from, log, redaction }: Pick<GitHubOptions, 'from' | 'log' | 'redaction'>,
  safe: SafeLines,
): Promise<void> {
  for (const line of reportLines(report, plain, (text) => safe(oneLine(text)).join(' '))) log.info(line);
  for (const line of report.closing ?? []) log.info(line);
  const path = variable(from.env, 'GITHUB_STEP_SUMMARY');
  if (path === undefined || !report.summary) return;
  try {
    await appendFile(
      path,
      summaryMarkdown(report, (text) => redaction.clean(text)),
    );
  } catch (error) {
    // A summary is a service; the work is done whether it can be shown or not.
    log.info(`No job summary: ${errorMessage(error)}`);
  }
}

/** One annotation. The log lists every problem, also those that the annotation omits. */
function showFailure(failure: Failure, safe: SafeLines, log: Log): void {
  const { headline, problems, hint } = failureText(failure);
  const left = problems.length - MAX_PROBLEMS;
  if (left > 0) for (const problem of problems) log.info(`- ${problem}`);
  const lines = [headline, ...problems.slice(0, MAX_PROBLEMS).map((problem) => `- ${problem}`)];
  if (left > 0) lines.push(`… and ${left} more: the log lists all ${problems.length}`);
  if (hint !== undefined) lines.push(hint);
  core.error(lines.flatMap((line) => safe(line)).join('\n'));
  const trace = failureTrace(failure);
  if (trace !== undefined) log.detail(trace);
}
