/** A job of a GitLab pipeline: where its inputs come from, and its log. */
import { existsSync, readFileSync } from 'node:fs';
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

const FILES = { GENERIC_PACKAGES_INPUT_FILES: 'a' };

describe('inputs', () => {
  test("come from the template's variables, with blanks around them", async () => {
    await run(['move'], {
      ...FILES,
      GENERIC_PACKAGES_INPUT_PACKAGE_NAME: ' tool ',
      GENERIC_PACKAGES_INPUT_FLATTEN: 'true ',
    });
    expect(jsonOf('move.result.json')).toMatchObject({ 'package-name': 'tool' });
  });

  test("come from one's own variables for the connection only", async () => {
    const env = {
      ...FILES,
      GENERIC_PACKAGES_PACKAGE_NAME: 'tool',
      GENERIC_PACKAGES_RETRIES: 'many',
    };
    const ended = await run(['move'], env);
    expect(ended.stdout).toContain(
      'retries: must be a whole number from 0 to 20, not `many` (from GENERIC_PACKAGES_RETRIES)',
    );
    await run(['move'], { ...FILES, GENERIC_PACKAGES_PACKAGE_NAME: 'tool' });
    expect(jsonOf('move.result.json')).toMatchObject({ 'package-name': 'widget' });
  });

  test.each([
    ['PACKAGE_NAMES', '. Did you mean `GENERIC_PACKAGES_INPUT_PACKAGE_NAME`?'],
    ['FLATEN', '. Did you mean `GENERIC_PACKAGES_INPUT_FLATTEN`?'],
    ['SOMETHING_ELSE', ''],
  ])('%s, which no command has, is warned of without its value', async (name, meant) => {
    const ended = await run(['move'], { ...FILES, [`GENERIC_PACKAGES_INPUT_${name}`]: 'my-secret' });
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/warning:/);
    expect(ended.stdout).toContain(`\`GENERIC_PACKAGES_INPUT_${name}\` is ignored: it is not an input${meant}\n`);
    expect(ended.stdout).not.toContain('my-secret');
  });

  test('of another command are none of its business', async () => {
    const ended = await run(['move'], { ...FILES, GENERIC_PACKAGES_INPUT_INCREMENT: 'patch' });
    expect(ended).toMatchObject({ code: 0, stdout: expect.not.stringContaining('warning:') as unknown });
  });

  test.each([[''], [' '], ['$MISSING']])('a token that arrives as %j is wrong usage', async (token) => {
    const ended = await run(['move'], {
      ...FILES,
      GENERIC_PACKAGES_INPUT_TOKEN: token,
      GENERIC_PACKAGES_TOKEN: 'other',
    });
    expect(ended.code).toBe(2);
    expect(ended.stdout).toContain('protected variables are empty on unprotected branches and tags');
  });

  test('a token that nobody named is `auto`, and then the variable counts', async () => {
    const env = {
      ...FILES,
      GENERIC_PACKAGES_INPUT_TOKEN: 'auto',
      GENERIC_PACKAGES_TOKEN: 'hunter22',
    };
    const ended = await run(['move', '--mode', 'say', '--payload', 'hunter22'], env);
    expect(ended.stdout).toContain('***');
    expect(ended.stdout).not.toContain('hunter22');
  });

  test("the job's own token is shown nowhere either", async () => {
    const ended = await run(['move', '--mode', 'say', '--payload', 'x job-secret'], {
      ...FILES,
      CI_JOB_TOKEN: 'job-secret',
    });
    expect(ended.stdout).toContain('x ***');
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

test('a command without a component works in a job as at a terminal', async () => {
  const ended = await run(['list', '--json']);
  expect(ended.code).toBe(0);
  expect(existsSync(join(folder.path, '.generic-packages'))).toBe(false);
});
