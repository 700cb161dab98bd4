/** What every place a run happens in offers: GitHub, GitLab, a terminal. */
import type { Failure } from '../core/errors.ts';
import type { Context, PipelineValues } from '../definitions/context.ts';
import type { KeptOutput, OutputValue } from '../definitions/outputs.ts';
import type { RawInputs } from '../definitions/parse.ts';
import type { AnyCommand, Log, Report } from '../definitions/command.ts';
import type { RunLog } from './run-log.ts';

/** Something wrong with what was typed, as a whole line that names it as typed. */
export interface ReadingProblem {
  /** The input that the line is about; its value needs no second complaint. */
  readonly input?: string;
  readonly line: string;
}

export interface InputReading {
  readonly raw: RawInputs;
  readonly problems: readonly ReadingProblem[];
}

/** One run of one command, as far as it names what the run leaves behind. */
export interface CommandRun {
  readonly command: AnyCommand;
  readonly outputPrefix: string;
}

/** One output, ready to be passed on; no secret is in it. */
export interface DeliveredOutput {
  readonly name: string;
  /** Typed and whole. */
  readonly value: OutputValue;
  /** The same, but an empty list where the list is too long to be passed on as text. */
  readonly shown: OutputValue;
  /** `shown` as text; lists as JSON. */
  readonly text: string;
  /** The text is an absolute path of this machine. */
  readonly path: boolean;
}

export interface Host {
  readonly context: Context;
  readonly log: Log;
  readonly runLog: RunLog;
  /** 2 for wrong usage, but 1 on GitHub, where there is one code for all failures. */
  readonly usageExitCode: 1 | 2;
  /** False where nobody could see outputs: a terminal without `--json` and without a file for a list. */
  readonly takesOutputs: boolean;
  /** Most characters of a list as an output; a longer one is passed on by its file only. */
  readonly maxListCharacters: number;
  /** False where nobody who did not ask for a list expects it among the outputs. */
  readonly tellsLongLists: boolean;
  /** An input's name as people type it here: `--files`, `files`. */
  inputName(input: string): string;
  /** Finds each input's text where this platform keeps it; unknown and misspelt ones are problems. */
  read(command: AnyCommand): Promise<InputReading>;
  /** Clears away what an earlier run of the same job left; the run itself begins after it. */
  begin(run: CommandRun): Promise<void>;
  mask(secrets: readonly string[]): void;
  /** The text without any secret that was masked; for values that are passed on. */
  hide(text: string): string;
  announce(lines: string, ready?: object): void;
  /** One line that a person types in answer; undefined where nobody can be asked. Rejects when the run is stopped. */
  ask(question: string, signal: AbortSignal): Promise<string | undefined>;
  /** Keeps an output in a file that outlives the run; returns its path, or undefined where no file is kept. */
  storeOutput(run: CommandRun, kept: KeptOutput, text: () => string): Promise<string | undefined>;
  /** Passes the outputs on, and `more` where jobs of ours come after, and shows the report. */
  complete(
    run: CommandRun,
    outputs: readonly DeliveredOutput[],
    report: Report | undefined,
    more: PipelineValues | undefined,
  ): Promise<void>;
  /** The run ended well, its log line written too: shows what only such an end shows. */
  end(): void;
  /** Shows a failure once; the exit code is for main/ to set. */
  fail(failure: Failure): Promise<void>;
}
