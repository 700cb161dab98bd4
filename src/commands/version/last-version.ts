/** The last version by a project's tags or a package's versions, and what to say of those that are none. Pure. */
import { formatCount } from '../../core/format.ts';
import { quoted } from '../../core/text.ts';
import {
  highestStable,
  parseListedVersion,
  parseVersion,
  versionFault,
  versionFromTag,
  type Version,
  type VersionLine,
} from '../../core/versions/index.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput } from '../../definitions/naming.ts';

export interface LastVersion {
  readonly version: Version | undefined;
  /** There is something, and nothing of it is a stable version: a slip in the prefix, perhaps. */
  readonly doubt?: string;
}

export interface TagReader {
  readonly prefix: string;
  /** Only versions of this line count. */
  readonly line: VersionLine | undefined;
  readonly platform: Platform;
}

/** `versions`: what lists show of the package. */
export function lastPublished(versions: readonly string[], line: VersionLine | undefined): LastVersion {
  const version = highestStable(versions, line);
  const [first] = versions;
  if (version !== undefined || line !== undefined || first === undefined) return { version };
  const one = versions.length === 1;
  const example = versions.find((text) => versionFault(text) !== undefined) ?? first;
  return {
    version,
    doubt:
      `there ${one ? 'is' : 'are'} ${formatCount(versions.length, 'version')}, but none is a stable semantic version ` +
      `(${exampleOf(example, example)})`,
  };
}

/** `tags`: all that count as having the prefix. */
export function lastTagged(tags: readonly string[], { prefix, line, platform }: TagReader): LastVersion {
  const versions = tags
    .map((name) => versionFromTag(name, prefix))
    .flatMap((read) => ('version' in read ? [read.version] : []));
  const version = highestStable(versions, line);
  const [first] = tags;
  const isOther = line !== undefined && highestStable(versions) !== undefined;
  if (version !== undefined || first === undefined || isOther) return { version };
  const meant = tags.find((name) => hasMoreV(name, prefix));
  const [count, one] = [formatCount(tags.length, 'tag'), tags.length === 1];
  // Without a prefix, and with `v`, every tag counts.
  const those =
    prefix === '' || prefix === 'v'
      ? `there ${one ? 'is' : 'are'} ${count}`
      : `${count} ${one ? 'begins' : 'begin'} with ${quoted(prefix)}`;
  const remedy = meant === undefined ? '' : `. Is ${typedInput('tag-prefix', platform)} ${quoted(`${prefix}v`)} meant?`;
  const example = meant ?? tags.find((name) => versionFault(restOf(name, prefix)) !== undefined) ?? first;
  const shown = exampleOf(example, meant === undefined ? restOf(example, prefix) : undefined);
  return { version, doubt: `${those}, but none names a stable version (${shown})${remedy}` };
}

/** A name with its fault: `2024.05.01`, for example. `meant`: what of the name was meant as a version. */
function exampleOf(name: string, meant: string | undefined): string {
  const fault = meant === undefined ? undefined : versionFault(meant);
  return `${quoted(name)}, for example${fault === undefined ? '' : `: ${fault}`}`;
}

function restOf(tag: string, prefix: string): string {
  return tag.startsWith(prefix) ? tag.slice(prefix.length) : tag;
}

/** `cli/v1.2.3` for the prefix `cli/`. */
function hasMoreV(tag: string, prefix: string): boolean {
  const rest = tag.startsWith(prefix) ? tag.slice(prefix.length) : '';
  return parseVersion(rest) === undefined && parseListedVersion(rest) !== undefined;
}
