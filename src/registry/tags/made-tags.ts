/** Makes tags. Which commit a ref names is repository/'s to say. */
import { createHash } from 'node:crypto';
import type { Tag, TagStore } from './tag-store.ts';

interface WantedTag {
  readonly projectId: number;
  readonly name: string;
  /** The commit that it stands on. */
  readonly sha: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Makes the tag, whose name must be free. */
export function makeTag(tags: TagStore, wanted: WantedTag): Tag {
  const { projectId, name, sha, message, at } = wanted;
  return tags.add({
    project_id: projectId,
    name,
    message: message.trim(),
    sha,
    committed_at: tags.atCommit(projectId, sha)?.committed_at ?? at,
    created_at: at,
  });
}

/** The id of the object that an annotated tag is in git. */
export function tagObjectOf(tag: Tag): string {
  return digest(`tag ${tag.project_id} ${tag.name} ${tag.sha} ${tag.message}`);
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
