/** The JSON forms of releases and their links, as GitLab's entities expose them. */
import { canDevelop, canReadCode } from '../access/permissions.ts';
import type { FoundProject } from '../access/project-finder.ts';
import { userRecord } from '../accounts/identity.ts';
import type { Project } from '../config/records.ts';
import { baseOf } from '../config/directory.ts';
import { commitRecord } from '../tags/tag-records.ts';
import { type Call, originOf } from '../wire/call.ts';
import { isoTime } from '../wire/respond.ts';
import type { Release, ReleaseLink } from './release-store.ts';

const ARCHIVES = ['zip', 'tar.gz', 'tar.bz2', 'tar'];

/** Who may not read the repository is shown neither tag nor commit nor sources. */
export function releaseRecord(
  call: Call,
  { project, caller }: FoundProject,
  release: Release,
): Record<string, unknown> {
  const { releases, tags, clock } = call.instance;
  const origin = originOf(call);
  const seesCode = canReadCode(project, caller);
  const links = releases.links(release.id);
  const sources = seesCode ? sourcesOf(project, release, origin) : [];
  const tag = seesCode ? tags.find(project.id, release.tag) : undefined;
  const page = pageUrl(origin, project, release);
  return {
    name: seesCode ? release.name : `Release-${release.id}`,
    ...(seesCode ? { tag_name: release.tag } : {}),
    description: release.description,
    created_at: isoTime(release.created_at),
    released_at: isoTime(release.released_at),
    upcoming_release: release.released_at > clock(),
    author: userRecord(release.author_id, origin),
    ...(tag === undefined
      ? {}
      : {
          commit: commitRecord(tag, project, origin),
          commit_path: `/${project.path}/-/commit/${tag.sha}`,
          tag_path: `/${project.path}/-/tags/${encodeURIComponent(tag.name)}`,
        }),
    assets: {
      count: links.length + sources.length,
      ...(seesCode ? { sources } : {}),
      links: links.map((link) => linkRecord(link, release, project, origin)),
    },
    ...(seesCode ? { evidences: [] } : {}),
    _links: { self: page, ...(canDevelop(project, caller) ? { edit_url: `${page}/edit` } : {}) },
  };
}

/** The direct address is one of GitLab's pages; without a path it is that of the link. */
export function linkRecord(
  link: ReleaseLink,
  release: Release,
  project: Project,
  origin: string,
): Record<string, unknown> {
  const { id, name, url, filepath, link_type } = link;
  const direct = filepath === null ? url : `${pageUrl(origin, project, release)}/downloads${filepath}`;
  return { id, name, url, direct_asset_url: direct, link_type };
}

function pageUrl(origin: string, project: Project, release: Release): string {
  return `${origin}/${project.path}/-/releases/${encodeURIComponent(release.tag)}`;
}

function sourcesOf(project: Project, release: Release, origin: string): object[] {
  const folder = `${baseOf(project.path)}-${release.tag.replaceAll('/', '-')}`;
  const base = `${origin}/${project.path}/-/archive/${encodeURIComponent(release.tag)}/${folder}`;
  return ARCHIVES.map((format) => ({ format, url: `${base}.${format}` }));
}
