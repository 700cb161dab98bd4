/** The os to everything about versions: reading one, what a user asks for, and choosing one. */

export { parseRequested, type RequestedVersion } from './requested-version.ts';
export {
  compareVersions,
  isStable,
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
  nameVersion,
  type Named,
  type NamingRequest,
  type Occasion,
  type Source,
} from './version-naming.ts';
export {
  firstFree,
  highestStable,
  increaseVersion,
  isLatest,
  numbersOf,
  stableNumbers,
  type Step,
} from './version-steps.ts';
export { equalsNote, othersNote, pickVersion, type Candidate, type VersionRequest } from './version-choice.ts';
