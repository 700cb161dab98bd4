/** A tree out and back by one platform with one kind of credential: identical, and moved once only. */
import { expect } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, Platforms, Inputs } from './platform.ts';
import * as bundles from './platforms.ts';
import { jobVariables } from './job-variables.ts';
import { fileGets, fileOf, PROJECT, puts, TOKENS, withRegistry } from './registry.ts';
import { fingerprint, inFolder, makeTree } from './tree.ts';

const FILES = '36';
const MANIFEST = 'generic-package.json';

interface Credential {
  readonly name: string;
  readonly inputs: Inputs;
  /** The one form in which the registry may meet it. */
  readonly form: string;
  /** Environment of the run, where the credential comes from there. */
  readonly env?: (registry: RunningRegistry, folder: string) => Record<string, string>;
}

const PERSONAL: Credential = { name: 'a personal token', inputs: { token: TOKENS.personal }, form: 'PRIVATE-TOKEN' };
const JOB: Credential = { name: 'a job token given', inputs: { token: TOKENS.job }, form: 'JOB-TOKEN' };
const DEPLOY: Credential = { name: 'a deploy token', inputs: { token: TOKENS.deploy }, form: 'DEPLOY-TOKEN' };
const BEARER: Credential = {
  name: 'a bearer token',
  inputs: { token: TOKENS.oauth, 'token-type': 'bearer' },
  form: 'Bearer',
};
const BASIC: Credential = {
  name: 'basic authentication',
  inputs: { token: TOKENS.personal, 'token-type': 'basic', username: 'robot' },
  form: 'Basic',
};
const JOB_AROUND: Credential = {
  name: 'the job token of the GitLab job around it',
  inputs: {},
  form: 'JOB-TOKEN',
  env: ({ url }, folder) => jobVariables({ url, token: TOKENS.job, folder }),
};

/** A GitLab job always has its own token too: one that is given goes before it. */
const IN_JOB = [JOB_AROUND, ...[PERSONAL, DEPLOY, BEARER, BASIC].map((given) => ({ ...JOB_AROUND, ...given }))];

interface RoundTrip {
  readonly title: string;
  readonly platform: Platform;
  readonly credential: Credential;
}

/** Every platform, with each kind of credential that GitLab allows there. */
export function roundTrips({ terminal, githubAction, rootAction, gitlabJob }: Platforms): readonly RoundTrip[] {
  const pairs = [
    ...[PERSONAL, JOB_AROUND, DEPLOY, BEARER, BASIC].map((credential) => [terminal, credential] as const),
    ...[PERSONAL, JOB, DEPLOY, BEARER, BASIC].map((credential) => [githubAction, credential] as const),
    ...[PERSONAL, DEPLOY].map((credential) => [rootAction, credential] as const),
    ...IN_JOB.map((credential) => [gitlabJob, credential] as const),
  ];
  return pairs.map(([platform, credential]) => ({
    platform,
    credential,
    title: `${platform.name} with ${credential.name}`,
  }));
}

/** The same, each by its bundle. */
export const ROUND_TRIPS = roundTrips(bundles);

/** The tree's biggest file has so many bytes. */
export async function expectRoundTrip({ platform, credential }: RoundTrip, bigBytes: number): Promise<void> {
  await inFolder((folder) =>
    withRegistry({}, async (registry) => {
      const [tree, copy] = [join(folder, 'tree'), join(folder, 'copy')];
      await mkdir(tree);
      await makeTree(tree, bigBytes);
      const inJob = credential.env !== undefined;
      const inputs = {
        ...(inJob ? {} : { 'api-url': registry.apiUrl, project: PROJECT.path }),
        ...credential.inputs,
        'package-version': '1.0.0',
      };
      const place = { cwd: folder, env: credential.env?.(registry, folder) ?? {} };
      const publish = () => platform.run('publish', { ...inputs, files: '**', directory: 'tree' }, place);
      const download = (digest: string) =>
        platform.run('download', { ...inputs, directory: 'copy', 'expected-digest': digest }, place);

      const first = await publish();
      expect(first).toMatchObject({
        code: 0,
        outputs: { 'file-count': FILES, uploaded: FILES, unchanged: '0', complete: 'true' },
      });
      const digest = first.outputs.digest ?? '';
      expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

      registry.forget();
      const second = await publish();
      expect(second).toMatchObject({ code: 0, outputs: { digest, uploaded: '0', unchanged: FILES, complete: 'true' } });
      // A token that cannot list cannot know whether the version is visible: it sends the manifest for its status.
      const resent = ['DEPLOY-TOKEN', 'Basic'].includes(credential.form) ? ['generic-package.json'] : [];
      expect(puts(registry).map(fileOf)).toEqual(resent);
      for (const { credentials } of registry.requests) expect(credentials).toEqual([credential.form]);

      const there = await download(digest);
      expect(there).toMatchObject({
        code: 0,
        outputs: { digest, 'file-count': FILES, downloaded: FILES, unchanged: '0' },
      });
      expect(await fingerprint(copy)).toEqual(await fingerprint(tree));

      registry.forget();
      const again = await download(digest);
      expect(again).toMatchObject({ code: 0, outputs: { digest, downloaded: '0', unchanged: FILES } });
      expect(fileGets(registry).map(fileOf)).toEqual([MANIFEST]);
    }),
  );
}
