/** The JSON forms of packages and package files, as GitLab's entities expose them. */
import type { Project } from '../config/records.ts';
import type { Pipeline } from '../config/pipelines.ts';
import type { Profile } from '../profiles.ts';
import type { FileRow, PackageRow } from '../storage/store.ts';
import { pipelineField } from './pipelines.ts';
import { isoTime } from '../wire/respond.ts';

export interface PackageView {
  readonly project: Project;
  readonly profile: Profile;
  /** For `delete_api_path`. */
  readonly origin: string;
  /** Only who may delete is shown where. */
  readonly mayDestroy: boolean;
  /** Group lists name the project of each package. */
  readonly inGroup: boolean;
  /** Of the last upload by a job. */
  readonly pipelineOf: (packageId: number) => Pipeline | undefined;
}

/** A package in a list or alone, with the fields that the profile's version has. */
export function packageRecord(row: PackageRow, view: PackageView): Record<string, unknown> {
  const { project, profile, origin } = view;
  const links: Record<string, string> = {};
  if (row.status === 'default') links.web_path = `/${project.path}/-/packages/${row.id}`;
  if (view.mayDestroy) links.delete_api_path = `${origin}/api/v4/projects/${project.id}/packages/${row.id}`;
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    package_type: 'generic',
    ...(profile.statuses ? { status: row.status } : {}),
    _links: links,
    created_at: isoTime(row.created_at),
    ...(profile.statuses
      ? {
          last_downloaded_at: row.last_downloaded_at === null ? null : isoTime(row.last_downloaded_at),
        }
      : {}),
    ...(view.inGroup ? { project_id: project.id, project_path: project.path } : {}),
    tags: [],
    ...(profile.statuses ? { ...pipelineField(view.pipelineOf(row.id)), pipelines: [] } : {}),
    ...(profile.checksumHeader ? { creator_id: row.creator_id } : {}),
  };
}

/** An item of `package_files`. */
export function fileRecord(row: FileRow): Record<string, unknown> {
  return {
    id: row.id,
    package_id: row.package_id,
    created_at: isoTime(row.created_at),
    file_name: row.file_name,
    size: row.size,
    // Generic packages carry SHA-256 only.
    file_md5: null,
    file_sha1: null,
    file_sha256: row.sha256,
    pipelines: [],
  };
}

/** The answer to `select=package_file`: the database row as it is, no entity in between. */
export function rawFileRecord(row: FileRow, project: Project): Record<string, unknown> {
  const at = isoTime(row.created_at);
  return {
    id: row.id,
    package_id: row.package_id,
    created_at: at,
    updated_at: at,
    size: row.size,
    file_store: 1,
    file_md5: null,
    file_sha1: null,
    file_name: row.file_name,
    file: {
      url:
        `/${row.blob.slice(0, 2)}/${row.blob.slice(2, 4)}/${row.blob}` +
        `/packages/${row.package_id}/files/${row.id}/${row.file_name}`,
    },
    file_sha256: row.sha256,
    verification_retry_at: null,
    verified_at: null,
    verification_failure: null,
    verification_retry_count: null,
    verification_checksum: null,
    verification_state: 0,
    verification_started_at: null,
    status: 'default',
    new_file_path: null,
    file_final_path: null,
    project_id: project.id,
  };
}
