/** A secret that is too short to be one: refused as a token, and never masked, which would spoil other texts. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runHere, type Run } from '../commands/in-process.ts';
import { startJob, type Job } from './github-step.ts';
import { makeFolder } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
let job: Job;
beforeEach(() => {
  folder = makeFolder();
  job = startJob();
});
afterEach(() => {
  folder.remove();
  job.remove();
});

/** Nothing listens there: what is refused before the first request says something else. */
const NOWHERE = { 'api-url': 'http://127.0.0.1:9', project: '42', 'package-name': 'widget', retries: '0' };

function list(env: Readonly<Record<string, string>>): Promise<Run> {
  return runHere('list', NOWHERE, env, folder.path);
}

function problemOf({ outputs }: Run): string {
  return (outputs.error as { message: string }).message;
}

describe('a token', () => {
  test.each(['1', 'abc-123'])('%j is refused before any request, and the message says why', async (token) => {
    const run = await list({ GENERIC_PACKAGES_TOKEN: token });
    expect(run.code).toBe(2);
    expect(problemOf(run)).toMatch(/^--token: has fewer than 8 characters, so it cannot be a token of GitLab/);
  });

  test('of eight characters is used', async () => {
    const run = await list({ GENERIC_PACKAGES_TOKEN: 'abc-1234' });
    expect(run.code).toBe(1);
    expect(run.outputs).toMatchObject({ error: { code: 'network' } });
  });

  test.each(['auto', 'none'])('%s is a word, not a short token', async (token) => {
    expect(problemOf(await list({ GENERIC_PACKAGES_TOKEN: token }))).not.toContain('fewer');
  });

  test('of a job is refused too', async () => {
    const env = { GITLAB_CI: 'true', CI_API_V4_URL: 'http://127.0.0.1:9/api/v4', CI_JOB_TOKEN: 'short' };
    expect(problemOf(await list(env))).toMatch(/fewer than 8 characters/);
  });

  test('for variables is refused too', async () => {
    const inputs = { ...NOWHERE, variable: 'LAST', source: 'variable', 'initial-version': '1.0.0', prerelease: 'none' };
    const env = { GENERIC_PACKAGES_TOKEN: 'abc-1234', GENERIC_PACKAGES_VARIABLE_TOKEN: '7-chars' };
    const run = await runHere('version', inputs, env, folder.path);
    expect(run.code).toBe(2);
    expect(problemOf(run)).toMatch(/^--variable-token: has fewer than 8 characters/);
  });
});

test('outputs and the log of a step keep their digits although the token is one of them', async () => {
  const ended = await job.step({ files: 'a', mode: 'say', payload: 'version 1.2.3', token: '1' });
  expect(ended.stdout).not.toContain('***');
  expect(ended.stdout).not.toContain('::add-mask::');
  expect(ended.stdout).toContain('version 1.2.3');
  expect(job.outputs()).toMatchObject({ files: expect.stringContaining('"bin/file-1.txt","size":1') });
});
