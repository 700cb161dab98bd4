/** What GitLab takes as name and version of a generic package. Files' names: file-names.ts. */

const LENGTH = 1024;
const PACKAGE_NAME = /^[A-Za-z0-9._+-]+$/;
const PACKAGE_VERSION = /^[A-Za-z0-9_+.-]+$/;

/** Why GitLab would refuse this package name, if so; to be read after the name. */
export function packageNameProblem(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > LENGTH) return `is longer than ${LENGTH} characters`;
  if (!PACKAGE_NAME.test(name)) return 'may have letters, digits and . _ - + only';
  // Addresses lose a `.` segment, and GitLab refuses `..` as a path traversal.
  return name === '.' || name === '..' ? 'may not be `.` or `..`' : undefined;
}

/** Why GitLab would refuse this version, if so; to be read after the version. */
export function packageVersionProblem(version: string): string | undefined {
  if (version === '') return 'is empty';
  if (version.length > LENGTH) return `is longer than ${LENGTH} characters`;
  if (!PACKAGE_VERSION.test(version)) return 'may have letters, digits and . _ - + only';
  if (version === '.') return 'may not be `.`';
  return version.includes('..') ? 'may not have `..` in it' : undefined;
}
