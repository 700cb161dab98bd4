/** What the verb `list` takes and puts out. */
import { lines, text, type ValuesOf } from '../../spec/inputs.ts';
import type { Result } from '../../spec/verb.ts';
import { connectionInputs } from '../connection-inputs.ts';

export const inputs = {
  'package-name': text({
    fallback: "the last part of `project` if that is a path; the project's name in a GitLab job of that project",
    description: 'Name of the package.',
  }),
  'package-version': text({ description: 'List the files of this version instead of the versions.' }),
  files: lines({ default: '**', description: 'Patterns of the file names to list, as in `download`.' }),
  manifest: text({
    default: 'generic-package.json',
    none: true,
    description: 'Name of the manifest; what it lists is the version. `none` lists what the registry holds.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs. */
export type ListInputs = ValuesOf<typeof inputs>;

export const outputs = {
  versions: { kind: 'list', whole: true, description: 'JSON array of `{version, status, created-at}`, newest first; empty when files are listed.' },
  files: { kind: 'list', whole: true, description: 'JSON array of `{name, size, sha256}`; empty when versions are listed.' },
} as const;

/** What run returns. */
export type ListResult = Result<typeof outputs>;
