/** What a terminal and a GitLab job have in common: one command line, a log of plain lines, `--json`. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Failure } from '../core/errors.ts';
import { formatCount } from '../core/format.ts';
import type { Context, Platform } from '../definitions/context.ts';
import type { AnyCommand, Report } from '../definitions/command.ts';
import type { CommandLine } from './terminal/command-line.ts';
import { readContext } from './environment.ts';
import { failureText, failureTrace } from './text/failure-lines.ts';
import type { Host, InputReading } from './host.ts';
import { gatherInputs, type InputLayer } from './input-layers.ts';
import { errorObject, outputsObject } from './terminal/output-json.ts';
import { coloured, paintFor, plain, type Paint } from './text/paint.ts';
import type { ProgressView } from './text/progress.ts';
import type { Redaction } from './text/redaction.ts';
import { MAX_LOG_ROWS, reportLines, type ReportLook } from './text/report-text.ts';
import { oneLine, safeLines, type SafeLines } from './text/safe-lines.ts';
import { fetchSecrets } from './terminal/secret-places.ts';
import { createStreamLog, type GroupMarks, type StreamLog } from './text/stream-log.ts';
import { createRunLog } from './run-log.ts';
import { errorMessage } from './system-errors.ts';
import { unknownVariableNotes, type VariableReader } from './unknown-variables.ts';
import { variable, type Env, type Surroundings, type TextSink } from './surroundings.ts';

export interface StreamHostOptions {
  readonly from: Surroundings;
  readonly commandLine: CommandLine;
  readonly redaction: Redaction;
  /** All of them, to find names that no command has. */
  readonly commands: readonly AnyCommand[];
}

/** What differs between the two. */
export interface StreamHostWays {
  readonly platform: Platform;
  readonly logTo: TextSink;
  readonly reportTo: TextSink;
  /** True where colours show although the stream is no terminal. */
  readonly showsColours: boolean;
  /** Where inputs are looked for after the flags. */
  readonly layers: readonly InputLayer[];
  readonly progress: (line: (text: string) => void) => ProgressView;
  readonly groups: (paint: Paint) => GroupMarks;
  readonly inputName: (input: string) => string;
  /** Asks a person; absent: nobody sits there. */
  readonly ask?: (question: string, signal: AbortSignal) => Promise<string | undefined>;
  /** What stands on the screen at the end; absent: a log, which can be scrolled. */
  readonly screen?: { readonly rows: number; readonly problems: number };
}

/** The host of a command line; a platform that has more to do changes single functions of it. */
export function openStreamHost(options: StreamHostOptions, ways: StreamHostWays): Host {
  const { from, commandLine, redaction } = options;
  const safe = safeLines(redaction, { github: false });
  const log = openLog(options, ways, safe);
  const context = readContext(from, ways.platform, log);
  const reportPaint = paintOf(ways.reportTo, from.env, ways);
  const json = (value: unknown): void => {
    if (commandLine.json) from.stdout.write(`${JSON.stringify(value)}\n`);
  };
  // One object: a run that fails after its work prints the error instead.
  let result: unknown = {};
  let isAnnounced = false;
  return {
    context,
    log,
    runLog: createRunLog(context, redaction.withoutSecrets, from.now),
    usageExitCode: 2,
    takesOutputs: commandLine.json || commandLine.outputPaths.size > 0,
    maxListCharacters: Number.POSITIVE_INFINITY,
    tellsLongLists: false,
    inputName: ways.inputName,
    read: (command) => {
      for (const note of unknownVariableNotes(from.env, readerOf(command, options, ways))) log.warn(note);
      return readFlagsAndVariables(command, options, ways);
    },
    begin: () => Promise.resolve(),
    mask: (secrets) => {
      redaction.hide(secrets);
    },
    hide: redaction.withoutSecrets,
    announce: (lines, ready) => {
      if (commandLine.json && ready !== undefined) json(ready);
      else for (const line of lines.split('\n')) from.stdout.write(`${safe(line).join(' ')}\n`);
      isAnnounced = ready !== undefined;
    },
    ask: (question, signal) => {
      log.settle();
      return ways.ask?.(safe(question).join(' '), signal) ?? Promise.resolve(undefined);
    },
    storeOutput: (_job, { output }, text) => storeAt(commandLine.outputPaths.get(output), text, context),
    complete: (_job, outputs, report) => {
      if (report !== undefined) {
        log.settle();
        ways.reportTo.write(reportText(report, lookOf(options, ways, reportPaint), safe));
      }
      result = outputsObject(outputs, 'shown');
      return Promise.resolve();
    },
    end: () => {
      if (!isAnnounced) json(result);
    },
    fail: (failure) => {
      showFailure(failure, log, isVerbose(options) ? undefined : ways.screen);
      json(errorObject(failure, redaction.clean));
      return Promise.resolve();
    },
  };
}

