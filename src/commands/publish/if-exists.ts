/** What each value of `if-exists` means, as data: decide.ts chooses by it, and what gathers or acts asks it here. */
import type { PublishInputs } from './inputs.ts';

export type IfExists = PublishInputs['if-exists'];

/** What a value says of a version that is published, and of files that it has and this run has not. */
interface ExistingRules {
  /**
   * `compare`: any difference is a refusal. `keep`: the version counts as it is. `refuse`: always. `change`: it gets
   * this run's files.
   */
  readonly published: 'compare' | 'keep' | 'refuse' | 'change';
  /** Files besides this run's: they are told as they are, taken over into the new manifest, or deleted. */
  readonly besides: 'tell' | 'take-over' | 'delete';
  /**
   * Where no status tells a publish that was stopped from a version of somebody else: the kinds of versions that this
   * run completes.
   */
  readonly completes: readonly ('visible' | 'unlisted')[];
}

export const IF_EXISTS: Readonly<Record<IfExists, ExistingRules>> = {
  verify: { published: 'compare', besides: 'tell', completes: ['visible', 'unlisted'] },
  // Kept as it is, the half of a version that no list tells would be shown for the whole.
  skip: { published: 'keep', besides: 'tell', completes: ['unlisted'] },
  fail: { published: 'refuse', besides: 'tell', completes: [] },
  replace: { published: 'change', besides: 'delete', completes: [] },
  append: { published: 'change', besides: 'take-over', completes: [] },
};
