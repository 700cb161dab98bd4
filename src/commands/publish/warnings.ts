/** What a publish warns of, in words. Decides nothing. */
import { formatCount, formatNames } from '../../core/format.ts';
import { harmless } from '../../core/text.ts';
import type { Status } from '../../transfer/model.ts';
import type { VersionState } from '../../transfer/remote/version-state.ts';

/** So many names are named in one warning. */
const MOST_NAMED = 20;

/** Whose the other content is no list tells: parts share a version, and who may not list cannot tell a visible one. */
export function otherContent(
  name: string,
  { part, listed }: { readonly part: boolean; readonly listed: boolean },
): string {
  const stopped = 'an earlier run that did not finish';
  const others = listed ? stopped : `${stopped}, or another client,`;
  const whose = part ? 'an earlier run or another part' : others;
  return `${harmless(name)}: ${whose} left other content; this run's is sent and is the one that is served`;
}

/** Of a version that a list shows. */
export function staysVisible(state: VersionState, { status }: { readonly status: Status }): readonly string[] {
  if (status !== 'hidden' || state.kind !== 'visible') return [];
  return ['The version is visible already and stays so: a visible version is never hidden again'];
}

/**
 * A hidden version has no list of files in GitLab: what a run that was stopped left there shows only once it is
 * visible.
 */
export function leftBehind(names: readonly string[], manifest: string | undefined): string {
  if (manifest === undefined) return besides(names);
  return (
    `${formatCount(names.length, 'file')} in the registry not listed by the manifest, left by an earlier ` +
    'run or another client: downloads do not fetch them; ' +
    `delete them on the version's page in the package registry, which takes the Maintainer role: ` +
    formatNames(names, MOST_NAMED)
  );
}

/** `replace` without the right to delete. */
export function cannotDelete(names: readonly string[]): string {
  return (
    'This token may not delete what the version had before, which takes the Maintainer role. ' +
    `${formatCount(names.length, 'file')} can still be fetched by name: ${formatNames(names, MOST_NAMED)}`
  );
}

/** `replace` of a version that stays hidden: GitLab lists and deletes no file of one. */
export function keepsOthers(names: readonly string[]): string {
  const named = names.length === 0 ? '' : `: ${formatNames(names, MOST_NAMED)}`;
  return (
    'The version stays hidden, and GitLab deletes no file of a hidden version: what it had besides can ' +
    `still be fetched by name${named}`
  );
}

/** A token that may not list. */
export function seesOwnNamesOnly(): string {
  return (
    "This token cannot list what the version has: only this run's own names were looked at, and other " +
    'files stay and can still be fetched by name'
  );
}

/** Of a version without a manifest. */
export function othersBesides(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [besides(names)];
}

function besides(names: readonly string[]): string {
  return (
    `${formatCount(names.length, 'file')} in the registry besides this run's, left by an earlier run or ` +
    `another client; downloads fetch them too: ${formatNames(names, MOST_NAMED)}`
  );
}

/** A version that is kept, where nothing of this run may be sent to show it. */
export function cannotTellVisible(): string {
  return 'This token cannot list, so whether the version is visible could not be seen. Use a token that may list';
}
