/** What can be seen without asking the network: one clear error, exit code 2 (1 on GitHub), no request, nothing placed. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal, type Door, type Inputs } from '../support/doors.ts';
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
  readonly verb: 'publish' | 'download';
  readonly inputs?: Inputs;
  readonly without?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing wrong, or something else, in a job of the project itself. */
  readonly fineInJob?: true;
  /** Pieces of the message. */
  readonly says: readonly string[];
}

/** True in all doors. */
const EVERYWHERE: readonly Case[] = [
  {
    title: 'no version',
    verb: 'publish',
    without: ['package-version'],
    says: ['package-version', 'was not given', '`version`'],
  },
  { title: 'no files', verb: 'publish', without: ['files'], says: ['files', 'is required'] },
  {
    title: 'no project',
    fineInJob: true,
    verb: 'publish',
    without: ['project'],
    inputs: { 'package-name': 'widget' },
    says: ['project', 'is required'],
  },
  {
    title: 'a project with slashes around it',
    verb: 'publish',
    inputs: { project: '/acme/tools/widget/' },
    says: ['project', 'neither a number nor a full path', '/acme/tools/widget/'],
  },
  {
    title: 'a project that is encoded',
    verb: 'publish',
    inputs: { project: 'acme%2Ftools%2Fwidget' },
    says: ['project', 'full path as it is', 'acme%2Ftools%2Fwidget'],
  },
  {
    title: 'the address of a project',
    verb: 'publish',
    inputs: { project: 'https://gitlab.example/acme/widget' },
    says: ['project', "neither the server's address"],
  },
  {
    title: 'a number as project and no name',
    fineInJob: true,
    verb: 'download',
    inputs: { project: '42' },
    says: ['package-name', 'is required'],
  },
  { title: 'no token', verb: 'publish', inputs: { token: 'none' }, says: ['token', 'is required', 'deploy token'] },
  {
    title: 'a token of GitHub',
    verb: 'publish',
    inputs: { token: GITHUB_TOKEN },
    says: ['GitHub personal access token', 'not sent'],
  },
  { title: 'a token with a blank', verb: 'download', inputs: { token: 'glpat-a b' }, says: ['token', 'blank'] },
  {
    title: 'http to another machine',
    verb: 'download',
    inputs: { 'api-url': 'http://gitlab.example/api/v4' },
    says: ['api-url', 'plain http', 'allow-http'],
  },
  {
    title: 'no address',
    verb: 'download',
    inputs: { 'api-url': 'gitlab.example' },
    says: ['api-url', 'no http or https URL'],
  },
  {
    title: 'authorities that are not there',
    verb: 'download',
    inputs: { 'ca-file': 'no/such.pem' },
    says: ['ca-file: ', 'no/such.pem cannot be read (ENOENT)', 'path of a PEM file'],
  },
  {
    title: 'authorities that the environment names and that are not there',
    verb: 'download',
    env: { SSL_CERT_FILE: 'no/such.pem' },
    says: ['SSL_CERT_FILE: ', 'no/such.pem cannot be read (ENOENT)', 'unset that variable'],
  },
  {
    title: 'an address with a password',
    verb: 'download',
    inputs: { 'api-url': 'https://me:hunter2@gitlab.example' },
    says: ['api-url', 'no password'],
  },
  {
    title: 'trailing text after a number',
    verb: 'publish',
    inputs: { concurrency: '10x' },
    says: ['concurrency', 'whole number from 1 to 64', '10x'],
  },
  { title: 'a number out of range', verb: 'publish', inputs: { retries: '21' }, says: ['retries', 'from 0 to 20'] },
  {
    title: 'yes as a boolean',
    verb: 'publish',
    inputs: { 'dry-run': 'yes' },
    says: ['dry-run', '`true` or `false`', 'yes'],
  },
  {
    title: 'an unknown choice',
    verb: 'publish',
    inputs: { 'if-exists': 'overwrite' },
    says: ['if-exists', '`skip`, `fail`', 'overwrite'],
  },
  {
    title: 'a version that GitLab refuses',
    verb: 'publish',
    inputs: { 'package-version': '1..0' },
    says: ['package-version', '1..0'],
  },
  {
    title: 'a name that GitLab refuses',
    verb: 'publish',
    inputs: { 'package-name': 'a b' },
    says: ['package-name', 'a b'],
  },
  {
    title: 'no version and no range',
    verb: 'download',
    inputs: { 'package-version': '>= x y' },
    says: ['package-version', 'latest'],
  },
  {
    title: 'a digest that is none',
    verb: 'download',
    inputs: { 'expected-digest': 'sha256:123' },
    says: ['expected-digest', '64 hexadecimal digits'],
  },
  {
    title: 'a manifest in a folder',
    verb: 'publish',
    inputs: { manifest: 'a/b.json' },
    says: ['manifest', 'plain file name'],
  },
  {
    title: 'a manifest that is required and none',
    verb: 'download',
    inputs: { manifest: 'none', 'require-manifest': 'true' },
    says: ['require-manifest', 'manifest: none'],
  },
  {
    title: 'a part and parts at once',
    verb: 'publish',
    inputs: { part: 'linux', parts: 'linux' },
    says: ['part', 'together with `parts`'],
  },
  { title: 'a part that is no identifier', verb: 'publish', inputs: { part: 'a/b' }, says: ['part', 'a/b'] },
  {
    title: 'parts and no manifest',
    verb: 'publish',
    inputs: { parts: 'linux', manifest: 'none' },
    says: ['manifest', 'cannot be `none`'],
  },
  {
    title: 'checksums of a part',
    verb: 'publish',
    inputs: { part: 'linux', checksums: 'SHA256SUMS' },
    says: ['checksums', 'finishes the parts'],
  },
  {
    title: 'checksums in a folder',
    verb: 'publish',
    inputs: { checksums: 'a/SUMS' },
    says: ['checksums', 'plain file name'],
  },
  {
    title: 'parts in one line',
    verb: 'publish',
    inputs: { parts: 'linux,mac' },
    says: ['parts', 'linux,mac', 'one a line, or repeat --parts'],
  },
  {
    title: 'a part with an empty pin',
    verb: 'publish',
    inputs: { parts: 'linux\nmac@' },
    says: ['parts', '`mac@` has nothing behind the `@`'],
  },
  {
    title: 'a part with a digest that is none',
    verb: 'publish',
    inputs: { parts: 'mac@sha256:123' },
    says: ['parts', 'mac@sha256:123', '64 hexadecimal digits'],
  },
  {
    title: 'a part of a GitLab pipeline outside of one',
    fineInJob: true,
    verb: 'publish',
    inputs: { parts: 'mac@handed-down' },
    says: ['parts', 'mac@handed-down', 'is for GitLab jobs'],
  },
  {
    title: 'no time at all',
    verb: 'download',
    inputs: { 'max-time': '0s' },
    says: ['max-time', 'longer than nothing'],
  },
  { title: 'a pattern that climbs', verb: 'publish', inputs: { files: '../secret' }, says: ['files', '..'] },
  {
    title: 'an absolute pattern elsewhere',
    verb: 'publish',
    inputs: { files: '/etc/*' },
    says: ['files', '/etc/*', 'absolute'],
  },
  {
    title: "the GitLab job's token for another server",
    verb: 'download',
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
    verb: 'publish',
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

const DOORS: readonly {
  door: Door;
  code: number;
  cases: readonly Case[];
  around?: Readonly<Record<string, string>>;
}[] = [
  { door: terminal, code: 2, cases: EVERYWHERE },
  { door: githubAction, code: 1, cases: EVERYWHERE },
  { door: gitlabJob, code: 2, cases: EVERYWHERE.filter(({ fineInJob }) => fineInJob !== true), around: OWN_JOB },
];

describe.each(DOORS)('by $door.name, exit code $code', ({ door, code, cases, around = {} }) => {
  test.each(cases)('$verb with $title', async ({ verb, inputs, without = [], env, says }) => {
    await inWorkFolder(registry, async (folder) => {
      const given = leavingOut({ ...rightInputs(registry, verb), ...inputs }, without);
      const run = await door.run(verb, given, { cwd: folder, env: { ...around, ...env } });
      expect(run.code).toBe(code);
      const told = errorOf(door, run);
      for (const piece of says) expect(told).toContain(piece);
      // One cause, one complaint.
      expect(told).not.toContain('problems with the inputs');
      await expectNothingHappened(registry, folder);
    });
  });

  test('all that is missing is told in one go', async () => {
    await inWorkFolder(registry, async (folder) => {
      const run = await door.run('publish', { 'api-url': registry.apiUrl }, { cwd: folder });
      expect(run.code).toBe(code);
      for (const input of ['project', 'token', 'package-name', 'package-version', 'files']) {
        expect(errorOf(door, run)).toContain(`${input}: `);
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
      const run = await door.run('publish', { ...rightInputs(registry, 'publish'), ...wrong }, { cwd: folder });
      expect(run.code).toBe(code);
      for (const input of Object.keys(wrong)) expect(errorOf(door, run)).toContain(`${input}: `);
      await expectNothingHappened(registry, folder);
    });
  });
});
