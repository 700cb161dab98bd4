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

/** Links to the pages before and after; nothing where there is one page. `address` takes `page=…` at its end. */
export function turns(address: string, page: number, pages: number): Html {
  const turn = (target: number, text: string): Html =>
    target >= 1 && target <= pages ? link(`${address}page=${target}`, text) : html``;
  if (pages === 1) return html``;
  return html`<nav aria-label="Pages">
    ${turn(page - 1, 'Newer')}<span>Page ${page} of ${pages}</span>${turn(page + 1, 'Older')}
  </nav>`;
}

/** A file, and whether it is the one that a download by name gets. */
type ShownFile = FileRow & { readonly latest: boolean };

interface ShownVersion {
  /** `http://host:port` */
  readonly origin: string;
  readonly row: PackageRow;
  readonly files: readonly ShownFile[];
}

/** The files of one version, and the commands that fetch them. */
export function filesView(project: Project, { origin, row, files }: ShownVersion): Html {
  const rows = files.map((file) => {
    const name = link(`/${project.path}/-/package_files/${file.id}/download`, nameOf(file));
    const size = sizeCell(file.size);
    const digest = html`<code>${file.sha256}</code>`;
    return [file.latest ? name : html`${name} (replaced)`, size, digest, timeOf(file.created_at)];
  });
  const latest = files.filter((file) => file.latest);
  const bytes = latest.reduce((sum, file) => sum + file.size, 0);
  const versions = `${packagesPath(project)}?name=${encodeURIComponent(row.name)}`;
  return html`<p>${link(packagesPath(project), project.path)} / ${link(versions, row.name)}</p>
    <p>${countOf(latest.length, 'file')}, ${sizeOf(bytes)}, published ${timeOf(row.created_at)}</p>
    ${commands(project, { origin, row, file: latest[0] })} ${table(['File', 'Size', 'SHA-256', 'Published'], rows)}`;
}

/** One click selects each whole: a page that runs nothing cannot copy. */
function commands(
  project: Project,
  { origin, row, file }: Pick<ShownVersion, 'origin' | 'row'> & { readonly file: FileRow | undefined },
): Html {
  const all =
    `generic-packages download --api-url ${origin} --project ${project.path} ` +
    `--package-name ${row.name} --package-version ${row.version}`;
  const url =
    `${origin}/api/v4/projects/${project.id}/packages/generic/${row.name}/${row.version}/` +
    (file === undefined ? '' : nameOf(file).split('/').map(encodeURIComponent).join('/'));
  const one = `curl --fail --location --remote-name --header "PRIVATE-TOKEN: $TOKEN" "${url}"`;
  return html`<h2>Fetch it</h2>
    <pre class="command" tabindex="0">${all}</pre>
    ${file === undefined ? html`` : html`<pre class="command" tabindex="0">${one}</pre>`}`;
}

/** `1 file`, `3 files` */
export function countOf(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** `bytes` in a unit that people read. */
export function sizeCell(bytes: number): Html {
  return html`<span class="size">${sizeOf(bytes)}</span>`;
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
