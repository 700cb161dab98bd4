/** A step of a GitHub workflow: outputs, log, failures and inputs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { commands, startJob, type Job } from './github-step.ts';

let job: Job;
beforeEach(() => {
  job = startJob();
});
afterEach(() => {
  job.remove();
});

describe('a step that succeeds', () => {
  test('passes outputs on by file, shows a report and writes a summary', async () => {
    const ended = await job.step({ files: 'a', mode: 'say', payload: 'hello' }, { alone: true });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('::group::Say it\nhello\n::endgroup::\nMoved 2 files hello\n');
    expect(ended.stdout.trimEnd().split('\n').at(-1)).toBe('pin: 1.2.3');
    expect(job.outputs()).toMatchObject({
      'package-name': 'widget',
      count: '2',
      complete: 'true',
      files:
        '[{"name":"bin/file-0.txt","size":0,"status":"moved"},{"name":"bin/file-1.txt","size":1,"status":"moved"}]',
    });
    expect(job.fileOf('summary')).toContain('| [`bin/file-0.txt`](<https://gitlab.test/api/bin/file-0.txt>) | 0 |');
  });

  test("keeps long lists in the runner's folder for temporary files", async () => {
    const ended = await job.step({ files: 'a', mode: 'many' });
    const { files, 'files-path': path = '' } = job.outputs();
    expect(files).toBe('[]');
    expect(path.startsWith(join(job.folder, 'temp'))).toBe(true);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1500);
    // Most steps have no use for it: no annotation.
    expect(commands(ended, 'warning')).toEqual([]);
    expect(ended.stdout).toMatch(
      /^The output files is \[\], because .* The file that files-path names holds them all$/m,
    );
    expect(job.fileOf('summary')).toContain('<details><summary>1500 files</summary>');
  });

  test('shows details where the runner debugs', async () => {
    const inputs = { files: 'a', mode: 'say', payload: 'x' };
    expect((await job.step(inputs)).stdout).not.toContain('detail');
    expect((await job.step(inputs, { env: { RUNNER_DEBUG: '1' } })).stdout).toContain('::debug::detail x\n');
  });
});

describe('the summary', () => {
  const inputs = { files: 'a' };

  test.each<[what: string, path: () => string, log: RegExp]>([
    ['has no file', () => '', /^(?!.*summary)/s],
    ['is a folder', () => job.folder, /^No job summary: EISDIR/m],
    ['lies in a folder that is not there', () => join(job.folder, 'none', 'summary'), /^No job summary: ENOENT/m],
  ])('fails no run when it %s', async (_what, path, log) => {
    const ended = await job.step(inputs, { env: { GITHUB_STEP_SUMMARY: path() } });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(log);
  });

  test('is left out when it is not wanted', async () => {
    await job.step({ ...inputs, mode: 'no-summary' });
    expect(job.fileOf('summary')).toBe('');
  });
});

test('a step whose outputs cannot be written fails', async () => {
  const ended = await job.step({ files: 'a' }, { env: { GITHUB_OUTPUT: join(job.folder, 'none') }, alone: true });
  expect(ended.code).toBe(1);
  expect(commands(ended, 'error')).toHaveLength(1);
});

describe('a step that fails', () => {
  test('has one annotation with every problem and the next step, and exit code 1', async () => {
    const ended = await job.step({ files: 'a', mode: 'fail' }, { alone: true });
    expect(ended.code).toBe(1);
    expect(commands(ended, 'error')).toEqual([
      '::error::The version is closed%0A- a differs%0A- b differs%0ATake a new one.',
    ]);
    expect(job.outputs()).toEqual({});
  });

  test('lists twenty problems there and all of them in the log', async () => {
    const ended = await job.step({ files: 'a', mode: 'fail-at-length' });
    const [annotation = ''] = commands(ended, 'error');
    expect(annotation).toContain('- name 19%0A… and 5 more: the log lists all 25');
    expect(annotation).not.toContain('name 20');
    for (let at = 0; at < 25; at += 1)
      expect(ended.stdout).toContain(`\n- name ${at}\n`.replace(/^\n(?=- name 0)/, ''));
  });

  test('by wrong usage names inputs as they stand in the workflow, all at once', async () => {
    const ended = await job.step({ retries: '10x', 'if-exists': 'fail', token: '' });
    expect(ended.code).toBe(1);
    const [annotation = ''] = commands(ended, 'error');
    expect(annotation.split('%0A')).toEqual([
      '::error::4 problems with the inputs of `move`',
      '- files: is required and was not given: Patterns',
      expect.stringMatching(/^- token: was named but is empty.*pull requests from forks/),
      '- retries: must be a whole number from 0 to 20, not `10x`',
      '- if-exists: goes only with flatten',
    ]);
  });
});

describe('inputs', () => {
  test.each([
    ['filez', 'a', 'unknown input `filez`; did you mean `files`?'],
    ['package_name', 'a', 'unknown input `package_name`; did you mean `package-name`?'],
    ['if_exist', 'skip', 'unknown input `if_exist`; did you mean `if-exists`?'],
    ['dierctroy', 'a', 'unknown input `dierctroy`; did you mean `directory`?'],
    ['output-prefix', 'CLI_', '`output-prefix` is not an input on GitHub: omit it'],
  ])('%s cannot have been meant', async (name, value, message) => {
    const ended = await job.step({ [name]: value });
    expect(ended.code).toBe(1);
    expect(commands(ended, 'error')[0]).toContain(message);
  });

  test("of four letters may be a workflow's own variables: they are warned of, and nothing fails", async () => {
    const ended = await job.step({ files: 'a' }, { env: { INPUT_FILE: 'x', INPUT_PATH: 'y' } });
    expect(ended.code).toBe(0);
    expect(commands(ended, 'warning')).toEqual(['::warning::unknown input `file` is ignored; did you mean `files`?']);
  });

  test.each(['something-else', 'path', 'mood', 'tok'])(
    'that are like no other, such as %s, are left to the runner, which warns of them',
    async (name) => {
      expect(await job.step({ files: 'a', [name]: 'x' })).toMatchObject({ code: 0 });
    },
  );

  test('of the connection come from the environment, others do not', async () => {
    const env = { GENERIC_PACKAGES_RETRIES: 'x', GENERIC_PACKAGES_PACKAGE_NAME: 'other' };
    expect(commands(await job.step({ files: 'a' }, { env }), 'error')[0]).toContain('(from GENERIC_PACKAGES_RETRIES)');
    await job.step({ files: 'a' }, { env: { GENERIC_PACKAGES_PACKAGE_NAME: 'other' } });
    expect(job.outputs()).toMatchObject({ 'package-name': 'widget' });
  });

  test('that are blank are not given', async () => {
    const env = { GENERIC_PACKAGES_RETRIES: '3' };
    expect(await job.step({ files: 'a', 'package-name': '', retries: ' ', 'if-exists': '' }, { env })).toMatchObject({
      code: 0,
    });
  });
});

describe('the action for all commands', () => {
  test('takes its command from an input', async () => {
    expect(await job.step({ command: 'move', files: 'a' }, { command: 'action' })).toMatchObject({
      code: 0,
    });
    expect(job.outputs()).toMatchObject({ count: '2' });
  });

  test('takes blank inputs of other commands, and secrets that nobody named', async () => {
    const inputs = {
      command: 'version',
      files: '',
      'variable-token': 'auto',
      token: 'auto',
      'package-name': '',
    };
    expect(await job.step(inputs, { command: 'action' })).toMatchObject({ code: 0 });
  });

  test('refuses what was said to another command', async () => {
    const inputs = { command: 'move', files: 'a', claim: 'true', 'variable-token': 'hunter22' };
    const ended = await job.step(inputs, { command: 'action' });
    expect(ended.code).toBe(1);
    const [annotation = ''] = commands(ended, 'error');
    expect(annotation).toContain('`claim` is an input of `version`, not of `move`');
    expect(annotation).toContain('`variable-token` is an input of `version`, not of `move`');
    expect(ended.stdout).not.toContain('hunter22');
  });

  test.each([
    ['', 'command: is required and was not given. The commands are `move`, `version`'],
    ['::error::x', 'command: unknown command. The commands are `move`, `version`'],
    ['list', 'command: unknown command'],
  ])('refuses the command "%s"', async (command, message) => {
    const ended = await job.step({ command }, { command: 'action' });
    expect(ended.code).toBe(1);
    expect(commands(ended, 'error')).toEqual([expect.stringContaining(`::error::${message}`)]);
  });
});

test('a command that has no action is wrong usage', async () => {
  expect(await job.step({}, { command: 'list' })).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('::error::command:'),
  });
});
