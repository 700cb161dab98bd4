import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, placeOf, runIn, type Ended } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

function run(argv: readonly string[], env: Record<string, string> = {}, below = '.'): Promise<Ended> {
  const job = { GENERIC_PACKAGES_DOOR: 'gitlab', CI_PROJECT_DIR: folder.path, CI_PIPELINE_ID: '7' };
  return runIn(placeOf({ argv, env: { ...job, ...env }, cwd: join(folder.path, below) }));
}

function fileOf(name: string): string {
  return readFileSync(join(folder.path, '.generic-packages', name), 'utf8');
}

function jsonOf(name: string): Record<string, unknown> {
  return JSON.parse(fileOf(name)) as Record<string, unknown>;
}

function names(): readonly string[] {
  return readdirSync(join(folder.path, '.generic-packages')).sort();
}

const FILES = { GENERIC_PACKAGES_INPUT_FILES: 'a' };

describe('inputs', () => {
  test("come from the template's variables, with blanks around them", async () => {
    await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_PACKAGE_NAME: ' tool ', GENERIC_PACKAGES_INPUT_FLATTEN: 'true ' });
    expect(jsonOf('move.result.json')).toMatchObject({ 'package-name': 'tool' });
  });

  test("come from one's own variables for the connection only", async () => {
    const env = { ...FILES, GENERIC_PACKAGES_PACKAGE_NAME: 'tool', GENERIC_PACKAGES_RETRIES: 'many' };
    const ended = await run(['move'], env);
    expect(ended.stdout).toContain('retries: must be a whole number from 0 to 20, not `many` (from GENERIC_PACKAGES_RETRIES)');
    await run(['move'], { ...FILES, GENERIC_PACKAGES_PACKAGE_NAME: 'tool' });
    expect(jsonOf('move.result.json')).toMatchObject({ 'package-name': 'widget' });
  });

  test.each([[''], [' '], ['$MISSING']])('a token that arrives as %j is wrong usage', async (token) => {
    const ended = await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_TOKEN: token, GENERIC_PACKAGES_TOKEN: 'other' });
    expect(ended.code).toBe(2);
    expect(ended.stdout).toContain('protected variables are empty on unprotected branches and tags');
  });

  test('a token that nobody named is `auto`, and then the variable counts', async () => {
    const env = { ...FILES, GENERIC_PACKAGES_INPUT_TOKEN: 'auto', GENERIC_PACKAGES_TOKEN: 'hunter2' };
    const ended = await run(['move', '--mode', 'say', '--payload', 'hunter2'], env);
    expect(ended.stdout).toContain('***');
    expect(ended.stdout).not.toContain('hunter2');
  });

  test("the job's own token is shown nowhere either", async () => {
    const ended = await run(['move', '--mode', 'say', '--payload', 'x job-secret'], { ...FILES, CI_JOB_TOKEN: 'job-secret' });
    expect(ended.stdout).toContain('x ***');
  });
});

