/** Semantic versions: reading them strictly, and the version that a tag names. Choosing: version-choice.ts. */

import { compare, parse } from 'semver';

import { quoted } from '../text.ts';

/** The form of a version, for messages. */
const VERSION_FORM = 'MAJOR.MINOR.PATCH[-PRERELEASE][+BUILD], for example 1.2.3 or 1.2.3-rc.1';

export interface Version {
  /** As given: `1.2.3-rc.1+5f0c`. */
  text: string;
  major: number;
  minor: number;
  patch: number;
  /** `rc.1`; empty for a stable version. */
  prerelease: string;
  /** `5f0c`; empty for none. It does not count when versions are compared. */
  build: string;
}

/**
 * Exactly `M.m.p[-pre][+build]`, without a leading `v`, blanks or leading zeros, and with numbers
 * that are exact; undefined for anything else. All of these GitLab takes as a package version.
 */
export function parseVersion(text: string): Version | undefined {
  const read = parse(text);
  if (read === null) return undefined;
  const build = read.build.join('.');
  // The parser takes `v1.2.3` and ` 1.2.3 ` too; put together again, they differ.
  if (text !== read.version + (build === '' ? '' : `+${build}`)) return undefined;
  const { major, minor, patch } = read;
  return { text, major, minor, patch, prerelease: read.prerelease.join('.'), build };
}

/** The same where a leading `v` is allowed, as in what a registry lists. The text is without it. */
export function parseListedVersion(text: string): Version | undefined {
  return parseVersion(text.startsWith('v') ? text.slice(1) : text);
}

/**
 * What keeps a text that was meant as a version from being one, in words that do not repeat it;
 * undefined where it does not even look like one: nothing is said of such a text.
 */
export function versionFault(text: string): string | undefined {
  if (text.trim() === '') return 'it is blank';
  if (!/^\s*v?\d/i.test(text)) return undefined;
  if (/[\r\n]/.test(text)) return 'it has a line break';
  if (/\s/.test(text)) return 'it has blanks';
  if (/^v/i.test(text)) return 'it begins with `v`';
  if (/^\d+\.\d+$/.test(text)) return 'it has two numbers, not three';
  if (/^(?:\d+\.){0,3}0\d/.test(text)) return 'it has a number with a leading zero';
  if (/^\d+(?:\.\d+){3,}(?!\d)/.test(text))
    return `it has ${text.split(/[-+]/)[0]?.split('.').length ?? 4} numbers, not three`;
  return undefined;
}

/** The three numbers alone: what stable versions are counted and claimed by. */
export function numbersOf({ major, minor, patch }: Version): string {
  return `${major}.${minor}.${patch}`;
}

/** True for a version without prerelease. */
export function isStable(version: Version): boolean {
  return version.prerelease === '';
}

/** Negative, zero or positive by semver precedence; builds do not count. */
export function compareVersions(a: Version, b: Version): number {
  return compare(a.text, b.text);
}

export type TagReading =
  | { version: string }
  /** `hasPrefix: false`: the tag is another component’s, which is no fault of its own. */
  | { problem: string; hasPrefix: boolean };

/**
 * The version that a tag names. With the prefix `v` every tag counts as having it (`1.2.3` too);
 * with any other, as `cli/v` for one of several components, only those that start with it do.
 */
export function versionFromTag(tag: string, prefix: string): TagReading {
  const shown = quoted(tag);
  const has = tag.startsWith(prefix);
  if (!has && prefix !== 'v') {
    return { problem: `the tag ${shown} does not start with ${quoted(prefix)}`, hasPrefix: false };
  }
  const rest = has ? tag.slice(prefix.length) : tag;
  const version = parseVersion(rest);
  if (version !== undefined) return { version: version.text };
  return { problem: `the tag ${shown} must be ${quoted(prefix)} and ${VERSION_FORM}`, hasPrefix: true };
}
