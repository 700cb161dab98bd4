/**
 * Which version a build has: where it is counted from, and which prerelease it is, as one table for
 * all systems. What a system's events mean is told in hosts/; reading tags and variables elsewhere.
 */

import { packageVersionProblem } from '../names/package-names.ts';
import { quoted } from '../text.ts';
import { branchSlug } from './branch-slug.ts';
import {
  compareVersions,
  isStable,
  numbersOf,
  parseListedVersion,
  parseVersion,
  versionFault,
  versionFromTag,
  type TagReading,
  type Version,
} from './semantic-version.ts';
import { maintenanceRange } from './version-line.ts';
import { increaseVersion, type Step } from './version-steps.ts';

/** What a run is for, whatever system it runs on. */
export interface Occasion {
  readonly tag?: string;
  readonly branch?: string;
  /** `mr-12`, `pr-34`. */
  readonly request?: string;
  readonly onDefaultBranch?: boolean;
  /** The ref is not the code's. */
  readonly foreign?: boolean;
}

/**
 * The version that a package gets from a tag: the tag without its prefix, semantic or not, as long as GitLab takes
 * it. A prefix that ends in a letter counts before a digit only, so that `version-7` is no `ersion-7`.
 */
export function packageVersionFromTag(tag: string, prefix: string): TagReading {
  const semantic = versionFromTag(tag, prefix);
  if ('version' in semantic || !semantic.hasPrefix) return semantic;
  const rest = tag.slice(prefix.length);
  const has = tag.startsWith(prefix) && (!/\p{L}$/u.test(prefix) || /^\d/.test(rest));
  if (!has && prefix !== 'v') {
    return { problem: `the tag ${quoted(tag)} has no version after ${quoted(prefix)}`, hasPrefix: true };
  }
  const version = has ? rest : tag;
  const problem = packageVersionProblem(version);
  if (problem === undefined) return { version };
  return { problem: `${quoted(version)}, the version of the tag ${quoted(tag)}, ${problem}`, hasPrefix: true };
}

/** What `latest` and ranges make of a version that is not semantic, as a sentence; undefined for one that is. */
export function lookupNote(version: string): string | undefined {
  if (parseListedVersion(version) !== undefined) return undefined;
  const shown = quoted(version);
  if (/^\d+(?:\.\d+)+$/.test(version)) {
    return (
      `${shown} is not a semantic version: \`latest\` compares it with the others number by number, and no range ` +
      'finds it. Fetch it by its exact name, or as `latest`'
    );
  }
  return (
    `${shown} is not a semantic version: neither \`latest\` nor a range finds it. Fetch it by its exact name, or as ` +
    '`newest`'
  );
}

/** The same version with or without its leading `v`; undefined where the text is not a semantic version. */
export function spelledOtherwise(version: string): string | undefined {
  if (parseListedVersion(version) === undefined) return undefined;
  return version.startsWith('v') ? version.slice(1) : `v${version}`;
}

export type Source = 'tag' | 'variable' | 'packages' | 'tags';
export type Increment = 'auto' | 'none' | Step | 'pipeline';

/** Something that an input has to settle; the problem reads on after the input's name. */
export interface NamingProblem {
  readonly input: string;
  readonly problem: string;
}

export type SourceChoice =
  | { readonly source: 'tag'; readonly tag: string; readonly version: Version }
  | { readonly source: Exclude<Source, 'tag'> }
  | NamingProblem;

/**
 * Where the version comes from. `auto`: the tag if it has the prefix, else the variable if one is
 * named, else the package's versions. A tag that has the prefix and no version is a problem.
 */
export function chooseSource(
  asked: Source | 'auto',
  given: { readonly variable: string | undefined; readonly prefix: string },
  { tag }: Occasion,
): SourceChoice {
  if (asked === 'tag' && tag === undefined)
    return { input: 'source', problem: '`tag` needs a tag, and this run is for none' };
  if (tag !== undefined && (asked === 'tag' || asked === 'auto')) {
    const read = versionFromTag(tag, given.prefix);
    const version = 'version' in read ? parseVersion(read.version) : undefined;
    if (version !== undefined) return { source: 'tag', tag, version };
    if ('problem' in read && (asked === 'tag' || read.hasPrefix))
      return { input: 'tag-prefix', problem: `does not fit: ${read.problem}${tagFault(tag, given.prefix)}` };
  }
  if (asked === 'auto' || asked === 'tag') return { source: given.variable === undefined ? 'packages' : 'variable' };
  if (asked === 'variable' && given.variable === undefined)
    return { input: 'variable', problem: 'is required with `source: variable`' };
  return { source: asked };
}

/** What of a tag that was meant as a version keeps it from being one, and what may be done with it all the same. */
function tagFault(tag: string, prefix: string): string {
  if (!tag.startsWith(prefix)) return '';
  const fault = versionFault(tag.slice(prefix.length));
  if (fault === undefined) return '';
  return `, but ${fault}. Such a tag can be published (\`publish\` takes it as it is), but not counted up`;
}

