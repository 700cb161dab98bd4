/** What the pages show, as HTML made from rows; who may see them is decided in pages.ts. */
import type { Project } from '../config/records.ts';
import { isoTime } from '../wire/respond.ts';
import type { FileRow, PackageRow } from '../storage/store.ts';
import { html, type Html } from './html.ts';

/** The front page: projects, and the form for a token. */
export function projectsView(projects: readonly Project[], signedIn: boolean, problem: string | undefined): Html {
  const none = signedIn ? 'This token sees no project.' : 'No project is public.';
  const rows = projects.map((project) => [link(packagesPath(project), project.path), project.visibility] as const);
  const list = projects.length === 0 ? html`<p>${none}</p>` : table(['Project', 'Visibility'], rows);
  return signedIn ? list : html`${list}${tokenForm(problem)}`;
}

/** The packages of a project, one page of them. */
export function packagesView(project: Project, packages: readonly PackageRow[], page: number, pages: number): Html {
  if (packages.length === 0) return html`<p>There are no packages here.</p>`;
  const path = packagesPath(project);
  const rows = packages.map(
    (row) => [link(`${path}/${row.id}`, row.name), row.version, timeOf(row.created_at)] as const,
  );
  const turn = (target: number, text: string): Html =>
    target >= 1 && target <= pages ? link(`${path}?page=${target}`, text) : html``;
  return html`${table(['Package', 'Version', 'Published'], rows)}
    <nav aria-label="Pages">
      ${turn(page - 1, 'Newer')}<span>Page ${page} of ${pages}</span>${turn(page + 1, 'Older')}
    </nav>`;
}

/** A file, and whether it is the one that a download by name gets. */
export type ShownFile = FileRow & { readonly latest: boolean };

/** The files of one version. */
export function filesView(project: Project, files: readonly ShownFile[]): Html {
  const rows = files.map((file) => {
    const name = link(`/${project.path}/-/package_files/${file.id}/download`, nameOf(file));
    const size = html`<span class="size">${sizeOf(file.size)}</span>`;
    const digest = html`<code>${file.sha256}</code>`;
    return [file.latest ? name : html`${name} (replaced)`, size, digest, timeOf(file.created_at)];
  });
  return html`<p>${link(packagesPath(project), `All packages of ${project.path}`)}</p>
    ${table(['File', 'Size', 'SHA-256', 'Published'], rows)}`;
}

type Cell = Html | string;

/** A table with its heads. */
export function table(heads: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const head = heads.map((text) => html`<th scope="col">${text}</th>`);
  const body = rows.map(
    (cells) =>
      html`<tr>
        ${cells.map((cell) => html`<td>${cell}</td>`)}
      </tr> `,
  );
  return html`<table>
    <thead>
      <tr>
        ${head}
      </tr>
    </thead>
    <tbody>
      ${body}
    </tbody>
  </table>`;
}

/** A link to a page of ours, or away. */
export function link(path: string, text: string): Html {
  return html`<a href="${path}">${text}</a>`;
}

function tokenForm(problem: string | undefined): Html {
  const message = html`<p class="problem" role="alert">${problem ?? ''}</p>`;
  return html`<h2>Private projects</h2>
    ${problem === undefined ? html`` : message}
    <form method="post" action="/">
      <label>Token <input type="password" name="token" required autocomplete="off" /></label>
      <button>Show</button>
    </form>`;
}

/** Paths of projects have no character that an address would have to encode. */
export function packagesPath(project: Project): string {
  return `/${project.path}/-/packages`;
}

function nameOf(file: FileRow): string {
  return file.file_name.includes('%') ? decodeURIComponent(file.file_name) : file.file_name;
}

/** `ms`: milliseconds since 1970. */
export function timeOf(ms: number): Html {
  const iso = isoTime(ms);
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace('T', ' ')} UTC</time>`;
}

function sizeOf(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}
