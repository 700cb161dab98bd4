/** What one job of a pipeline hands to another, beside variables that claim otherwise. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, runInGitLab, type Ended } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

function run(argv: readonly string[], env: Record<string, string> = {}, below = '.'): Promise<Ended> {
  return runInGitLab(folder.path, argv, env, below);
}

describe('a variable that scripts will see instead of what version reports', () => {
  test.each([
    ['VERSION', '2.0.0', 'scripts will see 2.0.0 instead of 1.2.3. Rename that variable'],
    ['VERSION', '', 'scripts will see nothing instead of 1.2.3'],
    ['VERSION_PREVIOUS', 'my-secret', 'scripts will see its value instead of none'],
  ])('is warned of where %s is %j', async (name, value, says) => {
    const ended = await run(['version'], { [name]: value });
    expect(ended).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`The variable ${name} exists already`) as unknown,
    });
    expect(ended.stdout).toContain(says);
    expect(ended.stdout).not.toContain('my-secret');
  });

  test('is warned of under its prefix', async () => {
    const env = { GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_', CLI_VERSION: '2.0.0' };
    expect((await run(['version'], env)).stdout).toContain('The variable CLI_VERSION exists already');
  });

  test.each([
    { title: 'holds the same', argv: ['version'], env: { VERSION: '1.2.3' } },
    { title: 'is of another prefix', argv: ['version'], env: { CLI_VERSION: '2.0.0' } },
    {
      title: 'is the report of a part, found when the whole is complete',
      argv: ['move'],
      env: { GENERIC_PACKAGES_INPUT_FILES: 'a', MOVE_COUNT: '1' },
    },
  ])('is no matter where it $title', async ({ argv, env }) => {
    expect(await run(argv, env)).toMatchObject({ code: 0, stdout: expect.not.stringContaining('warning:') as unknown });
  });
});

describe('what an earlier job passed on', () => {
  async function read(env: Record<string, string> = {}): Promise<Ended & { passedOn: unknown }> {
    const ended = await run(['reader', '--json'], env);
    return { ...ended, passedOn: (JSON.parse(ended.stdout) as Record<string, unknown>).passedOn };
  }

  test('is read', async () => {
    await run(['version']);
    expect(await read()).toMatchObject({ passedOn: '1.2.3', stderr: '' });
  });

  test('is read by its prefix', async () => {
    await run(['version'], { GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' });
    expect(await read()).toMatchObject({ passedOn: 'nothing' });
    expect(await read({ GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' })).toMatchObject({
      passedOn: '1.2.3',
    });
  });

  test('is read in a job of the command line too, but not outside of GitLab', async () => {
    await run(['version']);
    const terminal = { GENERIC_PACKAGES_PLATFORM: 'terminal' };
    expect(await read({ ...terminal, GITLAB_CI: 'true' })).toMatchObject({ passedOn: '1.2.3' });
    expect(await read(terminal)).toMatchObject({ passedOn: 'nothing' });
  });

  test('is ignored with a warning when it is of another pipeline', async () => {
    await run(['version'], { CI_PIPELINE_ID: '6' });
    const ended = await read();
    expect(ended.passedOn).toBe('nothing');
    expect(ended.stderr).toContain('.generic-packages/version.json comes from another pipeline and is ignored');
  });

  test.each([
    ['2.0.0', /passed on, not \$VERSION, which differs: 1\.2\.3 was passed on, \$VERSION is 2\.0\.0/],
    ['my-secret', /passed on, not \$VERSION, which differs$/m],
  ])('counts where $VERSION says %s', async (value, line) => {
    await run(['version']);
    const ended = await read({ VERSION: value });
    expect(ended.passedOn).toBe('1.2.3');
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr).not.toContain('my-secret');
  });

  test('says nothing where $VERSION agrees or is another prefix', async () => {
    await run(['version']);
    expect(await read({ VERSION: '1.2.3', CLI_VERSION: '9.9.9' })).toMatchObject({ stderr: '' });
  });

  test.each([
    ['no JSON', '{'],
    ['a list', '[]'],
    ['no outputs', '{"pipeline":"7","command":"version"}'],
    ['outputs that are no texts', '{"pipeline":"7","command":"version","outputs":{"version":1}}'],
    ['a pipeline that is no text', '{"pipeline":7,"command":"version","outputs":{}}'],
    ['another command', '{"pipeline":"7","command":"move","outputs":{}}'],
    ['too much', ' '.repeat(1024 * 1024 + 1)],
  ])('is an error when it is %s', async (_what, text) => {
    mkdirSync(join(folder.path, '.generic-packages'));
    writeFileSync(join(folder.path, '.generic-packages', 'version.json'), text);
    const ended = await run(['reader', '--json']);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'local-file' } });
  });

  test('is not read through a link', async () => {
    mkdirSync(join(folder.path, '.generic-packages'));
    writeFileSync(
      join(folder.path, 'other.json'),
      '{"pipeline":"7","command":"version","outputs":{"version":"6.6.6"}}',
    );
    symlinkSync('../other.json', join(folder.path, '.generic-packages', 'version.json'));
    expect(await run(['reader', '--json'])).toMatchObject({ code: 1 });
  });

  test('has no names but those of the file', async () => {
    mkdirSync(join(folder.path, '.generic-packages'));
    writeFileSync(
      join(folder.path, '.generic-packages', 'version.json'),
      '{"pipeline":"7","command":"version","outputs":{"__proto__":"x"}}',
    );
    expect(await read()).toMatchObject({ passedOn: 'nothing' });
  });
});
