/** `GET /groups/:id`: what clients look up before they ask for a group's variables. */
import { visibleGroup } from '../access/project-finder.ts';
import { baseOf, parentOf } from '../config/directory.ts';
import { type Call, originOf } from '../wire/call.ts';
import { sendJson } from '../wire/respond.ts';
import { BORN } from './identity.ts';
import { projectRecord } from './projects.ts';

export function showGroup(call: Call): void {
  const { group, projects } = visibleGroup(call, false);
  const { directory } = call.instance;
  const visibilities = directory.projectsOf(group, true).map(({ visibility }) => visibility);
  const parent = parentOf(group.path);
  sendJson(call, 200, {
    id: group.id,
    web_url: `${originOf(call)}/groups/${group.path}`,
    name: baseOf(group.path),
    path: baseOf(group.path),
    description: '',
    // A group is at least as visible as what is in it.
    visibility: (['public', 'internal'] as const).find((each) => visibilities.includes(each)) ?? 'private',
    full_name: group.path.split('/').join(' / '),
    full_path: group.path,
    created_at: BORN,
    parent_id: parent === '' ? null : (directory.group(parent)?.id ?? null),
    project_creation_level: 'developer',
    subgroup_creation_level: 'maintainer',
    avatar_url: null,
    archived: false,
    ...(call.query.get('with_projects') === 'false'
      ? {}
      : { projects: projects.map((project) => projectRecord(call, project)), shared_projects: [] }),
  });
}
