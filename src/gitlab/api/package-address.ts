/** Reading the address of a package's file back into its parts: which file of which package a link means. */

import { sameOrigin } from '../address.ts';

/** A file of a generic package, as its address below the API's root names it; everything decoded. */
export interface PackageFile {
  /** Numeric id or full path. */
  readonly project: string;
  readonly name: string;
  readonly version: string;
  /** Real slashes. */
  readonly file: string;
}

/** Undefined for any other address, and for one of another server. */
export function packageFileOf(api: URL, address: string): PackageFile | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  const root = `${api.pathname}/projects/`;
  if (!sameOrigin(api, url) || url.search !== '' || url.hash !== '' || !url.pathname.startsWith(root)) return undefined;
  const segments = decoded(url.pathname.slice(root.length).split('/'));
  const [project = '', packages, generic, name = '', version = '', ...file] = segments ?? [];
  if (packages !== 'packages' || generic !== 'generic' || file.length === 0) return undefined;
  return { project, name, version, file: file.join('/') };
}

/**
 * The same project as far as two addresses can tell: one may name it by its id and the other by its
 * path, and a job token may not ask GitLab which id a path has. GitLab takes a path in any case of
 * letters.
 */
export function maySameProject(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase() || isNumber(one) !== isNumber(other);
}

function isNumber(project: string): boolean {
  return /^\d+$/.test(project);
}

function decoded(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
