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

/**
 * A text that is kept in a file; what is passed on is the file's path. Its name ends in `-path`. An empty text is
 * kept nowhere: the path is empty then.
 */
interface FileOutput extends Common {
  kind: 'file';
}

export type Output = TextOutput | IntegerOutput | BooleanOutput | ListOutput | FileOutput;
export type Outputs = Readonly<Record<string, Output>>;

/** One row of a list output. */
export type ListItem = Readonly<Record<string, string | number | boolean>>;

export type OutputValue = string | number | boolean | readonly ListItem[];

type OutputValueOf<O extends Output> = O extends TextOutput | FileOutput
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

/** An output that a host keeps in a file. */
export interface KeptOutput {
  /** Of the output that is the file's path, and of the terminal's flag for it. */
  readonly pathName: string;
  /** `files.json`, `checksums.txt`. */
  readonly fileName: string;
  readonly output: string;
}

/** The outputs of a command that are kept in files, in their order. */
export function keptOutputs(outputs: Outputs): readonly KeptOutput[] {
  return Object.entries(outputs).flatMap(([output, { kind }]) => {
    if (kind === 'list') return [{ output, pathName: listPathName(output), fileName: `${output}.json` }];
    if (kind !== 'file') return [];
    return [{ output, pathName: output, fileName: `${output.replace(/-path$/, '')}.txt` }];
  });
}

/** What that output is. At the terminal the file is written only where the user names it. */
export function listPathDescription(name: string): PlatformText {
  return {
    all: `Path of a file that holds the whole list \`${name}\`, as JSON.`,
    terminal: `Only with the flag \`--${listPathName(name)}\`.`,
  };
}
