/** Segments that are never part of a package: git's own folder and ours. */

/** Where every run keeps its own files; never selected, pruned or overwritten. */
export const OWN_FOLDER = '.generic-packages';

/** True for `.git` and `.generic-packages` exactly: what a walk passes over without a word. */
export function isOwnOrGit(segment: string): boolean {
  return segment === '.git' || segment === OWN_FOLDER;
}

/**
 * True for whatever some file system takes for `.git` or `.generic-packages`: any case, trailing
 * dots and blanks (Windows), the short name `git~1` (NTFS).
 */
export function isReservedSegment(segment: string): boolean {
  const first = segment.charAt(0);
  if (first !== '.' && first !== 'g' && first !== 'G') return false;
  // Upper case first: it also folds what has no lower case of its own, like ſ.
  const folded = withoutTail(segment.toUpperCase().toLowerCase());
  return folded === '.git' || folded === 'git~1' || folded === OWN_FOLDER;
}

/** Without trailing dots and blanks; by hand, as an expression would take quadratic time. */
function withoutTail(segment: string): string {
  let end = segment.length;
  while (end > 0 && (segment[end - 1] === '.' || segment[end - 1]?.trim() === '')) end -= 1;
  return segment.slice(0, end);
}
