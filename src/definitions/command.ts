/** What a command is: one record from which every platform, help text and table follows. */
import type { Context, Platform, PipelineValues } from './context.ts';
import type { Input, Inputs, ValuesOf } from './inputs.ts';
import type { Outputs, OutputValuesOf } from './outputs.ts';

/** Progress of moving bytes, as numbers; a host decides whether and how it is shown. */
export interface Progress {
  /** What goes on: `publish`, `download`, `compare`. */
  readonly command: string;
  /** Files are only looked at: a log of lines says nothing of the end. */
  readonly isCheck?: true;
  readonly filesDone: number;
  readonly filesTotal: number;
  readonly bytesDone: number;
  readonly bytesTotal: number;
}

/** What a run shows while it works. Hosts make foreign text harmless and hide secrets. */
export interface Log {
  info(message: string): void;
  warn(message: string): void;
  /** Shown only when asked for: `--verbose`, `RUNNER_DEBUG=1`, `CI_DEBUG_TRACE`. */
  detail(message: string): void;
  /** Folds what `work` logs under a title. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  progress(state: Progress): void;
}

/** One link of a report; every address is free of credentials and queries. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/**
 * A column's title, and what is in it where that matters to how it is shown: a digest is shortened, a status is shown
 * only where rows differ in it.
 */
export type Column = string | { readonly title: string; readonly type: 'digest' | 'status' };

/** Rows of a report. A cell that equals a link's label is shown as that link where links can be. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
  /** The table is what was asked for: a terminal shows every row, however many there are. */
  readonly whole?: true;
}

/** `log`: a summary says it elsewhere, in its heading, its line of numbers or its table. */
type Fact = readonly [label: string, value: string, where?: 'log'];

/** What a run wants people to see at its end, as data: each host renders it in its own way. */
export interface Report {
  /** One sentence: what was done. */
  readonly headline: string;
  /** The same for a heading: `widget 1.2.3` and `published`. The link of the subject's label is its page. */
  readonly title?: { readonly subject: string; readonly deed: string };
  /** The numbers in one line: how many files, how large, how many were moved. */
  readonly tally?: string;
  /** The summary is one line: of many runs like this one, each writes its own. */
  readonly brief?: true;
  readonly facts: readonly Fact[];
  readonly table?: Table;
  readonly links: readonly Link[];
  /** False when the user switched the job summary off. */
  readonly summary: boolean;
  /** Lines for the log alone, such as the two that pin what `latest` was. */
  readonly closing?: readonly string[];
}

/** What a run is about, as `log-file` tells it. */
export interface RunSubject {
  /** The id or path that the run was given. */
  readonly project: string;
  readonly package: string;
  readonly version: string;
  readonly digest: string;
}

/** A file that a run sent, fetched or deleted. A local file that is deleted is not read: it has a name only. */
export interface RecordedFile {
  readonly name: string;
  readonly size?: number | undefined;
  /** Absent where GitLab does not tell it. */
  readonly sha256?: string | undefined;
  readonly status: 'uploaded' | 'replaced' | 'downloaded' | 'deleted';
}

/** What a run tells of itself for `log-file`, as soon as it is known: a run that fails has its line too. */
export interface RunRecord {
  /** Adds to what was told before. */
  about(subject: Partial<RunSubject>): void;
  file(file: RecordedFile): void;
}

/** What `run` works with besides its inputs. */
export interface Tools {
  readonly context: Context;
  readonly log: Log;
  readonly record: RunRecord;
  /** Aborted with a Failure as its reason: a signal came, or the run's time is over. */
  readonly signal: AbortSignal;
  /** Keeps these strings out of everything that is shown from now on. */
  mask(secrets: readonly string[]): void;
  /**
   * Only for servers that stay up: lines on standard output, as soon as they are ready. With `--json` there is `ready`
   * instead, as one line, and nothing more when the run ends.
   */
  announce(lines: string, ready?: object): void;
  /** One line that a person types in answer; undefined where nobody can be asked. */
  ask(question: string): Promise<string | undefined>;
}

export interface Result<O extends Outputs> {
  readonly outputs: OutputValuesOf<O>;
  readonly report?: Report;
  /** More that is passed to our later GitLab jobs; not an output, so scripts do not see it. */
  readonly pipelineValues?: PipelineValues;
}

/** One thing that is wrong with what the user typed; `input` is the name of the input. */
export interface Problem {
  readonly input: string;
  readonly problem: string;
}

/** What the GitLab component of a command adds to its inputs. */
export interface Component {
  readonly stage: string;
  readonly rules: readonly Readonly<Record<string, string>>[];
  /** True for jobs that write: they must not be cancelled half-way by a newer pipeline. */
  readonly writes: boolean;
  /** The input whose folder becomes the job's artifact. */
  readonly artifactInput?: string;
  /**
   * GitLab runs one job at a time of those with the same text, in the whole project. It may
   * contain inputs, as `$[[ inputs.name ]]`.
   */
  readonly resourceGroup?: string;
}

/** What a command makes of its inputs: the intent of a run, or all that is wrong with them. */
export type Prepared<T> =
  | { readonly intent: T; readonly problems: readonly [] }
  | { readonly intent: undefined; readonly problems: readonly Problem[] };

export interface Command<I extends Inputs = Inputs, O extends Outputs = Outputs, T = unknown> {
  readonly name: string;
  /** One line for lists of commands. */
  readonly summary: string;
  /** A paragraph for help texts and action.yml. */
  readonly description: string;
  readonly platforms: readonly Platform[];
  /** Icon and colour in GitHub's marketplace. */
  readonly branding?: { readonly icon: string; readonly color: string };
  readonly component?: Component;
  readonly inputs: I;
  readonly outputs: O;
  /**
   * The intent: what a run is asked to do, worked out from inputs and context without asking the network; else all
   * problems at once. Absent where the inputs say all.
   */
  prepare?(inputs: ValuesOf<I>, context: Context): Promise<Prepared<T>>;
  /** Does what the intent says. */
  run(inputs: ValuesOf<I>, tools: Tools, intent: T): Promise<Result<O>>;
}

/** Checks a definition's types: inputs reach `prepare` and `run` as parsed values, outputs as declared. */
export function defineCommand<const I extends Inputs, const O extends Outputs, T>(
  command: Command<I, O, T>,
): Command<I, O, T> {
  return command;
}

/** A command whose own types are forgotten, as lists of commands hold it. */
export type AnyCommand = Command;

/** An input and its name. */
export type NamedInput = readonly [name: string, input: Input];

/** The inputs that a command has on a platform, in the order of the definition. */
export function inputsOn(platform: Platform, command: AnyCommand): readonly NamedInput[] {
  return Object.entries(command.inputs).filter(([, input]) => input.platforms?.includes(platform) ?? true);
}

/** True for an input that a command has, but not on this platform. */
export function isElsewhere(platform: Platform, command: AnyCommand, input: string): boolean {
  return Object.hasOwn(command.inputs, input) && inputsOn(platform, command).every(([name]) => name !== input);
}
