/** What a publish warns of, in words: other content, files left out or left behind, a status that cannot be had. Decides nothing. */
import { formatCount, formatNames } from '../../core/format.ts';

/** So many names are named in one warning. */
const MOST_NAMED = 20;

/** Whose the other content is no list tells: parts share a version, and who may not list cannot tell a visible one. */
export function otherContent(
  name: string,
  { part, listed }: { readonly part: boolean; readonly listed: boolean },
): string {
  const incomplete = 'an earlier run that did not finish';
  const whose = part ? 'an earlier run or another part' : listed ? incomplete : `${incomplete}, or another client,`;
  return `${name}: ${whose} left other content; this run's is sent and is the one that is served`;
}

/** Of a version that a list shows. */
export function staysVisible(asked: {
  readonly status: 'default' | 'hidden';
  readonly hidden?: boolean;
  readonly listed: boolean;
}): readonly string[] {
  if (asked.status !== 'hidden' || asked.hidden === true || !asked.listed) return [];
  return ['The version is visible already and stays so: a visible version is never hidden again'];
}

/** A hidden version has no list of files in GitLab: what a run that was stopped left there shows only when another has complete it. */
export function leftBehind(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [
    `${formatCount(names.length, 'file')} in the registry not listed by the manifest, left by an earlier run or another client: downloads do not fetch them; ` +
      `delete them on the version's page in the package registry, which takes the Maintainer role: ${formatNames(names, MOST_NAMED)}`,
  ];
}

/** Others put these there, and people fetch them by name today: a manifest without them must not come as a surprise. */
export function leavesOut(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [
    `${formatCount(names.length, 'file')} in the registry, and not among this run's: the manifest will not list them, and downloads will not fetch them; ` +
      `if-exists: append lists them too: ${formatNames(names, MOST_NAMED)}`,
  ];
}
