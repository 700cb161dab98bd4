/** `--json`: outputs, lists and failures as one object. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, placeOf, runAtTerminal, runIn, type Ended, type PlaceOptions } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

function run(argv: readonly string[], options: Omit<PlaceOptions, 'argv' | 'cwd'> = {}): Promise<Ended> {
  return runAtTerminal(argv, { ...options, cwd: folder.path });
}

function json({ stdout }: Ended): unknown {
  return JSON.parse(stdout);
}

describe('with --json', () => {
  test('standard output is one object of typed outputs, all else is on standard error', async () => {
    const ended = await run(['move', '--files', 'a', '--json']);
    const outputs = json(ended) as Record<string, unknown>;
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(outputs)).toEqual(['package-name', 'directory', 'count', 'complete', 'files']);
    expect(outputs).toMatchObject({
      'package-name': 'widget',
      count: 2,
      complete: true,
      files: [{ size: 0 }, { size: 1 }],
    });
    expect(ended.stderr).toContain('Moved 2 files');
  });

  test('no file is left anywhere', async () => {
    mkdirSync(join(folder.path, 'temp'));
    const place = placeOf({ argv: ['move', '--files', 'a', '--json'], cwd: folder.path });
    expect(await runIn({ ...place, temp: join(folder.path, 'temp') })).toMatchObject({ code: 0 });
    expect(readdirSync(folder.path)).toEqual(['temp']);
    expect(readdirSync(join(folder.path, 'temp'))).toEqual([]);
  });

  test.each([
    [['move', '--files', 'a', '--mode', 'many'], 'files', 1500] as const,
    [['list'], 'versions', 2000] as const,
  ])('a list is whole, however long: %s', async (argv, name, length) => {
    const ended = await run([...argv, '--json']);
    expect(json(ended)).toMatchObject({ [name]: { length } });
    expect(ended.stderr).not.toContain('warning');
  });

  test('a failure is an object too', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'fail', '--json']);
    expect(ended.code).toBe(1);
    expect(json(ended)).toEqual({
      error: {
        code: 'conflict',
        message: 'The version is closed',
        problems: ['a differs', 'b differs'],
        hint: 'Take a new one.',
      },
    });
    expect(ended.stderr).toContain('error: The version is closed');
  });

  test('so is wrong usage, which names every input as typed', async () => {
    const ended = await run(['move', '--json', '--retries', '10x', '--if-exists', 'fail', '--filez', 'a']);
    expect(ended.code).toBe(2);
    expect(json(ended)).toEqual({
      error: {
        code: 'usage',
        message: '4 problems with the inputs of `move`',
        problems: [
          'unknown flag --filez; did you mean --files?',
          '--files: is required and was not given: Patterns',
          '--retries: must be a whole number from 0 to 20, not `10x`',
          '--if-exists: goes only with flatten',
        ],
        hint: '`generic-packages move --help` explains every input.',
      },
    });
    expect(ended.stderr).toContain('`generic-packages move --help`');
  });

  test('and a word that is no command', async () => {
    const ended = await run(['moev', '--json']);
    expect(ended.code).toBe(2);
    expect(json(ended)).toMatchObject({
      error: { code: 'usage', message: expect.stringContaining('did you mean `move`') },
    });
  });
});

describe('--files-path', () => {
  test('names the file that the list is written to, whole, and is the output of that name', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'many', '--json', '--files-path', 'list.json']);
    const outputs = json(ended) as Record<string, unknown>;
    expect(outputs['files-path']).toBe(join(folder.path, 'list.json'));
    expect(JSON.parse(readFileSync(join(folder.path, 'list.json'), 'utf8'))).toEqual(outputs.files);
    expect(readdirSync(folder.path)).toEqual(['list.json']);
  });

  test('works without --json too', async () => {
    expect(await run(['move', '--files', 'a', '--files-path', 'list.json'])).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(folder.path, 'list.json'), 'utf8'))).toHaveLength(2);
  });

  test('of a file that cannot be written fails the run, with what to do next', async () => {
    const ended = await run(['move', '--files', 'a', '--json', '--files-path', 'missing/list.json']);
    expect(ended.code).toBe(1);
    expect(json(ended)).toMatchObject({
      error: {
        code: 'local-file',
        message: expect.stringMatching(/missing.list\.json cannot be written: ENOENT/),
        hint: expect.stringContaining('in a folder that exists'),
      },
    });
  });
});
