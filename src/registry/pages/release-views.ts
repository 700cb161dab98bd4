/** What the pages of releases show, as HTML made from rows. */
import type { Project } from '../config/records.ts';
import type { Release } from '../releases/release-store.ts';
import { html, type Html } from './html.ts';
import { link, packagesPath, table, timeOf } from './views.ts';

/** Releases of a project, newest first. */
export function releasesView(project: Project, releases: readonly Release[]): Html {
  if (releases.length === 0) return html`<p>There are no releases here.</p>`;
  const rows = releases.map((release) => [
    link(`/${project.path}/-/releases/${encodeURIComponent(release.tag)}`, release.name),
    release.tag,
    timeOf(release.released_at),
  ]);
  return html`<p>${link(packagesPath(project), `All packages of ${project.path}`)}</p>
    ${table(['Release', 'Tag', 'Released'], rows)}`;
}

/** One release; its description stays the text that it is. */
export function releaseView(
  project: Project,
  release: Release,
  links: readonly { readonly name: string; readonly url: string }[],
): Html {
  const rows = links.map(({ name, url }) => [link(url, name)]);
  const assets = rows.length === 0 ? html`<p>It has no assets.</p>` : table(['Asset'], rows);
  return html`<p>${link(`/${project.path}/-/releases`, `All releases of ${project.path}`)}</p>
    <p>Tag ${release.tag}, ${timeOf(release.released_at)}</p>
    <pre>${release.description ?? ''}</pre>
    ${assets}`;
}
