/** `--json`: outputs, lists and failures as one object. */
import { readFileSync, statSync } from 'node:fs';
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
    expect(Object.keys(outputs)).toEqual(['package-name', 'directory', 'count', 'complete', 'files', 'files-path']);
    expect(outputs).toMatchObject({
      'package-name': 'widget',
      count: 2,
      complete: true,
      files: [{ size: 0 }, { size: 1 }],
    });
    expect(ended.stderr).toContain('Moved 2 files');
  });

  test('the list file holds the list and is for this user only', async () => {
    const outputs = json(await run(['move', '--files', 'a', '--json'])) as Record<string, string>;
    const path = outputs['files-path'] ?? '';
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(outputs.files);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

  test.each(['all', 'many'])(
    'a list file that cannot be written leaves its path empty, with a warning: %s',
    async (mode) => {
      const place = placeOf({ argv: ['move', '--files', 'a', '--mode', mode, '--json'], cwd: folder.path });
      const ended = await runIn({ ...place, temp: join(folder.path, 'missing') });
      expect(ended.code).toBe(0);
      expect(json(ended)).toMatchObject({ 'files-path': '', complete: true });
      expect(ended.stderr).toMatch(/warning: The output files-path is empty.*ENOENT/);
      expect(ended.stderr).not.toContain('files-path names');
    },
  );

  test('a list that is too long is empty, and a warning points to its file', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'many', '--json']);
    const outputs = json(ended) as Record<string, string>;
    expect(outputs.files).toEqual([]);
    expect(ended.stderr).toMatch(/warning: The output files is \[\], for 1500 entries.*files-path/);
    expect(JSON.parse(readFileSync(outputs['files-path'] ?? '', 'utf8'))).toHaveLength(1500);
  });

  test('a list that was asked for is whole, however long', async () => {
    expect(json(await run(['list', '--json']))).toMatchObject({ versions: { length: 2000 } });
  });

  test('a failure is an object too', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'fail', '--json']);
    expect(ended.code).toBe(1);
    expect(json(ended)).toEqual({
      error: {
        code: 'conflict',
        message: 'The version is closed',
        problems: ['a differs', 'b differs'],
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
          '--filez: `move` has no such flag; did you mean --files?',
          '--files: is required and was not given',
          '--retries: must be a whole number from 0 to 20, not `10x`',
          '--if-exists: goes only with flatten',
        ],
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
