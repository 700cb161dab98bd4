/** What stands against a version of a run that keeps to a line, and the doubt about one that keeps to none. Pure. */
import { Failure } from '../../core/errors.ts';
import { quoted } from '../../core/text.ts';
import { describeLine, isInLine, isStable, type Version, type VersionLine } from '../../core/versions/index.ts';
import type { Platform, Ref } from '../../definitions/context.ts';
import { typedInput, typedSetting } from '../../definitions/naming.ts';
import type { BaseVersion } from './base-version.ts';
import type { VersionIntent } from './intent.ts';

/** Why a version that this run would get is not one of its line. */
export function leavesLine({ text }: Version, line: VersionLine, platform: Platform): Failure {
  const within = typedInput('within', platform);
  return new Failure('conflict', `The next version is ${quoted(text)}, but ${describeLine(line, within)}`, {
    hint:
      `Count up a lower number (${typedInput('increment', platform)}), or give a wider range ` +
      `(${typedSetting('within', 'RANGE', platform)}); ${anyVersion(platform)}`,
  });
}

function anyVersion(platform: Platform): string {
  return `${typedSetting('within', 'none', platform)} takes every version.`;
}

/** Why a version cannot be based on what was found, in a run that keeps to a line; undefined where it can. */
export function baseOutside(
  { version, where }: BaseVersion,
  { line, variable }: Pick<VersionIntent, 'line' | 'variable'>,
  platform: Platform,
): Failure | undefined {
  if (version === undefined || line === undefined || isInLine(version, line)) return undefined;
  const within = typedInput('within', platform);
  const other =
    variable === undefined
      ? ''
      : `Name the variable of this line with ${typedInput('variable', platform)}, or count what is published ` +
        `(${typedSetting('source', 'packages', platform)}). `;
  const subject = `${where.charAt(0).toUpperCase()}${where.slice(1)}`;
  const tells = variable === undefined ? 'names' : 'holds';
  return new Failure('conflict', `${subject} ${tells} ${quoted(version.text)}, but ${describeLine(line, within)}`, {
    hint: `${other}${anyVersion(platform)}`,
  });
}

/**
 * A stable version of a branch that is not the default one may be the next of a newer line than that branch's;
 * undefined where there is nothing to doubt.
 */
export function otherBranchDoubt(
  { isLineChosen }: Pick<VersionIntent, 'isLineChosen'>,
  version: Version,
  { branch, tag, onDefaultBranch = false }: Ref,
  platform: Platform,
): string | undefined {
  if (isLineChosen || branch === undefined || tag !== undefined || onDefaultBranch || !isStable(version))
    return undefined;
  const line = /(?:^|[/v_-])(\d+(?:\.\d+)?)$/.exec(branch)?.[1];
  const setting =
    line === undefined
      ? `that line, such as ${typedSetting('within', '1.2', platform)}`
      : typedSetting('within', line, platform);
  return (
    `${quoted(version.text)} is a stable version, made on the branch ${quoted(branch)}, which is not the default ` +
    `one. If that branch keeps an older line of versions, give ${setting}`
  );
}
