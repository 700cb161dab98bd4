/** The types an output can have. How a platform writes them is in hosts/. */
import type { PlatformText } from './platform-text.ts';

interface Common {
  description: PlatformText;
}

interface TextOutput extends Common {
  kind: 'text';
  /** An absolute path of this machine: a GitLab job passes it on relative to the project's folder. */
  path?: true;
}

interface IntegerOutput extends Common {
  kind: 'integer';
}

interface BooleanOutput extends Common {
  kind: 'boolean';
}

/**
 * A list of records, passed on as JSON text. Each brings a second output, `<name>-path`: a file
 * that holds the whole list, because step outputs are limited.
 */
interface ListOutput extends Common {
  kind: 'list';
}

export type Output = TextOutput | IntegerOutput | BooleanOutput | ListOutput;
export type Outputs = Readonly<Record<string, Output>>;

/** One row of a list output. */
export type ListItem = Readonly<Record<string, string | number | boolean>>;

export type OutputValue = string | number | boolean | readonly ListItem[];

type OutputValueOf<O extends Output> = O extends TextOutput
  ? string
  : O extends IntegerOutput
    ? number
    : O extends BooleanOutput
      ? boolean
      : readonly ListItem[];

/** What a command's `run` returns: exactly the outputs it declares. */
export type OutputValuesOf<D extends Outputs> = { readonly [K in keyof D]: OutputValueOf<D[K]> };

/** The name of the output beside a list output: the path of the file that holds the list. */
export function listPathName(name: string): string {
  return `${name}-path`;
}

/** What that output is. At the terminal the file is written only where the user names it. */
export function listPathDescription(name: string): PlatformText {
  return {
    all: `Path of a file that holds the whole list \`${name}\`, as JSON.`,
    terminal: `Only with the flag \`--${listPathName(name)}\`.`,
  };
}
