/** A release as a job of a GitLab pipeline: what it takes from earlier jobs, and what it passes on. */
import { expect, test } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dotenvLines, type Pipeline } from '../support/gitlab-job.ts';
import { runJob } from '../support/in-process.ts';
import { runJob as runBundle } from '../support/platforms.ts';
import { PROJECT } from '../support/registry.ts';
import { linksOf, releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder } from '../support/tree.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const FILES = { files: '**', directory: 'out' };
const COMMIT = '0123456789abcdef0123456789abcdef01234567';

async function inPipeline(
  env: Readonly<Record<string, string>>,
  act: (pipeline: Pipeline) => Promise<void>,
  tags: readonly string[] = [],
): Promise<void> {
  await inFolder((folder) =>
    withVersionRegistry({ tags }, async (registry) => {
      await mkdir(join(folder, 'out'));
      await writeFile(join(folder, 'out', 'a.txt'), 'a');
      await act({ registry, folder, id: 7, env });
    }),
  );
}

function inTag(tag: string): Record<string, string> {
  return { CI_COMMIT_BRANCH: '', CI_COMMIT_TAG: tag, CI_COMMIT_REF_NAME: tag };
}

test('the version is taken from the version job, whatever $VERSION says, and the tag made at the commit', async () => {
  await inPipeline(
    { VERSION: '9.9.9', VERSION_TAG: 'v9.9.9', TAG: 'v8.8.8', REF: 'nowhere', NAME: 'nobody' },
    async (pipeline) => {
      const { registry, folder } = pipeline;
      expect(await runBundle(pipeline, 'version', { 'initial-version': '0.1.0' })).toMatchObject({
        code: 0,
        outputs: { version: '0.1.0' },
      });
      expect(await runBundle(pipeline, 'publish', FILES)).toMatchObject({ code: 0 });

      const page = `${registry.url}/${PROJECT.path}/-/releases/v0.1.0`;
      const outputs = { tag: 'v0.1.0', 'release-url': page, 'link-count': '1', created: 'true' };
      expect(await runBundle(pipeline, 'release')).toMatchObject({ code: 0, outputs });
      expect(await releaseOf(registry, 'v0.1.0')).toMatchObject({ name: 'v0.1.0', commit: { id: COMMIT } });
      expect(await linksOf(registry, 'v0.1.0')).toEqual({
        'a.txt': `${registry.apiUrl}/projects/42/packages/generic/widget/0.1.0/a.txt`,
      });
      expect(await tagNames(registry)).toEqual(['v0.1.0']);

      expect(await dotenvLines(folder, 'release')).toEqual([
        'RELEASE_TAG=v0.1.0',
        `RELEASE_RELEASE_URL=${page}`,
        'RELEASE_LINK_COUNT=1',
        'RELEASE_CREATED=true',
      ]);
      const annotations = await readFile(join(folder, '.generic-packages', 'release.annotations.json'), 'utf8');
      expect(annotations).toContain(page);
    },
  );
});

test('a second run changes nothing', async () => {
  await inPipeline(inTag('v1.0.0'), async (pipeline) => {
    await runJob(pipeline, 'publish', FILES);
    expect(await runJob(pipeline, 'release', { description: 'One' })).toMatchObject({
      code: 0,
      outputs: { created: 'true' },
    });
    pipeline.registry.forget();
    const again = await runJob(pipeline, 'release', { description: 'One' });
    expect(again).toMatchObject({ code: 0, outputs: { tag: 'v1.0.0', created: 'false' } });
    expect(again.stdout).toContain('nothing was written');
    expect(writes(pipeline.registry)).toEqual([]);
  });
});

test('in a pipeline for a tag the release is of that tag and its version', async () => {
  await inPipeline(
    inTag('cli/v2.0.0'),
    async (pipeline) => {
      const names = { 'tag-prefix': 'cli/v', 'package-name': 'cli' };
      expect(await runJob(pipeline, 'publish', { ...FILES, ...names })).toMatchObject({
        code: 0,
        outputs: { 'package-version': '2.0.0' },
      });
      expect(await runJob(pipeline, 'release', names)).toMatchObject({ code: 0, outputs: { tag: 'cli/v2.0.0' } });
      expect(await tagNames(pipeline.registry)).toEqual(['cli/v2.0.0']);
    },
    ['cli/v2.0.0'],
  );
});

