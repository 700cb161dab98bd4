/** What a save passes on and shows. */
import type { Version } from '../../core/versions/index.ts';
import type { SaveIntent } from './intent.ts';
import type { SaveVersionResult } from './inputs.ts';

/** How a save ended. */
export interface SaveOutcome {
  /** What the variable holds now; of a dry run, what it would hold. */
  readonly version: Version;
  /** Undefined: it was missing. */
  readonly previous: Version | undefined;
  readonly changed: boolean;
  readonly how: 'written' | 'equal' | 'kept' | 'would-create' | 'would-write';
}

export function savedResult(
  { target, version: asked }: SaveIntent,
  { version, previous, changed, how }: SaveOutcome,
): SaveVersionResult {
  const before = previous?.text ?? 'none';
  const headlines = {
    written: `Saved ${version.text} in the CI/CD variable ${target.key}, and read it back`,
    equal: `The CI/CD variable ${target.key} holds ${version.text} already`,
    kept: `The CI/CD variable ${target.key} was left at ${version.text}, which is higher than ${asked.text}`,
    'would-create': `Dry run: the CI/CD variable ${target.key} would be made with ${version.text}`,
    'would-write': `Dry run: the CI/CD variable ${target.key} would be set to ${version.text}`,
  } as const;
  return {
    outputs: { version: version.text, previous: before, changed },
    report: {
      headline: headlines[how],
      facts: [
        ['Variable', `${target.key} of ${target.owner.kind} ${target.owner.id}`],
        ['Before', before],
        ['Now', how.startsWith('would') ? before : version.text],
        // What GitLab makes possible: it has no way to write a variable only if it is unchanged.
        ['Checked', how === 'written' ? 'read back once; what another run writes after that is not seen' : ''],
      ],
      links: [],
      summary: true,
    },
  };
}
