/**
 * Releases as they are read: the list, one of them, the latest, and the way to an asset. Changes: release-changes.ts.
 */
import { AUTH } from '../access/auth.ts';
import { commonProject, type FoundProject, readableCode } from '../access/project-finder.ts';
import { type Call, param } from '../wire/call.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { choiceParam } from '../wire/parameters.ts';
import { notFound, recordNotFound, routeNotFound } from '../wire/refusal.ts';
import { sendJson, sendText } from '../wire/respond.ts';
import { releaseRecord } from './release-records.ts';
import { type Release, RELEASE_ORDERS } from './release-store.ts';

/** `GET /projects/:id/releases`: newest first, unless asked otherwise; for everyone who sees the project. */
export function listReleases(call: Call): void {
  const found = commonProject(call, AUTH.releasesRead);
  const page = pageOf(call);
  const orderBy = choiceParam(call, 'order_by', RELEASE_ORDERS, 'released_at');
  const sort = choiceParam(call, 'sort', ['asc', 'desc'], 'desc');
  const { releases } = call.instance;
  const { limit, offset } = offsetOf(page);
  const shown = releases.list(found.project.id, { orderBy, sort, limit, offset });
  sendPage(
    call,
    page,
    releases.count(found.project.id),
    shown.map((release) => releaseRecord(call, found, release)),
  );
}

/** `GET …/releases/:tag_name` */
export function showRelease(call: Call): void {
  const found = readableCode(call, AUTH.releasesRead);
  sendJson(call, 200, releaseRecord(call, found, namedRelease(call, found)));
}

/** `GET …/releases/permalink/latest` and what may follow it: to the same address with the tag's name. */
export function redirectToLatest(call: Call): void {
  if (!call.instance.profile.releasePermalinks) throw routeNotFound();
  const { project } = readableCode(call, AUTH.releasesRead);
  const [latest] = call.instance.releases.list(project.id, {
    orderBy: 'released_at',
    sort: 'desc',
    limit: 1,
    offset: 0,
  });
  if (latest === undefined) throw notFound();
  const path = [latest.tag, ...call.rest].map(encodeURIComponent).join('/');
  const query = new URLSearchParams(call.query);
  query.delete('order_by');
  const suffix = query.size === 0 ? '' : `?${query.toString()}`;
  redirect(call, `/api/v4/projects/${project.id}/releases/${path}${suffix}`);
}

/** `GET …/releases/:tag_name/downloads/*`: to the address of the link that has this path. */
export function redirectToAsset(call: Call): void {
  if (!call.instance.profile.releasePermalinks) throw routeNotFound();
  const found = readableCode(call, AUTH.releasesRead);
  const release = namedRelease(call, found);
  const path = `/${call.rest.join('/')}`;
  const link = call.instance.releases.links(release.id).find(({ filepath }) => filepath === path);
  if (link === undefined) throw recordNotFound();
  // Parsed once more: a header takes ASCII only.
  redirect(call, new URL(link.url).href);
}

function namedRelease(call: Call, { project }: FoundProject): Release {
  const release = call.instance.releases.find(project.id, param(call, 'tag_name'));
  if (release === undefined) throw notFound();
  return release;
}

function redirect(call: Call, location: string): void {
  sendText(call, 302, `This resource has been moved temporarily to ${location}.`, {
    Location: location,
  });
}
