/** The program in surroundings that lack something: a clear word, and never called a defect. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startJob } from '../hosts/github-step.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { ROOT } from '../support/process.ts';
import { withRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { writeFiles } from '../support/tree.ts';
import { endOf, type Ended } from '../support/process.ts';
import { readEvent } from '../../src/hosts/github/event.ts';

const CLI = join(ROOT, 'dist', 'cli', 'index.js');

let folder: ReturnType<typeof makeFolder>;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => {
  folder.remove();
});

/** Runs the bundle by a line of shell, in which `$@` is the program with its arguments. */
function inShell(line: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = spawn('sh', ['-c', line, 'sh', process.execPath, CLI, ...args], {
    cwd: folder.path,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: 'pipe',
  });
  child.stdin.end();
  return endOf(child);
}

function told({ stdout, stderr }: Ended): string {
  expect(stdout + stderr).not.toMatch(/defect|Unexpected error/);
  return stderr;
}

const isRoot = process.getuid?.() === 0;

test('a working directory that is gone is told as such', async () => {
  const gone = join(folder.path, 'gone');
  mkdirSync(gone);
  const ended = await inShell('cd gone && rmdir ../gone && exec "$@"', ['list', '--project', '42']);
  expect(ended.code).toBe(1);
  expect(told(ended)).toMatch(/^error: The working directory is not there any more/m);
});

test('a user without a name and a home folder works like any other', async () => {
  await withRegistry({}, async (registry) => {
    const env = { GENERIC_PACKAGES_API_URL: registry.apiUrl, GENERIC_PACKAGES_TOKEN: TOKENS.personal };
    await writeFiles(folder.path, { 'out/a.txt': 'a' });
    execFileSync('chmod', ['-R', 'a+rwX', folder.path]);
    // A number that no list of users has; only root may take it.
    const start = isRoot ? 'exec setpriv --reuid=65123 --regid=65123 --clear-groups "$@"' : 'exec "$@"';
    const args = [
      'publish',
      '--project',
      PROJECT.path,
      '--package-version',
      '1.0.0',
      '--directory',
      'out',
      '--files',
      '**',
    ];
    const ended = await inShell(`unset HOME; ${start}`, [...args, '--log-file', 'runs.jsonl'], env);
    expect(told(ended)).not.toMatch(/error/);
    expect(ended.code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder.path, 'runs.jsonl'), 'utf8'))).toHaveProperty('actor');
  });
});

test('a limit of open files that is too low is told as such', async () => {
  await withRegistry({}, async (registry) => {
    const env = { GENERIC_PACKAGES_API_URL: registry.apiUrl, GENERIC_PACKAGES_TOKEN: TOKENS.personal };
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`out/${at}.bin`, 'x'.repeat(200_000)]));
    await writeFiles(folder.path, files);
    const args = [
      'publish',
      '--project',
      PROJECT.path,
      '--package-version',
      '1.0.0',
      '--directory',
      'out',
      '--files',
      '**',
    ];
    const ended = await inShell('ulimit -n 24; exec "$@"', [...args, '--concurrency', '64', '--retries', '0'], env);
    const text = told(ended);
    if (ended.code !== 0) expect(text).toMatch(/too many files and connections are open \(EMFILE\)[^]*ulimit -n/);
    expect([0, 1]).toContain(ended.code);
  });
});

test.each([
  ['is not there', '/nowhere/output'],
  ['is on a full disk', '/dev/full'],
])('outputs that cannot be passed on, as the file %s, fail the run once its work is told', async (_what, path) => {
  const job = startJob();
  try {
    const ended = await job.step({ files: 'a' }, { env: { GITHUB_OUTPUT: path } });
    expect(ended.code).toBe(1);
    expect(ended.stdout.indexOf('Moved 2 files')).toBeGreaterThanOrEqual(0);
    expect(ended.stdout.indexOf('Moved 2 files')).toBeLessThan(ended.stdout.indexOf('::error::'));
    expect(ended.stdout).toMatch(/::error::The outputs of this step cannot be passed on: .*The work itself is done/);
    expect(job.fileOf('summary')).toMatch(/Moved 2 files[^]*move failed/);
  } finally {
    job.remove();
  }
});

test.each([
  [
    'never ends',
    (path: string) => {
      execFileSync('mkfifo', [path]);
    },
  ],
  ['is a device', undefined],
  ['is larger than any event', (path: string) => execFileSync('truncate', ['-s', '40M', path])],
  [
    'is no JSON',
    (path: string) => {
      writeFileSync(path, '{');
    },
  ],
])('an event file that %s counts as none', (_what, make) => {
  const path = make === undefined ? '/dev/zero' : join(folder.path, 'event.json');
  make?.(path);
  expect(readEvent({ GITHUB_EVENT_PATH: path })).toBeUndefined();
  rmSync(join(folder.path, 'event.json'), { force: true });
});

test('20,000 patterns are read like few', async () => {
  await withRegistry({}, async (registry) => {
    await writeFiles(folder.path, { 'out/a.txt': 'a' });
    const patterns = Array.from({ length: 20_000 }, (_, at) => `missing-${at}/*.txt`);
    const env = {
      GENERIC_PACKAGES_PLATFORM: 'gitlab',
      CI_PROJECT_DIR: folder.path,
      GENERIC_PACKAGES_INPUT_API_URL: registry.apiUrl,
      GENERIC_PACKAGES_INPUT_PROJECT: PROJECT.path,
      GENERIC_PACKAGES_INPUT_TOKEN: TOKENS.personal,
      GENERIC_PACKAGES_INPUT_PACKAGE_VERSION: '1.0.0',
      GENERIC_PACKAGES_INPUT_DIRECTORY: 'out',
    };
    // One pattern an argument: a variable holds 128 KiB at most.
    const ended = await inShell(
      'exec "$@"',
      ['publish', ...['a.txt', ...patterns].flatMap((one) => ['--files', one])],
      env,
    );
    expect(told(ended)).toBe('');
    expect(ended.code).toBe(0);
    expect(ended.stdout.length).toBeLessThan(20_000);
  });
});
