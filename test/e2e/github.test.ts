/** GitHub's platform: whole workflows, run by act, in each way that a workflow can name the actions. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { fingerprint, inFolder } from '../support/tree.ts';
import { outputsOf, printedBy, runWorkflow, type WorkflowRun } from './support/act.ts';
import { fetchProject } from './support/checkout.ts';
import { succeeded } from './support/machine.ts';
import { BIG, PAYLOAD_FILES, SMALL } from './support/payload.ts';
import { openRegistry, secretForms, TOKENS, uploadsTo } from './support/registry.ts';
import { ACTION, byPath, byReference, byCommandInput, roundTrip, type Uses } from './support/round-trip.ts';
import { makeForeignWorkspace, makeOwnWorkspace, type Workspace } from './support/workspace.ts';

let registry: RunningRegistry;

beforeEach(async () => {
  registry = await openRegistry();
});
afterEach(() => registry.close());

interface Way {
  readonly name: string;
  readonly uses: Uses;
  readonly make: () => Promise<Workspace>;
  /** What the workflow calls this project, where it is not the workspace itself. */
  readonly reference?: string;
}

const WAYS: readonly Way[] = [
  { name: 'uses: ./publish', uses: byPath, make: () => makeOwnWorkspace(BIG) },
  {
    name: 'uses: OWNER/REPO/publish@v1',
    uses: byReference,
    make: () => makeForeignWorkspace(SMALL),
    reference: ACTION,
  },
  {
    name: 'uses: OWNER/REPO@v1 with command: publish',
    uses: byCommandInput,
    make: () => makeForeignWorkspace(SMALL),
    reference: ACTION,
  },
];

describe.each(WAYS)('$name', ({ uses, make, reference }) => {
  it('brings a tree out and back identical, and a second run of each moves nothing', async () => {
    const workspace = await make();
    try {
      const out = join(workspace.root, 'out');
      const run = succeeded(
        await runWorkflow(roundTrip(uses), {
          workspace: workspace.path,
          secrets: { GITLAB_TOKEN: TOKENS.personal },
          vars: { API: registry.apiUrl, OUT: out },
          repositories:
            reference === undefined ? {} : { [reference]: await fetchProject(join(workspace.root, 'project')) },
        }),
      );

      // A job whose label is unknown is unchanged, and the exit code is 0 all the same.
      expect(run.results).toEqual({ publish: 'success', download: 'success' });
      expectCounts(run);
      expect(uploadsTo(registry)).toBe(PAYLOAD_FILES + 1);
      expect(await fingerprint(out)).toEqual(workspace.tree);
      expectOneDigest(run);
      for (const secret of secretForms()) expect(run.log).not.toContain(secret);
    } finally {
      await workspace.remove();
    }
  });
});

describe('a log in which a step prints its secret', () => {
  it('shows it: only therefore does its absence elsewhere say something', async () => {
    await inFolder(async (root) => {
      const steps = [{ run: 'echo "${{ secrets.GITLAB_TOKEN }}"' }];
      const run = await runWorkflow(
        { on: 'push', jobs: { tell: { 'runs-on': 'ubuntu-latest', steps } } },
        { workspace: join(root, 'workspace'), secrets: { GITLAB_TOKEN: TOKENS.personal } },
      );

      expect(printedBy(run, 'tell')).toContain(TOKENS.personal);
      expect(run.log).toContain(TOKENS.personal);
    });
  });
});

function expectCounts(run: WorkflowRun): void {
  const all = String(PAYLOAD_FILES);
  expect(outputsOf(run, 'publish', 'first')).toMatchObject({
    'file-count': all,
    uploaded: all,
    unchanged: '0',
    complete: 'true',
  });
  expect(outputsOf(run, 'publish', 'again')).toMatchObject({
    'file-count': all,
    uploaded: '0',
    unchanged: all,
    complete: 'true',
  });
  expect(outputsOf(run, 'download', 'first')).toMatchObject({ 'file-count': all, downloaded: all, unchanged: '0' });
  expect(outputsOf(run, 'download', 'again')).toMatchObject({ 'file-count': all, downloaded: '0', unchanged: all });
}

/** All four steps printed one digest, and it reaches the next step and the next job. */
function expectOneDigest(run: WorkflowRun): void {
  const { digest = '' } = outputsOf(run, 'publish', 'first');
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  for (const [job, step] of [
    ['publish', 'again'],
    ['download', 'first'],
    ['download', 'again'],
  ] as const) {
    expect(outputsOf(run, job, step)).toMatchObject({ digest });
  }
  expect(printedBy(run, 'publish')).toContain(`later step: ${digest}\n`);
  expect(printedBy(run, 'download')).toContain(`later job: ${digest}\n`);
}
