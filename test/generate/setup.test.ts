/** `templates/setup.yml`: the command line on PATH of one's own job. */
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { setupTemplate } from '../../src/generate/setup-template.ts';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { inFolder } from '../support/tree.ts';
import {
  closeAll,
  giveProgram,
  leftovers,
  makeJob,
  RELEASE,
  runScript,
  serve,
  shells,
  startedWith,
} from './sample-job.ts';

afterEach(closeAll);

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
      const api = await serve(giveProgram);
      const job = await makeJob(root, api.url, { GENERIC_PACKAGES_INPUT_PROGRAM: ' ' });

      const ended = await runScript(job, [...beforeScript(), 'cd /', 'generic-packages list "a b" --json'], shell);

      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const started = startedWith(ended);
      expect(started.args).toEqual(['list', 'a b', '--json']);
      expect(started.inputs).toEqual([]);
      expect(dirname(dirname(started.file))).toBe(job.temporary);
      expect(started.modes).toEqual(['700', '600']);
    });
  });

  it('stops the job when the program is not the released one', async () => {
    await inFolder(async (root) => {
      const api = await serve((_request, response) => response.end('evil'));
      const job = await makeJob(root, api.url);

      const ended = await runScript(job, [...beforeScript(), 'echo went on']);

      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr).toContain('Nothing of it was run.');
      expect(await leftovers(job)).toEqual([]);
    });
  });
});
