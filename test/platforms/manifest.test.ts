/** The manifest as it is stored: its form, where a version says it was built, and which mode travels. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform } from '../support/platform.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { getRaw } from '../support/raw.ts';
import { openRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { rightInputs } from './wrong-runs.ts';

const COMMIT = 'c0ffee'.padEnd(40, '0');

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());

const ON_GITHUB = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/widget',
  GITHUB_SHA: COMMIT,
  GITHUB_REF: 'refs/tags/v1.2.3',
  GITHUB_REF_TYPE: 'tag',
  GITHUB_REF_NAME: 'v1.2.3',
};
const ON_GITLAB = {
  CI_PROJECT_URL: 'https://gitlab.example/acme/widget',
  CI_COMMIT_SHA: COMMIT,
  CI_COMMIT_TAG: 'v1.2.3',
  CI_COMMIT_REF_NAME: 'v1.2.3',
};

test.each(
  firstByBundle<{ platform: Platform; env: Record<string, string>; version: string; source: object }>([
    { platform: terminal, env: {}, version: '1.0.0', source: { project: '', commit: '', ref: '' } },
    {
      platform: terminal,
      env: { GITHUB_ACTIONS: 'true', ...ON_GITHUB },
      version: '1.0.1',
      source: { project: '', commit: '', ref: '' },
    },
    {
      platform: githubAction,
      env: ON_GITHUB,
      version: '2.0.0',
      source: { project: 'https://github.com/acme/widget', commit: COMMIT, ref: 'refs/tags/v1.2.3' },
    },
    {
      platform: gitlabJob,
      env: ON_GITLAB,
      version: '3.0.0',
      source: { project: 'https://gitlab.example/acme/widget', commit: COMMIT, ref: 'refs/tags/v1.2.3' },
    },
  ]),
)(
  '$version by $platform.name says what it was built from, in the settled form',
  async ({ platform, env, version, source }) => {
    await inFolder(async (folder) => {
      const out = join(folder, 'out');
      await writeFiles(out, { 'b.txt': 'b', 'a/run': 'run', 'a/secret': 's' });
      await chmod(join(out, 'a/run'), 0o755);
      await chmod(join(out, 'a/secret'), 0o600);
      const run = await platform.run(
        'publish',
        { ...rightInputs(registry, 'publish'), 'package-version': version },
        { cwd: folder, env },
      );
      expect(run).toMatchObject({ code: 0 });

      const text = (await getRaw(registry, { name: 'widget', version }, 'generic-package.json')) ?? '';
      const manifest = JSON.parse(text) as { files: { path: string; mode: string }[] };
      expect(text).toBe(`${JSON.stringify(manifest, null, 2)}\n`);
      expect(Object.keys(manifest)).toEqual(['manifestVersion', 'package', 'source', 'files']);
      expect(manifest).toMatchObject({ manifestVersion: 1, package: { name: 'widget', version }, source });
      expect(manifest.files.map(({ path, mode }) => [path, mode])).toEqual([
        ['a/run', '0755'],
        ['a/secret', '0644'],
        ['b.txt', '0644'],
      ]);
      expect(Object.keys(manifest.files[0] ?? {})).toEqual(['path', 'size', 'sha256', 'mode']);
    });
  },
);
