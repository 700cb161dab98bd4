/** One run of one command: host → inputs → command → outputs, or a failure shown once. */
import { asFailure, Failure, type FailureDetails } from './core/errors.ts';
import { formatDuration } from './core/duration.ts';
import { formatCount } from './core/format.ts';
import { prepareOutputs, type PreparedOutputs } from './hosts/delivery.ts';
import type { Host, CommandRun, InputReading } from './hosts/host.ts';
import type { Input } from './definitions/inputs.ts';
import type { OutputValue } from './definitions/outputs.ts';
import { parseInputs } from './definitions/parse.ts';
import type { AnyCommand, Problem, Result, Tools } from './definitions/command.ts';

type InputValues = Readonly<Record<string, unknown>>;

/**
 * Runs a command to its end and returns the exit code. `stop` is aborted with a Failure as its reason:
 * by a signal, or here when the run's time is over. Rejects only if the failure cannot be shown.
 */
export async function runCommand(command: AnyCommand, host: Host, stop: AbortController): Promise<number> {
  const limit = timeLimit(stop);
  try {
    if (host.context.insecureTlsAsked) {
      host.log.warn('NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect here: certificates are always checked');
    }
    const prepared = await unlessStopped(prepareRun(command, host), stop.signal);
    limit.set(prepared.inputs['max-time']);
    await perform(prepared, host, stop.signal);
    await host.runLog.close(undefined);
    host.end();
    return exitCodeOfDone(stop.signal, host);
  } catch (thrown) {
    const failure = failureOf(thrown, stop.signal);
    await endFailed(failure, host);
    return exitCodeOf(failure, host);
  } finally {
    limit.clear();
  }
}

/** Shows a failure; the line of `log-file` is written before, so that whoever sees the end finds it there. */
export async function endFailed(failure: Failure, host: Host): Promise<void> {
  await host.runLog.close(failure).catch((error: unknown) => {
    host.log.warn(asFailure(error).message);
  });
  await host.fail(failure);
}

/** 2 for wrong usage where the platform has that code, 130 or 143 after a signal, else 1. */
export function exitCodeOf(failure: Failure, host: Pick<Host, 'usageExitCode'>): number {
  if (failure.code === 'interrupted') return failure.cause === 'SIGTERM' ? 143 : 130;
  return failure.code === 'usage' ? host.usageExitCode : 1;
}

/** A server that is asked to stop ends well; a signal has its own exit code all the same. */
function exitCodeOfDone({ reason }: AbortSignal, host: Host): number {
  return reason instanceof Failure && reason.code === 'interrupted' ? exitCodeOf(reason, host) : 0;
}

/** A command with all that it needs for its run. */
interface PreparedRun {
  readonly command: AnyCommand;
  readonly inputs: InputValues;
  readonly intent: unknown;
}

const NO_OUTPUTS: PreparedOutputs = { outputs: [], problem: undefined };

async function perform({ command, inputs, intent }: PreparedRun, host: Host, signal: AbortSignal): Promise<void> {
  const prefix = inputs['output-prefix'];
  const run: CommandRun = { command, outputPrefix: typeof prefix === 'string' ? prefix : '' };
  await host.begin(run);
  const tools: Tools = {
    context: host.context,
    log: host.log,
    record: host.runLog,
    signal,
    mask: (secrets) => {
      host.mask(secrets);
    },
    announce: (lines, ready) => {
      host.announce(lines, ready);
    },
    ask: (question) => host.ask(question, signal),
  };
  const result = (await command.run(inputs as never, tools, intent)) as Result<Record<string, never>>;
  const outputs = result.outputs as Readonly<Record<string, OutputValue>>;
  const prepared = host.takesOutputs ? await prepareOutputs(run, outputs, host) : NO_OUTPUTS;
  await host.complete(run, prepared.outputs, result.report, result.pipelineValues);
  if (prepared.problem !== undefined) throw prepared.problem;
}

/**
 * Parses the inputs and prepares the run with them; whatever is wrong is shown at once, without asking the network.
 */
