/** The version that a project's tags say is the last, and what to say of tags that say none. Pure. */
import { formatCount } from '../../core/format.ts';
import { quoted } from '../../core/text.ts';
import {
  highestStable,
  parseListedVersion,
  parseVersion,
  versionFromTag,
  type Version,
} from '../../core/versions/index.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput } from '../../definitions/naming.ts';

export interface TaggedBase {
  readonly version: Version | undefined;
  /** There are tags, and none is a stable version: a slip in the prefix, perhaps. */
  readonly doubt?: string;
}

/** `tags`: all that count as having the prefix. */
export function lastTagged(tags: readonly string[], prefix: string, platform: Platform): TaggedBase {
  const versions = tags
    .map((name) => versionFromTag(name, prefix))
    .flatMap((read) => ('version' in read ? [read.version] : []));
  const version = highestStable(versions);
  const [first] = tags;
  if (version !== undefined || first === undefined) return { version };
  const meant = tags.find((name) => hasMoreV(name, prefix));
  const [count, one] = [formatCount(tags.length, 'tag'), tags.length === 1];
  // Without a prefix, and with `v`, every tag counts.
  const those =
    prefix === '' || prefix === 'v'
      ? `there ${one ? 'is' : 'are'} ${count}`
      : `${count} ${one ? 'begins' : 'begin'} with ${quoted(prefix)}`;
  const remedy = meant === undefined ? '' : `. Is ${typedInput('tag-prefix', platform)} ${quoted(`${prefix}v`)} meant?`;
  return {
    version,
    doubt: `${those}, but none names a stable version (${quoted(meant ?? first)}, for example)${remedy}`,
  };
}

/** `cli/v1.2.3` for the prefix `cli/`. */
function hasMoreV(tag: string, prefix: string): boolean {
  const rest = tag.startsWith(prefix) ? tag.slice(prefix.length) : '';
  return parseVersion(rest) === undefined && parseListedVersion(rest) !== undefined;
}
