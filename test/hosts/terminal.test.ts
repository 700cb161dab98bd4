/** A run at a terminal: its two streams, colours, and where inputs come from. */
import { existsSync, readdirSync } from 'node:fs';
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
    expect(cut.stdout).toContain('bin/file-9.txt');
    expect(cut.stdout).not.toContain('bin/file-10.txt');
    expect(cut.stdout).toContain('… and 1490 more: --verbose shows every row, --json prints them\n1500 files moved\n');
    const whole = await run(['move', '--files', 'a', '--mode', 'many', '--verbose']);
    expect(whole.stdout).toContain('bin/file-1499.txt');
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
    expect(json(await run(['move', '--json', ...args], { env: given }))).toMatchObject({
      'package-name': name,
    });
  });

  test('a problem with a variable names the variable', async () => {
    const ended = await run(['move', '--files', 'a'], {
      env: { GENERIC_PACKAGES_RETRIES: 'many' },
    });
    expect(ended.stderr).toContain(
      '--retries: must be a whole number from 0 to 20, not `many` (from GENERIC_PACKAGES_RETRIES)',
    );
  });
});

test('certificates: what the environment asks for has no effect, and that is said', async () => {
  const ended = await run(['move', '--files', 'a'], { env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
  expect(ended.stderr).toContain('warning: NODE_TLS_REJECT_UNAUTHORIZED=0 has no effect');
});

test('the run has a time limit that ends it', async () => {
  const ended = await run(['move', '--files', 'a', '--mode', 'wait-silently', '--max-time', '1s', '--json']);
  expect(ended.code).toBe(1);
  expect(json(ended)).toMatchObject({ error: { code: 'max-time' } });
});

test('a run that forgets an output has a defect', async () => {
  const ended = await run(['move', '--files', 'a', '--mode', 'leave-out', '--json']);
  expect(json(ended)).toMatchObject({
    error: { code: 'internal', message: '`move` ended without its output count' },
  });
});

test('a defect shows where it comes from when asked', async () => {
  const args = ['move', '--files', 'a', '--mode', 'throw'];
  expect((await run(args)).stderr).toContain('error: Unexpected error: x is not a function');
  expect((await run([...args, '--verbose'])).stderr).toMatch(/TypeError: x is not a function\n {4}at /);
});

test('an unknown platform is wrong usage', async () => {
  const ended = await run(['move'], { env: { GENERIC_PACKAGES_PLATFORM: 'gitbub' } });
  expect(ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('must be one of `github`, `gitlab`, `terminal`'),
  });
  expect(existsSync(join(folder.path, '.generic-packages'))).toBe(false);
});
