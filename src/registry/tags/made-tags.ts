/** Makes tags on commits that are made up: there is no repository, so any ref is as good as another. */
import { createHash } from 'node:crypto';
import type { Tag, TagStore } from './tag-store.ts';

interface WantedTag {
  readonly projectId: number;
  readonly name: string;
  readonly ref: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Makes the tag, whose name must be free. The same ref of a project is always the same commit. */
export function makeTag(tags: TagStore, wanted: WantedTag): Tag {
  const { projectId, name, ref, message, at } = wanted;
  const sha = commitOf(tags, projectId, ref);
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

/** A commit by its id, the commit of another tag, or one made up from the ref's name. */
function commitOf(tags: TagStore, projectId: number, ref: string): string {
  if (/^[0-9a-f]{40}$/i.test(ref)) return ref.toLowerCase();
  const tag = tags.find(projectId, ref.replace(/^refs\/tags\//, ''));
  return tag?.sha ?? digest(`commit ${projectId} ${ref.replace(/^refs\/heads\//, '')}`);
}

function digest(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
