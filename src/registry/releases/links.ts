/** The links of a release, one by one. What a link may be: link-rules.ts. */
import { AUTH, type AuthRule } from '../access/auth.ts';
import { canDevelop } from '../access/permissions.ts';
import { commonProject, type FoundProject } from '../access/project-finder.ts';
import { type Call, originOf, param } from '../wire/call.ts';
import { fieldsOf } from '../wire/fields.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { idParam } from '../wire/parameters.ts';
import { forbidden, recordNotFound, refused } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';
import { givenFilepath } from './release-changes.ts';
import { linkRecord } from './release-records.ts';
import { LINK_TYPES, linkProblems, type LinkValues } from './link-rules.ts';
import type { Release, ReleaseLink } from './release-store.ts';

interface FoundRelease extends FoundProject {
  readonly release: Release;
}

/** `GET …/releases/:tag_name/assets/links`: newest first. */
export function listLinks(call: Call): void {
  const found = foundRelease(call, AUTH.releasesRead);
  const page = pageOf(call);
  const links = call.instance.releases.links(found.release.id);
  const { limit, offset } = offsetOf(page);
  const shown = links.slice(offset, offset + limit);
  sendPage(
    call,
    page,
    links.length,
    shown.map((link) => recordOf(call, found, link)),
  );
}

/** `GET …/assets/links/:link_id` */
export function showLink(call: Call): void {
  const found = foundRelease(call, AUTH.releasesRead);
  sendJson(call, 200, recordOf(call, found, numberedLink(call, found)));
}

/** `POST …/assets/links` */
export async function createLink(call: Call): Promise<void> {
  const project = commonProject(call, AUTH.releasesWrite);
  const fields = await fieldsOf(call);
  const values: LinkValues = {
    name: fields.requiredText('name'),
    url: fields.requiredText('url'),
    filepath: givenFilepath(fields) ?? null,
    link_type: fields.choice('link_type', LINK_TYPES) ?? 'other',
  };
  fields.settle();
  const found = changeable(inRelease(call, project));
  assertLink(values, call.instance.releases.links(found.release.id));
  const link = call.instance.releases.addLink(found.release.id, values);
  sendJson(call, 201, recordOf(call, found, link));
}

/** `PUT …/assets/links/:link_id`: what is not given stays, but for the type, whose default comes back. */
export async function updateLink(call: Call): Promise<void> {
  const project = commonProject(call, AUTH.releasesWrite);
  const fields = await fieldsOf(call);
  fields.requireOneOf('name', 'url');
  const [name, url, filepath] = [fields.text('name'), fields.text('url'), givenFilepath(fields)];
  const type = fields.choice('link_type', LINK_TYPES) ?? 'other';
  fields.settle();
  const found = inRelease(call, project);
  const before = numberedLink(call, found);
  changeable(found);
  const link: ReleaseLink = {
    ...before,
    name: name ?? before.name,
    url: url ?? before.url,
    filepath: filepath === undefined ? before.filepath : filepath,
    link_type: type,
  };
  const { releases } = call.instance;
  assertLink(
    link,
    releases.links(found.release.id).filter(({ id }) => id !== link.id),
  );
  releases.updateLink(link.id, link);
  sendJson(call, 200, recordOf(call, found, link));
}

/** `DELETE …/assets/links/:link_id` */
export function deleteLink(call: Call): void {
  const found = foundRelease(call, AUTH.releasesWrite);
  const link = numberedLink(call, found);
  changeable(found);
  call.instance.releases.removeLink(link.id);
  sendJson(call, 200, recordOf(call, found, link));
}

function foundRelease(call: Call, rule: AuthRule): FoundRelease {
  return inRelease(call, commonProject(call, rule));
}

function inRelease(call: Call, found: FoundProject): FoundRelease {
  const release = call.instance.releases.find(found.project.id, param(call, 'tag_name'));
  if (release === undefined) throw recordNotFound();
  return { ...found, release };
}

function changeable(found: FoundRelease): FoundRelease {
  if (!canDevelop(found.project, found.caller)) throw forbidden();
  return found;
}

function numberedLink(call: Call, { release }: FoundRelease): ReleaseLink {
  const id = idParam(call, 'link_id');
  const link = call.instance.releases.links(release.id).find((each) => each.id === id);
  if (link === undefined) throw recordNotFound();
  return link;
}

/** GitLab answers a list of sentences here. */
function assertLink(link: LinkValues, others: readonly LinkValues[]): void {
  const problems = linkProblems(link, others);
  if (problems.length === 0) return;
  const sentences = problems.map(
    ([attribute, text]) => `${attribute.charAt(0).toUpperCase()}${attribute.slice(1)} ${text}`,
  );
  throw refused(400, sentences);
}

function recordOf(call: Call, found: FoundRelease, link: ReleaseLink): Record<string, unknown> {
  return linkRecord(link, found.release, found.project, originOf(call));
}
