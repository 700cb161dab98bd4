/** What the pages show of the packages of a project and the versions of one, as HTML made from rows. */
import type { Project } from '../config/records.ts';
import type { VersionSize } from '../storage/overview.ts';
import type { PackageRow } from '../storage/store.ts';
import { html, type Html } from './html.ts';
import { countOf, link, packagesPath, sizeCell, table, timeOf, turns } from './views.ts';

/** A package by its name, with the version that people want first. */
export interface ShownPackage {
  readonly name: string;
  readonly versions: number;
  readonly latest: PackageRow;
  readonly size: VersionSize;
}

interface ShownOverview {
  readonly packages: readonly ShownPackage[];
  readonly claims: { readonly total: number; readonly rows: readonly ShownPackage[] };
  readonly search: string | undefined;
  readonly page: number;
  readonly pages: number;
}

/** The packages of a project; those that only hold claims are folded away below. */
export function overviewView(project: Project, { packages, claims, search, page, pages }: ShownOverview): Html {
  const path = packagesPath(project);
  const query = search === undefined ? '' : `search=${encodeURIComponent(search)}&`;
  const none = search === undefined ? 'There are no packages here.' : `No package here is called like “${search}”.`;
  return html`<p>${link('/', 'All projects')} · ${link(`/${project.path}/-/releases`, 'Releases')}</p>
    <form method="get" action="${path}" role="search">
      <label>Name <input type="search" name="search" value="${search ?? ''}" /></label>
      <button>Search</button>
    </form>
    ${packages.length === 0 ? html`<p>${none}</p>` : packageTable(project, packages)}
    ${turns(`${path}?${query}`, page, pages)} ${claims.total === 0 ? html`` : claimsView(project, claims)}`;
}

function claimsView(project: Project, { total, rows }: ShownOverview['claims']): Html {
  return html`<details>
    <summary>${countOf(total, 'package')} with claims on versions</summary>
    ${packageTable(project, rows)}
  </details>`;
}

function packageTable(project: Project, packages: readonly ShownPackage[]): Html {
  const path = packagesPath(project);
  const rows = packages.map(({ name, versions, latest, size }) => [
    link(`${path}?name=${encodeURIComponent(name)}`, name),
    link(`${path}/${latest.id}`, latest.version),
    ...sizeCells(size),
    timeOf(latest.created_at),
    html`<span class="size">${countOf(versions, 'version')}</span>`,
  ]);
  return table(['Package', 'Latest', 'Files', 'Size', 'Published', 'All'], rows);
}

interface ShownVersions {
  readonly versions: readonly { readonly row: PackageRow; readonly size: VersionSize }[];
  readonly page: number;
  readonly pages: number;
}

/** The versions of one package, the one published last first. */
export function versionsView(project: Project, name: string, { versions, page, pages }: ShownVersions): Html {
  const path = packagesPath(project);
  const rows = versions.map(({ row, size }) => [
    link(`${path}/${row.id}`, row.version),
    ...sizeCells(size),
    timeOf(row.created_at),
  ]);
  const list =
    rows.length === 0 ? html`<p>It has no versions.</p>` : table(['Version', 'Files', 'Size', 'Published'], rows);
  return html`<p>${link(path, `All packages of ${project.path}`)}</p>
    ${list} ${turns(`${path}?name=${encodeURIComponent(name)}&`, page, pages)}`;
}

function sizeCells({ files, bytes }: VersionSize): readonly Html[] {
  return [html`<span class="size">${files}</span>`, sizeCell(bytes)];
}
