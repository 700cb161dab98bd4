/** The examples, as they stand: each runs whole and leaves the version that its first line promises. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ROOT } from '../support/process.ts';
import { linksOf } from '../support/releases.ts';
import { VERSION_TOKENS } from '../support/version-registry.ts';
import { runWorkflow, type Workflow } from './support/act.ts';
import { git } from './support/checkout.ts';
import { contentOf, emptyRegistry, releaseLinks, shownFiles } from './support/ledger.ts';
import { succeeded } from './support/machine.ts';
import { SMALL } from './support/payload.ts';
import { TOKENS } from './support/registry.ts';
import { ACTION } from './support/round-trip.ts';
import { DEFAULT_BRANCH, openScene, type Scene } from './support/scene.ts';
import { contentsOf, VERSIONED, withPublished } from './support/versioned-examples.ts';
import { makeForeignWorkspace, type Workspace } from './support/workspace.ts';

let scene: Scene;
let workspace: Workspace;

beforeAll(async () => {
  scene = await openScene('local', {
    variables: { WIDGET_VERSION: '1.2.3' },
    tags: ['v3.0.0', 'cli/v1.4.0', 'cli/v1.3.9', 'web/v2.0.1'],
  });
  workspace = await makeForeignWorkspace(SMALL);
});
beforeEach(() => emptyRegistry(scene.registry));
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
      ...[
        'SHA256SUMS',
        'generic-package.json',
        'generic-package.part-linux-arm64.json',
        'generic-package.part-linux-x64.json',
      ],
      ...['generic-package.part-windows-x64.json', 'linux-arm64/widget', 'linux-x64/widget', 'windows-x64/widget'],
    ],
  ],
];
/** Names of files by package and version. */
type Published = Readonly<Record<string, readonly string[]>>;

/** What a pipeline runs for, the files of each version that it makes visible, and what some of them say. */
const GITLAB: readonly (readonly [
  file: string,
  ref: string,
  published: Published,
  says?: Readonly<Record<string, string>>,
])[] = [
  ['gitlab-publish.gitlab-ci.yml', 'v2.0.0', { 'widget 2.0.0': ['SHA256SUMS', 'generic-package.json', 'widget.txt'] }],
  [
    'gitlab-candidate.gitlab-ci.yml',
    'v2.0.1',
    { 'widget 2.0.1': ['generic-package.json', 'generic-package.part-candidate.json', 'widget.txt'] },
  ],
  [
    'gitlab-matrix.gitlab-ci.yml',
    'v2.0.2',
    {
      'widget 2.0.2': [
        ...[
          'SHA256SUMS',
          'generic-package.json',
          'generic-package.part-linux-arm64.json',
          'generic-package.part-linux-x64.json',
        ],
        ...['linux-arm64/widget', 'linux-x64/widget'],
      ],
    },
  ],
  [
    'gitlab-tag-pipeline.gitlab-ci.yml',
    'v2.0.3',
    { 'widget 2.0.3': ['SHA256SUMS', 'generic-package.json', 'widget.txt'] },
    { 'widget/2.0.3/widget.txt': 'built 2.0.3\n' },
  ],
  [
    'gitlab-release-pipeline.gitlab-ci.yml',
    'main',
    { 'widget 1.2.4': ['SHA256SUMS', 'generic-package.json', 'generic-package.part-candidate.json', 'widget.txt'] },
    { 'widget/1.2.4/widget.txt': 'built 1.2.4\n' },
  ],
  [
    'gitlab-registry-version.gitlab-ci.yml',
    'main',
    { 'widget 0.1.0': ['generic-package.json', 'widget.txt'] },
    { 'widget/0.1.0/widget.txt': 'built 0.1.0\n' },
  ],
];

/** The files that the release of the tag links to; the other examples make none. */
const RELEASED = new Map([['gitlab-tag-pipeline.gitlab-ci.yml', ['SHA256SUMS', 'widget.txt']]]);

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
    expect(await shownFiles(scene.registry)).toEqual({ [`widget ${version}`]: files });
  });

  it.each(VERSIONED)('$file publishes $what', async ({ file, published, pushes, versions, release }) => {
    const text = await readFile(join(ROOT, 'examples', file), 'utf8');
    const commit = (await git(workspace.path, 'rev-parse', 'HEAD')).trim();
    await withPublished(published, commit, async (registry) => {
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
      if (release !== undefined) expect(Object.keys(await linksOf(registry, release.tag))).toEqual(release.files);
    });
  });

  it.each(GITLAB)('%s publishes for %s', async (file, ref, published, says = {}) => {
    const text = await readFile(join(ROOT, 'examples', file), 'utf8');
    const builds = ref === 'main' ? DEFAULT_BRANCH : { CI_COMMIT_TAG: ref };
    succeeded(await scene.pipeline(text, { WIDGET_VERSION_TOKEN: TOKENS.maintainer, ...builds }));

    expect(await shownFiles(scene.registry)).toEqual(published);
    for (const [path, content] of Object.entries(says)) expect(await contentOf(scene.registry, path)).toBe(content);
    expect(await releaseLinks(scene.registry, ref)).toEqual(RELEASED.get(file));
  });

  it('gitlab-monorepo.gitlab-ci.yml publishes and releases what changed, by the tags of the releases before', async () => {
    const text = await readFile(join(ROOT, 'examples', 'gitlab-monorepo.gitlab-ci.yml'), 'utf8');
    const push = async (...changed: readonly string[]): Promise<string> => {
      for (const name of changed) {
        await mkdir(join(scene.consumer, name, 'src'), { recursive: true });
        await writeFile(join(scene.consumer, name, 'src', 'main.txt'), 'changed');
      }
      const { log } = succeeded(await scene.pipeline(text, DEFAULT_BRANCH));
      for (const name of changed) await rm(join(scene.consumer, name), { recursive: true });
      return log;
    };

    expect(await push('web')).not.toContain('cli-version');
    expect(await shownFiles(scene.registry)).toEqual({ 'web 2.0.2': ['generic-package.json', 'web.txt'] });
    expect(await releaseLinks(scene.registry, 'web/v2.0.2')).toEqual(['web.txt']);

    await push('cli', 'web');
    expect(Object.keys(await shownFiles(scene.registry)).sort()).toEqual(['cli 1.4.1', 'web 2.0.2', 'web 2.0.3']);
    expect(await releaseLinks(scene.registry, 'cli/v1.4.1')).toEqual(['cli.txt']);
    expect(await releaseLinks(scene.registry, 'web/v2.0.3')).toEqual(['web.txt']);
    expect(await contentOf(scene.registry, 'cli/1.4.1/cli.txt')).toBe('cli 1.4.1\n');
    expect(await contentOf(scene.registry, 'web/2.0.3/web.txt')).toBe('web 2.0.3\n');
  });
});
