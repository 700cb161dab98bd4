/** Where a secret may come from at a terminal, and that it is shown nowhere. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, runAtTerminal, type Ended, type PlaceOptions } from './workbench.ts';

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

describe('a secret', () => {
  const say = ['move', '--files', 'a', '--mode', 'say', '--payload'];

  test.each<[what: string, args: string[], options: Omit<PlaceOptions, 'argv' | 'cwd'>]>([
    ['from its variable', [], { env: { GENERIC_PACKAGES_TOKEN: 'hunter22' } }],
    ['from a named variable', ['--token-env', 'MINE'], { env: { MINE: 'hunter22', GENERIC_PACKAGES_TOKEN: '' } }],
    ['from a file', ['--token-file', 'secret.txt'], {}],
    ['from standard input', ['--token-file', '-'], { stdin: '\ufeffhunter22\r\n' }],
  ])('%s is shown nowhere', async (_what, args, options) => {
    writeFileSync(join(folder.path, 'secret.txt'), 'hunter22\n');
    const ended = await run([...say, 'a hunter22 b', ...args], options);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('a *** b');
    expect(ended.stdout + ended.stderr).not.toContain('hunter22');
  });

  test.each<[what: string, args: string[], problem: RegExp]>([
    [
      'its value in place of a name',
      ['--token-env', 'hunter22-x'],
      /--token-env: needs the name of an environment variable/,
    ],
    ['a variable that is not set', ['--token-env', 'HUNTER22'], /--token-env: the variable that it names is not set/],
    [
      'a file that is not there',
      ['--token-file', 'hunter22'],
      /--token-file: the file that it names cannot be read \(ENOENT\)/,
    ],
    ['a folder', ['--token-file', '.'], /cannot be read \(EISDIR\)/],
    ['a file that is blank', ['--token-file', 'blank'], /--token: was named but is empty.*\(from --token-file\)/],
    ['a file that is endless', ['--token-file', '/dev/zero'], /is longer than 65536 bytes, so it is not a token/],
    ['standard input that is empty', ['--token-file', '-'], /--token: was named but is empty/],
  ])('%s is wrong usage', async (_what, args, problem) => {
    writeFileSync(join(folder.path, 'blank'), ' \n');
    const ended = await run(['move', '--files', 'a', ...args], {
      env: { GENERIC_PACKAGES_TOKEN: 'fallback' },
    });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(problem);
    expect(ended.stderr.toLowerCase()).not.toContain('hunter22');
  });

  test('that is blank in its variable is wrong usage, `auto` is as if it were not there', async () => {
    const blank = await run(['move', '--files', 'a'], { env: { GENERIC_PACKAGES_TOKEN: '' } });
    expect(blank.stderr).toContain('--token: was named but is empty');
    const auto = { GENERIC_PACKAGES_INPUT_TOKEN: 'auto', GENERIC_PACKAGES_TOKEN: 'hunter22' };
    expect((await run([...say, 'hunter22'], { env: auto })).stderr).toContain('***');
  });

  test('that the run makes known is taken out of outputs, files and reports too', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'mask', '--json']);
    expect(json(ended)).toMatchObject({ 'package-name': 'has ***' });
    expect(ended.stderr).toContain('one *** and ***');
    expect(ended.stdout + ended.stderr).not.toMatch(/hidden-word|aGlkZGVu/);
  });
});
