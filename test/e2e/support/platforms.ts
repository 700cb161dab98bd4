/** The three platforms behind one interface: publish a folder; fetch a version and publish what came. */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../../support/process.ts';
import { outputsOf, runWorkflow, type Workflow } from './act.ts';
import { succeeded } from './machine.ts';
import { PROJECT, TOKENS } from './registry.ts';
import { ACTION, byReference, CONNECTION } from './round-trip.ts';
import { component, type Scene } from './scene.ts';

export interface Platform {
  /** Publishes all files of a folder; returns the digest. */
  publish(version: string, folder: string): Promise<string>;
  /** Fetches a version that must have this digest into a new folder, and publishes that folder. */
  passOn(version: string, digest: string): Promise<PassedOn>;
}

interface PassedOn {
  readonly folder: string;
  /** Digests that the download and the publish printed. */
  readonly downloaded: unknown;
  readonly published: unknown;
}

export function terminalPlatform({ root, registry }: Scene): Platform {
  async function command(...args: readonly string[]): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await runCli([...args, '--json'], {
      cwd: root,
      env: {
        GENERIC_PACKAGES_TOKEN: TOKENS.personal,
        GENERIC_PACKAGES_API_URL: registry.apiUrl,
        GENERIC_PACKAGES_PROJECT: PROJECT.path,
      },
    });
    succeeded({ code, log: stdout + stderr });
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  async function publish(version: string, folder: string): Promise<string> {
    return String(
      (await command('publish', '--package-version', version, '--directory', folder, '--files', '**')).digest,
    );
  }
  return {
    publish,
    passOn: async (version, digest) => {
      const folder = join(root, `terminal-${version}`);
      const fetched = await command(
        'download',
        '--package-version',
        version,
        '--directory',
        folder,
        '--expected-digest',
        digest,
      );
      return { folder, downloaded: fetched.digest, published: await publish(version, folder) };
    },
  };
}

/** `workspace` is the work tree of whoever runs the workflow. */
export function githubPlatform({ root, registry, release }: Scene, workspace: string): Platform {
  async function job(steps: readonly object[]) {
    const workflow: Workflow = { on: 'push', jobs: { job: { 'runs-on': 'ubuntu-latest', steps } } };
    const run = succeeded(
      await runWorkflow(workflow, {
        workspace,
        secrets: { GITLAB_TOKEN: TOKENS.personal },
        vars: { API: registry.apiUrl },
        repositories: { [ACTION]: release.folder },
      }),
    );
    return { published: outputsOf(run, 'job', 'publish').digest, downloaded: outputsOf(run, 'job', 'download').digest };
  }
  function publishStep(version: string, folder: string): object {
    const inputs = { ...CONNECTION, 'package-version': version, directory: folder, files: '**' };
    return { id: 'publish', ...byReference('publish', inputs) };
  }
  return {
    publish: async (version, folder) => String((await job([publishStep(version, folder)])).published),
    passOn: async (version, digest) => {
      const folder = join(root, `github-${version}`);
      const inputs = { ...CONNECTION, 'package-version': version, directory: folder, 'expected-digest': digest };
      const fetch = { id: 'download', ...byReference('download', inputs) };
      return { folder, ...(await job([fetch, publishStep(version, folder)])) };
    },
  };
}

export function gitlabPlatform({ root, pipeline }: Scene): Platform {
  return {
    publish: async (version, folder) => {
      const run = succeeded(
        await pipeline(
          {
            stages: ['build', 'deploy'],
            include: [component('publish', { 'package-version': version, directory: 'payload', files: '**' })],
            build: { stage: 'build', script: ['cp -a "$SOURCE" payload'], artifacts: { paths: ['payload/'] } },
          },
          { SOURCE: folder },
        ),
      );
      return String((await run.result('generic-packages-publish', 'publish')).digest);
    },
    passOn: async (version, digest) => {
      const run = succeeded(
        await pipeline({
          stages: ['build', 'deploy'],
          include: [
            component('download', { 'package-version': version, 'expected-digest': digest, directory: 'fetched' }),
            component('publish', { 'package-version': version, directory: 'fetched', files: '**' }),
          ],
        }),
      );
      const folder = join(root, `gitlab-${version}`);
      const { digest: downloaded } = await run.result('generic-packages-download', 'download');
      const { digest: published } = await run.result('generic-packages-publish', 'publish');
      // The next pipeline clears its artifacts away.
      await rename(join(run.artifacts('generic-packages-download'), 'fetched'), folder);
      return { folder, downloaded, published };
    },
  };
}
