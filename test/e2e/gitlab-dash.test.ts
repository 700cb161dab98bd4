/** The scripts of released components in `dash`, the strictest shell that an image may call sh. */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { jobVariables } from '../support/job-variables.ts';
import { fingerprint } from '../support/tree.ts';
import { run } from './support/machine.ts';
import { makePayload, SMALL } from './support/payload.ts';
import { secretForms, TOKENS } from './support/registry.ts';
import { openScene, type Scene } from './support/scene.ts';

interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly before_script?: readonly string[];
  readonly script?: readonly string[];
}

let scene: Scene;
let tree: Record<string, string>;

beforeAll(async () => {
  scene = await openScene();
  tree = await makePayload(join(scene.root, 'job', 'payload'), SMALL);
});
afterAll(() => scene.close());

describe('in dash', () => {
  it('the components’ lines publish a tree and bring it back', async () => {
    const published = await inDash(await jobOf('publish', { directory: 'payload', files: '**' }));
    const fetched = await inDash(
      await jobOf('download', { 'package-version': '1.2.3', 'expected-digest': 'from-pipeline' }),
    );

    expect(published).toMatchObject({ code: 0, stderr: '' });
    expect(fetched).toMatchObject({ code: 0, stderr: '' });
    expect(await fingerprint(join(scene.root, 'job', 'generic-packages'))).toEqual(tree);
    for (const secret of secretForms()) expect(published.stdout + fetched.stdout).not.toContain(secret);
  });

  it('setup puts the command line on PATH of the job’s own lines', async () => {
    const job = await jobOf('setup', {});
    const ended = await inDash({
      ...job,
      script: [
        'generic-packages --version',
        'generic-packages download --package-version 1.2.3 --files empty --directory mine --json',
      ],
    });

    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/^1\.0\.0\n\{/);
    expect(JSON.parse(ended.stdout.slice('1.0.0\n'.length))).toMatchObject({ downloaded: 1 });
  });

  it('a failing program stops the script', async () => {
    const job = await jobOf('setup', { 'program-sha256': '0'.repeat(64) });
    const ended = await inDash({ ...job, script: ['echo went-on'] });

    expect(ended.code).not.toBe(0);
    expect(ended.stdout).not.toContain('went-on');
    expect(ended.stderr).toContain('Nothing of it was run.');
  });
});

/** The one job of a component of the release, its inputs filled in as GitLab does. */
async function jobOf(name: string, inputs: Readonly<Record<string, string>>): Promise<Job> {
  const text = await readFile(join(scene.release.folder, 'templates', `${name}.yml`), 'utf8');
  const { problems, jobs } = evaluateComponent(text, inputs);
  expect(problems).toEqual([]);
  return Object.values(jobs)[0] as Job;
}

/** As a runner does: all lines in one shell that stops at the first failure. */
async function inDash({ variables, before_script = [], script = [] }: Job) {
  const cwd = join(scene.root, 'job');
  await mkdir(cwd, { recursive: true });
  return run('dash', ['-e', '-c', [...before_script, ...script].join('\n')], {
    cwd,
    env: {
      TMPDIR: join(scene.root, 'tmp'),
      ...jobVariables({ url: scene.forge.url, token: TOKENS.job, folder: cwd }),
      CI_COMMIT_TAG: 'v1.2.3',
      ...variables,
    },
  });
}
