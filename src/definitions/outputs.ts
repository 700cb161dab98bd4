/** The kinds an output can have. How a platform writes them is in hosts/. */

interface Common {
  description: string;
}

interface TextOutput extends Common {
  kind: 'text';
  /** An absolute path of this machine: GitLab's jobs hand it on relative to the project's folder. */
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
 * that always holds the whole list, for step outputs are limited.
 */
interface ListOutput extends Common {
  kind: 'list';
  /** The list is what was asked for: it is never left out of the output for its length. */
  whole?: true;
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

/** The name of the file output that stands beside a list output. */
export function listPathName(name: string): string {
  return `${name}-path`;
}