describe('what a run leaves', () => {
  test('is the hand-over, the report of variables, the result, the annotations and each list', async () => {
    expect(await run(['move'], FILES)).toMatchObject({ code: 0, stderr: '' });
    expect(names()).toEqual(['move-files.json', 'move.annotations.json', 'move.env', 'move.json', 'move.result.json']);
    const files = [
      { name: 'bin/file-0.txt', size: 0, status: 'moved' },
      { name: 'bin/file-1.txt', size: 1, status: 'moved' },
    ];
    expect(jsonOf('move.json')).toEqual({
      pipeline: '7',
      verb: 'move',
      outputs: {
        'package-name': 'widget',
        directory: 'out',
        count: '2',
        finished: 'true',
        files: JSON.stringify(files),
        'files-path': '.generic-packages/move-files.json',
      },
    });
    expect(jsonOf('move.result.json')).toEqual({
      'package-name': 'widget',
      directory: 'out',
      count: 2,
      finished: true,
      files,
      'files-path': '.generic-packages/move-files.json',
    });
    expect(JSON.parse(fileOf('move-files.json'))).toEqual(files);
    expect(fileOf('move.env')).toBe(
      'MOVE_PACKAGE_NAME=widget\nMOVE_DIRECTORY=out\nMOVE_COUNT=2\nMOVE_FINISHED=true\n' +
        'MOVE_FILES_PATH=.generic-packages/move-files.json\n',
    );
    expect(jsonOf('move.annotations.json')).toEqual({
      'generic-packages': files.map(({ name }) => ({
        external_link: { label: name, url: `https://gitlab.test/api/${name}` },
      })),
    });
  });

  test('lies in the project folder, wherever below it the job runs', async () => {
    mkdirSync(join(folder.path, 'deep'));
    await run(['move'], FILES, 'deep');
    expect(existsSync(join(folder.path, 'deep', '.generic-packages'))).toBe(false);
    expect(names()).toContain('move.json');
  });

  test('names what the report of variables cannot hold', async () => {
    const ended = await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_PACKAGE_NAME: 'a $b' });
    expect(fileOf('move.env')).not.toContain('PACKAGE_NAME');
    expect(ended.stdout).toContain('.generic-packages/move.env is without MOVE_PACKAGE_NAME: ');
    expect(ended.stdout).toContain('.generic-packages/move.env is without MOVE_FILES: ');
  });

  test('has the prefix before it', async () => {
    await run(['version'], { GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' });
    expect(names()).toEqual(['CLI_version.annotations.json', 'CLI_version.env', 'CLI_version.json', 'CLI_version.result.json']);
    expect(fileOf('CLI_version.env')).toBe('CLI_VERSION=1.2.3\nCLI_VERSION_PREVIOUS=none\n');
    expect(fileOf('CLI_version.annotations.json')).toBe('{}\n');
  });

  test('is gone when the next run of the same job fails, and what others left stays', async () => {
    await run(['move'], FILES);
    await run(['version']);
    writeFileSync(join(folder.path, '.generic-packages', 'mine.txt'), 'x');
    expect(await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_MODE: 'fail' })).toMatchObject({ code: 1 });
    expect(names()).toEqual(['mine.txt', 'version.annotations.json', 'version.env', 'version.json', 'version.result.json']);
  });

  test('a wrong usage touches nothing', async () => {
    await run(['move'], FILES);
    await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_RETRIES: 'x' });
    expect(names()).toContain('move.json');
  });

  test('holds a list that is too long for an output whole', async () => {
    await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_MODE: 'many' });
    expect(jsonOf('move.json')).toMatchObject({ outputs: { files: '[]' } });
    expect(jsonOf('move.result.json')).toMatchObject({ files: { length: 1500 } });
    expect(jsonOf('move.annotations.json')).toMatchObject({ 'generic-packages': { length: 15 } });
  });

  test('holds no secret', async () => {
    await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_MODE: 'mask' });
    for (const name of names()) expect(fileOf(name)).not.toContain('hidden-word');
  });
});

describe('nothing is written through a link', () => {
  test('that stands in the place of the folder', async () => {
    mkdirSync(join(folder.path, 'elsewhere'));
    symlinkSync('elsewhere', join(folder.path, '.generic-packages'));
    const ended = await run(['move'], FILES);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toContain('is a link, and nothing is written through one');
    expect(readdirSync(join(folder.path, 'elsewhere'))).toEqual([]);
  });

  test('that stands in the place of a file', async () => {
    mkdirSync(join(folder.path, '.generic-packages'));
    writeFileSync(join(folder.path, 'victim'), 'kept');
    for (const name of ['move.json', 'move.env', 'move-files.json']) {
      symlinkSync('../victim', join(folder.path, '.generic-packages', name));
    }
    expect(await run(['move'], FILES)).toMatchObject({ code: 0 });
    expect(readFileSync(join(folder.path, 'victim'), 'utf8')).toBe('kept');
    expect(jsonOf('move.json')).toMatchObject({ verb: 'move' });
  });

  test('nor into a file that stands in the place of the folder', async () => {
    writeFileSync(join(folder.path, '.generic-packages'), 'x');
    expect(await run(['move'], FILES)).toMatchObject({ code: 1 });
  });
});

