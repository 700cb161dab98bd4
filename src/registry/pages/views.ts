/** What the pages show, as HTML made from rows; who may see them is decided in pages.ts. */
import type { Project } from '../config/config.ts';
import { isoTime } from '../packages/records.ts';
import type { FileRow, PackageRow } from '../storage/store.ts';
import { html, type Html } from './html.ts';

/** The front page: projects, and the form for a token. */
export function projectsView(projects: readonly Project[], signedIn: boolean, problem: string | undefined): Html {
  const rows = projects.map((project) => html`<tr><td><a href="${packagesPath(project)}">${project.path}</a></td><td>${project.visibility}</td></tr>
`);
  const list =
    rows.length === 0
      ? html`<p>${signedIn ? 'This token sees no project.' : 'No project is public.'}</p>`
      : html`<table><thead><tr><th scope="col">Project</th><th scope="col">Visibility</th></tr></thead><tbody>
${rows}</tbody></table>`;
  const message = problem === undefined ? html`` : html`<p class="problem" role="alert">${problem}</p>`;
  const form = html`<h2>Private projects</h2>
${message}<form method="post" action="/"><p><label>Token <input type="password" name="token" required autocomplete="off" spellcheck="false"></label> <button>Show</button></p></form>`;
  return html`${list}${signedIn ? html`` : form}`;
}

/** The packages of a project, one page of them. */
export function packagesView(project: Project, rows: readonly PackageRow[], page: number, pages: number): Html {
  if (rows.length === 0) return html`<p>There are no packages here.</p>`;
  const lines = rows.map((row) => html`<tr><td><a href="${packagesPath(project)}/${row.id}">${row.name}</a></td><td>${row.version}</td><td>${timeOf(row.created_at)}</td></tr>
`);
  const link = (target: number, text: string): Html =>
    target >= 1 && target <= pages ? html`<a href="${packagesPath(project)}?page=${target}">${text}</a>` : html``;
  return html`<table><thead><tr><th scope="col">Package</th><th scope="col">Version</th><th scope="col">Published</th></tr></thead><tbody>
${lines}</tbody></table>
<nav aria-label="Pages">${link(page - 1, 'Newer')}<span>Page ${page} of ${pages}</span>${link(page + 1, 'Older')}</nav>`;
}

/** The files of one version; `latest` is true for those that downloads by name serve. */
export function filesView(project: Project, files: readonly (FileRow & { readonly latest: boolean })[]): Html {
  const lines = files.map((file) => html`<tr><td><a href="/${project.path}/-/package_files/${file.id}/download">${nameOf(file)}</a>${file.latest ? '' : ' (replaced)'}</td><td class="number">${sizeOf(file.size)}</td><td><code>${file.sha256}</code></td><td>${timeOf(file.created_at)}</td></tr>
`);
  return html`<p><a href="${packagesPath(project)}">All packages of ${project.path}</a></p>
<table><thead><tr><th scope="col">File</th><th scope="col" class="number">Size</th><th scope="col">SHA-256</th><th scope="col">Published</th></tr></thead><tbody>
${lines}</tbody></table>`;
}

/** Paths of projects have no character that an address would have to encode. */
export function packagesPath(project: Project): string {
  return `/${project.path}/-/packages`;
}

function nameOf(file: FileRow): string {
  return file.file_name.includes('%') ? decodeURIComponent(file.file_name) : file.file_name;
}

function timeOf(ms: number): Html {
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
