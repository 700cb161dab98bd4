/** `GET /projects` and `GET /projects/:id`, with the fields that real clients read. */
import { canSee, levelIn } from '../access/permissions.ts';
import { AUTH, type Caller } from '../access/auth.ts';
import { type Call, callerOf, originOf } from '../wire/call.ts';
import type { Project } from '../config/records.ts';
import { baseOf, parentOf } from '../config/directory.ts';
import { offsetOf, pageOf, sendPage } from '../wire/pagination.ts';
import { commonProject } from '../access/project-finder.ts';
import { sendJson } from '../wire/respond.ts';
import { BORN } from './identity.ts';

/** `GET /projects/:id` */
export function showProject(call: Call): void {
  const { project, caller } = commonProject(call, AUTH.personalRead);
  sendJson(call, 200, { ...projectRecord(call, project), ...permissionsOf(project, caller) });
}

/** `GET /projects`: newest first; `search` and `visibility` narrow it, `membership` to the caller's own. */
export function listProjects(call: Call): void {
  const caller = callerOf(call, AUTH.personalRead);
  const page = pageOf(call);
  const search = (call.query.get('search') ?? '').toLowerCase();
  const visibility = call.query.get('visibility');
  const own = call.query.get('membership') === 'true';
  const found = call.instance.directory.projects
    .filter((project) => canSee(project, caller) && (!own || levelIn(project, caller) > 0))
    .filter((project) => baseOf(project.path).toLowerCase().includes(search))
    .filter((project) => visibility === null || project.visibility === visibility)
    .sort((one, other) => other.id - one.id);
  const { offset, limit } = offsetOf(page);
  const shown = found.slice(offset, offset + limit);
  sendPage(
    call,
    page,
    found.length,
    shown.map((project) => projectRecord(call, project)),
  );
}

function permissionsOf(project: Project, caller: Caller): object {
  if (caller === undefined) return {};
  const level = levelIn(project, caller);
  const access = level === 0 ? null : { access_level: level, notification_level: 3 };
  return { permissions: { project_access: access, group_access: null } };
}

/** A project as lists show it. */
export function projectRecord(call: Call, project: Project): Record<string, unknown> {
  const origin = originOf(call);
  const web = `${origin}/${project.path}`;
  const api = `${origin}/api/v4/projects/${project.id}`;
  const host = new URL(origin).hostname;
  const shown = project.publicPackages ? 'public' : 'private';
  const level = project.packagesEnabled ? shown : 'disabled';
  return {
    id: project.id,
    description: '',
    name: baseOf(project.path),
    name_with_namespace: project.path.split('/').join(' / '),
    path: baseOf(project.path),
    path_with_namespace: project.path,
    created_at: BORN,
    default_branch: project.defaultBranch,
    tag_list: [],
    topics: [],
    ssh_url_to_repo: `git@${host}:${project.path}.git`,
    http_url_to_repo: `${web}.git`,
    web_url: web,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: BORN,
    namespace: namespaceOf(call, project),
    _links: { self: api },
    packages_enabled: project.packagesEnabled,
    empty_repo: false,
    archived: false,
    visibility: project.visibility,
    creator_id: 1,
    issues_enabled: true,
    merge_requests_enabled: true,
    jobs_enabled: true,
    snippets_enabled: true,
    container_registry_enabled: false,
    package_registry_access_level: level,
    repository_access_level: 'enabled',
    releases_access_level: 'enabled',
    shared_with_groups: [],
    ci_config_path: '',
  };
}

function namespaceOf(call: Call, project: Project): Record<string, unknown> {
  const path = parentOf(project.path);
  const above = parentOf(path);
  const { directory } = call.instance;
  return {
    id: directory.group(path)?.id ?? null,
    name: baseOf(path),
    path: baseOf(path),
    kind: 'group',
    full_path: path,
    parent_id: above === '' ? null : (directory.group(above)?.id ?? null),
    avatar_url: null,
    web_url: `${originOf(call)}/groups/${path}`,
  };
}
