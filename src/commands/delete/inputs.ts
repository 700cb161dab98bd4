/** Inputs and outputs of the command `delete`. */
import { boolean, lines, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { MANIFEST_NAME, NAME_FALLBACK, tagPrefix } from '../shared/package-inputs.ts';

export const inputs = {
  'package-name': text({ fallback: NAME_FALLBACK, description: 'Name of the package.' }),
  'package-version': text({
    required: true,
    description: 'The version to delete, exactly as it is listed. `latest`, `newest` and ranges are refused.',
  }),
  files: lines({
    description:
      'Delete only the files that match these patterns, if no manifest of the version lists them. Without it the ' +
      'whole version is deleted.',
  }),
  manifest: text({
    default: MANIFEST_NAME,
    none: true,
    description: 'Name of the manifest, whose files are not deleted one by one.',
  }),
  'tag-prefix': tagPrefix,
  yes: boolean({
    default: 'false',
    description: 'Do not ask. A version that a tag, a release or `latest` points at needs `force` too.',
  }),
  force: boolean({
    default: 'false',
    description: 'With `yes`: delete also a version that a tag, a release or `latest` points at.',
  }),
  'dry-run': boolean({ default: 'false', description: 'Show what would be deleted, and delete nothing.' }),
  ...connectionInputs,
} as const;

/** The parsed inputs. */
export type DeleteInputs = ValuesOf<typeof inputs>;

export const outputs = {
  'package-name': { kind: 'text', description: 'Name of the package.' },
  'package-version': { kind: 'text', description: 'The version.' },
  deleted: { kind: 'boolean', description: 'Whether something was deleted.' },
  files: {
    kind: 'list',
    description: 'JSON array of `{name, size}`: the files that were deleted, as far as GitLab lists them.',
  },
  'bytes-freed': { kind: 'integer', description: 'Bytes that came free, as far as GitLab tells.' },
} as const;

/** What run returns. */
export type DeleteResult = Result<typeof outputs>;
