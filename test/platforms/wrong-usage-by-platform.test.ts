/** Wrong usage that only one platform knows: command lines, and what GitHub's runner passes. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { asTerminal, type Inputs } from '../support/platform.ts';
import { bundleOf, firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, rootAction, runCli, terminal } from '../support/in-process.ts';
import { runCli as runBundle } from '../support/platforms.ts';
import { openRegistry, TOKENS } from '../support/registry.ts';
import { errorOf, expectNothingHappened, inWorkFolder, leavingOut, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('by the terminal', () => {
  const SECRET = 'glpat-typed-into-the-shell';

  test.each([
    {
      title: 'a token on the command line',
      args: ['--token', SECRET],
      says: ['GENERIC_PACKAGES_TOKEN', '--token-env', '--token-file'],
      cli: runBundle,
    },
    {
      title: 'a token after an equals sign',
      args: [`--token=${SECRET}`],
      says: ['GENERIC_PACKAGES_TOKEN', '--token-env', '--token-file'],
    },
    { title: 'an unknown flag with a value', args: ['--pasword', SECRET], says: ['unknown flag --pasword'] },
    { title: 'a misspelt flag', args: ['--if-exist', 'verify'], says: ['--if-exist', 'did you mean --if-exists?'] },
    { title: 'a stray argument', args: [SECRET], says: ['argument'] },
    { title: 'a flag without its value', args: ['--directory'], says: ['--directory', 'needs a value'] },
    {
      title: 'a variable that is not set',
      args: ['--token-env', 'NO_SUCH_VARIABLE'],
      says: ['--token-env', 'not set'],
    },
    {
      title: 'a variable that is blank',
      args: ['--token-env', 'BLANK'],
      says: ['was named but is empty', '--token-env'],
    },
    {
      title: 'a file that is blank',
      args: ['--token-file', 'blank'],
      says: ['was named but is empty', '--token-file'],
    },
    { title: 'a file that is missing', args: ['--token-file', 'missing'], says: ['--token-file', 'cannot be read'] },
    {
      title: 'standard input without a token',
      args: ['--token-file', '-'],
      says: ['was named but is empty'],
      cli: runBundle,
    },
  ])('publish with $title is wrong usage', async ({ args, says, cli = runCli }) => {
    await inWorkFolder(registry, async (folder) => {
      await writeFile(join(folder, 'blank'), ' \n');
      const plain = leavingOut(rightInputs(registry, 'publish'), ['token']);
      const run = await cli(['publish', ...asTerminal(plain).args, ...args], { cwd: folder, env: { BLANK: ' ' } });
      expect(run.code).toBe(2);
      for (const piece of says) expect(run.stderr).toContain(piece);
      expect(run.stdout + run.stderr).not.toContain(SECRET);
      await expectNothingHappened(registry, folder);
    });
  });

  test.each<[command: string, inputs: Inputs]>([
    ['publish', { 'package-version': '1.0.0', files: '**' }],
    ['version', { prerelease: 'none', increment: 'none', 'initial-version': '1.0.0', claim: 'true' }],
    ['release', { 'package-version': '1.0.0' }],
  ])('%s without project and token says both', async (command, inputs) => {
    await inWorkFolder(registry, async (folder) => {
      const run = await terminal.run(
        command,
        { 'api-url': registry.apiUrl, 'package-name': 'widget', ...inputs },
        { cwd: folder },
      );
      expect(run.code).toBe(2);
      for (const flag of ['--project', '--token'])
        expect(errorOf(terminal, run)).toContain(`${flag}: is required and was not given`);
      await expectNothingHappened(registry, folder);
    });
  });

  test('a token variable that is set and blank is no reason to fall back to the job token', async () => {
    await inWorkFolder(registry, async (folder) => {
      const env = {
        GENERIC_PACKAGES_TOKEN: '',
        GITLAB_CI: 'true',
        CI_JOB_TOKEN: TOKENS.job,
        CI_SERVER_URL: registry.url,
        CI_API_V4_URL: registry.apiUrl,
      };
      const plain = leavingOut(rightInputs(registry, 'publish'), ['token']);
      const run = await terminal.run('publish', plain, { cwd: folder, env });
      expect(run.code).toBe(2);
      expect(errorOf(terminal, run)).toContain('was named but is empty');
      await expectNothingHappened(registry, folder);
    });
  });

  test('with --json the failure is one object on standard output', async () => {
    await inWorkFolder(registry, async (folder) => {
      const run = await bundleOf(terminal).run(
        'publish',
        { ...rightInputs(registry, 'publish'), retries: '10x' },
        { cwd: folder },
      );
      expect(run.code).toBe(2);
      const problem = '--retries: must be a whole number from 0 to 20, not `10x`';
      expect(JSON.parse(run.stdout)).toEqual({
        error: {
          code: 'usage',
          message: problem,
          problems: [problem],
          hint: '`generic-packages publish --help` explains every input.',
        },
      });
      expect(run.stderr).toContain(problem);
    });
  });
});

describe('by GitHub', () => {
  test.each(
    firstByBundle(
      [
        {
          title: 'a secret that arrived empty',
          command: 'publish',
          inputs: { token: '' },
          says: ['token: was named but is empty', 'pull requests from forks'],
        },
        {
          title: 'a misspelt input',
          command: 'publish',
          inputs: { filse: '**' },
          says: ['filse', 'did you mean `files`?'],
        },
        {
          title: 'an input with the wrong dash',
          command: 'publish',
          inputs: { if_exists: 'fail' },
          says: ['if_exists', 'did you mean `if-exists`?'],
        },
        {
          title: 'a swapped letter',
          command: 'download',
          inputs: { direcotry: 'x' },
          says: ['direcotry', 'did you mean `directory`?'],
        },
      ].map((row) => ({ ...row, platform: githubAction })),
    ),
  )('$command with $title fails', async ({ command, inputs, says, platform }) => {
    await inWorkFolder(registry, async (folder) => {
      const run = await platform.run(command, { ...rightInputs(registry, command), ...inputs }, { cwd: folder });
      expect(run.code).toBe(1);
      for (const piece of says) expect(errorOf(githubAction, run)).toContain(piece);
      await expectNothingHappened(registry, folder);
    });
  });

  test.each(
    firstByBundle(
      [
        {
          title: 'the input of another command',
          inputs: { command: 'publish', 'expected-digest': DIGEST },
          says: ['expected-digest', '`download`', 'not of `publish`'],
        },
        { title: 'no command', inputs: { command: '' }, says: ['command', 'is required', '`publish`', '`download`'] },
        { title: 'a command of the terminal', inputs: { command: 'registry' }, says: ['command', '`publish`'] },
        {
          title: 'an empty secret',
          inputs: { command: 'publish', token: '' },
          says: ['token: was named but is empty'],
        },
      ].map((row) => ({ ...row, platform: rootAction })),
    ),
  )('the action of all commands with $title fails', async ({ inputs: { command, ...inputs }, says, platform }) => {
    await inWorkFolder(registry, async (folder) => {
      const run = await platform.run(command, { ...rightInputs(registry, 'publish'), ...inputs }, { cwd: folder });
      expect(run.code).toBe(1);
      for (const piece of says) expect(errorOf(rootAction, run)).toContain(piece);
      await expectNothingHappened(registry, folder);
    });
  });
});

describe('a download into the folder that the job works in', () => {
  const version = { 'package-name': 'none', 'package-version': '9.9.9', 'if-not-found': 'ignore' };

  test.each(['.', './', '..', 'sub/..', '/'])('is refused in a GitLab component: %s', async (directory) => {
    await inWorkFolder(registry, async (cwd) => {
      const run = await gitlabJob.run(
        'download',
        { ...rightInputs(registry, 'download'), ...version, directory },
        { cwd },
      );
      expect(run.code).toBe(2);
      expect(errorOf(gitlabJob, run)).toContain(`directory: \`${directory}\` is the project's folder or one above it`);
      await expectNothingHappened(registry, cwd);
    });
  });

  test.each([terminal, githubAction])('is fine by $name', async (platform) => {
    await inWorkFolder(registry, async (cwd) => {
      const inputs = { ...rightInputs(registry, 'download'), ...version, directory: '.' };
      expect(await platform.run('download', inputs, { cwd })).toMatchObject({ code: 0, outputs: { found: 'false' } });
    });
  });
});
