/** What can be seen without asking the network: one clear error, exit code 2 (1 on GitHub), no request, nothing placed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, Inputs } from '../support/platform.ts';
import { bundleOf, firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { errorOf, expectNothingHappened, inWorkFolder, leavingOut, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());

const GITHUB_TOKEN = 'ghp_0123456789abcdefghijklmnopqrstuvwxyz';

interface Case {
  readonly title: string;
  readonly command: 'publish' | 'download';
  readonly inputs?: Inputs;
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing wrong, or something else, in a job of the project itself. */
  readonly fineInJob?: true;
  /** Pieces of the message. */
  readonly says: readonly string[];
}

/** True in all platforms. */
const EVERYWHERE: readonly Case[] = [
  {
    title: 'no version',
    command: 'publish',
    without: ['package-version'],
    says: ['package-version', 'was not given', '`version`'],
  },
  { title: 'no files', command: 'publish', without: ['files', 'directory'], says: ['files', 'is required'] },
  {
    title: 'no project',
    fineInJob: true,
    command: 'publish',
    without: ['project'],
    inputs: { 'package-name': 'widget' },
    says: ['project', 'is required'],
  },
  {
    title: 'a project with slashes around it',
    command: 'publish',
    inputs: { project: '/acme/tools/widget/' },
    says: ['project', 'not a number and not a full path', '/acme/tools/widget/'],
  },
  {
    title: 'a project that is encoded',
    command: 'publish',
    inputs: { project: 'acme%2Ftools%2Fwidget' },
    says: ['project', 'full path without', 'acme%2Ftools%2Fwidget'],
  },
  {
    title: 'the address of a project',
    command: 'publish',
    inputs: { project: 'https://gitlab.example/acme/widget' },
    says: ['project', "without the server's address"],
  },
  {
    title: 'a number as project and no name',
    fineInJob: true,
    command: 'download',
    inputs: { project: '42' },
    says: ['package-name', 'is required'],
  },
  { title: 'no token', command: 'publish', inputs: { token: 'none' }, says: ['token', 'is required', 'deploy token'] },
  {
    title: 'a token of GitHub',
    command: 'publish',
    inputs: { token: GITHUB_TOKEN },
    says: ['GitHub personal access token', 'not sent'],
  },
  { title: 'a token with a blank', command: 'download', inputs: { token: 'glpat-a b' }, says: ['token', 'blank'] },
  {
    title: 'http to another machine',
    command: 'download',
    inputs: { 'api-url': 'http://gitlab.example/api/v4' },
    says: ['api-url', 'plain http', 'allow-http'],
  },
  {
    title: 'no address',
    command: 'download',
    inputs: { 'api-url': 'gitlab.example' },
    says: ['api-url', 'not an http or https URL'],
  },
  {
    title: 'authorities that are not there',
    command: 'download',
    inputs: { 'ca-file': 'no/such.pem' },
    says: ['ca-file: ', 'no/such.pem cannot be read (ENOENT)', 'path of a PEM file'],
  },
  {
    title: 'authorities that the environment names and that are not there',
    command: 'download',
    env: { SSL_CERT_FILE: 'no/such.pem' },
    says: ['SSL_CERT_FILE: ', 'no/such.pem cannot be read (ENOENT)', 'unset that variable'],
  },
  {
    title: 'an address with a password',
    command: 'download',
    inputs: { 'api-url': 'https://me:hunter22@gitlab.example' },
    says: ['api-url', 'user name or a password'],
  },
  {
    title: 'trailing text after a number',
    command: 'publish',
    inputs: { concurrency: '10x' },
    says: ['concurrency', 'whole number from 1 to 64', '10x'],
  },
  { title: 'a number out of range', command: 'publish', inputs: { retries: '21' }, says: ['retries', 'from 0 to 20'] },
  {
    title: 'yes as a boolean',
    command: 'publish',
    inputs: { 'dry-run': 'yes' },
    says: ['dry-run', '`true` or `false`', 'yes'],
  },
  {
    title: 'an unknown choice',
    command: 'publish',
    inputs: { 'if-exists': 'overwrite' },
    says: ['if-exists', '`verify`, `skip`, `fail`', 'overwrite'],
  },
  {
    title: 'a version that GitLab refuses',
    command: 'publish',
    inputs: { 'package-version': '1..0' },
    says: ['package-version', '1..0'],
  },
  {
    title: 'a name that GitLab refuses',
    command: 'publish',
    inputs: { 'package-name': 'a b' },
    says: ['package-name', 'a b'],
  },
  {
    title: 'no version and no range',
    command: 'download',
    inputs: { 'package-version': '>= x y' },
    says: ['package-version', 'latest'],
  },
  {
    title: 'a digest that is none',
    command: 'download',
    inputs: { 'expected-digest': 'sha256:123' },
    says: ['expected-digest', '64 hexadecimal digits'],
  },
  {
    title: 'a manifest in a folder',
    command: 'publish',
    inputs: { manifest: 'a/b.json' },
    says: ['manifest', 'plain file name'],
  },
  {
    title: 'a manifest that is required and none',
    command: 'download',
    inputs: { manifest: 'none', 'require-manifest': 'true' },
    says: ['require-manifest', 'manifest: none'],
  },
  {
    title: 'a part and parts at once',
    command: 'publish',
    inputs: { part: 'linux', parts: 'linux' },
    says: ['part', 'together with `parts`'],
  },
  { title: 'a part that is no identifier', command: 'publish', inputs: { part: 'a/b' }, says: ['part', 'a/b'] },
  {
    title: 'parts and no manifest',
    command: 'publish',
    inputs: { parts: 'linux', manifest: 'none' },
    says: ['manifest', 'cannot be `none`'],
  },
  {
    title: 'checksums of a part',
    command: 'publish',
    inputs: { part: 'linux', checksums: 'SHA256SUMS' },
    says: ['checksums', 'completes the parts'],
  },
  {
    title: 'checksums in a folder',
    command: 'publish',
    inputs: { checksums: 'a/SUMS' },
    says: ['checksums', 'plain file name'],
  },
  {
    title: 'parts in one line',
    command: 'publish',
    inputs: { parts: 'linux,mac' },
    says: ['parts', 'linux,mac', 'Give one part a line; at the terminal repeat --parts'],
  },
  {
    title: 'a part with an empty pin',
    command: 'publish',
    inputs: { parts: 'linux\nmac@' },
    says: ['parts', '`mac@` has nothing after the `@`'],
  },
  {
    title: 'a part with a digest that is none',
    command: 'publish',
    inputs: { parts: 'mac@sha256:123' },
    says: ['parts', 'mac@sha256:123', '64 hexadecimal digits'],
  },
  {
    title: 'a part of a GitLab pipeline outside of one',
    fineInJob: true,
    command: 'publish',
    inputs: { parts: 'mac@from-pipeline' },
    says: ['parts', 'mac@from-pipeline', 'works on GitLab only'],
  },
  {
    title: 'no time at all',
    command: 'download',
    inputs: { 'max-time': '0s' },
    says: ['max-time', 'must be longer than `0s`'],
  },
  { title: 'a pattern that climbs', command: 'publish', inputs: { files: '../secret' }, says: ['files', '..'] },
  {
    title: 'an absolute pattern elsewhere',
    command: 'publish',
    inputs: { files: '/etc/*' },
    says: ['files', '/etc/*', 'absolute'],
  },
  {
    title: "the GitLab job's token for another server",
    command: 'download',
    inputs: { token: TOKENS.job, 'package-name': 'widget' },
    env: {
      GITLAB_CI: 'true',
      CI_JOB_TOKEN: TOKENS.job,
      CI_SERVER_URL: 'https://gitlab.example',
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
    },
    says: ['job token', 'https://gitlab.example', 'is not sent to http://127.0.0.1'],
  },
  {
    title: 'no other token for another server than the one of this job',
    command: 'publish',
    without: ['token'],
    env: {
      GITLAB_CI: 'true',
      CI_JOB_TOKEN: TOKENS.job,
      CI_SERVER_URL: 'https://gitlab.example',
      CI_API_V4_URL: 'https://gitlab.example/api/v4',
    },
    says: ['token', 'is required', 'not this GitLab'],
  },
];

