/** The pages of releases, and the permanent addresses of their assets: what the API hands out as `_links` and links. */
import { type Caller, AUTH } from '../access/auth.ts';
import { canReadCode } from '../access/permissions.ts';
import type { Project } from '../config/records.ts';
import { linkRecord } from '../releases/release-records.ts';
import type { Release } from '../releases/release-store.ts';
import { type Call, callerOf, originOf } from '../wire/call.ts';
import { sendText } from '../wire/respond.ts';
import { sendDocument, sendProblem } from './document.ts';
import { visitorOf } from './pages.ts';
import { releasesView, releaseView } from './release-views.ts';

const MISSING = 'There is no such page, or it needs a token';
const MOST = 100;

/** `/group/project/-/releases`: the newest. */
export function showReleases(call: Call): void {
  const found = openCode(call);
  if (found === undefined) return;
  const order = { orderBy: 'released_at', sort: 'desc', limit: MOST, offset: 0 } as const;
  const releases = call.instance.releases.list(found.project.id, order);
  const body = releasesView(found.project, releases);
  sendDocument(call, 200, { title: `Releases of ${found.project.path}`, body, signedIn: found.caller !== undefined });
}

/** `/group/project/-/releases/:tag` */
export function showReleasePage(call: Call): void {
  const found = openRelease(call);
  if (found === undefined) return;
  const { project, release, caller } = found;
  const origin = originOf(call);
  const links = call.instance.releases.links(release.id).map((link) => linkRecord(link, release, project, origin));
  const shown = links.map(({ name, direct_asset_url: url }) => ({ name: String(name), url: String(url) }));
  const body = releaseView(project, release, shown);
  sendDocument(call, 200, { title: release.name, body, signedIn: caller !== undefined });
}

/** `/group/project/-/releases/:tag/downloads/*`: to the address of the link that has this path. */
export function sendToAsset(call: Call): void {
  const found = openRelease(call);
  if (found === undefined) return;
  const path = `/${call.rest.join('/')}`;
  const link = call.instance.releases.links(found.release.id).find(({ filepath }) => filepath === path);
  if (link === undefined) {
    sendProblem(call, 404, MISSING, found.caller !== undefined);
    return;
  }
  const { href } = new URL(link.url);
  sendText(call, 302, `This resource has been moved temporarily to ${href}.`, { Location: href });
}

interface FoundCode {
  readonly project: Project;
  readonly caller: Caller;
}

/** A browser's cookie counts, and as in GitLab a token in `PRIVATE-TOKEN` or `private_token`. */
function openCode(call: Call): FoundCode | undefined {
  const caller = visitorOf(call) ?? callerOf(call, AUTH.personalRead);
  const project = call.instance.directory.project(call.params.get('path') ?? '');
  if (project !== undefined && canReadCode(project, caller)) return { project, caller };
  sendProblem(call, 404, MISSING, caller !== undefined);
  return undefined;
}

function openRelease(call: Call): (FoundCode & { readonly release: Release }) | undefined {
  const found = openCode(call);
  if (found === undefined) return undefined;
  const { releases } = call.instance;
  const tag = call.params.get('tag');
  const order = { orderBy: 'released_at', sort: 'desc', limit: 1, offset: 0 } as const;
  const [latest] = tag === undefined ? releases.list(found.project.id, order) : [];
  const release = tag === undefined ? latest : releases.find(found.project.id, tag);
  if (release !== undefined) return { ...found, release };
  sendProblem(call, 404, MISSING, found.caller !== undefined);
  return undefined;
}
