/** A version's way through a GitLab pipeline: worked out, published, tested, saved. */
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dotenvLines, type JobRun, type Pipeline } from '../support/gitlab-job.ts';
import { runJob } from '../support/in-process.ts';
import { runJob as runBundle } from '../support/platforms.ts';
import { claimsOf, hiddenVersions, putRaw, visibleVersions } from '../support/raw.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const VARIABLE = { variable: 'WIDGET_VERSION', 'variable-token': VERSION_TOKENS.maintainer };
const SEED = { variables: [{ key: 'WIDGET_VERSION', value: '1.2.3', protected: true, description: 'kept' }] };
const FILES = { files: '**', directory: 'out' };

async function inPipelines(
  act: (pipeline: (id: number, env?: Record<string, string>) => Promise<Pipeline>) => Promise<void>,
  seed: object = SEED,
): Promise<void> {
  await inFolder((folder) =>
    withVersionRegistry(seed, async (registry) => {
      await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'a.txt', 'old');
      await act(async (id, env = {}) => {
        const own = join(folder, String(id));
        await mkdir(join(own, 'out'), { recursive: true });
        await writeFile(join(own, 'out', 'a.txt'), `of pipeline ${id}`);
        return { registry, folder: own, id, env };
      });
    }),
  );
}

function work(pipeline: Pipeline): Promise<JobRun> {
  return runJob(pipeline, 'version', { ...VARIABLE, claim: 'true ' });
}

test('publish and save-version take the version without being told, whatever $VERSION says', async () => {
  await inPipelines(async (start) => {
    const pipeline = await start(7, { VERSION: '9.9.9', VERSION_TAG: 'v9.9.9' });

    const worked = await runBundle(pipeline, 'version', { ...VARIABLE, claim: 'true ' });
    expect(worked).toMatchObject({
      code: 0,
      outputs: { version: '1.2.4', previous: '1.2.3', tag: 'v1.2.4', source: 'variable', 'is-latest': 'true' },
    });
    expect(worked.stdout).toContain('scripts will see 9.9.9 instead of 1.2.4. Rename that variable');
    expect(await dotenvLines(pipeline.folder, 'version')).toEqual([
      'VERSION=1.2.4',
      'VERSION_PREVIOUS=1.2.3',
      'VERSION_TAG=v1.2.4',
      'VERSION_MAJOR=1',
      'VERSION_MINOR=2',
      'VERSION_PATCH=4',
      'VERSION_PRERELEASE=',
      'VERSION_BUILD=',
      'VERSION_IS_PRERELEASE=false',
      'VERSION_IS_LATEST=true',
      'VERSION_SOURCE=variable',
    ]);
    const published = await runBundle(pipeline, 'publish', FILES);
    expect(published).toMatchObject({ code: 0, outputs: { 'package-version': '1.2.4', complete: 'true' } });
    expect(published.stdout).toContain('1.2.4 was passed on, $VERSION is 9.9.9');
    expect(await runBundle(pipeline, 'save-version', VARIABLE)).toMatchObject({
      code: 0,
      outputs: { version: '1.2.4', previous: '1.2.3', changed: 'true' },
    });

    expect(await visibleVersions(pipeline.registry)).toEqual(['1.2.3', '1.2.4']);
    const saved = { value: '1.2.4', protected: true, masked: false, description: 'kept', environment_scope: '*' };
    expect(await variableOf(pipeline.registry, 'WIDGET_VERSION')).toMatchObject(saved);
  });
});

test('a version job that is run again keeps its number, before the publish and after it was saved', async () => {
  await inPipelines(async (start) => {
    const [first, other] = [await start(7), await start(8)];
    const numbers = async (): Promise<unknown> => (await work(first)).outputs.version;

    expect(await numbers()).toBe('1.2.4');
    expect((await work(other)).outputs.version).toBe('1.2.5');
    expect(await numbers()).toBe('1.2.4');
    await runJob(first, 'publish', FILES);
    expect(await numbers()).toBe('1.2.4');
    await runJob(first, 'save-version', VARIABLE);
    expect(await numbers()).toBe('1.2.4');
    // Also where a job of the same pipeline claims nothing.
    expect((await runJob(first, 'version', VARIABLE)).outputs.version).toBe('1.2.4');
    expect((await work(other)).outputs.version).toBe('1.2.5');
  });
});

test('so does one that counts by the pipeline’s number, after a later pipeline has saved its own', async () => {
  await inPipelines(async (start) => {
    const [first, later, stranger] = [await start(7), await start(8), await start(6)];
    const byNumber = { ...VARIABLE, increment: 'pipeline', claim: 'true' };

    expect((await runJob(first, 'version', byNumber)).outputs.version).toBe('1.2.7');
    expect((await runJob(later, 'version', byNumber)).outputs.version).toBe('1.2.8');
    await runJob(later, 'save-version', VARIABLE);
    expect((await runJob(first, 'version', byNumber)).outputs).toMatchObject({ version: '1.2.7', previous: '1.2.8' });
    expect((await runJob(stranger, 'version', byNumber)).stdout).toContain(
      '`pipeline` would go back from 1.2.8 to 1.2.6',
    );
    expect(await visibleVersions(first.registry, claimsOf('widget'))).toEqual([
      '1.2.7',
      'pipeline-7',
      '1.2.8',
      'pipeline-8',
    ]);
  });
});

