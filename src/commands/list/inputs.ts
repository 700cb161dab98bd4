/** Inputs and outputs of the command `list`. */
import { boolean, lines, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME } from '../shared/package-inputs.ts';

/** Every file of a version. */
export const ALL_FILES = '**';

export const inputs = {
  'package-name': text({
    description:
      'List the versions of this package. Without it the packages of the project are listed; with `package-version` ' +
      'it is the last part of `project`, if that is a path.',
  }),
  'package-version': text({ description: 'List the files of this version instead of the versions.' }),
  files: lines({
    default: ALL_FILES,
    description: 'With `package-version`: patterns of the file names to list, as in `download`.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description:
      'Name of the manifest, which lists the files of a version. `none` lists what the registry has. ' +
      'GitLab lists no files of a hidden version: name them in `files` without wildcards.',
  }),
  sizes: boolean({
    default: 'false',
    description:
      'Also read the sizes of a list of more than 100 rows, with one request each. Shorter lists have them anyway.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs. */
export type ListInputs = ValuesOf<typeof inputs>;

export const outputs = {
  packages: {
    kind: 'list',
    description:
      'JSON array of `{name, versions, hidden, latest, file-count, bytes}`, by name: how many versions people see ' +
      'and how many are hidden, and the files of the version that `latest` means. Claims are one row. Empty when ' +
      'versions or files are listed.',
  },
  versions: {
    kind: 'list',
    description:
      'JSON array of `{version, status, created-at, latest, newest, file-count, bytes}`, newest first; empty when ' +
      'packages or files are listed. `latest` and `newest` say whether `download` takes this version for these ' +
      'words. GitLab tells no files of hidden versions.',
  },
  files: {
    kind: 'list',
    description: 'JSON array of `{name, size, sha256}`; empty when packages or versions are listed.',
  },
} as const;

/** What run returns. */
export type ListResult = Result<typeof outputs>;
