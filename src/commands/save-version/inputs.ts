/** Inputs and outputs of the command `save-version`. */
import { boolean, choice, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { tag, tagPrefix } from '../shared/package-inputs.ts';
import { variableInputs } from '../shared/variable-inputs.ts';

export const inputs = {
  variable: text({
    required: true,
    description:
      'Key of the CI/CD variable to write. It must be visible (not masked, not hidden) and not of the type file.',
  }),
  'package-version': text({
    fallback: {
      github: 'the tag of the run without `tag-prefix`, else required',
      gitlab: 'the version that a `version` job of this pipeline passed on, else the tag without `tag-prefix`',
      terminal:
        'in a CI/CD job the version that a `version` job passed on, or its tag without `tag-prefix`; else required',
    },
    fromPipeline: 'version',
    description: 'Version to write, a semantic one such as `1.4.0`.',
  }),
  tag,
  'tag-prefix': tagPrefix,
  expected: text({
    description:
      'Value that the variable must still have, or `none` if it must not exist. Otherwise nothing is ' +
      'written and the run fails, unless the variable holds the new version already. To keep two runs ' +
      'from taking the same version, use `claim` of `version`.',
  }),
  'if-lower': choice({
    default: 'fail',
    options: ['fail', 'keep', 'write'],
    description:
      'What to do if the variable holds a higher version: `fail`, `keep` it and succeed, or `write` the lower one.',
  }),
  ...variableInputs,
  create: boolean({
    default: 'true',
    description:
      'Create the variable if it is missing: unprotected, visible and raw. With `false` a missing ' +
      'variable is an error.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Read and compare, but write nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as `prepare` and `run` take them. */
export type SaveVersionInputs = ValuesOf<typeof inputs>;

export const outputs = {
  version: { kind: 'text', description: 'The version that the variable holds after this run.' },
  previous: {
    kind: 'text',
    description: 'The version that it held before this run; `none` if it was missing.',
  },
  changed: { kind: 'boolean', description: 'Whether this run changed the variable to that version.' },
} as const;

/** What run returns. */
export type SaveVersionResult = Result<typeof outputs>;
