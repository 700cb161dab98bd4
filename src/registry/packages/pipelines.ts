/**
 * Which pipeline published to a package last. GitLab learns it from the job token of an upload, and lists it with the
 * package; the pipelines themselves are those of the config.
 */
import type { Pipeline } from '../config/pipelines.ts';
import type { Database } from '../storage/database.ts';
import { isoTime } from '../wire/respond.ts';

export interface PackagePipelines {
  /** Notes an upload by a job of that pipeline. */
  note(packageId: number, pipelineId: number): void;
  /** Of the package's last upload by a job. */
  lastOf(packageId: number): Pipeline | undefined;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS build_infos (package_id INTEGER PRIMARY KEY, pipeline_id INTEGER NOT NULL) STRICT;
  CREATE TRIGGER IF NOT EXISTS build_infos_go AFTER DELETE ON packages BEGIN
    DELETE FROM build_infos WHERE package_id = OLD.id;
  END;
`;

export function openPipelines(database: Database, pipelines: readonly Pipeline[]): PackagePipelines {
  database.exec(TABLE);
  const byId = new Map(pipelines.map((pipeline) => [pipeline.id, pipeline]));
  const note = database.prepare(
    'INSERT INTO build_infos (package_id, pipeline_id) VALUES (?, ?) ' +
      'ON CONFLICT (package_id) DO UPDATE SET pipeline_id = excluded.pipeline_id',
  );
  const last = database.prepare('SELECT pipeline_id FROM build_infos WHERE package_id = ?');
  return {
    note: (packageId, pipelineId) => void note.run(packageId, pipelineId),
    lastOf: (packageId) => byId.get(Number(last.get(packageId)?.pipeline_id ?? 0)),
  };
}

/** The key `pipeline` of a package; none where no pipeline published to it. */
export function pipelineField(pipeline: Pipeline | undefined): Record<string, unknown> {
  if (pipeline === undefined) return {};
  const { id, projectId, status, changedAt } = pipeline;
  const at = isoTime(changedAt);
  return {
    pipeline: { id, iid: id, project_id: projectId, status, source: 'push', created_at: at, updated_at: at },
  };
}
