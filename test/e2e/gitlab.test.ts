/** GitLab's platform: a consumer's tag pipelines with our components, run by gitlab-ci-local from a git server. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fingerprint } from '../support/tree.ts';
import { succeeded } from './support/machine.ts';
import { BIG, makePayload, PAYLOAD_FILES } from './support/payload.ts';
import { secretForms, uploadsTo } from './support/registry.ts';
import { component, openScene, type Pipeline, type Scene } from './support/scene.ts';

const PUBLISH = 'generic-packages-publish';
const DOWNLOAD = 'generic-packages-download';

let scene: Scene;
let tree: Record<string, string>;

beforeAll(async () => {
  scene = await openScene();
  tree = await makePayload(join(scene.root, 'payload'), BIG);
});
afterAll(() => scene.close());

/** The user's own jobs stand around ours: one builds, one reads what they told. */
function releasePipeline(): object {
  return {
    stages: ['build', 'deploy', 'use'],
    include: [
      component('publish', { directory: 'payload', files: '**' }),
      component('download', { stage: 'use', 'package-version': '1.2.3', 'expected-digest': 'from-pipeline' }, '1.0.0'),
      component(
        'download',
        { 'job-name': 'fetch-latest', stage: 'use', files: 'bin/**', directory: 'tools' },
        '~latest',
      ),
      component('download', { 'job-name': 'fetch-again', stage: 'use', 'package-version': '1.2.3' }),
    ],
    build: { stage: 'build', script: ['cp -a "$SOURCE" payload'], artifacts: { paths: ['payload/'] } },
    [DOWNLOAD]: { needs: [PUBLISH] },
    // What `generic-packages-download` fetched is unchanged when this one starts.
    'fetch-again': { needs: [DOWNLOAD] },
    'fetch-latest': { needs: [PUBLISH] },
    use: {
      stage: 'use',
      needs: [PUBLISH, 'fetch-latest'],
      script: ['echo "told: $PUBLISH_DIGEST $PUBLISH_PACKAGE_VERSION"', 'echo "ran: $(tools/bin/run.sh)"'],
    },
  };
}

describe('a tag pipeline that publishes, downloads and uses what was downloaded', () => {
  let first: Pipeline;
  let again: Pipeline;
  let uploadsOfFirst: number;

  beforeAll(async () => {
    const variables = { SOURCE: join(scene.root, 'payload') };
    first = succeeded(await scene.pipeline(releasePipeline(), variables));
    uploadsOfFirst = uploadsTo(scene.registry);
    // Before the next pipeline clears them away.
    await expectIdentical(first);
    firstResults = await resultsOf(first);
    scene.registry.forget();
    again = succeeded(await scene.pipeline(releasePipeline(), variables));
  });
  let firstResults: Results;

  it('succeeds, with everything sent once and fetched once', () => {
    expect(uploadsOfFirst).toBe(PAYLOAD_FILES + 1);
    expect(firstResults.publish).toMatchObject({
      'package-version': '1.2.3',
      uploaded: PAYLOAD_FILES,
      unchanged: 0,
      complete: true,
    });
    expect(firstResults.download).toMatchObject({
      downloaded: PAYLOAD_FILES,
      unchanged: 0,
      directory: 'generic-packages',
    });
    expect(firstResults.fetchAgain).toMatchObject({ downloaded: 0, unchanged: PAYLOAD_FILES });
    expect(firstResults.latest).toMatchObject({ 'package-version': '1.2.3', downloaded: 1, 'file-count': 1 });
  });

  it('puts out one digest in every job and tells it to the user’s script', () => {
    const { digest } = firstResults.publish;
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    for (const result of Object.values(firstResults)) expect(result).toMatchObject({ digest });
    expect(first.log).toContain(`told: ${String(digest)} 1.2.3`);
    expect(first.log).toContain('ran: run');
  });

  it('sends nothing a second time', async () => {
    expect(uploadsTo(scene.registry)).toBe(0);
    expect(await again.result(PUBLISH, 'publish')).toMatchObject({
      uploaded: 0,
      unchanged: PAYLOAD_FILES,
      digest: firstResults.publish.digest,
    });
  });

  it('lives on the job token alone, which no job prints', () => {
    const api = scene.registry.requests;
    expect(api.length).toBeGreaterThan(PAYLOAD_FILES);
    for (const { credentials } of api) expect(credentials).toEqual(['JOB-TOKEN']);
    for (const secret of secretForms()) {
      expect(first.log).not.toContain(secret);
      expect(again.log).not.toContain(secret);
    }
  });
});

describe('a pipeline whose pipeline values names other bytes', () => {
  it('fails the download before a file is asked for', async () => {
    scene.registry.forget();
    const wrong = `sha256:${'0'.repeat(64)}`;
    const run = await scene.pipeline({
      include: [component('download', { 'package-version': '1.2.3', 'expected-digest': wrong })],
    });

    expect(run).toMatchObject({ code: 1 });
    expect(run.log).toContain(wrong);
    const asked = scene.registry.requests.map(({ path }) => path.split('/').at(-1));
    expect(asked).toContain('generic-package.json');
    expect(asked).not.toContain('model.bin');
  });
});

describe('one’s own job that extends .generic-packages', () => {
  it('has the command line on PATH, which fetches once and then nothing', async () => {
    const kept = join(scene.root, 'kept');
    const run = succeeded(
      await scene.pipeline(
        {
          include: [component('setup')],
          mine: {
            extends: '.generic-packages',
            script: [
              'generic-packages --version',
              'generic-packages download --package-version 1.2.3 --directory "$KEPT" --json > first.json',
              'generic-packages download --package-version 1.2.3 --directory "$KEPT" --json > again.json',
              'node -e \'for (const n of ["first", "again"]) { const { downloaded, unchanged } = require(`./${n}.json`); console.log(n, downloaded, unchanged) }\'',
            ],
          },
        },
        { KEPT: kept },
      ),
    );

    expect(run.log).toMatch(/mine +> 1\.0\.0\n/);
    expect(run.log).toContain(`first ${PAYLOAD_FILES} 0\n`);
    expect(run.log).toContain(`again 0 ${PAYLOAD_FILES}\n`);
    expect(await fingerprint(kept)).toEqual(tree);
    for (const secret of secretForms()) expect(run.log).not.toContain(secret);
  });
});

type Results = Readonly<Record<'publish' | 'download' | 'fetchAgain' | 'latest', Readonly<Record<string, unknown>>>>;

async function resultsOf(pipeline: Pipeline): Promise<Results> {
  return {
    publish: await pipeline.result(PUBLISH, 'publish'),
    download: await pipeline.result(DOWNLOAD, 'download'),
    fetchAgain: await pipeline.result('fetch-again', 'download'),
    latest: await pipeline.result('fetch-latest', 'download'),
  };
}

async function expectIdentical(pipeline: Pipeline): Promise<void> {
  expect(await fingerprint(join(pipeline.artifacts(DOWNLOAD), 'generic-packages'))).toEqual(tree);
}
