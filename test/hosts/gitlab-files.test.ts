/** The files that a GitLab job leaves for those after it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

describe('what a run leaves', () => {
  test('is the pipeline values, the report of variables, the result, the annotations and each list', async () => {
    expect(await run(['move'], FILES)).toMatchObject({ code: 0, stderr: '' });
    expect(names()).toEqual(['move-files.json', 'move.annotations.json', 'move.env', 'move.json', 'move.result.json']);
    const files = [
      { name: 'bin/file-0.txt', size: 0, status: 'moved' },
      { name: 'bin/file-1.txt', size: 1, status: 'moved' },
    ];
    expect(jsonOf('move.json')).toEqual({
      pipeline: '7',
      command: 'move',
      outputs: {
        'package-name': 'widget',
        directory: 'out',
        count: '2',
        complete: 'true',
        files: JSON.stringify(files),
        'files-path': '.generic-packages/move-files.json',
      },
    });
    expect(jsonOf('move.result.json')).toEqual({
      'package-name': 'widget',
      directory: 'out',
      count: 2,
      complete: true,
      files,
      'files-path': '.generic-packages/move-files.json',
    });
    expect(JSON.parse(fileOf('move-files.json'))).toEqual(files);
    expect(fileOf('move.env')).toBe(
      'MOVE_PACKAGE_NAME=widget\nMOVE_DIRECTORY=out\nMOVE_COUNT=2\nMOVE_COMPLETE=true\n' +
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
    expect(ended.stdout).toContain('.generic-packages/move.env does not contain MOVE_PACKAGE_NAME: ');
    // A list is no value of a variable, and nobody expects it there.
    expect(ended.stdout).not.toContain('MOVE_FILES:');
    expect(fileOf('move.env')).not.toContain('MOVE_FILES=');
  });

  test('has the prefix before it', async () => {
    await run(['version'], { GENERIC_PACKAGES_OUTPUT_PREFIX: 'CLI_' });
    expect(names()).toEqual([
      'CLI_version.annotations.json',
      'CLI_version.env',
      'CLI_version.json',
      'CLI_version.result.json',
    ]);
    expect(fileOf('CLI_version.env')).toBe('CLI_VERSION=1.2.3\nCLI_VERSION_PREVIOUS=none\n');
    expect(fileOf('CLI_version.annotations.json')).toBe('{}\n');
  });

  test('is gone when the next run of the same job fails, and what others left stays', async () => {
    await run(['move'], FILES);
    await run(['version']);
    writeFileSync(join(folder.path, '.generic-packages', 'mine.txt'), 'x');
    expect(await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_MODE: 'fail' })).toMatchObject({
      code: 1,
    });
    expect(names()).toEqual([
      'mine.txt',
      'version.annotations.json',
      'version.env',
      'version.json',
      'version.result.json',
    ]);
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
    expect(ended.stdout).toContain('is a link: nothing is written through a link');
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
    expect(jsonOf('move.json')).toMatchObject({ command: 'move' });
  });

  test('nor into a file that stands in the place of the folder', async () => {
    writeFileSync(join(folder.path, '.generic-packages'), 'x');
    expect(await run(['move'], FILES)).toMatchObject({ code: 1 });
  });
});
