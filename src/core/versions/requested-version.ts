/** What a user asks for as a version: `latest`, `newest`, an exact name, a range, or what was passed on. */

import { validRange } from 'semver';

import { packageVersionProblem } from '../names/package-names.ts';
import { quoted } from '../text.ts';
import { parseListedVersion } from './semantic-version.ts';

export type RequestedVersion =
  | { kind: 'latest' }
  | { kind: 'newest' }
  | { kind: 'from-pipeline' }
  /** This very name, semantic or not. */
  | { kind: 'exact'; version: string }
  /** The highest in a range. `version` is the text itself where it may be a name: that is tried first. */
  | { kind: 'range'; range: string; version: string | undefined };

/** Longest range that is read, as in semver. */
const RANGE_CHARACTERS = 256;
const RANGE_TEXT = /^[0-9A-Za-z.*+^~<>=| -]+$/;

/**
 * Reads the text strictly. A full version, with or without a leading `v`, is always exact. Others
 * may be a name and a range at once (`1.2`, `2024`). The problem reads on after the input’s name.
 */
export function parseRequested(text: string): RequestedVersion | { problem: string } {
  if (text === 'latest' || text === 'newest' || text === 'from-pipeline') return { kind: text };
  const isName = packageVersionProblem(text) === undefined;
  if (isName && isFullVersion(text)) return { kind: 'exact', version: text };
  if (isRange(text)) return { kind: 'range', range: text, version: isName ? text : undefined };
  if (isName) return { kind: 'exact', version: text };
  const forms = '`latest`, `newest`, a version such as 1.2.3, or a range such as ^1.2, 1.x or ">=1 <3"';
  return { problem: `must be ${forms}, but is ${quoted(text)}` };
}

function isFullVersion(text: string): boolean {
  return parseListedVersion(text) !== undefined;
}

function isRange(text: string): boolean {
  if (text.length > RANGE_CHARACTERS || !RANGE_TEXT.test(text)) return false;
  // An empty alternative (`1 ||`) would mean any version at all.
  return text.split('||').every((part) => part.trim() !== '') && validRange(text) !== null;
}
