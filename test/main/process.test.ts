/** The program as a process: exit codes, signals, help, and ends that nobody planned. */
import { execFileSync, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { makeFolder } from '../hosts/workbench.ts';
import { runProgram, startProgram, type Ended } from './program.ts';

let folder: ReturnType<typeof makeFolder>;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => {
  folder.remove();
});

function move(mode: string, ...more: readonly string[]): readonly string[] {
  return ['move', '--files', 'a', '--mode', mode, ...more];
}

function run(args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return runProgram(args, { cwd: folder.path, env });
}

/** Starts a run, waits until it says so, sends the signals one after the other. */
async function signalled(args: readonly string[], ...signals: readonly NodeJS.Signals[]): Promise<Ended> {
  const program = startProgram(args, { cwd: folder.path });
  await program.says('waiting');
  for (const signal of signals) {
    program.child.kill(signal);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return program.ended;
}

describe('the exit code', () => {
  test.each<[args: readonly string[], code: number]>([
    [move('report'), 0],
    [move('fail'), 1],
    [move('wait-silently', '--max-time', '1s'), 1],
    [['move'], 2],
    [move('report', '--nonsense'), 2],
    [['moev'], 2],
    [[], 2],
    [['--json'], 2],
    [['--help'], 0],
    [['constructor', '--help'], 2],
    [['toString', '--help'], 2],
    [['move', '--help', '--nonsense'], 0],
    [['help', 'move'], 0],
    [['move', '--version'], 0],
  ])('of %j is %i', async (args, code) => {
    expect(await run(args)).toMatchObject({ code });
  });
});

describe('help', () => {
  test('that was asked for is on standard output', async () => {
    const { stdout, stderr } = await run(['move', '--help']);
    expect(stdout).toMatch(/^generic-packages move: Move files\n/);
    expect(stderr).toBe('');
  });

  test('for nothing asked is on standard error, with what is missing', async () => {
    const { stdout, stderr } = await run([]);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^Publish and fetch[^]*error: no command was given\. The commands are `move`/);
  });

  test('for nothing asked leaves standard output to --json', async () => {
    const { stdout } = await run(['--json']);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'usage' } });
  });
});

describe('a run that goes wrong in its own way ends with one message and code 1', () => {
  test.each([
    ['throw', 'error: Unexpected error: x is not a function'],
    ['throw-outside', 'error: Unexpected error: thrown in a timer'],
    ['reject-outside', 'error: Unexpected error: rejected and forgotten'],
    ['lose', 'error: The run ended without a result'],
  ])('%s', async (mode, message) => {
    const { code, stdout, stderr } = await run(move(mode));
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr.match(/error:/g)).toHaveLength(message.match(/error:/g)?.length ?? 0);
  });

  test.each([['throw-outside'], ['lose']])('%s, as an object with --json', async (mode) => {
    const { code, stdout } = await run(move(mode, '--json'));
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'internal' } });
  });

  test('as an annotation on GitHub', async () => {
    const env = { GENERIC_PACKAGES_PLATFORM: 'github', INPUT_FILES: 'a', INPUT_MODE: 'lose' };
    const { code, stdout } = await run(['move'], env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^::error::The run ended without a result/);
  });
});

describe('a signal', () => {
  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('%s stops the run, which says how to go on, with code %i', async (signal, code) => {
    const ended = await signalled(move('wait'), signal);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toBe(
      `error: Interrupted by ${signal}\n` + 'Run the same command again: it continues where it stopped.\n',
    );
  });

  test('lets the run say in its own words where it stopped', async () => {
    const ended = await signalled(move('explain', '--json'), 'SIGTERM');
    expect(ended.code).toBe(143);
    expect(ended.stdout).toContain('{"error":{"code":"interrupted","message":"Stopped after 3 of 5 files"');
  });

  test('has its code also when the run ends well because of it, as a server does', async () => {
    const ended = await signalled(move('serve'), 'SIGINT');
    expect(ended.code).toBe(130);
    expect(ended.stdout).toContain('Moved 2 files');
    expect(ended.stderr).toBe('');
  });

  test('ends a run that does not listen, all the same', async () => {
    const ended = await signalled(move('ignore-signals'), 'SIGTERM');
    expect(ended.code).toBe(143);
    expect(ended.stderr).toContain('error: Interrupted by SIGTERM');
  });

  test('that comes a second time ends at once', async () => {
    const ended = await signalled(move('ignore-signals'), 'SIGINT', 'SIGINT');
    expect(ended).toMatchObject({ code: 130, stderr: '' });
  });

  test('has its code on GitHub too', async () => {
    const env = { GENERIC_PACKAGES_PLATFORM: 'github', INPUT_FILES: 'a', INPUT_MODE: 'wait' };
    const program = startProgram(['move'], { cwd: folder.path, env });
    await program.says('waiting');
    program.child.kill('SIGTERM');
    expect(await program.ended).toMatchObject({
      code: 143,
      stdout: expect.stringContaining('::error::Interrupted by SIGTERM'),
    });
  });

  test('reaches a run that waits for a secret from standard input', async () => {
    const args = move('report', '--token-file', '-', '--verbose');
    const program = startProgram(args, {
      cwd: folder.path,
      env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' },
      keepsStdinOpen: true,
    });
    await new Promise((resolve) => program.child.stderr?.once('data', resolve));
    program.child.kill('SIGINT');
    expect(await program.ended).toMatchObject({ code: 130 });
  });

  test.each([{ signals: 1 }, { signals: 2 }])(
    'ends a run whose thread reads from a silent pipe, for which Node itself would wait ($signals)',
    async ({ signals }) => {
      const pipe = join(folder.path, `pipe-${signals}`);
      execFileSync('mkfifo', [pipe]);
      const program = startProgram(move('report', '--token-file', pipe), { cwd: folder.path });
      // It opens once somebody reads.
      const writer = await open(pipe, 'w');
      for (let sent = 0; sent < signals; sent += 1) program.child.kill('SIGINT');
      const ended = await Promise.race([program.ended, sleep(4_000, undefined, { ref: false })]);
      program.child.kill('SIGKILL');
      await writer.close();
      // A shell and a runner call that 130.
      expect([ended?.code, program.child.signalCode]).toEqual([null, 'SIGINT']);
    },
  );
});

test('a time limit ends a run that does not listen, all the same', async () => {
  const program = startProgram(move('ignore-signals', '--max-time', '1s'), { cwd: folder.path });
  const ended = await Promise.race([program.ended, sleep(15_000, undefined, { ref: false })]);
  program.child.kill('SIGKILL');
  expect(ended).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^error: The run reached its time limit: `max-time` is /) as unknown,
  });
}, 30_000);

describe('standard output', () => {
  test('is whole, however much it is', async () => {
    const { stdout } = await run(['list', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ versions: { length: 2000 } });
  });

  test('that is closed early is no failure of the run', async () => {
    const program = startProgram(['list'], { cwd: folder.path });
    program.child.stdout?.destroy();
    expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('that cannot be written is', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(import.meta.dirname, 'sample-program.ts'), 'list', '--json'], {
      cwd: folder.path,
      env: { PATH: process.env.PATH ?? '', TMPDIR: folder.path },
      stdio: ['ignore', full, 'ignore'],
    });
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(1);
  });
});