async function prepareRun(command: AnyCommand, host: Host): Promise<PreparedRun> {
  const reading = await host.read(command);
  host.mask(secretTexts(command, reading));
  const parsed = parseInputs(command.inputs, reading.raw, host.context.platform);
  const inputs = parsed.values as InputValues;
  const path = inputs['log-file'];
  if (typeof path === 'string') {
    host.runLog.open({ command: command.name, path, isDryRun: inputs['dry-run'] === true });
  }
  const prepared = await command.prepare?.(inputs as never, host.context);
  const problems = inputProblems(parsed.problems, prepared?.problems ?? [], reading);
  const lines = [
    ...reading.problems.map((problem) => problem.line),
    ...problems.map((problem) => problemLine(problem, reading, host)),
  ];
  if (lines.length > 0) throw usageFailure(command, lines, host);
  return { command, inputs, intent: prepared?.intent };
}

/**
 * One cause, one complaint: an input whose text is wrong is not also missing, and breaks no rule.
 */
function inputProblems(
  parsing: readonly Problem[],
  preparing: readonly Problem[],
  reading: InputReading,
): readonly Problem[] {
  const misread = new Set(reading.problems.map((problem) => problem.input));
  const unread = new Set([...misread, ...parsing.map((problem) => problem.input)]);
  return [
    ...parsing.filter((problem) => !misread.has(problem.input)),
    ...preparing.filter((problem) => !unread.has(problem.input)),
  ];
}

function problemLine({ input, problem }: Problem, reading: InputReading, host: Host): string {
  const name = host.inputName(input);
  const source = reading.raw.get(input)?.source ?? name;
  return source === name || source === input ? `${name}: ${problem}` : `${name}: ${problem} (from ${source})`;
}

function usageFailure(command: AnyCommand, lines: readonly string[], host: Host): Failure {
  const [only] = lines;
  const message =
    lines.length === 1 && only !== undefined
      ? only
      : `${formatCount(lines.length, 'problem')} with the inputs of \`${command.name}\``;
  const help = `\`generic-packages ${command.name} --help\` explains every input.`;
  return new Failure('usage', message, {
    problems: lines,
    ...(host.context.platform === 'terminal' ? { hint: help } : {}),
  });
}

/** The secrets as they were given, so that no message about inputs can show them. */
function secretTexts(command: AnyCommand, reading: InputReading): readonly string[] {
  return Object.entries<Input>(command.inputs)
    .filter(([, input]) => input.kind === 'secret')
    .map(([name]) => reading.raw.get(name)?.text.trim() ?? '')
    .filter((text) => text !== '' && text !== 'auto' && text !== 'none')
    .flatMap((text) => [text, encodeURIComponent(text.toWellFormed())]);
}

/** Ends the run when its time is over: `set` takes the milliseconds of `max-time`, where a command has that input. */
function timeLimit(stop: AbortController): { set: (ms: unknown) => void; clear: () => void } {
  let timer: NodeJS.Timeout | undefined;
  return {
    set: (ms) => {
      // Node's timers end at 24 days; a longer limit is not a limit.
      if (typeof ms !== 'number' || ms >= 2 ** 31) return;
      const end = (): void => {
        stop.abort(
          new Failure('max-time', `The run reached its time limit: \`max-time\` is ${formatDuration(ms)}`, {
            hint: 'Run the same command again: it continues where it stopped. Or raise `max-time`.',
          }),
        );
      };
      timer = setTimeout(end, ms).unref();
    },
    clear: () => {
      clearTimeout(timer);
    },
  };
}

/** What is thrown after a stop is mostly its echo; what counts is why the run was stopped. */
function failureOf(thrown: unknown, signal: AbortSignal): Failure {
  const reason: unknown = signal.aborted ? signal.reason : undefined;
  if (!(reason instanceof Failure)) return asFailure(thrown);
  return thrown instanceof Failure && thrown.code === reason.code
    ? new Failure(reason.code, thrown.message, { ...details(thrown), cause: reason.cause })
    : reason;
}

function details({ problems, left, hint }: Failure): FailureDetails {
  return { problems, left, ...(hint === undefined ? {} : { hint }) };
}

/** Reading the inputs may wait for standard input, which knows of no signal. */
async function unlessStopped<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => {
    reject(asFailure(signal.reason));
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