function openLog({ from, commandLine }: StreamHostOptions, ways: StreamHostWays, safe: SafeLines): StreamLog {
  const paint = paintOf(ways.logTo, from.env, ways);
  const write = (text: string): void => {
    ways.logTo.write(text);
  };
  return createStreamLog({
    write,
    safe,
    paint,
    verbose: isVerbose({ commandLine, from }),
    progress: ways.progress((text) => {
      write(`${paint('dim', text)}\n`);
    }),
    groups: ways.groups(paint),
  });
}

function isVerbose({ commandLine, from }: Pick<StreamHostOptions, 'commandLine' | 'from'>): boolean {
  return commandLine.verbose || isDebugging(from.env);
}

function isDebugging(env: Env): boolean {
  return variable(env, 'RUNNER_DEBUG') === '1' || variable(env, 'CI_DEBUG_TRACE') === 'true';
}

/** GitLab's log shows colours; `NO_COLOR` is obeyed there too. */
function paintOf(sink: TextSink, env: Env, { showsColours }: StreamHostWays): Paint {
  if (!showsColours) return paintFor(sink, env);
  return paintFor({ write: () => undefined, isTTY: true }, env) === plain ? plain : coloured;
}

function readerOf(
  command: AnyCommand,
  { commandLine, commands }: StreamHostOptions,
  { platform }: StreamHostWays,
): VariableReader {
  const places = [...commandLine.secretPlaces.values()];
  const named = places.filter(({ from }) => from === 'variable').map(({ name }) => name);
  return { platform, command, commands, named };
}

async function readFlagsAndVariables(
  command: AnyCommand,
  { commandLine, from }: StreamHostOptions,
  { platform, layers }: Pick<StreamHostWays, 'platform' | 'layers'>,
): Promise<InputReading> {
  const secrets = await fetchSecrets(commandLine.secretPlaces, from);
  const flags: InputLayer = (name) => secrets.raw.get(name) ?? commandLine.given.get(name);
  return {
    raw: gatherInputs(platform, command, [flags, ...layers]),
    problems: [...commandLine.problems, ...secrets.problems],
  };
}

/** The user named the file, so one that cannot be written fails the run. */
async function storeAt(path: string | undefined, text: () => string, { cwd }: Context): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const file = resolve(cwd, path);
  try {
    await writeFile(file, text());
    return file;
  } catch (cause) {
    throw new Failure('local-file', `${file} cannot be written: ${errorMessage(cause)}`, {
      hint: 'Everything else is done. Give the path of a file in a folder that exists, and run the command again.',
      cause,
    });
  }
}

function lookOf(options: StreamHostOptions, { screen }: StreamHostWays, paint: Paint): Omit<ReportLook, 'safe'> {
  if (screen === undefined) return { paint, maxRows: MAX_LOG_ROWS };
  if (isVerbose(options)) return { paint, maxRows: Number.POSITIVE_INFINITY };
  return { paint, maxRows: screen.rows, rest: '--verbose shows every row, --json prints them' };
}

function reportText(report: Report, look: Omit<ReportLook, 'safe'>, safe: SafeLines): string {
  const lines = reportLines(report, { ...look, safe: (text) => safe(oneLine(text)).join(' ') });
  const closing = (report.closing ?? []).map((line) => safe(line).join(' '));
  return `${[...lines, ...closing].join('\n')}\n`;
}

function showFailure(failure: Failure, log: StreamLog, screen: StreamHostWays['screen']): void {
  const { headline, problems, left, hint } = failureText(failure);
  log.line(`error: ${headline}`, 'red');
  const lines = screen === undefined ? [...problems, ...left] : problems.slice(0, screen.problems);
  for (const line of lines) log.line(`  - ${line}`);
  if (screen !== undefined && problems.length > lines.length) {
    log.line(`  … and ${problems.length - lines.length} more: --verbose lists all ${problems.length}`);
  }
  if (screen !== undefined && left.length > 0) {
    log.line(
      `  --verbose lists the ${formatCount(left.length, 'file')} that ${left.length === 1 ? 'is' : 'are'} not done`,
    );
  }
  if (hint !== undefined) log.line(hint);
  const trace = failureTrace(failure);
  if (trace !== undefined) log.detail(trace);
}
