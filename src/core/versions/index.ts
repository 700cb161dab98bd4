/** Everything about versions: reading one, what a user asks for, choosing one, and naming the next one. */

export { parseRequested, type RequestedVersion } from './requested-version.ts';
export {
  compareVersions,
  isStable,
  numbersOf,
  parseListedVersion,
  parseVersion,
  versionFault,
  versionFromTag,
  type Version,
} from './semantic-version.ts';
export {
  chooseSource,
  choosePrerelease,
  incrementFor,
  lookupNote,
  nameVersion,
  packageVersionFromTag,
  spelledOtherwise,
  type Named,
  type NamingRequest,
  type Occasion,
  type Source,
} from './version-naming.ts';
export {
  firstFree,
  highestStable,
  increaseVersion,
  notLatest,
  stableNumbers,
  type NotLatest,
  type Step,
} from './version-steps.ts';
export { chooseLine, describeLine, firstOfLine, isInLine, type VersionLine } from './version-line.ts';
export { isSpelledAlike, nearestVersions } from './nearest-versions.ts';
export {
  equalsNote,
  othersNote,
  pickVersion,
  type Candidate,
  type Choice,
  type VersionRequest,
} from './version-choice.ts';
export { compareOrdered, highestOrdered, readOrdered } from './version-order.ts';
