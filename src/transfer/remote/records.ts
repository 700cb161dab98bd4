/**
 * Names of what we keep beside a version's files: manifests of parts, and what only sets its status or marks it.
 * None of it is content.
 */

const RECORD = /^generic-package\.(?:part-[A-Za-z0-9._-]+|visible-\d{1,3}|abandoned)\.json$/;

/** A version that has this file, and nothing that came after it, is about to be deleted: it is never fetched. */
export const ABANDONED_MARKER = 'generic-package.abandoned.json';

/** The manifest of one part; it lists that part's files and keeps the version hidden. */
export function partManifestName(part: string): string {
  return `generic-package.part-${part}.json`;
}

/**
 * A file that nobody fetches. GitLab sets a version's status by an upload only; where it refuses to take a
 * name twice, an upload of this one makes a hidden version visible.
 */
export function visibleMarkerName(count: number): string {
  return `generic-package.visible-${count}.json`;
}

/** True for these names: they are in the registry, and no part of the version's content. */
export function isRecordName(name: string): boolean {
  return RECORD.test(name);
}
