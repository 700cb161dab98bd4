/** The examples of a nightly cleanup, as they stand: a plan that deletes nothing, and then exactly that plan. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../support/process.ts';
import { runWorkflow } from './support/act.ts';
import { emptyRegistry } from './support/ledger.ts';
import { succeeded } from './support/machine.ts';
import { SMALL } from './support/payload.ts';
import { PROJECT, TOKENS } from './support/registry.ts';
import { ACTION } from './support/round-trip.ts';
import { DEFAULT_BRANCH, openScene, type Scene } from './support/scene.ts';
import { makeForeignWorkspace, type Workspace } from './support/workspace.ts';

const DAY = 86_400_000;

let scene: Scene;
let workspace: Workspace;
let back = 0;
beforeAll(async () => {
  scene = await openScene('local', { tags: ['v1.0.0', 'v2.0.0'], clock: () => Date.now() - back });
  workspace = await makeForeignWorkspace(SMALL);
});
afterAll(async () => {
  await workspace.remove();
  await scene.close();
});

const headers = { 'PRIVATE-TOKEN': TOKENS.maintainer };

beforeEach(async () => {
  await emptyRegistry(scene.registry);
  for (const [version, age, status] of [
    ['1.0.0', 400],
    ['1.1.0-rc.1', 60],
    ['1.2.0', 60, 'hidden'],
    ['2.0.0', 10],
  ] as const) {
    back = age * DAY;
    const query = status === undefined ? '' : `?status=${status}`;
    const url = `${scene.registry.apiUrl}/projects/${PROJECT.id}/packages/generic/widget/${version}/widget.txt${query}`;
    expect((await fetch(url, { method: 'PUT', headers, body: version })).status).toBe(201);
  }
  back = 0;
});

async function versions(): Promise<string[]> {
  const rows: { version: string }[] = [];
  for (const status of ['default', 'hidden']) {
    const url = `${scene.registry.apiUrl}/projects/${PROJECT.id}/packages?status=${status}&package_name=widget`;
    rows.push(...((await (await fetch(url, { headers })).json()) as { version: string }[]));
  }
  return rows.map(({ version }) => version).sort();
}

const ALL = ['1.0.0', '1.1.0-rc.1', '1.2.0', '2.0.0'];
const LEFT = ['1.0.0', '2.0.0'];

test('by gitlab-ci-local: the scheduled pipeline plans, and the job that waits for a Maintainer deletes', async () => {
  const text = await readFile(join(ROOT, 'examples/gitlab-cleanup.gitlab-ci.yml'), 'utf8');
  const schedule = { ...DEFAULT_BRANCH, CI_PIPELINE_SOURCE: 'schedule', CI_JOB_TOKEN: TOKENS.maintainerJob };
  const planned = succeeded(await scene.pipeline(text, schedule));
  expect(planned.log).toContain('would be deleted');
  expect(await versions()).toEqual(ALL);

  const started = text.replace('when: manual', 'when: on_success');
  const done = succeeded(await scene.pipeline(started, schedule));
  expect(done.log).toContain('deleted 2 versions');
  expect(await versions()).toEqual(LEFT);
});

test('by act: the workflow plans, and the job of the reviewed environment deletes', async () => {
  const text = await readFile(join(ROOT, 'examples/github-cleanup.yml'), 'utf8');
  const store = join(scene.root, 'artifacts');
  await mkdir(store);
  const run = (workflow: string): ReturnType<typeof runWorkflow> =>
    runWorkflow(workflow, {
      workspace: workspace.path,
      secrets: { GITLAB_TOKEN: TOKENS.maintainer },
      vars: { GITLAB_API_URL: scene.registry.apiUrl },
      repositories: { [ACTION]: scene.release.folder },
    });
  const only = succeeded(await run(withStore(text.slice(0, text.indexOf('  delete:\n')), store)));
  expect(only.results).toEqual({ plan: 'success' });
  expect(await versions()).toEqual(ALL);

  const both = succeeded(await run(withStore(text, store)));
  expect(both.results).toEqual({ plan: 'success', delete: 'success' });
  expect(await versions()).toEqual(LEFT);
});

/** GitHub's artifacts need a server of GitHub's: a folder stands for it. */
function withStore(workflow: string, store: string): string {
  const upload = /- uses: actions\/upload-artifact@v4\n\s+with:\n\s+name: cleanup-plan\n\s+path: (.*)\n/;
  const download = /- uses: actions\/download-artifact@v4\n\s+with:\n\s+name: cleanup-plan\n\s+path: plan\n/;
  return (
    workflow
      // The event that act is given here is a push.
      .replace(/^on:\n(?: .*\n)+/m, 'on: push\n')
      .replace(upload, (_all, path: string) => `- run: cp "${path}" ${join(store, 'plan.json')}\n`)
      .replace(download, `- run: mkdir -p plan && cp ${join(store, 'plan.json')} plan/plan.json\n`)
  );
}
