/** What is odd about a release that was made all the same: notes to warn with. Pure. */
import { harmless } from '../../core/text.ts';
import { versionFromTag } from '../../core/versions/index.ts';
import type { Release } from '../../gitlab/api/releases.ts';
import type { ReleasePlan } from './plan.ts';
import type { ReleaseOutcome } from './carry-out.ts';
import type { TagInputs } from './tag.ts';

export function notesOn(plan: ReleasePlan, inputs: TagInputs, { release, earlier }: ReleaseOutcome): readonly string[] {
  return [movedNote(plan, release), relinkedNote(plan, earlier), otherVersionNote(plan, inputs)].filter(
    (note) => note !== undefined,
  );
}

/** Seen only where the ref is a commit: what a branch was at when the tag was made, nobody knows. */
function movedNote({ tag, ref = '' }: ReleasePlan, { commit }: Release): string | undefined {
  const isCommit = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(ref);
  if (!isCommit || commit === undefined || commit.toLowerCase() === ref.toLowerCase()) return undefined;
  return `The tag ${tag} exists at ${commit}, not at ${ref}, and stays there: a tag is never moved`;
}

function relinkedNote({ tag, version }: ReleasePlan, earlier: readonly string[]): string | undefined {
  if (earlier.length === 0) return undefined;
  return (
    `The release ${tag} led to another version of the package before: ` +
    `${earlier.map((one) => harmless(one)).join(', ')} → ${version.version}`
  );
}

/** The version may have the tag's own name: `v1.2.3` is one that GitLab takes. */
function otherVersionNote({ tag, version: { version } }: ReleasePlan, inputs: TagInputs): string | undefined {
  const prefix = inputs['tag-prefix'] ?? '';
  const read = versionFromTag(tag, prefix);
  if ('problem' in read || [read.version, tag, `v${read.version}`].includes(version)) return undefined;
  return (
    `The tag ${tag} names the version ${read.version}, but its release leads to ${version}: check ` +
    'package-version and tag'
  );
}
