/** What of a release that is there differs from what is asked for, its links aside. Pure. */
import type { Release, ReleaseChanges } from '../../gitlab/api/releases.ts';
import type { ReleasePlan } from './plan.ts';

/** What is not asked for stays. */
export function planChanges({ name, notes, milestones }: ReleasePlan, existing: Release): ReleaseChanges {
  return {
    ...(name === undefined || name === existing.name ? {} : { name }),
    ...(notes === undefined || isSameText(notes, existing.description) ? {} : { description: notes }),
    ...(milestones.length === 0 || isSameSet(milestones, existing.milestones) ? {} : { milestones }),
  };
}

/** Line ends and blanks at the end may be stored in another way. */
function isSameText(one: string, other: string): boolean {
  const plain = (text: string): string => text.replaceAll('\r\n', '\n').trimEnd();
  return plain(one) === plain(other);
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(other);
  return one.length === set.size && one.every((title) => set.has(title));
}
