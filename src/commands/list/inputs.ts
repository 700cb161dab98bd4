/** Inputs and outputs of the command `list`. */
import { lines, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME, NAME_FALLBACK } from '../shared/package-inputs.ts';

/** Every file of a version. */
export const ALL_FILES = '**';

export const inputs = {
  'package-name': text({
    fallback: NAME_FALLBACK,
    description: 'Name of the package.',
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
  ...connectionInputs,
} as const;

/** The parsed inputs. */
export type ListInputs = ValuesOf<typeof inputs>;

export const outputs = {
  versions: {
    kind: 'list',
    description:
      'JSON array of `{version, status, created-at, latest, newest}`, newest first; empty when files are ' +
      'listed. `latest` and `newest` say whether `download` takes this version for these words.',
  },
  files: {
    kind: 'list',
    description: 'JSON array of `{name, size, sha256}`; empty when versions are listed.',
  },
} as const;

/** What run returns. */
export type ListResult = Result<typeof outputs>;
