/** What a publish says of its files and what a dry run says of its steps, read as a user or a script would. */
import { MANIFEST } from './row.ts';
import type { CommandRun } from '../support/run-command.ts';

export interface ToldFile {
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly status: string;
}

export function filesOf({ outputs }: CommandRun): readonly ToldFile[] {
  return (outputs.files ?? []) as readonly ToldFile[];
}

export interface ToldSteps {
  readonly sends: ReadonlySet<string>;
  readonly deletes: ReadonlySet<string>;
}

/** Each step of a dry run is a line `would-<step>: <name>` of its log; what follows the name is for people. */
export function plannedSteps({ log }: CommandRun, known: ReadonlySet<string>): ToldSteps {
  const sends = new Set<string>();
  const deletes = new Set<string>();
  for (const [, deed, word = ''] of log.matchAll(/^\s*would-([a-z-]+): (\S+)/gm)) {
    const name = word.replace(/[,;:]$/, '');
    if (!known.has(name)) continue;
    (deed === 'delete' ? deletes : sends).add(name);
  }
  return { sends, deletes };
}

/** The status that a run reports for what its dry run announced. */
export function doneStatus(planned: string): string {
  switch (planned) {
    case 'would-upload':
      return 'uploaded';
    case 'would-replace':
      return 'replaced';
    default:
      return planned;
  }
}

/** Names of a manifest's text, each with its digest; undefined when it is none. */
export function manifestFiles(text: string): readonly Omit<ToldFile, 'status'>[] | undefined {
  try {
    const { files } = JSON.parse(text) as { files: { path: string; size: number; sha256: string }[] };
    return files.map(({ path, size, sha256 }) => ({ name: path, size, sha256 }));
  } catch {
    return undefined;
  }
}

/** A name without a file's content: the manifest, and what makes a version visible where GitLab refuses duplicates. */
export function isOwnMark(name: string): boolean {
  return name === MANIFEST || /^generic-package\.visible-\d+\.json$/.test(name);
}
