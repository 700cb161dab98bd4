/** How files and variables are called that a GitLab job of ours leaves behind. Writing them is hosts/gitlab. */

/** The files that one job of one command leaves in `.generic-packages/`, by their bare names. */
export interface JobFiles {
  /** What the next of our jobs reads. */
  readonly values: string;
  readonly dotenv: string;
  /** Typed outputs with whole lists, for the user's scripts. */
  readonly result: string;
  readonly annotations: string;
  /** Of an output that is kept in a file: `files.json`. */
  output(fileName: string): string;
}

/** The prefix keeps several jobs of one command apart; templates give it as GitLab's own placeholder. */
export function jobFiles(command: string, outputPrefix: string): JobFiles {
  const stem = `${outputPrefix}${command}`;
  return {
    values: `${stem}.json`,
    dotenv: `${stem}.env`,
    result: `${stem}.result.json`,
    annotations: `${stem}.annotations.json`,
    output: (fileName) => `${stem}-${fileName}`,
  };
}

/**
 * The variable of an output: both names in upper case, `PUBLISH_PACKAGE_URL`; just `VERSION` where they are the same.
 */
export function dotenvName(command: string, output: string, outputPrefix: string): string {
  const name = command === output ? command : `${command}_${output}`;
  return outputPrefix.replaceAll(/[^A-Za-z0-9_]/g, '_') + name.replaceAll('-', '_').toUpperCase();
}
