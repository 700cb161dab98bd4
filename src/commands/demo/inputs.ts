/** What the command `demo` takes and puts out. */
import { boolean, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';

export const inputs = {
  keep: boolean({
    default: 'false',
    description: 'Keep the sample tree and the fetched copy, and say where they are.',
  }),
} as const;

/** The parsed inputs. */
export type DemoInputs = ValuesOf<typeof inputs>;

export const outputs = {
  digest: { kind: 'text', description: 'Digest of the published version.' },
  'file-count': { kind: 'integer', description: 'How many files went out and came back.' },
  bytes: { kind: 'integer', description: 'Their size together.' },
} as const;

/** What run returns. */
export type DemoResult = Result<typeof outputs>;
