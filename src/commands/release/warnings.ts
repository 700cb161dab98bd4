/** What is odd about a release that was made all the same: notes to warn with. Pure. */
import { harmless } from '../../core/text.ts';
import { versionFromTag } from '../../core/versions/index.ts';
import type { Platform } from '../../definitions/context.ts';
import { typedInput } from '../../definitions/naming.ts';
import type { ReleaseIntent } from './intent.ts';
import type { ReleaseOutcome } from './carry-out.ts';
import { MOST_AT_ONCE } from './decide.ts';
import type { TagInputs } from './tag.ts';

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i;

export function notesOn(intent: ReleaseIntent, inputs: TagInputs, outcome: ReleaseOutcome): readonly string[] {
  const { earlier } = outcome;
  return [movedNote(intent, outcome), relinkedNote(intent, earlier), otherVersionNote(intent, inputs)].filter(
    (note) => note !== undefined,
  );
}

/**
 * A ref counts where it is a commit: what a branch was at when the tag was made, nobody knows. Else the commit of the
 * run does, but not for a tag that was just made elsewhere: that was told.
 */
function movedNote({ tag, origin }: ReleaseIntent, { release: { commit }, how }: ReleaseOutcome): string | undefined {
  const { ref } = origin;
  const isRefCommit = ref !== undefined && COMMIT.test(ref);
  const meant = isRefCommit || (ref !== undefined && how === 'created') ? ref : origin.commit;
  if (meant === undefined || !COMMIT.test(meant) || commit === undefined) return undefined;
  if (commit.toLowerCase() === meant.toLowerCase()) return undefined;
  return `The tag ${tag} exists at ${commit}, not at ${meant}, and stays there: a tag is never moved`;
}

/** Said before they are made; undefined for a release of few links. */
export function manyLinksNote(count: number, platform: Platform): string | undefined {
  if (count <= MOST_AT_ONCE) return undefined;
  return (
    `The release gets ${count} links: its page in GitLab becomes slow and long. Link fewer files, by ` +
    `${typedInput('files', platform)}, or publish them as one archive`
  );
}

function relinkedNote({ tag, version }: ReleaseIntent, earlier: readonly string[]): string | undefined {
  if (earlier.length === 0) return undefined;
  return (
    `The release ${tag} led to another version of the package before: ` +
    `${earlier.map((one) => harmless(one)).join(', ')} → ${version.version}`
  );
}

/** The version may have the tag's own name: `v1.2.3` is one that GitLab takes. */
function otherVersionNote({ tag, version: { version } }: ReleaseIntent, inputs: TagInputs): string | undefined {
  const prefix = inputs['tag-prefix'] ?? '';
  const read = versionFromTag(tag, prefix);
  if ('problem' in read || [read.version, tag, `v${read.version}`].includes(version)) return undefined;
  return (
    `The tag ${tag} names the version ${read.version}, but its release leads to ${version}: check ` +
    'package-version and tag'
  );
}
