/** The JSON forms of tags and of the commits they point at, as GitLab's entities expose them. */
import type { Project } from '../config/records.ts';
import type { Release } from '../releases/release-store.ts';
import { tagObjectOf } from './made-tags.ts';
import type { Tag } from './tag-store.ts';
import { isoTime } from '../wire/respond.ts';

/** A tag as the tags API shows it. */
export function tagRecord(
  tag: Tag,
  project: Project,
  release: Release | undefined,
  origin: string,
): Record<string, unknown> {
  const isAnnotated = tag.message !== '';
  return {
    name: tag.name,
    message: tag.message,
    target: isAnnotated ? tagObjectOf(tag) : tag.sha,
    commit: commitRecord(tag, project, origin),
    release: release === undefined ? null : { tag_name: release.tag, description: release.description },
    protected: false,
    created_at: isAnnotated ? isoTime(tag.created_at) : null,
  };
}

/** A commit, as far as a registry without a repository knows one. */
export function commitRecord(
  tag: Pick<Tag, 'sha' | 'committed_at'>,
  project: Project,
  origin: string,
): Record<string, unknown> {
  const at = isoTime(tag.committed_at);
  const title = `Commit ${tag.sha.slice(0, 8)}`;
  const [name, email] = ['Somebody', 'somebody@example.com'];
  return {
    id: tag.sha,
    short_id: tag.sha.slice(0, 8),
    created_at: at,
    parent_ids: [],
    title,
    message: title,
    author_name: name,
    author_email: email,
    authored_date: at,
    committer_name: name,
    committer_email: email,
    committed_date: at,
    trailers: {},
    extended_trailers: {},
    web_url: `${origin}/${project.path}/-/commit/${tag.sha}`,
  };
}