test('a failed test leaves a hidden version and the variable as it was; the next pipeline steps over it', async () => {
  await inPipelines(async (start) => {
    const [failed, next] = [await start(7), await start(8)];
    const { registry } = failed;
    await work(failed);
    expect(await runJob(failed, 'publish', { ...FILES, part: 'candidate' })).toMatchObject({
      code: 0,
      outputs: { 'package-version': '1.2.4', complete: 'false' },
    });

    expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3'], ['1.2.4']]);
    const latest = await runJob(next, 'download', { 'package-version': 'latest' });
    expect(latest).toMatchObject({ code: 0, outputs: { 'package-version': '1.2.3' } });
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.3' });

    expect((await work(next)).outputs).toMatchObject({ version: '1.2.5', previous: '1.2.3' });
    await runJob(next, 'publish', { ...FILES, part: 'candidate' });
    expect(await runJob(next, 'publish', { parts: 'candidate' })).toMatchObject({
      code: 0,
      outputs: { complete: 'true' },
    });
    await runJob(next, 'save-version', { ...VARIABLE, 'if-lower': 'keep' });
    expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3', '1.2.5'], ['1.2.4']]);
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.5' });
  });
});

test('two packages of one pipeline keep their versions apart by output-prefix', async () => {
  await inPipelines(async (start) => {
    const pipeline = await start(7);
    const cli = { 'package-name': 'cli', 'output-prefix': 'CLI_' };
    const web = { 'package-name': 'web', 'output-prefix': 'WEB_' };
    await runJob(pipeline, 'version', { ...cli, 'tag-prefix': 'cli/v', 'initial-version': '0.1.0' });
    await runJob(pipeline, 'version', { ...web, 'tag-prefix': 'web/v', 'initial-version': '5.0.0' });

    expect((await dotenvLines(pipeline.folder, 'CLI_version')).slice(0, 3)).toEqual([
      'CLI_VERSION=0.1.0',
      'CLI_VERSION_PREVIOUS=none',
      'CLI_VERSION_TAG=cli/v0.1.0',
    ]);
    expect((await runJob(pipeline, 'publish', { ...FILES, ...cli })).outputs['package-version']).toBe('0.1.0');
    expect((await runJob(pipeline, 'publish', { ...FILES, ...web })).outputs['package-version']).toBe('5.0.0');
  }, {});
});

test('a version that was worked out for another package is taken, and the log says for which', async () => {
  await inPipelines(async (start) => {
    const pipeline = await start(7);
    await runJob(pipeline, 'version', { 'package-name': 'cli', 'initial-version': '0.1.0' });
    await runJob(pipeline, 'version', { 'package-name': 'web', 'initial-version': '5.0.0' });
    const says =
      "(version passed on by this pipeline's version job, which worked it out for web; two version jobs in one pipeline need an output-prefix each)";

    const cli = await runJob(pipeline, 'publish', { ...FILES, 'package-name': 'cli' });
    expect(cli).toMatchObject({
      code: 0,
      outputs: { 'package-version': '5.0.0' },
      stdout: expect.stringContaining(says) as unknown,
    });
    const web = await runJob(pipeline, 'publish', { ...FILES, 'package-name': 'web' });
    expect(web).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("(version passed on by this pipeline's version job)") as unknown,
    });
  }, {});
});

test('a job token alone is enough when the registry is the ledger', async () => {
  await inPipelines(async (start) => {
    for (const [id, version] of [
      [7, '1.2.4'],
      [8, '1.2.5'],
    ] as const) {
      const pipeline = await start(id);
      expect(await runJob(pipeline, 'version', { claim: 'true' })).toMatchObject({
        code: 0,
        outputs: { version, source: 'packages' },
      });
      expect(await runJob(pipeline, 'publish', FILES)).toMatchObject({
        code: 0,
        outputs: { 'package-version': version },
      });
    }
  }, {});
});

test.each([
  {
    title: 'is left to the job token',
    token: 'auto',
    says: 'variable-token: is needed: a job token cannot reach CI/CD variables',
  },
  {
    title: 'is protected and the ref is not',
    token: '',
    says: 'protected variables are empty on unprotected branches and tags',
  },
  { title: 'does not exist here', token: '$WIDGET_TOKEN', says: 'the name of a variable that is not set here' },
  { title: 'is a deploy token', token: VERSION_TOKENS.deploy, says: 'a deploy token cannot reach CI/CD variables' },
])('a variable-token that $title never restarts the count', async ({ token, says }) => {
  await inPipelines(async (start) => {
    const pipeline = await start(7);
    pipeline.registry.forget();
    for (const command of ['version', 'save-version']) {
      const given = command === 'version' ? { 'initial-version': '0.1.0' } : { 'package-version': '9.0.0' };
      const run = await runJob(pipeline, command, { ...VARIABLE, ...given, 'variable-token': token });
      expect(run.code).toBe(2);
      expect(run.stdout).toContain(says);
      expect(run.stdout + run.stderr).not.toContain(VERSION_TOKENS.job);
    }
    expect(pipeline.registry.requests).toEqual([]);
  });
});
