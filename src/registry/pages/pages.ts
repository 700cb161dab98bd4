/** The pages at `/`: projects, packages and files for people with a browser, at GitLab's own addresses. */
import type { Caller } from '../access/auth.ts';
import { canPull, canSee } from '../access/permissions.ts';
import type { Project } from '../config/records.ts';
import { sendContents } from '../packages/contents.ts';
import type { Call } from '../wire/call.ts';
import { sendDocument, sendProblem } from './document.ts';
import { filesView, packagesView, projectsView } from './views.ts';

const PER_PAGE = 50;
const MOST_FILES = 5_000;
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

/** `/group/project/-/packages` */
export function showPackages(call: Call): void {
  const found = openProject(call);
  if (found === undefined) return;
  const { project, signedIn } = found;
  const given = call.query.get('page') ?? '';
  const page = /^[1-9]\d{0,6}$/.test(given) ? Number(given) : 1;
  const { rows, total } = call.instance.listing.packages({
    projectIds: [project.id],
    status: 'default',
    name: undefined,
    version: undefined,
    orderBy: 'created_at',
    sort: 'desc',
    limit: PER_PAGE,
    offset: (page - 1) * PER_PAGE,
  });
  const body = packagesView(project, rows, page, Math.max(1, Math.ceil(total / PER_PAGE)));
  sendDocument(call, 200, { title: project.path, body, signedIn });
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
    body: filesView(project, files),
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
