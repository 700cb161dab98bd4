/** GitLab's rules for names of generic packages, stated here anew for the server's side. */
import type { FileNameRule, Profile } from '../profiles.ts';
import { type Call, param } from '../wire/call.ts';
import { routeNotFound } from '../wire/refusal.ts';

const PACKAGE_NAME = /^[A-Za-z0-9._+-]+$/;
const VERSION = /^[A-Za-z0-9_+.-]+$/;
const NUMERIC_VERSION = /^\d+\.\d+\.\d+$/;

const FILE_NAMES: Record<FileNameRule, RegExp> = {
  plain: /^[A-Za-z0-9._-]+$/,
  plus: /^[A-Za-z0-9._+-]+$/,
  tilde: /^(?!~)[A-Za-z0-9._+~-]+(?<!~)$/,
  at: /^(?![~@])[A-Za-z0-9._+~@-]+(?<![~@])$/,
};

/** Names as they came in a URL, decoded once. */
export interface GivenNames {
  readonly name: string;
  readonly version: string;
  /** Directories before the file name, joined by `/`; undefined when there are none. */
  readonly path: string | undefined;
  readonly file: string;
}

/** The names in the address of a generic route; 404 for directories where the version has none. */
export function givenNames(call: Call): GivenNames {
  const { rest } = call;
  if (rest.length > 1 && !call.instance.profile.directories) throw routeNotFound();
  return givenNamesOf(param(call, 'name'), param(call, 'version'), rest);
}

/** The same of a file whose name has these parts. */
export function givenNamesOf(name: string, version: string, parts: readonly string[]): GivenNames {
  const path = parts.length > 1 ? parts.slice(0, -1).join('/') : undefined;
  return { name, version, path, file: parts[parts.length - 1] ?? '' };
}

/**
 * What GitLab answers to bad names, as the text of `error`, or undefined when all are fine.
 * The upload's first phase does not look at the directories; `withPath` says whether this one does.
 */
export function nameProblem(given: GivenNames, profile: Profile, withPath: boolean): string | undefined {
  const problems: string[] = [];
  if (!PACKAGE_NAME.test(given.name)) problems.push('package_name is invalid');
  if (climbs(given.name)) problems.push('package_name should be a valid file path');
  if (!isVersion(given.version, profile)) problems.push('package_version is invalid');
  if (withPath && given.path !== undefined && climbs(given.path)) problems.push('path should be a valid file path');
  if (!FILE_NAMES[profile.fileNames].test(given.file)) problems.push('file_name is invalid');
  if (climbs(given.file)) problems.push('file_name should be a valid file path');
  return problems.length === 0 ? undefined : problems.join(', ');
}

/** The stored name: percent-encoded as one word as soon as there are directories. */
export function storedFileName(path: string | undefined, file: string): string {
  return path === undefined || path === '' ? file : encodeWord(`${path}/${file}`);
}

/** The last part of a stored name: what a browser saves the file as. */
export function lastPart(storedName: string): string {
  const path = storedName.includes('%') ? decodeURIComponent(storedName) : storedName;
  return path.slice(path.lastIndexOf('/') + 1);
}

/** As Ruby's `URI.encode_uri_component`: everything but letters, digits and `*-._`. */
function encodeWord(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isVersion(version: string, profile: Profile): boolean {
  if (profile.numericVersions) return NUMERIC_VERSION.test(version);
  return VERSION.test(version) && !version.includes('..');
}

/** GitLab's path traversal check; it decodes once more and refuses what is then still encoded. */
function climbs(path: string): boolean {
  const once = decoded(path);
  if (once !== decoded(once)) return true;
  if (once === '.' || once === '..' || once.includes('\n')) return true;
  const segments = once.split(/[/\\]/);
  return segments.length > 1 && segments.includes('..');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
