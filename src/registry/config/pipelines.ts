/** `pipelines` of the config: whose jobs publish, and how they stand. */
import type { Reader } from './reader.ts';
import { projectNamed, type Project } from './records.ts';

/** GitLab's statuses of a pipeline. */
const STATUSES = [
  ...(['created', 'waiting_for_resource', 'preparing', 'waiting_for_callback', 'pending', 'running'] as const),
  ...(['success', 'failed', 'canceling', 'canceled', 'skipped', 'manual', 'scheduled'] as const),
] as const;

export interface Pipeline {
  readonly id: number;
  readonly projectId: number;
  readonly status: (typeof STATUSES)[number];
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

/** A pipeline of a `project`, with its `id`, `status` and perhaps `updated_at` (an ISO time). */
export function readPipeline(item: Reader, projects: readonly Project[]): Pipeline {
  item.allowKeys(['id', 'project', 'status', 'updated_at']);
  const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text));
  return {
    id: item.integer('id', undefined, 1, Number.MAX_SAFE_INTEGER),
    projectId: item.reference('project', (reference) => projectNamed(projects, reference), true)?.id ?? 0,
    status: item.choice('status', STATUSES, undefined),
    changedAt: Date.parse(
      item.text('updated_at', '2026-01-01T00:00:00Z', isTime, 'a time such as 2026-01-01T00:00:00Z'),
    ),
  };
}
