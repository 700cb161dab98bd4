/** The script line of a component: which project, path or address the program is taken from. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { jobScript } from '../../src/generate/job-script.ts';
import { inFolder } from '../support/tree.ts';
import { closeAll, giveProgram, makeJob, PROGRAM, PROGRAM_PATH, put, RELEASE, runScript, serve } from './sample-job.ts';

const SCRIPT = jobScript(RELEASE);

afterEach(closeAll);

describe('where the program comes from', () => {
  it.each([
    { name: 'the input', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: 'mirror/tools' }, project: 'mirror%2Ftools' },
    { name: 'a numeric id', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: '99' }, project: '99' },
    {
      name: "the administrator's variable, where the input has its default",
      env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: RELEASE.project, GENERIC_PACKAGES_PROGRAM_PROJECT: 'mirror/all' },
      project: 'mirror%2Fall',
    },
    {
      name: "the input, where it says something else than the administrator's variable",
      env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: 'mirror/tools', GENERIC_PACKAGES_PROGRAM_PROJECT: 'mirror/all' },
      project: 'mirror%2Ftools',
    },
  ])('is the project of $name', async ({ env, project }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
      expect(api.seen.map(({ path }) => path)).toEqual([PROGRAM_PATH.replace('tools%2Fgeneric-packages', project)]);
    });
  });

  it.each([
    { name: 'path', env: { CI_PROJECT_PATH: RELEASE.project } },
    { name: 'id', env: { GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: '7' } },
  ])('is the working copy in that project itself, known by its $name', async ({ env }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, env);
      await put(join(job.project, 'dist/cli/index.js'), PROGRAM.replace('{ args', '{ own: true, args'));

      const ended = await runScript(job, [SCRIPT]);

      expect(JSON.parse(ended.stdout)).toMatchObject({ own: true, args: ['publish'] });
      expect(api.seen).toEqual([]);
    });
  });

  it('is told when the working copy has none', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { CI_PROJECT_PATH: RELEASE.project });

      const ended = await runScript(job, [SCRIPT]);

      expect(ended).toMatchObject({
        code: 1,
        stderr: 'generic-packages: dist/cli/index.js cannot be read (ENOENT). See program, ca-file, HTTPS_PROXY\n',
      });
    });
  });

  it.each([
    { name: 'right', sum: RELEASE.sha256.toUpperCase(), code: 0 },
    { name: 'wrong', sum: '0'.repeat(64), code: 1 },
  ])('may be a path, whose SHA-256 is $name', async ({ sum, code }) => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: 'vendor/tool.js',
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: sum,
      });
      await put(join(job.project, 'vendor/tool.js'), PROGRAM);

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code });
      expect(existsSync(join(job.project, 'vendor/tool.js'))).toBe(true);
      expect(api.seen).toEqual([]);
    });
  });

  it('may be a URL elsewhere, which gets no token and whose query is not shown', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const elsewhere = await serve((_request, response) => response.writeHead(403).end());
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: `${elsewhere.url}/tool.js?key=secret`,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: RELEASE.sha256,
      });

      const ended = await runScript(job, [SCRIPT]);

      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain(`generic-packages: ${elsewhere.url}/tool.js cannot be read (answered 403).`);
      expect(elsewhere.seen.map(({ path }) => path)).toEqual(['/tool.js?key=secret']);
      expect(JSON.stringify(elsewhere.seen)).not.toContain('job-secret');
      expect(api.seen).toEqual([]);
    });
  });

  it('may be a URL on this instance, which gets the token', async () => {
    await inFolder(async (root) => {
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, {
        GENERIC_PACKAGES_INPUT_PROGRAM: `${api.url}/api/v4/projects/3/packages/generic/x/1/tool.js`,
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: RELEASE.sha256,
      });

      expect(await runScript(job, [SCRIPT])).toMatchObject({ code: 0, stderr: '' });
      expect(api.seen.map(({ headers }) => headers['job-token'])).toEqual(['job-secret']);
    });
  });
});
