/** How the files are called that a GitLab job of ours leaves in `.generic-packages/`. Writing them is hosts/gitlab-job. */

/** The files that one job of one verb leaves behind, by their bare names. */
export interface JobFiles {
  /** What the next of our jobs reads. */
  readonly handOver: string;
  readonly dotenv: string;
  /** Typed outputs with whole lists, for the user's scripts. */
  readonly result: string;
  readonly annotations: string;
  list(output: string): string;
}

/** The prefix keeps several jobs of one verb apart; templates give it as GitLab's own placeholder. */
export function jobFiles(verb: string, outputPrefix: string): JobFiles {
  const stem = `${outputPrefix}${verb}`;
  return {
    handOver: `${stem}.json`,
    dotenv: `${stem}.env`,
    result: `${stem}.result.json`,
    annotations: `${stem}.annotations.json`,
    list: (output) => `${stem}-${output}.json`,
  };
}
