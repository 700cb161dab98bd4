/** Runs of examples/release.yml: pushes to main of somebody's project, against a registry with a CI/CD variable. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../../src/registry/server.ts';
import { ROOT } from '../../support/process.ts';
import { VERSION_TOKENS } from '../../support/version-registry.ts';
import { outputsOf, runWorkflow, type WorkflowRun } from './act.ts';
import { fetchProject } from './checkout.ts';
import { ACTION } from './round-trip.ts';
import { makeForeignWorkspace } from './workspace.ts';

/** The commands of one's own in the example: what builds, and what tests. */
export const BUILD = 'mkdir -p out && echo "$VERSION" > out/widget.txt';
export const TEST = 'test "$(cat fetched/widget.txt)" = "$VERSION"';

export interface Releaser {
  readonly workspace: string;
  /** A push, or with the number of an earlier one its re-run. `instead`: another command for one of the example's. */
  readonly push: (
    registry: RunningRegistry,
    run: number,
    instead?: Readonly<Record<string, string>>,
  ) => Promise<WorkflowRun>;
  readonly remove: () => Promise<void>;
}

export function releaseExample(): Promise<string> {
  return readFile(join(ROOT, 'examples', 'release.yml'), 'utf8');
}

export async function makeReleaser(): Promise<Releaser> {
  const made = await makeForeignWorkspace(1);
  const { path: workspace } = made;
  const project = await fetchProject(join(made.root, 'project'));
  return {
    workspace,
    remove: () => made.remove(),
    push: async (registry, run, instead = {}) =>
      runWorkflow(exchange(await releaseExample(), instead), {
        ...{ workspace, run, ref: 'refs/heads/main' },
        secrets: { GITLAB_TOKEN: VERSION_TOKENS.developer, GITLAB_VARIABLE_TOKEN: VERSION_TOKENS.maintainer },
        vars: { GITLAB_API_URL: registry.apiUrl },
        repositories: { [ACTION]: project },
      }),
  };
}

/** The version that a run worked out. */
export function versionOf(run: WorkflowRun): string | undefined {
  return outputsOf(run, 'version', 'version').version;
}

function exchange(text: string, instead: Readonly<Record<string, string>>): string {
  return Object.entries(instead).reduce((current, [command, other]) => {
    const parts = current.split(`run: ${command}\n`);
    if (parts.length !== 2) throw new Error(`the example has ${String(parts.length - 1)} times: ${command}`);
    return parts.join(`run: ${other}\n`);
  }, text);
}
