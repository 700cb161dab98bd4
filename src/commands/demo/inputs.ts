/** Inputs and outputs of the command `demo`. */
import { boolean, type ValuesOf } from '../../definitions/inputs.ts';
import type { Result } from '../../definitions/command.ts';
import { logFile } from '../shared/log-file.ts';

export const inputs = {
  keep: boolean({
    default: 'false',
    description: 'Keep the sample files and the fetched copy, and print where they are.',
  }),
  'log-file': logFile,
} as const;

/** The parsed inputs. */
export type DemoInputs = ValuesOf<typeof inputs>;

export const outputs = {
  digest: { kind: 'text', description: 'Digest of the published version.' },
  'file-count': { kind: 'integer', description: 'How many files were published and fetched back.' },
  bytes: { kind: 'integer', description: 'Their total size.' },
} as const;

/** What run returns. */
export type DemoResult = Result<typeof outputs>;
