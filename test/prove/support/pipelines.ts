/** Pipelines with folders, files and tokens of their own, as many jobs at once have them in GitLab. */
import { join } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import type { Pipeline } from '../../support/gitlab-job.ts';
import { PROJECT } from '../../support/registry.ts';
import { inFolder, writeFiles } from '../../support/tree.ts';
import { withVersionRegistry } from '../../support/version-registry.ts';
import { openRelay, type Relay } from './relay.ts';

/** The variable that all of them count from and write. */
export const KEY = 'VERSION';

export interface Line extends Pipeline {
  readonly jobToken: string;
  /** For the variable, and for nothing else. */
  readonly variableToken: string;
}

export interface Works {
  readonly registry: RunningRegistry;
  readonly relay: Relay;
  readonly lines: readonly Line[];
}

/** A registry where the variable holds 1.2.3, and pipelines whose `out/who.txt` names them. */
export async function withPipelines(
  count: number,
  settings: Readonly<Record<string, unknown>>,
  work: (works: Works) => Promise<void>,
): Promise<void> {
  const ids = Array.from({ length: count }, (_, index) => 700 + index);
  const tokens = ids.flatMap((id) => [
    { token: jobToken(id), kind: 'job', role: 'developer', project: PROJECT.id },
    { token: variableToken(id), kind: 'personal', role: 'maintainer', scopes: ['api'] },
  ]);
  await inFolder((folder) =>
    withVersionRegistry({ variables: [{ key: KEY, value: '1.2.3' }], tokens, settings }, async (registry) => {
      const relay = await openRelay(registry);
      try {
        await work({
          registry,
          relay,
          lines: await Promise.all(ids.map((id) => lineOf(registry, join(folder, String(id)), id))),
        });
      } finally {
        await relay.close();
      }
    }),
  );
}

/** The same pipeline where GitLab lies behind the proxy. */
export function through(relay: Relay, line: Line): Line {
  return { ...line, env: { ...line.env, CI_API_V4_URL: relay.apiUrl, CI_SERVER_URL: new URL(relay.apiUrl).origin } };
}

/** What stands in the file that the pipeline publishes. */
export function bytesOf({ id }: Pipeline): string {
  return `built by pipeline ${id}\n`;
}

async function lineOf(registry: RunningRegistry, folder: string, id: number): Promise<Line> {
  const line = {
    registry,
    folder,
    id,
    jobToken: jobToken(id),
    variableToken: variableToken(id),
    env: { CI_JOB_TOKEN: jobToken(id) },
  };
  await writeFiles(join(folder, 'out'), { 'who.txt': bytesOf(line) });
  return line;
}

function jobToken(id: number): string {
  return `glcbt-64_job-of-pipeline-${id}`;
}

function variableToken(id: number): string {
  return `glpat-variables-of-${id}`;
}
