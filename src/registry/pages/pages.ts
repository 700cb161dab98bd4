/** The pages at `/`: projects, packages and files for people with a browser, at GitLab's own addresses. */
import type { Caller } from '../access/auth.ts';
import { canPull, canSee } from '../access/permissions.ts';
import type { Project } from '../config/records.ts';
import { sendContents } from '../packages/contents.ts';
import { highestOrdered } from '../../core/versions/index.ts';
import type { NamedPackage } from '../storage/overview.ts';
import { type Call, originOf } from '../wire/call.ts';
import { textParam } from '../wire/parameters.ts';
import { sendDocument, sendProblem } from './document.ts';
import type { Html } from './html.ts';
import { overviewView, type ShownPackage, versionsView } from './package-views.ts';
import { filesView, projectsView } from './views.ts';

const PER_PAGE = 50;
const MOST_FILES = 5_000;
/** Packages that hold no files for people, but who has claimed which version of another. */
const CLAIMS = `claims.${'[0-9a-f]'.repeat(16)}`;
const MISSING = 'There is no such page, or it needs a token';

/** `/` */
export function showProjects(call: Call, problem?: string): void {
  const caller = visitorOf(call);
  const projects = call.instance.directory.projects
    .filter((project) => isOpenTo(call, project, caller))
    .sort((one, other) => (one.path < other.path ? -1 : 1));
  const signedIn = caller !== undefined;
  const body = projectsView(projects, signedIn, problem);
  sendDocument(call, problem === undefined ? 200 : 401, { title: 'Projects', body, signedIn });
}

/** `/group/project/-/packages`: the packages by name, or with `name` the versions of one. */
export function showPackages(call: Call): void {
  const found = openProject(call);
  if (found === undefined) return;
  const name = textParam(call, 'name');
  const body = name === undefined ? overviewOf(call, found.project) : versionsOf(call, found.project, name);
  sendDocument(call, 200, { title: name ?? found.project.path, body, signedIn: found.signedIn });
}

function overviewOf(call: Call, project: Project): Html {
  const { overview } = call.instance;
  const search = textParam(call, 'search');
  const page = pageNumber(call);
  const named = (wanted: boolean, limit: number, offset: number): { total: number; rows: readonly ShownPackage[] } => {
    const glob = { pattern: CLAIMS, wanted };
    const { total, rows } = overview.names({ projectId: project.id, search, glob, limit, offset });
    return { total, rows: rows.flatMap((row) => shownPackage(call, project, row) ?? []) };
  };
  const packages = named(false, PER_PAGE, (page - 1) * PER_PAGE);
  const claims = named(true, PER_PAGE, 0);
  const pages = Math.max(1, Math.ceil(packages.total / PER_PAGE));
  return overviewView(project, { packages: packages.rows, claims, search, page, pages });
}

/** With the highest stable version, or where there is none the one published last. */
function shownPackage(call: Call, project: Project, { name, versions }: NamedPackage): ShownPackage | undefined {
  const { overview } = call.instance;
  const rows = overview.versions(project.id, name);
  const highest = highestOrdered(rows.map(({ version }) => version))?.text;
  const latest = rows.find(({ version }) => version === highest) ?? rows[0];
  return latest && { name, versions, latest, size: overview.sizeOf(latest.id) };
}

function versionsOf(call: Call, project: Project, name: string): Html {
  const { overview } = call.instance;
  const rows = overview.versions(project.id, name);
  const page = pageNumber(call);
  const shown = rows.slice((page - 1) * PER_PAGE, page * PER_PAGE);
  const versions = shown.map((row) => ({ row, size: overview.sizeOf(row.id) }));
  return versionsView(project, name, { versions, page, pages: Math.max(1, Math.ceil(rows.length / PER_PAGE)) });
}

function pageNumber(call: Call): number {
  const given = call.query.get('page') ?? '';
  return /^[1-9]\d{0,6}$/.test(given) ? Number(given) : 1;
}

/** `/group/project/-/packages/:id`; hidden packages have no page, as in GitLab. */
export function showPackageFiles(call: Call): void {
  const found = openProject(call);
  if (found === undefined) return;
  const { project, signedIn } = found;
  const { store, listing } = call.instance;
  const row = store.packageById(project.id, Number(call.params.get('id')));
  if (row === undefined || row.status === 'hidden') {
    sendProblem(call, 404, MISSING, signedIn);
    return;
  }
  const { rows } = listing.files({
    packageId: row.id,
    orderBy: 'file_name',
    sort: 'desc',
    limit: MOST_FILES,
    offset: 0,
  });
  // Within a name the newest comes first; the page runs the other way, by name.
  const files = rows.map((file, index) => ({
    ...file,
    latest: rows[index - 1]?.file_name !== file.file_name,
  }));
  files.sort((one, other) => {
    if (one.file_name === other.file_name) return other.id - one.id;
    return one.file_name < other.file_name ? -1 : 1;
  });
  sendDocument(call, 200, {
    title: `${row.name} ${row.version}`,
    body: filesView(project, { origin: originOf(call), row, files }),
    signedIn,
  });
}

/** `/group/project/-/package_files/:id/download`: always as an attachment. */
export async function sendPackageFile(call: Call): Promise<void> {
  const found = openProject(call);
  if (found === undefined) return;
  const file = call.instance.store.fileOfProject(found.project.id, Number(call.params.get('id')));
  if (file === undefined) {
    sendProblem(call, 404, MISSING, found.signedIn);
    return;
  }
  // Should a browser show it all the same, it shows it without rights.
  call.response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox");
  await sendContents(call, file);
}

/** The token behind the browser's cookie. */
export function visitorOf(call: Call): Caller {
  return call.instance.sessions.callerOf(call.request.headers.cookie);
}

/** The project of the address, or a page that says it is not there. */
function openProject(call: Call): { project: Project; signedIn: boolean } | undefined {
  const caller = visitorOf(call);
  const signedIn = caller !== undefined;
  const project = call.instance.directory.project(call.params.get('path') ?? '');
  if (project !== undefined && isOpenTo(call, project, caller)) return { project, signedIn };
  sendProblem(call, 404, MISSING, signedIn);
  return undefined;
}

function isOpenTo(call: Call, project: Project, caller: Caller): boolean {
  const seen = canSee(project, caller) || project.publicPackages;
  return seen && canPull(project, caller, call.instance.profile);
}
