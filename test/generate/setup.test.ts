/** `templates/setup.yml`: the command line on PATH of one's own job. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setupTemplate } from '../../src/generate/setup-template.ts';
import { VERSION } from '../../src/version.ts';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { CLI } from '../support/process.ts';
import { inFolder } from '../support/tree.ts';
import { closeAll, leftovers, makeJob, RELEASE as SAMPLE, runScript, serve, shells } from './sample-job.ts';

afterEach(closeAll);

/** The program itself: it is what makes the command. */
const bundle = readFileSync(CLI);
const RELEASE = { ...SAMPLE, sha256: createHash('sha256').update(bundle).digest('hex') };
const SETUP = { GENERIC_PACKAGES_COMMAND: 'setup' };
/** The folder, its mode and those of what lies in it, and what the command unsets. */
const SHOW = [
  'dirname "$(command -v generic-packages)"',
  'cd "$(dirname "$(command -v generic-packages)")"',
  'echo $(stat -c %a . program.mjs generic-packages)',
  'grep unset generic-packages',
  'cd "$OLDPWD"',
].join('\n');

function beforeScript(): readonly string[] {
  const { jobs } = evaluateComponent(setupTemplate(RELEASE), {});
  return (jobs['.generic-packages'] as { before_script: readonly string[] }).before_script;
}

describe('the template', () => {
  it('is a sound component with one hidden job, which leaves the user’s own keywords alone', () => {
    const { problems, jobs } = evaluateComponent(setupTemplate(RELEASE), {});

    expect(problems).toEqual([]);
    expect(Object.keys(jobs)).toEqual(['.generic-packages']);
    expect(Object.keys(jobs['.generic-packages'] as object)).toEqual(['variables', 'before_script']);
  });

  it('takes where the program comes from', () => {
    const { problems, jobs } = evaluateComponent(setupTemplate(RELEASE), {
      program: 'vendor/tool.js',
      'program-project': '12',
      'program-sha256': 'ab',
    });

    expect(problems).toEqual([]);
    expect(jobs['.generic-packages']).toMatchObject({
      variables: {
        GENERIC_PACKAGES_PLATFORM: 'gitlab',
        GENERIC_PACKAGES_INPUT_PROGRAM: 'vendor/tool.js',
        GENERIC_PACKAGES_INPUT_PROGRAM_PROJECT: '12',
        GENERIC_PACKAGES_INPUT_PROGRAM_SHA256: 'ab',
      },
    });
  });
});

describe('its before_script', () => {
  it.each(shells())('puts the command on PATH, outside the project, in %s', async (...shell) => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.end(bundle));
      const job = await makeJob(root, api.url, { ...SETUP, GENERIC_PACKAGES_INPUT_PROGRAM: ' ' });

      const ended = await runScript(job, [...beforeScript(), 'cd /', 'generic-packages --version', SHOW], shell);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const [version, folder = '', modes, unset] = ended.stdout.trim().split('\n');
      expect(version).toBe(VERSION);
      expect(dirname(folder)).toBe(job.temporary);
      expect(modes).toBe('700 600 700');
      expect(unset).toContain('unset GENERIC_PACKAGES_INPUT_PROGRAM ');
    });
  });

  it('keeps it outside of the project, also when temporary files are to lie in it', async () => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.end(bundle));
      const job = await makeJob(root, api.url, { ...SETUP, TMPDIR: join(root, 'project', 'tmp') });

      const ended = await runScript(job, [
        'mkdir tmp',
        ...beforeScript(),
        'generic-packages --version',
        SHOW,
        'ls tmp',
      ]);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const [version, folder = '', ...rest] = ended.stdout.trim().split('\n');
      expect([version, dirname(folder), rest.length]).toEqual([VERSION, root, 2]);
    });
  });

  it('stops the job when the program is not the released one', async () => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.end('evil'));
      const job = await makeJob(root, api.url, SETUP);

      const ended = await runScript(job, [...beforeScript(), 'echo went on']);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('Nothing of it was run.');
      expect(await leftovers(job)).toEqual([]);
    });
  });
});
