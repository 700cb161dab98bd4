/** A tree out and back, identical and moved once only: by every door and with every kind of credential. */
import { describe, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { githubAction, gitlabJob, rootAction, terminal, type Door, type Inputs } from '../support/doors.ts';
import { jobVariables } from '../support/job-variables.ts';
import { fileGets, fileOf, PROJECT, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, makeTree } from '../support/tree.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';

const MEGABYTE = 1024 * 1024;
const FILES = '36';
const MANIFEST = 'generic-package.json';

interface Credential {
  readonly name: string;
  readonly inputs: Inputs;
  /** Environment of the run, where the credential comes from there. */
  readonly env?: (registry: RunningRegistry, folder: string) => Record<string, string>;
}

const PERSONAL: Credential = { name: 'a personal token', inputs: { token: TOKENS.personal } };
const JOB: Credential = { name: 'a job token given', inputs: { token: TOKENS.job } };
const DEPLOY: Credential = { name: 'a deploy token', inputs: { token: TOKENS.deploy } };
const BEARER: Credential = { name: 'a bearer token', inputs: { token: TOKENS.oauth, 'token-type': 'bearer' } };
const BASIC: Credential = {
  name: 'basic authentication',
  inputs: { token: TOKENS.personal, 'token-type': 'basic', username: 'robot' },
};
const JOB_AROUND: Credential = {
  name: 'the job token of the GitLab job around it',
  inputs: {},
  env: ({ url }, folder) => jobVariables({ url, token: TOKENS.job, folder }),
};

const CASES: readonly (readonly [Door, Credential])[] = [
  ...[PERSONAL, JOB_AROUND, DEPLOY, BEARER, BASIC].map((credential) => [terminal, credential] as const),
  ...[PERSONAL, JOB, DEPLOY, BEARER, BASIC].map((credential) => [githubAction, credential] as const),
  ...[PERSONAL, DEPLOY].map((credential) => [rootAction, credential] as const),
  ...[JOB_AROUND].map((credential) => [gitlabJob, credential] as const),
];

describe('a tree that is published and fetched back', () => {
  test.concurrent.each(CASES.map(([door, credential]) => ({ door, credential, title: `${door.name} with ${credential.name}` })))(
    'is identical, and moves once only: $title',
    async ({ door, credential }) => {
      await inFolder((folder) =>
        withRegistry({}, async (registry) => {
          const [tree, copy] = [join(folder, 'tree'), join(folder, 'copy')];
          await mkdir(tree);
          await makeTree(tree, 3 * MEGABYTE);
          const inJob = credential.env !== undefined;
          const inputs = {
            ...(inJob ? {} : { 'api-url': registry.apiUrl, project: PROJECT.path }),
            ...credential.inputs,
            'package-version': '1.0.0',
          };
          const place = { cwd: folder, env: credential.env?.(registry, folder) ?? {} };
          const publish = () => door.run('publish', { ...inputs, files: '**', directory: 'tree' }, place);
          const download = (digest: string) =>
            door.run('download', { ...inputs, directory: 'copy', 'expected-digest': digest }, place);

          const first = await publish();
          expect(first).toMatchObject({ code: 0, outputs: { 'file-count': FILES, uploaded: FILES, skipped: '0', finished: 'true' } });
          const digest = first.outputs.digest ?? '';
          expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

          registry.forget();
          const second = await publish();
          expect(second).toMatchObject({ code: 0, outputs: { digest, uploaded: '0', skipped: FILES, finished: 'true' } });
          expect(puts(registry)).toEqual([]);

          const there = await download(digest);
          expect(there).toMatchObject({ code: 0, outputs: { digest, 'file-count': FILES, downloaded: FILES, unchanged: '0' } });
          expect(await fingerprint(copy)).toEqual(await fingerprint(tree));

          registry.forget();
          const again = await download(digest);
          expect(again).toMatchObject({ code: 0, outputs: { digest, downloaded: '0', unchanged: FILES } });
          expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
        }),
      );
    },
  );
});

test('the same files have the same digest by every door', async () => {
  const digests = await Promise.all(
    [terminal, githubAction, rootAction].map((door) =>
      inFolder((folder) =>
        withRegistry({}, async (registry) => {
          await mkdir(join(folder, 'tree'));
          await makeTree(join(folder, 'tree'), 1000);
          const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
          const inputs = { ...connection, 'package-version': '1.0.0', files: '**', directory: 'tree' };
          return (await door.run('publish', inputs, { cwd: folder })).outputs.digest;
        }),
      ),
    ),
  );
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^sha256:/);
});