/** A job of the project that is published to, where a package's name is told by the project too. */
const OWN_JOB = { CI_PROJECT_ID: String(PROJECT.id), CI_PROJECT_PATH: PROJECT.path, CI_PROJECT_NAME: 'widget' };

const PLATFORMS: readonly {
  platform: Platform;
  code: number;
  cases: readonly Case[];
  around?: Readonly<Record<string, string>>;
}[] = [
  { platform: terminal, code: 2, cases: EVERYWHERE },
  { platform: githubAction, code: 1, cases: EVERYWHERE },
  { platform: gitlabJob, code: 2, cases: EVERYWHERE.filter(({ fineInJob }) => fineInJob !== true), around: OWN_JOB },
];

describe.each(PLATFORMS)('by $platform.name, exit code $code', ({ platform, code, cases, around = {} }) => {
  test.each(firstByBundle(cases.map((row) => ({ ...row, platform }))))(
    '$command with $title',
    async ({ command, inputs, without = [], env, says, platform: by }) => {
      await inWorkFolder(registry, async (folder) => {
        const given = leavingOut({ ...rightInputs(registry, command), ...inputs }, without);
        const run = await by.run(command, given, { cwd: folder, env: { ...around, ...env } });
        expect(run.code).toBe(code);
        const told = errorOf(platform, run);
        for (const piece of says) expect(told).toContain(piece);
        // One cause, one complaint.
        expect(told).not.toContain('problems with the inputs');
        await expectNothingHappened(registry, folder);
      });
    },
  );

  test('all that is missing is told in one go', async () => {
    await inWorkFolder(registry, async (folder) => {
      const run = await bundleOf(platform).run('publish', { 'api-url': registry.apiUrl }, { cwd: folder });
      expect(run.code).toBe(code);
      for (const input of ['project', 'token', 'package-name', 'package-version', 'files']) {
        expect(errorOf(platform, run)).toContain(`${input}: `);
      }
      await expectNothingHappened(registry, folder);
    });
  });

  test('all problems are told in one go', async () => {
    await inWorkFolder(registry, async (folder) => {
      const wrong = {
        project: 'acme//widget',
        retries: '10x',
        'if-exists': 'maybe',
        'dry-run': 'on',
        token: GITHUB_TOKEN,
        'package-version': '1..0',
      };
      const run = await platform.run('publish', { ...rightInputs(registry, 'publish'), ...wrong }, { cwd: folder });
      expect(run.code).toBe(code);
      for (const input of Object.keys(wrong)) expect(errorOf(platform, run)).toContain(`${input}: `);
      await expectNothingHappened(registry, folder);
    });
  });
});
