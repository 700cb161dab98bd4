/** The tags API. Tags are protected from nobody; what a ref names, repository/ says. */
import { AUTH } from '../access/auth.ts';
import { canDevelop } from '../access/permissions.ts';
import { type FoundProject, readableCode } from '../access/project-finder.ts';
import { type Call, originOf, param } from '../wire/call.ts';
import { fieldsOf } from '../wire/fields.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { assertUnmodified, choiceParam, textParam } from '../wire/parameters.ts';
import { forbidden, notFound, refused } from '../wire/refusal.ts';
import { sendEmpty, sendJson } from '../wire/respond.ts';
import { makeTag } from './made-tags.ts';
import { isTagName } from './tag-names.ts';
import { foundTags, sortedTags, TAG_ORDERS } from './tag-order.ts';
import { tagRecord } from './tag-records.ts';
import type { Tag } from './tag-store.ts';

/**
 * `GET /projects/:id/repository/tags`: newest commit first, unless asked otherwise. A job may ask this, and nothing
 * else here.
 */
export function listTags(call: Call): void {
  const found = readableCode(call, AUTH.tagsList);
  const page = pageOf(call);
  const orderBy = choiceParam(call, 'order_by', TAG_ORDERS, 'updated');
  const sort = choiceParam(call, 'sort', ['asc', 'desc'], 'desc');
  const inOrder = sortedTags(call.instance.tags.list(found.project.id), orderBy, sort);
  const tags = foundTags(inOrder, textParam(call, 'search'));
  const { limit, offset } = offsetOf(page);
  const shown = tags.slice(offset, offset + limit);
  sendPage(
    call,
    page,
    tags.length,
    shown.map((tag) => recordOf(call, found, tag)),
  );
}

/** `GET …/repository/tags/:tag_name` */
export function showTag(call: Call): void {
  const found = readableCode(call, AUTH.tagRead);
  sendJson(call, 200, recordOf(call, found, namedTag(call, found)));
}

/** `POST …/repository/tags`: of two at once of one name, one is refused. */
export async function createTag(call: Call): Promise<void> {
  const found = readableCode(call, AUTH.tagWrite);
  const fields = await fieldsOf(call);
  const name = fields.requiredText('tag_name');
  const ref = fields.requiredText('ref');
  const message = fields.text('message') ?? '';
  fields.settle();
  if (!canDevelop(found.project, found.caller)) throw forbidden();
  const tag = addTag(call, found, { name, ref, message });
  sendJson(call, 201, recordOf(call, found, tag));
}

/** `DELETE …/repository/tags/:tag_name`: its release goes with it. */
export function deleteTag(call: Call): void {
  const found = readableCode(call, AUTH.tagWrite);
  const tag = namedTag(call, found);
  if (!canDevelop(found.project, found.caller)) throw forbidden();
  assertUnmodified(call, tag.committed_at);
  const { tags, releases, store } = call.instance;
  store.transaction(() => {
    const release = releases.find(found.project.id, tag.name);
    if (release !== undefined) releases.remove(release.id);
    tags.remove(tag.id);
  });
  sendEmpty(call, 204);
}

/** Makes a tag in the words of GitLab's service, which releases use too. Throws 400. */
export function addTag(
  call: Call,
  { project }: FoundProject,
  { name, ref, message }: { name: string; ref: string; message: string },
): Tag {
  const { tags, repository, clock } = call.instance;
  if (ref.trim() === '') throw refused(400, 'Target is empty');
  if (!isTagName(name)) throw refused(400, 'Tag name invalid');
  if (tags.find(project.id, name) !== undefined) throw refused(400, `Tag ${name} already exists`);
  const sha = repository.targetOf(project, ref);
  if (sha === undefined) throw refused(400, `Target ${ref} is invalid`);
  return makeTag(tags, { projectId: project.id, name, sha, message, at: clock() });
}

function namedTag(call: Call, { project }: FoundProject): Tag {
  const tag = call.instance.tags.find(project.id, param(call, 'tag_name'));
  if (tag === undefined) throw notFound('Tag');
  return tag;
}

function recordOf(call: Call, { project }: FoundProject, tag: Tag): Record<string, unknown> {
  const release = call.instance.releases.find(project.id, tag.name);
  return tagRecord(tag, project, release, originOf(call));
}