test.each([{}, { 'package-version': '2.0.5' }])(
  'another component’s tag is none to release in, with %j',
  async (given) => {
    await inPipeline(inTag('web/v3.0.0'), async (pipeline) => {
      const cli = { 'tag-prefix': 'cli/v', 'package-name': 'cli' };
      await runJob(pipeline, 'publish', { ...FILES, ...cli, 'package-version': '2.0.5' });
      pipeline.registry.forget();
      const run = await runJob(pipeline, 'release', { ...cli, ...given });
      expect(run.code).toBe(2);
      expect(run.stderr + run.stdout).toContain(
        'this run is for the tag `web/v3.0.0`, which does not begin with `cli/v`: give this job a rule such as `if: $CI_COMMIT_TAG =~ /^cli\\/v/`, or say which tag with `tag`',
      );
      expect(run.stderr + run.stdout).not.toContain('package-version: ');
      expect(pipeline.registry.requests).toEqual([]);

      expect(await runJob(pipeline, 'release', { ...cli, tag: 'cli/v2.0.5' })).toMatchObject({
        code: 0,
        outputs: { tag: 'cli/v2.0.5' },
      });
    });
  },
);

test('what is passed on to another component’s tag is not released', async () => {
  await inPipeline(inTag('web/v3.0.0'), async (pipeline) => {
    const cli = { 'tag-prefix': 'cli/v', 'package-name': 'cli' };
    expect(await runJob(pipeline, 'version', { ...cli, 'initial-version': '2.0.5' })).toMatchObject({ code: 0 });
    await runJob(pipeline, 'publish', { ...FILES, ...cli });
    expect(await runJob(pipeline, 'release', cli)).toMatchObject({ code: 2 });
    expect(await tagNames(pipeline.registry)).toEqual([]);
  });
});

test('the job token in a text is not published, though another token is used', async () => {
  await inPipeline({}, async (pipeline) => {
    await runJob(pipeline, 'publish', { ...FILES, 'package-version': '1.0.0' });
    pipeline.registry.forget();
    const given = {
      'package-version': '1.0.0',
      token: VERSION_TOKENS.developer,
      description: `curl -H "JOB-TOKEN: ${VERSION_TOKENS.job}"`,
    };
    const run = await runJob(pipeline, 'release', given);
    expect(run.code).toBe(2);
    expect(run.stderr + run.stdout).toContain('description: holds the job token');
    expect(run.stderr + run.stdout).not.toContain(VERSION_TOKENS.job);
    expect(pipeline.registry.requests).toEqual([]);
  });
});

test('one of several packages of a pipeline takes what stands under its prefix', async () => {
  await inPipeline({}, async (pipeline) => {
    const cli = { 'package-name': 'cli', 'output-prefix': 'CLI_' };
    await runJob(pipeline, 'version', { 'initial-version': '0.1.0' });
    await runJob(pipeline, 'version', { ...cli, 'initial-version': '3.0.0' });
    await runJob(pipeline, 'publish', { ...FILES, ...cli });
    expect(await runJob(pipeline, 'release', { ...cli, 'tag-prefix': 'cli/v' })).toMatchObject({
      code: 0,
      outputs: { tag: 'cli/v3.0.0' },
    });
    expect(await dotenvLines(pipeline.folder, 'CLI_release')).toContain('CLI_RELEASE_TAG=cli/v3.0.0');
  });
});

test('the commit of this pipeline is none of another project: ref has to be said there', async () => {
  await inPipeline(inTag('v1.0.0'), async (pipeline) => {
    await runJob(pipeline, 'publish', { ...FILES, project: PROJECT.path, 'package-name': 'widget' });
    // The same project, told by another server's variables.
    const run = await runJob(
      { ...pipeline, env: { ...inTag('v1.0.0'), CI_PROJECT_ID: '7', CI_PROJECT_PATH: 'acme/other' } },
      'release',
      { project: PROJECT.path, 'package-name': 'widget' },
    );
    expect(run.code).toBe(1);
    expect(run.stderr + run.stdout).toContain('has no tag `v1.0.0`');
    expect(await tagNames(pipeline.registry)).toEqual([]);
  });
});
