import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeFolder, placeOf, runIn, type Ended, type PlaceOptions } from './workbench.ts';

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

function run(argv: readonly string[], options: Omit<PlaceOptions, 'argv' | 'cwd'> = {}): Promise<Ended> {
  return runIn(placeOf({ ...options, argv, cwd: folder.path }));
}

function json({ stdout }: Ended): unknown {
  return JSON.parse(stdout);
}

describe('without --json', () => {
  test('the report goes to standard output, what is said on the way to standard error', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'say', '--payload', 'hello']);
    expect(ended).toEqual({
      code: 0,
      stdout: [
        'Moved 2 files hello',
        '  digest   sha256:abc',
        '  payload  hello',
        '',
        '  file            size',
        '  bin/file-0.txt     0',
        '  bin/file-1.txt     1',
        'pin: 1.2.3',
        '',
      ].join('\n'),
      stderr: 'Say it\nhello\n',
    });
  });

  test('nothing is left behind: nobody could know where', async () => {
    await run(['move', '--files', 'a']);
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('a failure is told with every problem and the next step', async () => {
    expect(await run(['move', '--files', 'a', '--mode', 'fail'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: The version is closed\n  - a differs\n  - b differs\nTake a new one.\n',
    });
  });

  test('a long table is cut, unless it is what was asked for', async () => {
    const cut = await run(['move', '--files', 'a', '--mode', 'many']);
    expect(cut.stdout).toContain('bin/file-199.txt');
    expect(cut.stdout).not.toContain('bin/file-200.txt');
    expect(cut.stdout).toContain('… and 1300 more');
    expect((await run(['list'])).stdout).toContain('1.0.1999');
  });

  test('details show with --verbose only', async () => {
    const args = ['move', '--files', 'a', '--mode', 'say', '--payload', 'x'];
    expect((await run(args)).stderr).not.toContain('detail');
    expect((await run([...args, '--verbose'])).stderr).toContain('detail x\n');
    expect((await run(args, { env: { RUNNER_DEBUG: '1' } })).stderr).toContain('detail x\n');
    expect((await run(args, { env: { CI_DEBUG_TRACE: 'true' } })).stderr).toContain('detail x\n');
  });
});

describe('colours', () => {
  const args = ['move', '--files', 'a', '--mode', 'warn'];
  const YELLOW = '\u001b[33mwarning:\u001b[39m';
  test.each<[what: string, options: Omit<PlaceOptions, 'argv' | 'cwd'>, expected: boolean]>([
    ['show on a terminal', { terminal: true }, true],
    ['do not show elsewhere', {}, false],
    ['do not show with NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['show when NO_COLOR is blank', { terminal: true, env: { NO_COLOR: '' } }, true],
    ['do not show on a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }, false],
    ['show anywhere with FORCE_COLOR', { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, true],
    ['do not show with FORCE_COLOR=0', { terminal: true, env: { FORCE_COLOR: '0' } }, false],
  ])('%s', async (_what, options, expected) => {
    const { stdout, stderr } = await run(args, options);
    expect(stderr.includes(YELLOW)).toBe(expected);
    expect(stdout.includes('\u001b[')).toBe(expected);
  });

  test('foreign text brings none of its own', async () => {
    const { stderr } = await run([...args, '--payload', '\u001b[31mred\u001b[0m\u202etfel']);
    expect(stderr).toContain('\\u{1b}[31mred\\u{1b}[0m\\u{202e}tfel');
    expect(stderr).not.toContain('\u001b');
  });
});

describe('with --json', () => {
  test('standard output is one object of typed outputs, all else is on standard error', async () => {
    const ended = await run(['move', '--files', 'a', '--json']);
    const outputs = json(ended) as Record<string, unknown>;
    expect(ended.code).toBe(0);
    expect(ended.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(Object.keys(outputs)).toEqual(['package-name', 'directory', 'count', 'finished', 'files', 'files-path']);
    expect(outputs).toMatchObject({ 'package-name': 'widget', count: 2, finished: true, files: [{ size: 0 }, { size: 1 }] });
    expect(ended.stderr).toContain('Moved 2 files');
  });

  test('the list file holds the list and is for this user only', async () => {
    const outputs = json(await run(['move', '--files', 'a', '--json'])) as Record<string, string>;
    const path = outputs['files-path'] ?? '';
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(outputs.files);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
  });

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
      error: { code: 'conflict', message: 'The version is closed', problems: ['a differs', 'b differs'] },
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

  test('and a word that is no verb', async () => {
    const ended = await run(['moev', '--json']);
    expect(ended.code).toBe(2);
    expect(json(ended)).toMatchObject({ error: { code: 'usage', message: expect.stringContaining('did you mean `move`') } });
  });
});

describe('an input comes from', () => {
  const env = {
    GENERIC_PACKAGES_FILES: 'from-environment',
    GENERIC_PACKAGES_PACKAGE_NAME: 'from-environment',
    GENERIC_PACKAGES_INPUT_PACKAGE_NAME: 'from-template',
  };
  test.each<[what: string, args: string[], env: Record<string, string>, name: string]>([
    ['its flag first', ['--package-name', 'from-flag'], env, 'from-flag'],
    ["then the template's variable", [], env, 'from-template'],
    ['then its own variable', [], { ...env, GENERIC_PACKAGES_INPUT_PACKAGE_NAME: ' ' }, 'from-environment'],
    ['a blank flag is none', ['--package-name', ''], env, 'from-template'],
    ['then the default', [], { GENERIC_PACKAGES_FILES: 'a' }, 'widget'],
  ])('%s', async (_what, args, given, name) => {
    expect(json(await run(['move', '--json', ...args], { env: given }))).toMatchObject({ 'package-name': name });
  });

  test('a problem with a variable names the variable', async () => {
    const ended = await run(['move', '--files', 'a'], { env: { GENERIC_PACKAGES_RETRIES: 'many' } });
    expect(ended.stderr).toContain('--retries: must be a whole number from 0 to 20, not `many` (from GENERIC_PACKAGES_RETRIES)');
  });
});

describe('a secret', () => {
  const say = ['move', '--files', 'a', '--mode', 'say', '--payload'];

  test.each<[what: string, args: string[], options: Omit<PlaceOptions, 'argv' | 'cwd'>]>([
    ['from its variable', [], { env: { GENERIC_PACKAGES_TOKEN: 'hunter2' } }],
    ['from a named variable', ['--token-env', 'MINE'], { env: { MINE: 'hunter2', GENERIC_PACKAGES_TOKEN: '' } }],
    ['from a file', ['--token-file', 'secret.txt'], {}],
    ['from standard input', ['--token-file', '-'], { stdin: '\ufeffhunter2\r\n' }],
  ])('%s is shown nowhere', async (_what, args, options) => {
    writeFileSync(join(folder.path, 'secret.txt'), 'hunter2\n');
    const ended = await run([...say, 'a hunter2 b', ...args], options);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('a *** b');
    expect(ended.stdout + ended.stderr).not.toContain('hunter2');
  });

  test.each<[what: string, args: string[], problem: RegExp]>([
    ['its value in place of a name', ['--token-env', 'hunter2-x'], /--token-env: wants the name of an environment variable/],
    ['a variable that is not set', ['--token-env', 'HUNTER2'], /--token-env: the variable that it names is not set/],
    ['a file that is not there', ['--token-file', 'hunter2'], /--token-file: the file that it names cannot be read \(ENOENT\)/],
    ['a folder', ['--token-file', '.'], /cannot be read \(EISDIR\)/],
    ['a file that is blank', ['--token-file', 'blank'], /--token: was named but is empty.*\(from --token-file\)/],
    ['a file that is endless', ['--token-file', '/dev/zero'], /holds more than 65536 bytes/],
    ['standard input that is empty', ['--token-file', '-'], /--token: was named but is empty/],
  ])('%s is wrong usage', async (_what, args, problem) => {
    writeFileSync(join(folder.path, 'blank'), ' \n');
    const ended = await run(['move', '--files', 'a', ...args], { env: { GENERIC_PACKAGES_TOKEN: 'fallback' } });
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(problem);
    expect(ended.stderr.toLowerCase()).not.toContain('hunter2');
  });

  test('that is blank in its variable is wrong usage, `auto` is as if it were not there', async () => {
    const blank = await run(['move', '--files', 'a'], { env: { GENERIC_PACKAGES_TOKEN: '' } });
    expect(blank.stderr).toContain('--token: was named but is empty');
    const auto = { GENERIC_PACKAGES_INPUT_TOKEN: 'auto', GENERIC_PACKAGES_TOKEN: 'hunter2' };
    expect((await run([...say, 'hunter2'], { env: auto })).stderr).toContain('***');
  });

  test('that the run makes known is taken out of outputs, files and reports too', async () => {
    const ended = await run(['move', '--files', 'a', '--mode', 'mask', '--json']);
    expect(json(ended)).toMatchObject({ 'package-name': 'has ***' });
    expect(ended.stderr).toContain('one *** and ***');
    expect(ended.stdout + ended.stderr).not.toMatch(/hidden-word|aGlkZGVu/);
  });
});

test('certificates: what the environment asks for has no effect, and that is said', async () => {
  const ended = await run(['move', '--files', 'a'], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  expect(ended.stderr).toContain('warning: NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect');
});

test('the run has a time limit that ends it', async () => {
  const ended = await run(['move', '--files', 'a', '--mode', 'limit', '--json']);
  expect(ended.code).toBe(1);
  expect(json(ended)).toMatchObject({ error: { code: 'max-time' } });
});

test('a run that forgets an output has a defect', async () => {
  const ended = await run(['move', '--files', 'a', '--mode', 'leave-out', '--json']);
  expect(json(ended)).toMatchObject({ error: { code: 'internal', message: '`move` ended without its output count' } });
});

test('a defect shows where it comes from when asked', async () => {
  const args = ['move', '--files', 'a', '--mode', 'throw'];
  expect((await run(args)).stderr).toContain('error: Unexpected error: x is not a function');
  expect((await run([...args, '--verbose'])).stderr).toMatch(/TypeError: x is not a function\n {4}at /);
});

test('an unknown door is wrong usage', async () => {
  const ended = await run(['move'], { env: { GENERIC_PACKAGES_DOOR: 'gitbub' } });
  expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('must be one of `github`, `gitlab`, `terminal`') });
  expect(existsSync(join(folder.path, '.generic-packages'))).toBe(false);
});
