/** This project's own pipeline for a tag: its components find the program that it publishes, on a mirror too. */
import { expect, test } from '@jest/globals';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { parse } from 'yaml';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { jobVariables } from '../support/job-variables.ts';
import { CLI, ROOT, startProgram, type Ended } from '../support/process.ts';
import { getRaw, visibleVersions } from '../support/raw.ts';
import { inFolder } from '../support/tree.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

interface Job {
  readonly script: readonly string[];
  readonly release?: { readonly tag_name: string; readonly assets: { readonly links: readonly { url: string }[] } };
}

/** As a shell runner does: all lines in one shell that stops at the first error. */
async function runScript({ script }: Job, registry: RunningRegistry, cwd: string, tag: string): Promise<Ended> {
  const started = await startProgram('sh', ['-e', '-c', script.join('\n')], {
    cwd,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      ...jobVariables({ url: registry.url, token: VERSION_TOKENS.job, folder: cwd }),
      CI_COMMIT_TAG: tag,
      CI_COMMIT_SHA: '0123456789abcdef0123456789abcdef01234567',
    },
  });
  return started.ended;
}

test('a tag publishes the program under the name and version that the components ask for, and its release links to it', async () => {
  const { publish, release } = parse(await readFile(join(ROOT, '.gitlab-ci.yml'), 'utf8')) as {
    publish: Job;
    release: Job;
  };
  const version = '1.2.3';
  await inFolder((folder) =>
    withVersionRegistry({}, async (registry) => {
      await mkdir(join(folder, 'dist', 'cli'), { recursive: true });
      await copyFile(CLI, join(folder, 'dist', 'cli', 'index.js'));

      expect(await runScript(publish, registry, folder, version)).toMatchObject({ code: 0 });
      expect(await visibleVersions(registry, 'generic-packages')).toEqual([version]);
      const program = await getRaw(registry, { name: 'generic-packages', version }, 'generic-packages.js');
      expect(program === (await readFile(CLI, 'utf8'))).toBe(true);

      // GitLab makes the release itself, from this keyword: the catalog takes no other. Its link leads to the file.
      expect(release.release?.tag_name).toBe('$CI_COMMIT_TAG');
      const known: Readonly<Record<string, string>> = {
        ...jobVariables({ url: registry.url, token: VERSION_TOKENS.job, folder }),
        CI_COMMIT_TAG: version,
      };
      const [link] = release.release?.assets.links ?? [];
      const url = (link?.url ?? '').replace(/\$(\w+)/g, (_match, name: string) => known[name] ?? '');
      const answer = await fetch(url, { headers: { 'JOB-TOKEN': VERSION_TOKENS.job } });
      expect([answer.status, (await answer.text()) === program]).toEqual([200, true]);
    }),
  );
});
