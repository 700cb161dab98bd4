/** The examples, as they stand: each runs whole and leaves the version that its first line promises. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../support/process.ts';
import { VERSION_TOKENS } from '../support/version-registry.ts';
import { runWorkflow, type Workflow } from './support/act.ts';
import { git } from './support/checkout.ts';
import { succeeded } from './support/machine.ts';
import { SMALL } from './support/payload.ts';
import { PROJECT, TOKENS } from './support/registry.ts';
import { ACTION } from './support/round-trip.ts';
import { openScene, type Scene } from './support/scene.ts';
import { contentsOf, VERSIONED, withPublished } from './support/versioned-examples.ts';
import { makeForeignWorkspace, type Workspace } from './support/workspace.ts';

let scene: Scene;
let workspace: Workspace;

beforeAll(async () => {
  scene = await openScene();
  workspace = await makeForeignWorkspace(SMALL);
});
afterAll(async () => {
  await workspace.remove();
  await scene.close();
});

/** Each publishes a version of its own, by its tag. */
const GITHUB: readonly (readonly [file: string, version: string, files: readonly string[]])[] = [
  ['github-publish.yml', '1.0.0', ['SHA256SUMS', 'generic-package.json', 'widget.txt']],
  ['github-candidate.yml', '1.0.1', ['generic-package.json', 'generic-package.part-candidate.json', 'widget.txt']],
  [
    'github-matrix.yml',
    '1.0.2',
    [
      ...['SHA256SUMS', 'generic-package.json', 'generic-package.part-linux-arm64.json', 'generic-package.part-linux-x64.json'],
      ...['generic-package.part-windows-x64.json', 'linux-arm64/widget', 'linux-x64/widget', 'windows-x64/widget'],
    ],
  ],
];
const GITLAB: typeof GITHUB = [
  ['gitlab-publish.gitlab-ci.yml', '2.0.0', ['SHA256SUMS', 'generic-package.json', 'widget.txt']],
  ['gitlab-candidate.gitlab-ci.yml', '2.0.1', ['generic-package.json', 'generic-package.part-candidate.json', 'widget.txt']],
  [
    'gitlab-matrix.gitlab-ci.yml',
    '2.0.2',
    [
      ...['SHA256SUMS', 'generic-package.json', 'generic-package.part-linux-arm64.json', 'generic-package.part-linux-x64.json'],
      ...['linux-arm64/widget', 'linux-x64/widget'],
    ],
  ],
];

describe('an example', () => {
  it.each(GITHUB)('%s publishes %s', async (file, version, files) => {
    const text = await readFile(join(ROOT, 'examples', file), 'utf8');
    await git(workspace.path, 'tag', '--force', `v${version}`);
    const run = succeeded(
      await runWorkflow(text, {
        workspace: workspace.path,
        secrets: { GITLAB_TOKEN: TOKENS.personal },
        vars: { GITLAB_API_URL: scene.registry.apiUrl },
        repositories: { [ACTION]: scene.release.folder },
      }),
    );
    await git(workspace.path, 'tag', '--delete', `v${version}`);

    const jobs = Object.keys((parse(text) as Workflow).jobs);
    expect(run.results).toEqual(Object.fromEntries(jobs.map((job) => [job, 'success'])));
    expect(await visibleFiles(version)).toEqual(files);
  });

  it.each(VERSIONED)('$file publishes $what', async ({ file, published, pushes, versions }) => {
    const text = await readFile(join(ROOT, 'examples', file), 'utf8');
    await withPublished(published, async (registry) => {
      for (const [index, { ref, jobs }] of pushes.entries()) {
        const run = succeeded(
          await runWorkflow(text, {
            ...{ workspace: workspace.path, ref, run: index + 1 },
            secrets: { GITLAB_TOKEN: VERSION_TOKENS.developer },
            vars: { GITLAB_API_URL: registry.apiUrl },
            repositories: { [ACTION]: scene.release.folder },
          }),
        );
        expect(run.results).toEqual(Object.fromEntries(jobs.map((job) => [job, 'success'])));
      }
      expect(await contentsOf(registry)).toEqual(versions);
    });
  });

  it.each(GITLAB)('%s publishes %s', async (file, version, files) => {
    const text = await readFile(join(ROOT, 'examples', file), 'utf8');
    succeeded(await scene.pipeline(text, { CI_COMMIT_TAG: `v${version}` }));

    expect(await visibleFiles(version)).toEqual(files);
  });
});

/** The files of a version that listings show. */
async function visibleFiles(version: string): Promise<readonly string[]> {
  const packages = await ask(`packages?package_name=widget&per_page=100`);
  const found = packages.find((each) => each.version === version);
  expect(found).toMatchObject({ status: 'default' });
  const files = await ask(`packages/${String(found?.id)}/package_files?per_page=100`);
  // GitLab lists a name in folders as it stores it: with %2F.
  return files.map((each) => decodeURIComponent(String(each.file_name))).sort();
}

async function ask(path: string): Promise<readonly Record<string, unknown>[]> {
  const answer = await fetch(`${scene.registry.apiUrl}/projects/${PROJECT.id}/${path}`, {
    headers: { 'PRIVATE-TOKEN': TOKENS.personal },
  });
  return (await answer.json()) as readonly Record<string, unknown>[];
}
