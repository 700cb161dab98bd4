/** The Packages API: lists of a project or group, one package, and its deletion. Its files: files.ts. */
import type { Caller } from '../access/auth.ts';
import { canDestroy, canPull, isProtected, levelIn } from '../access/permissions.ts';
import type { Project } from '../config/records.ts';
import { type Call, originOf } from '../wire/call.ts';
import { type PackageOrder, PACKAGE_ORDERS, type Sort } from '../storage/listing.ts';
import { packageRecord, type PackageView } from './records.ts';
import { assertUnmodified, choiceParam, idParam, textParam } from '../wire/parameters.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { deletablePackages, type FoundProject, readablePackages, visibleGroup } from '../access/project-finder.ts';
import { forbidden, notFound } from '../wire/refusal.ts';
import { sendEmpty, sendJson } from '../wire/respond.ts';
import type { PackageRow } from '../storage/store.ts';

const STATUSES = ['default', 'hidden', 'processing', 'error', 'pending_destruction', 'deprecated'];
const TYPES = [
  'maven',
  'npm',
  'conan',
  'nuget',
  'pypi',
  'composer',
  'generic',
  'golang',
  'debian',
  'rubygems',
  'helm',
  'terraform_module',
  'rpm',
  'ml_model',
  'cargo',
];

/** `GET /projects/:id/packages` */
export function listProjectPackages(call: Call): void {
  const { project, caller } = readablePackages(call);
  const page = pageOf(call);
  const rows = queryPackages(call, [project.id], ['created_at', 'name', 'version', 'type'], page);
  const view = viewOf(call, project, caller);
  sendPage(
    call,
    page,
    rows.total,
    rows.rows.map((row) => packageRecord(row, { ...view, inGroup: false })),
  );
}

/** `GET /groups/:id/packages` */
export function listGroupPackages(call: Call): void {
  const { projects, caller } = visibleGroup(call, call.query.get('exclude_subgroups') !== 'true');
  const readable = projects.filter((project) => canPull(project, caller, call.instance.profile));
  const inOrder = [...readable].sort((one, other) => (one.path < other.path ? -1 : 1));
  const page = pageOf(call);
  const rows = queryPackages(
    call,
    inOrder.map((project) => project.id),
    PACKAGE_ORDERS,
    page,
  );
  const byId = new Map(inOrder.map((project) => [project.id, project]));
  const records = rows.rows.flatMap((row) => {
    const project = byId.get(row.project_id);
    return project === undefined ? [] : [packageRecord(row, { ...viewOf(call, project, caller), inGroup: true })];
  });
  sendPage(call, page, rows.total, records);
}

/** `GET /projects/:id/packages/:package_id` */
export function showPackage(call: Call): void {
  const found = readablePackages(call);
  const row = displayedPackage(call, found);
  const record = packageRecord(row, { ...viewOf(call, found.project, found.caller), inGroup: false });
  sendJson(call, 200, call.instance.profile.statuses ? { ...record, versions: [] } : record);
}

/** `GET /projects/:id/packages/:package_id/pipelines`: none made it, as far as a registry knows. */
export function listPackagePipelines(call: Call): void {
  displayedPackage(call, readablePackages(call));
  sendJson(call, 200, []);
}

/** `DELETE /projects/:id/packages/:package_id` */
export async function deletePackage(call: Call): Promise<void> {
  const found = deletablePackages(call);
  const row = displayedPackage(call, found);
  assertDeletable(call, found, row.name);
  assertUnmodified(call, row.updated_at);
  const { store, blobs } = call.instance;
  const gone = store.removePackage(row.id);
  sendEmpty(call, 204);
  await blobs.remove(gone);
}

/** The package that the route names. Hidden ones are not there for this part of the API. */
export function displayedPackage(call: Call, { project }: FoundProject): PackageRow {
  call.instance.downloads.flush();
  const row = call.instance.store.packageById(project.id, idParam(call, 'package_id'));
  if (row === undefined || row.status === 'hidden') throw notFound();
  return row;
}

/** Refuses with 403 where a rule of the project keeps packages of that name from this caller. */
export function assertDeletable(call: Call, { project, caller }: FoundProject, packageName: string): void {
  const { settings, profile } = call.instance;
  const level = levelIn(project, caller);
  if (profile.protection && isProtected(settings.protectionRules, 'delete', packageName, level)) {
    throw forbidden('Package is deletion protected.');
  }
}

/** A package as this caller is shown it. */
function viewOf(call: Call, project: Project, caller: Caller): Omit<PackageView, 'inGroup'> {
  const { profile, pipelines } = call.instance;
  const mayDestroy = canDestroy(project, caller);
  return { project, profile, origin: originOf(call), mayDestroy, pipelineOf: (id) => pipelines.lastOf(id) };
}

function queryPackages(
  call: Call,
  projectIds: readonly number[],
  orders: readonly PackageOrder[],
  page: ReturnType<typeof pageOf>,
): { total: number; rows: readonly PackageRow[] } {
  const { profile, listing, downloads } = call.instance;
  downloads.flush();
  const orderBy = choiceParam(call, 'order_by', orders, 'created_at');
  const sort: Sort = choiceParam(call, 'sort', ['asc', 'desc'], 'asc');
  const type = choiceParam(call, 'package_type', TYPES, 'generic');
  const status = profile.statuses ? choiceParam(call, 'status', STATUSES, 'default') : 'default';
  if (type !== 'generic') return { total: 0, rows: [] };
  return listing.packages({
    projectIds,
    status,
    name: textParam(call, 'package_name'),
    version: profile.versionFilter ? textParam(call, 'package_version') : undefined,
    orderBy,
    sort,
    ...offsetOf(page),
  });
}
