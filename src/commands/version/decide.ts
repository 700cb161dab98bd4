/** Which version a build gets, from what it is based on and from the numbers that are taken or reserved. Pure. */
import { Failure } from '../../core/errors.ts';
import {
  compareVersions,
  firstFree,
  highestStable,
  isInLine,
  numbersOf,
  parseVersion,
  type Named,
  type NotLatest,
  type Version,
  type VersionLine,
} from '../../core/versions/index.ts';
import type { Problem } from '../../definitions/command.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput, typedSetting } from '../../definitions/naming.ts';
import type { BaseVersion } from './base-version.ts';
import { leavesLine } from './line-rules.ts';
import type { VersionIntent } from './intent.ts';

export interface NumberChoice {
  readonly version: Version;
  /** What to tell of the choice. */
  readonly note: string | undefined;
}

export interface NumberRules {
  readonly taken: ReadonlySet<string>;
  readonly line: VersionLine | undefined;
  readonly platform: Platform;
}

/** The version itself, or the next one whose number nobody has; one that leaves the line is refused. */
export function decideNumber(
  { version, step }: Pick<Named, 'version' | 'step'>,
  { taken, line, platform }: NumberRules,
): NumberChoice | { readonly refusal: Failure } {
  const free = firstFree(version, step, taken);
  const found = free === undefined ? undefined : withBuildOf(free, version);
  if (found === undefined)
    return {
      refusal: new Failure('conflict', `There is no free version after ${version.text}`, {
        hint: `Count up a higher number, by ${typedInput('increment', platform)}.`,
      }),
    };
  if (line !== undefined && !isInLine(found, line)) return { refusal: leavesLine(found, line, platform) };
  const isOwn = found.text === version.text;
  return { version: found, note: isOwn ? undefined : `${version.text} is taken: ${found.text} is the next free one` };
}

/** The version with a number that this pipeline reserved before; the build is the commit's and stays. */
export function withOwnNumber(version: Version, number: string): Version {
  const own = parseVersion(number);
  return (own === undefined ? undefined : withBuildOf(own, version)) ?? version;
}

/** Counting drops the build. */
function withBuildOf(version: Version, { build }: Version): Version | undefined {
  return parseVersion(`${numbersOf(version)}${build === '' ? '' : `+${build}`}`);
}

/** Why a version is not the latest one. */
export function describeNotLatest(reason: NotLatest): string {
  return reason.because === 'prerelease' ? 'it is a prerelease' : `${reason.higher.text} is higher`;
}

/** Why no version follows from what was found. */
export function baseRefusal(
  { input, problem }: Problem,
  { variable }: VersionIntent,
  base: BaseVersion,
  platform: Platform,
): Failure {
  const missing =
    variable === undefined || base.version !== undefined
      ? undefined
      : 'it does not exist. It may be misspelt, or have been deleted';
  const doubt = base.doubt ?? missing;
  return new Failure(
    input === 'initial-version' ? 'not-found' : 'conflict',
    `${typedInput(input, platform)}: ${problem}`,
    { problems: [`Looked in ${base.where}${doubt === undefined ? '' : `: ${doubt}`}`] },
  );
}

/** The first version of a package that has later ones: what it was based on has gone, or was never named right. */
export function initialDoubt(
  { naming, packageName, variable, line }: VersionIntent,
  visible: readonly string[],
  platform: Platform,
): string | undefined {
  const { initial } = naming;
  const highest = highestStable(visible, line);
  if (initial === undefined || highest === undefined || compareVersions(initial, highest) >= 0) return undefined;
  const lost =
    variable === undefined
      ? `no tag was found: check ${typedInput('tag-prefix', platform)}`
      : `the CI/CD variable ${variable.key} is missing: it may have been deleted, or be misspelt`;
  return (
    `${typedSetting('initial-version', initial.text, platform)} is lower than ${packageName} ` +
    `${highest.text}, which is in the registry, and ${lost}`
  );
}
