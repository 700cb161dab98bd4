/** What the command `save-version` takes and puts out. */
import { boolean, choice, text, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { connectionInputs } from '../shared/connection-inputs.ts';
import { variableInputs } from '../shared/variable-inputs.ts';

export const inputs = {
  variable: text({
    required: true,
    description: 'Key of the CI/CD variable to write. It may be neither masked nor hidden nor of the type file.',
  }),
  'package-version': text({
    fallback: {
      github: 'the tag of the run without `v`, else required',
      gitlab: 'the version that a `version` job of this pipeline passed on, else the tag without `v`',
      terminal: 'in a CI/CD job the version that a `version` job passed on, or its tag without `v`; else required',
    },
    fromPipeline: 'version',
    description: 'Version to write, a semantic one such as `1.4.0`.',
  }),
  expected: text({
    description:
      'Value that the variable must still have, or `none` if it must not exist; otherwise nothing is written and the run fails, naming both values, unless it holds this very version already. To keep runs apart use `claim` of `version`.',
  }),
  'if-lower': choice({
    default: 'fail',
    options: ['fail', 'keep', 'write'],
    description: 'What to do when the variable is higher already: fail, succeed and leave it, or write all the same.',
  }),
  ...variableInputs,
  create: boolean({
    default: 'true',
    description: 'Make the variable when it is missing: unprotected, visible and raw. Without it that is an error.',
  }),
  'dry-run': boolean({
    default: 'false',
    description: 'Read and compare, but write nothing.',
  }),
  ...connectionInputs,
} as const;

/** The parsed inputs, as check and run take them. */
export type SaveVersionInputs = ValuesOf<typeof inputs>;

export const outputs = {
  version: { kind: 'text', description: 'The version that the variable holds after this run, as it was read back.' },
  previous: {
    kind: 'text',
    description: 'The version that it held before this run, also of a job that is run again; `none` if it was missing.',
  },
  changed: { kind: 'boolean', description: 'Whether this run changed the variable to that version.' },
} as const;

/** What run returns. */
export type SaveVersionResult = Result<typeof outputs>;
