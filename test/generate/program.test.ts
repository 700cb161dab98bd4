/** The script line of a component: what it runs, what it refuses, and what it says then. */
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runLine } from '../../src/generate/program.ts';
import { inFolder } from '../support/tree.ts';
import {
  closeAll,
  giveProgram,
  leftovers,
  makeJob,
  PROGRAM,
  PROGRAM_PATH,
  put,
  RELEASE,
  runScript,
  serve,
  sha256,
  shells,
  startedWith,
} from './sample-job.ts';

const LINE = runLine('publish', RELEASE);

afterEach(closeAll);

describe('the line', () => {
  it('holds nothing that a shell, or an echo in double quotes, would take for its own', () => {
    const [, code = ''] = /^node -e '(.*)'$/s.exec(LINE) ?? [];

    expect(code).not.toBe('');
    expect(code).not.toMatch(/['"`$\\\r\n]/);
  });

  it.each(shells())('runs the command with the released program in %s', async (...shell) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_FILES: 'dist/**',
        GENERIC_PACKAGES_INPUT_PROGRAM: '',
        GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: RELEASE.project,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: '',
      });

      const ended = await runScript(job, [LINE], shell);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const started = startedWith(ended);
      expect(started.args).toEqual(['publish']);
      expect(started.inputs).toEqual(['GENERIC_PACKAGES_INPUT_FILES']);
      expect(dirname(dirname(started.file))).toBe(job.temporary);
      expect(started.modes).toEqual(['700', '600']);
      expect(await leftovers(job)).toEqual([]);
      expect(api.seen.map(({ path, headers }) => [path, headers['job-token']])).toEqual([[PROGRAM_PATH, 'job-secret']]);
    });
  });

  it('ends as the program ends, and leaves no file then either', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { SAMPLE_EXIT: '3' });

      expect(await runScript(job, [LINE])).toMatchObject({ code: 3, stderr: '' });
      expect(await leftovers(job)).toEqual([]);
    });
  });

  it('stays outside the project, also when temporary files are to lie in it', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { TMPDIR: join(root, 'project', 'tmp') });

      const ended = await runScript(job, ['mkdir tmp', LINE]);

      expect(dirname(dirname(startedWith(ended).file))).toBe(root);
    });
  });
});

describe('what is not the released program', () => {
  it('is not run, and both SHA-256 are named', async () => {
    await inFolder(async (root) => {
      const other = `${PROGRAM}console.log('evil');`;
      const api = await serve((_request, response) => response.end(other));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} has SHA-256 ${sha256(other)}, expected ${RELEASE.sha256}. ` +
          'Nothing of it was run. Publish version 1.2.3 of the program there as it was released.\n',
      );
      expect(await leftovers(job)).toEqual([]);
    });
  });

  it.each([
    { what: 'a project that does not let this one in', status: 404 },
    { what: 'a token that is refused', status: 401 },
  ])('$what: one line says what was asked and what to do', async ({ status }) => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.writeHead(status).end('{"message":"no"}'));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toBe(
        `generic-packages: ${api.url}${PROGRAM_PATH} answered ${status}. Let tools/generic-packages allow the job tokens ` +
          'of this project, or mirror it on this instance and name the mirror with program-project.\n',
      );
      expect(api.seen).toHaveLength(1);
    });
  });

  it('a server that is down for a moment is asked again', async () => {
    await inFolder(async (root) => {
      let asked = 0;
      const api = await serve((request, response) => {
        asked += 1;
        if (asked === 1) response.writeHead(503).end();
        else giveProgram(request, response);
      });
      const job = await makeJob(root, api.url);

      expect(await runScript(job, [LINE])).toMatchObject({ code: 0, stderr: '' });
      expect(asked).toBe(2);
    });
  });
});

describe('before any request, with exit code 2', () => {
  it.each([
    {
      name: 'plain http to another machine is refused',
      env: { CI_API_V4_URL: 'http://gitlab.invalid/api/v4', CI_SERVER_URL: 'http://gitlab.invalid' },
      words: 'is plain http. Use https, or the input allow-http.',
    },
    {
      name: 'an API that is not on the server is refused',
      env: { CI_SERVER_URL: 'https://gitlab.invalid' },
      words: 'CI_API_V4_URL is not on the server of CI_SERVER_URL.',
    },
    { name: 'a place that is no GitLab job is told', env: { CI_API_V4_URL: '' }, words: 'CI_API_V4_URL is not set.' },
    {
      name: 'a program of one’s own needs its SHA-256',
      env: { GENERIC_PACKAGES_INPUT_PROGRAM: 'https://files.invalid/tool.js' },
      words: 'the input program needs program-sha256',
    },
  ])('$name', async ({ env, words }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toContain(words);
      expect(api.seen).toEqual([]);
    });
  });

  it('an old Node is told which one is needed', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const old = join(root, 'old.cjs');
      await put(
        old,
        "Object.defineProperty(process, 'versions', { value: { node: '18.20.1' } }); Object.defineProperty(process, 'version', { value: 'v18.20.1' });",
      );
      const job = await makeJob(root, api.url, { NODE_OPTIONS: `--require ${old}` });

      const ended = await runScript(job, [LINE]);

      expect(ended).toMatchObject({ code: 2, stdout: '' });
      expect(ended.stderr).toBe(
        'generic-packages: Node 24 or newer is needed, this is v18.20.1. Choose an image that has it, such as node:24-alpine.\n',
      );
      expect(api.seen).toEqual([]);
    });
  });
});
