/** How a plan ends: the status that the last upload carries, how a version is shown, and the last look at it. Pure. */
import type { Status } from '../../transfer/model.ts';
import type { VersionState } from '../../transfer/remote/version-state.ts';
import type { Asked, Facts, PublishStep } from './steps.ts';

/** The status of the last upload to a version that is complete; a visible one is never hidden. */
export function finalOf(state: VersionState, { status }: Asked): { readonly final?: Status } {
  return status === 'default' || state.kind === 'hidden' ? { final: status } : {};
}

/** A version that is to be visible and is not, although nothing else is missing, or where nobody can tell. */
export function revealSteps(
  { state, compared }: Facts,
  { status, isPart, manifestName = '' }: Asked,
): readonly PublishStep[] {
  if (isPart || status === 'hidden' || (state.kind !== 'hidden' && state.kind !== 'unlisted')) return [];
  const unlessVisible = state.kind === 'unlisted';
  if (state.manifest !== undefined) return [{ kind: 'reveal', name: manifestName, unlessVisible }];
  const there = compared.filter((one) => one.state === 'same').map(({ file }) => file);
  const [smallest] = there.sort((a, b) => a.size - b.size);
  return smallest === undefined ? [] : [{ kind: 'reveal', name: smallest.name, file: smallest, unlessVisible }];
}

/** Of a part only this is looked at: that no other run has completed the version meanwhile. */
export function confirmed(steps: readonly PublishStep[]): readonly PublishStep[] {
  if (steps.length === 0) return steps;
  const at = steps.findIndex(({ kind }) => kind === 'delete');
  const before = at < 0 ? steps : steps.slice(0, at);
  return [...before, { kind: 'confirm' }, ...(at < 0 ? [] : steps.slice(at))];
}
