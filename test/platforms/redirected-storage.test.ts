/** GitLab that redirects downloads to another origin: files arrive, credentials do not, secrets stay unseen. */
import { expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform, Inputs } from '../support/platform.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { PROJECT, TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, makeTree } from '../support/tree.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';

const KINDS: Readonly<Record<string, Inputs & { readonly token: string }>> = {
  personal: { token: TOKENS.personal },
  job: { token: TOKENS.job },
  deploy: { token: TOKENS.deploy },
  bearer: { token: TOKENS.oauth, 'token-type': 'bearer' },
  basic: { token: TOKENS.personal, 'token-type': 'basic', username: 'robot' },
};
const CREDENTIAL_HEADERS = [
  'authorization',
  'private-token',
  'job-token',
  'deploy-token',
  'cookie',
  'proxy-authorization',
];
const CASES = firstByBundle(
  [terminal, githubAction, gitlabJob].flatMap((platform) =>
    Object.keys(KINDS).map((kind) => ({ platform, kind, title: `${platform.name}, ${kind}` })),
  ),
);

test.each(CASES)(
  'a redirected download sends no credential on and shows no secret: $title',
  async ({ platform, kind }) => {
    await inFolder((folder) =>
      withRegistry({ settings: { object_storage: 'redirect' } }, async (registry) => {
        const [tree, copy] = [join(folder, 'tree'), join(folder, 'copy')];
        await mkdir(tree);
        await makeTree(tree, 1024 * 1024);
        const credential = KINDS[kind] ?? { token: '' };
        const inputs = {
          'api-url': registry.apiUrl,
          project: PROJECT.path,
          'package-name': 'widget',
          'package-version': '1.0.0',
          ...credential,
        };
        const place = {
          cwd: folder,
          env: { RUNNER_DEBUG: '1', ...(platform.kind === 'gitlab' ? jobAround(registry) : {}) },
        };
        const runs = [
          await platform.run('publish', { ...inputs, files: '**', directory: 'tree', ...verbose(platform) }, place),
          await platform.run('download', { ...inputs, directory: 'copy', ...verbose(platform) }, place),
          await platform.run(
            'download',
            { ...inputs, project: 'acme/no/such', 'package-name': 'x', ...verbose(platform) },
            place,
          ),
        ];
        expect(runs.map(({ code }) => code)).toEqual([0, 0, 1]);
        expect(await fingerprint(copy)).toEqual(await fingerprint(tree));

        expect(registry.storageRequests.length).toBeGreaterThan(30);
        for (const { credentials, headers } of registry.storageRequests) {
          expect(credentials).toEqual([]);
          expect(Object.keys(headers).filter((name) => CREDENTIAL_HEADERS.includes(name))).toEqual([]);
        }

        const shown = runs.flatMap(({ stdout, stderr, outputs, summary }) => [
          stdout,
          stderr,
          JSON.stringify(outputs),
          summary,
        ]);
        const text = shown
          .join('\n')
          .split('\n')
          .filter((line) => !line.startsWith('::add-mask::'))
          .join('\n');
        expect(text).toContain('GET http://');
        const secrets = formsOf(credential);
        const queries = registry.storageRequests.map(({ query }) => query);
        expect([...secrets, ...queries].filter((secret) => text.includes(secret))).toEqual([]);
      }),
    );
  },
);

function jobAround(registry: RunningRegistry): Record<string, string> {
  return {
    CI_DEBUG_TRACE: 'true',
    CI_SERVER_URL: registry.url,
    CI_API_V4_URL: registry.apiUrl,
    CI_JOB_TOKEN: TOKENS.job,
  };
}

function verbose(platform: Platform): Inputs {
  return platform.kind === 'terminal' ? { verbose: 'true' } : {};
}

function formsOf({ token, username = 'gitlab-ci-token' }: Inputs & { readonly token: string }): string[] {
  const base64 = (text: string): string => Buffer.from(text).toString('base64').replace(/=+$/, '');
  return [token, encodeURIComponent(token), base64(token), base64(`${username}:${token}`)];
}