describe('the log', () => {
  test('has sections that can be folded', async () => {
    const { stdout } = await run(['move', '--mode', 'say', '--payload', 'hello'], FILES);
    const [, name = ''] = /section_start:1700000000:([A-Za-z0-9_.-]+)\[/.exec(stdout) ?? [];
    const clear = '\u001b[0K';
    expect(stdout).toContain(
      `${clear}section_start:1700000000:${name}[collapsed=true]\r${clear}Say it\nhello\n` +
        `${clear}section_end:1700000000:${name}\r${clear}\n`,
    );
  });

  test('is on standard error with --json', async () => {
    const ended = await run(['move', '--json'], FILES);
    expect(JSON.parse(ended.stdout)).toMatchObject({ count: 2 });
    expect(ended.stderr).toContain('Moved 2 files');
  });

  test('has colours, but for those who want none', async () => {
    expect((await run(['move'], FILES)).stdout).toContain('\u001b[1mMoved');
    expect((await run(['move'], { ...FILES, NO_COLOR: '1' })).stdout).toContain('\nMoved 2 files'.trimStart());
    expect((await run(['move'], { ...FILES, NO_COLOR: '1' })).stdout).not.toContain('\u001b[1m');
  });
});

test('a verb without a component works in a job as at a terminal', async () => {
  const ended = await run(['list', '--json']);
  expect(ended.code).toBe(0);
  expect(existsSync(join(folder.path, '.generic-packages'))).toBe(false);
});

describe('what an earlier job handed on', () => {
  async function read(env: Record<string, string> = {}): Promise<Ended & { handed: unknown }> {
    const ended = await run(['reader', '--json'], env);
    return { ...ended, handed: (JSON.parse(ended.stdout) as Record<string, unknown>).handed };
  }

  test('is read', async () => {
    await run(['version']);
    expect(await read()).toMatchObject({ handed: '1.2.3', stderr: '' });
  });

  test('is read by its prefix', async () => {
    await run(['version'], { GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' });
    expect(await read()).toMatchObject({ handed: 'nothing' });
    expect(await read({ GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' })).toMatchObject({ handed: '1.2.3' });
  });

  test('is read in a job of the command line too, but not outside of GitLab', async () => {
    await run(['version']);
    const terminal = { GENERIC_PACKAGES_DOOR: 'terminal' };
    expect(await read({ ...terminal, GITLAB_CI: 'true' })).toMatchObject({ handed: '1.2.3' });
    expect(await read(terminal)).toMatchObject({ handed: 'nothing' });
  });

  test('is ignored with a warning when it is of another pipeline', async () => {
    await run(['version'], { CI_PIPELINE_ID: '6' });
    const ended = await read();
    expect(ended.handed).toBe('nothing');
    expect(ended.stderr).toContain('.generic-packages/version.json is of another pipeline and is ignored');
  });

  test.each([
    ['2.0.0', /counts, not \$VERSION, which differs: 1\.2\.3 was handed on, \$VERSION is 2\.0\.0/],
    ['my-secret', /counts, not \$VERSION, which differs$/m],
  ])('counts where $VERSION says %s', async (value, line) => {
    await run(['version']);
    const ended = await read({ VERSION: value });
    expect(ended.handed).toBe('1.2.3');
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
    ['no outputs', '{"pipeline":"7","verb":"version"}'],
    ['outputs that are no texts', '{"pipeline":"7","verb":"version","outputs":{"version":1}}'],
    ['a pipeline that is no text', '{"pipeline":7,"verb":"version","outputs":{}}'],
    ['another verb', '{"pipeline":"7","verb":"move","outputs":{}}'],
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
    writeFileSync(join(folder.path, 'other.json'), '{"pipeline":"7","verb":"version","outputs":{"version":"6.6.6"}}');
    symlinkSync('../other.json', join(folder.path, '.generic-packages', 'version.json'));
    expect(await run(['reader', '--json'])).toMatchObject({ code: 1 });
  });

  test('has no names but those of the file', async () => {
    mkdirSync(join(folder.path, '.generic-packages'));
    writeFileSync(
      join(folder.path, '.generic-packages', 'version.json'),
      '{"pipeline":"7","verb":"version","outputs":{"__proto__":"x"}}',
    );
    expect(await read()).toMatchObject({ handed: 'nothing' });
  });
});