/** `identifier` absent: no prerelease is added. */
export type Channel = { readonly identifier: string | undefined } | NamingProblem;

const REMEDY = 'Give an identifier such as `dev`, or `none` if this is to be a stable version';

/**
 * The prerelease: as given, else none for a tag, on the default branch and on a maintenance branch, the
 * request's name, the branch's slug. Where the ref is not the code's only a request's number can be trusted.
 */
export function choosePrerelease(given: string | undefined, occasion: Occasion): Channel {
  if (given === 'none') return { identifier: undefined };
  if (given !== undefined) return readIdentifier(given);
  const { tag, branch, request, onDefaultBranch = false, foreign = false } = occasion;
  if (foreign && request === undefined) {
    return { input: 'prerelease', problem: `is required here: the event's ref is not that of the code. ${REMEDY}` };
  }
  if (!foreign && tag !== undefined) return { identifier: undefined };
  if (request !== undefined) return { identifier: request };
  if (onDefaultBranch || maintenanceRange(occasion) !== undefined) return { identifier: undefined };
  if (branch !== undefined) return { identifier: branchSlug(branch) };
  return { input: 'prerelease', problem: `is required here: this run is for no tag, branch or request. ${REMEDY}` };
}

function readIdentifier(given: string): Channel {
  if (parseVersion(`0.0.0-${given}`)?.prerelease === given) return { identifier: given };
  const form = 'letters, digits and `-`, in parts divided by `.`, no part a number with a leading zero';
  return { input: 'prerelease', problem: `must be \`none\` or an identifier: ${form}` };
}

export interface NamingRequest {
  readonly source: Source;
  readonly increment: Increment;
  readonly identifier: string | undefined;
  /** GitHub's run number or GitLab's pipeline IID. */
  readonly number: string | undefined;
  /** Added after `+`. */
  readonly build: string | undefined;
  /** Used as it is when nothing was found. */
  readonly initial: Version | undefined;
}

export interface Named {
  readonly version: Version;
  /** One of a row that counts up, so that it may be taken already: stable, and not just read off. */
  readonly counted: boolean;
  /** What counts up when it is taken. */
  readonly step: Step;
}

/** The version after what was found; undefined: nothing was. */
export function nameVersion(request: NamingRequest, found: Version | undefined): Named | NamingProblem {
  const start = found ?? request.initial;
  if (start === undefined) {
    return {
      input: 'initial-version',
      problem: 'is needed: there is no earlier version. Give the first one, such as `0.1.0`',
    };
  }
  const increment = incrementFor(request);
  const base = found === undefined || increment === 'none' ? start : nextAfter(found, increment, request.number);
  if (base === undefined)
    return {
      input: 'increment',
      problem: `cannot be increased from ${start.text}: the numbers of a version end at ${Number.MAX_SAFE_INTEGER}`,
    };
  if ('problem' in base) return base;
  const version = parseVersion(textOf(base, request));
  if (version === undefined)
    return { input: 'prerelease', problem: `makes a version that is too long: ${textOf(base, request)}` };
  const counted = isStable(version) && (found === undefined || increment !== 'none');
  return { version, counted, step: stepOf(increment) };
}

/** What `auto` means. */
export function incrementFor({
  source,
  increment,
}: Pick<NamingRequest, 'source' | 'increment'>): Exclude<Increment, 'auto'> {
  if (increment !== 'auto') return increment;
  return source === 'tag' ? 'none' : 'patch';
}

/** What counts up when the number is taken; a pipeline's number is the patch. */
function stepOf(increment: Exclude<Increment, 'auto'>): Step {
  return increment === 'minor' || increment === 'major' ? increment : 'patch';
}

function nextAfter(
  found: Version,
  increment: Step | 'pipeline',
  number: string | undefined,
): Version | NamingProblem | undefined {
  return increment === 'pipeline' ? atPipeline(found, number) : increaseVersion(found, increment);
}

/** The patch is the pipeline's number; a version below the one found would be a step back. */
function atPipeline(found: Version, number = ''): Version | NamingProblem | undefined {
  const version = parseVersion(`${found.major}.${found.minor}.${number}`);
  if (version === undefined) {
    return {
      input: 'increment',
      problem: '`pipeline` needs the number of a pipeline or workflow run, and there is none here',
    };
  }
  if (compareVersions(version, found) >= 0) return version;
  return {
    input: 'increment',
    problem:
      `\`pipeline\` would go back from ${found.text} to ${version.text}. Raise the minor number first, or ` +
      'use `patch`',
  };
}

/** A prerelease that is given takes the place of the one that was found. */
function textOf(base: Version, { identifier, number, build }: NamingRequest): string {
  const numbered = number === undefined ? identifier : `${identifier ?? ''}.${number}`;
  const own = identifier === undefined ? base.prerelease : numbered;
  const after = build ?? base.build;
  return `${numbersOf(base)}${own === '' ? '' : `-${own}`}${after === '' ? '' : `+${after}`}`;
}
