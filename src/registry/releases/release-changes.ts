/** Making, changing and deleting releases. Their links one by one: links.ts. */
import { AUTH } from '../access/auth.ts';
import { canDevelop } from '../access/permissions.ts';
import { commonProject, type FoundProject } from '../access/project-finder.ts';
import { addTag } from '../tags/tags.ts';
import { type Call, param } from '../wire/call.ts';
import { type Fields, fieldsOf } from '../wire/fields.ts';
import { forbidden, refused } from '../wire/refusal.ts';
import { sendJson } from '../wire/respond.ts';
import { duplicateProblems, LINK_TYPES, linkProblems, type LinkValues } from './link-rules.ts';
import { releaseRecord } from './release-records.ts';
import type { Release } from './release-store.ts';

const LONGEST_DESCRIPTION = 1_000_000;

/** What POST brings, besides the links. */
interface GivenRelease {
  readonly tag: string;
  readonly ref: string | undefined;
  readonly tagMessage: string;
  readonly name: string | undefined;
  readonly description: string | undefined;
  readonly releasedAt: number | undefined;
  readonly milestones: readonly string[];
}

/**
 * `POST /projects/:id/releases`. The tag is made first when it is missing, and stays when the
 * release is then refused for its links, as in GitLab.
 */
export async function createRelease(call: Call): Promise<void> {
  const found = commonProject(call, AUTH.releasesWrite);
  const fields = await fieldsOf(call);
  const given: GivenRelease = {
    tag: fields.requiredText('tag_name'),
    ref: fields.text('ref'),
    tagMessage: fields.text('tag_message') ?? '',
    name: fields.text('name'),
    description: fields.text('description'),
    releasedAt: fields.time('released_at'),
    milestones: fields.texts('milestones'),
  };
  const links = fields.within('assets').items('links').map(readLink);
  fields.settle();
  if (!canDevelop(found.project, found.caller)) throw forbidden();
  const release = addRelease(call, found, given, links);
  sendJson(call, 201, releaseRecord(call, found, release));
}

/** `PUT …/releases/:tag_name`: name, description and `released_at`; what is not given stays. */
export async function updateRelease(call: Call): Promise<void> {
  const found = commonProject(call, AUTH.releasesWrite);
  const fields = await fieldsOf(call);
  const [name, description] = [fields.text('name'), fields.text('description')];
  const releasedAt = fields.time('released_at');
  const milestones = fields.texts('milestones');
  fields.settle();
  const before = changeableRelease(call, found);
  const known = ['name', 'description', 'released_at', 'milestones'];
  if (!known.some((each) => fields.has(each))) throw refused(400, 'params is empty');
  assertNoMilestones(milestones);
  const release: Release = {
    ...before,
    name: name ?? before.name,
    description: fields.has('description') ? (description ?? null) : before.description,
    released_at: releasedAt ?? before.released_at,
  };
  assertDescription(release.description);
  call.instance.releases.update(release);
  sendJson(call, 200, releaseRecord(call, found, release));
}

/** `DELETE …/releases/:tag_name`: the tag stays. */
export function deleteRelease(call: Call): void {
  const found = commonProject(call, AUTH.releasesWrite);
  const release = changeableRelease(call, found);
  const record = releaseRecord(call, found, release);
  call.instance.releases.remove(release.id);
  sendJson(call, 200, record);
}

function addRelease(call: Call, found: FoundProject, given: GivenRelease, links: readonly LinkValues[]): Release {
  const { store, tags, releases, clock } = call.instance;
  const projectId = found.project.id;
  const { tag } = given;
  if (releases.find(projectId, tag) !== undefined) throw refused(409, 'Release already exists');
  assertNoMilestones(given.milestones);
  if (tags.find(projectId, tag) === undefined) {
    const { defaultBranch } = found.project;
    const ref = given.ref ?? (call.instance.settings.tags === 'assumed' ? defaultBranch : undefined);
    if (ref === undefined) throw refused(422, 'Ref is not specified');
    addTag(call, found, { name: tag, ref, message: given.tagMessage });
  }
  assertDescription(given.description ?? null);
  assertLinks(links);
  const at = clock();
  return store.transaction(() => {
    const release = releases.add({
      project_id: projectId,
      tag,
      name: given.name ?? tag,
      description: given.description ?? null,
      author_id: found.caller?.id ?? 0,
      created_at: at,
      released_at: given.releasedAt ?? at,
    });
    for (const link of links) releases.addLink(release.id, link);
    return release;
  });
}

function readLink(fields: Fields): LinkValues {
  const type = fields.text('link_type') ?? 'other';
  const known = LINK_TYPES.find((each) => each === type);
  if (known === undefined) throw refused(400, `'${type}' is not a valid link_type`);
  return {
    name: fields.requiredText('name'),
    url: fields.requiredText('url'),
    filepath: givenFilepath(fields) ?? null,
    link_type: known,
  };
}

/**
 * `filepath` is the older name of `direct_asset_path`; undefined: none of them came. A blank one takes the path away.
 */
export function givenFilepath(fields: Fields): string | null | undefined {
  if (!fields.has('direct_asset_path') && !fields.has('filepath')) return undefined;
  const path = fields.text('direct_asset_path') ?? fields.text('filepath') ?? '';
  return path === '' ? null : path;
}

/** A release that is not there is forbidden, not missing: GitLab asks what one may do with nothing. */
function changeableRelease(call: Call, { project, caller }: FoundProject): Release {
  const release = call.instance.releases.find(project.id, param(call, 'tag_name'));
  if (release === undefined || !canDevelop(project, caller)) throw forbidden();
  return release;
}

/** No project here has any. */
function assertNoMilestones(titles: readonly string[]): void {
  if (titles.length > 0) throw refused(400, `Milestone(s) not found: ${titles.join(', ')}`);
}

function assertDescription(description: string | null): void {
  if (description === null || description.length <= LONGEST_DESCRIPTION) return;
  const problem = `is too long (maximum is ${LONGEST_DESCRIPTION} characters)`;
  throw refused(400, `Validation failed: Description ${problem}`);
}

function assertLinks(links: readonly LinkValues[]): void {
  const problems = links
    .flatMap((link) => linkProblems(link, []))
    .map(([attribute, text]) => `Links ${attribute} ${text}`);
  const all = [...new Set(problems), ...duplicateProblems(links)];
  if (all.length > 0) throw refused(400, `Validation failed: ${all.join(', ')}`);
}
