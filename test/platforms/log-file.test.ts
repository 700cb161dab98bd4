/** `log-file`: one line of JSON for each run, also for one that fails, with who did what and with which files. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());

const GITHUB = {
  GITHUB_SERVER_URL: 'https://github.test',
  GITHUB_REPOSITORY: 'acme/widget',
  GITHUB_RUN_ID: '77',
  GITHUB_RUN_ATTEMPT: '2',
  GITHUB_ACTOR: 'octocat',
  GITHUB_TRIGGERING_ACTOR: 'hubot',
};
const GITLAB = { GITLAB_USER_LOGIN: 'tanuki', CI_JOB_URL: 'https://gitlab.test/acme/widget/-/jobs/9' };

async function linesOf(path: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

const WAYS = [
  { platform: terminal, env: {}, actor: expect.any(String), run: '' },
  {
    platform: githubAction,
    env: GITHUB,
    actor: 'hubot',
    run: 'https://github.test/acme/widget/actions/runs/77/attempts/2',
  },
  { platform: gitlabJob, env: GITLAB, actor: 'tanuki', run: 'https://gitlab.test/acme/widget/-/jobs/9' },
];

test.each(firstByBundle(WAYS))('runs append their lines, a failed one too: $platform.name', async (way) => {
  const { platform, env, actor, run } = way;
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a', 'b/c.txt': 'cc' });
    const version = `1.0.${WAYS.findIndex((one) => one.actor === actor)}`;
    const inputs = { ...rightInputs(registry, 'publish'), 'package-version': version, 'log-file': 'runs.jsonl' };
    const place = { cwd: folder, env };
    const published = await platform.run('publish', inputs, place);
    expect(published).toMatchObject({ code: 0 });
    await writeFiles(join(folder, 'out'), { 'a.txt': 'other' });
    expect((await platform.run('publish', inputs, place)).code).toBe(1);
    const wrong = await platform.run('publish', { ...inputs, 'if-exists': 'maybe' }, place);
    expect(wrong.code).toBe(platform.kind === 'github' ? 1 : 2);

    const path = join(folder, 'runs.jsonl');
    const who = { actor, run, command: 'publish', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) };
    const what = { project: PROJECT.path, package: 'widget', version };
    const sent = (name: string, size: number) => ({
      name,
      size,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: 'uploaded',
    });
    expect(await linesOf(path)).toEqual([
      {
        ...who,
        ...what,
        outcome: 'done',
        error: '',
        digest: published.outputs.digest,
        files: expect.arrayContaining([sent('a.txt', 1), sent('b/c.txt', 2)]),
      },
      { ...who, ...what, outcome: 'failed', error: 'conflict', digest: '', files: [] },
      { ...who, project: '', package: '', version: '', digest: '', outcome: 'failed', error: 'usage', files: [] },
    ]);
    for (const token of Object.values(TOKENS)) expect(await readFile(path, 'utf8')).not.toContain(token);
  });
});

test('a download tells what it fetched and deleted, and leaves the log itself alone', async () => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
    const out = { ...rightInputs(registry, 'publish'), 'package-version': '2.0.0' };
    expect((await terminal.run('publish', out, { cwd: folder })).code).toBe(0);
    await writeFiles(join(folder, 'in'), { stale: 'x' });
    const back = {
      ...rightInputs(registry, 'download'),
      'package-version': '2.0.0',
      prune: 'true',
      'log-file': 'in/runs.jsonl',
    };
    expect((await terminal.run('download', back, { cwd: folder })).code).toBe(0);
    expect((await terminal.run('download', back, { cwd: folder })).code).toBe(0);
    const lines = await linesOf(join(folder, 'in', 'runs.jsonl'));
    const fetched = { name: 'a.txt', size: 1, sha256: expect.any(String), status: 'downloaded' };
    expect(lines.map(({ files }) => files)).toEqual([[fetched, { name: 'stale', status: 'deleted' }], []]);
    expect(lines[0]?.digest).toMatch(/^sha256:/);

    const taken = await terminal.run('download', { ...back, 'log-file': 'in/a.txt' }, { cwd: folder });
    expect(errorOf(terminal, taken)).toMatch(/the version has a file `a\.txt`, which would take the place of the log/);
  });
});

test('the log is never published, whatever leads to it', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { 'a.txt': 'a', 'runs.jsonl': '' });
    await symlink('runs.jsonl', join(folder, 'link.jsonl'));
    const inputs = {
      ...rightInputs(registry, 'publish'),
      'package-version': '3.0.0',
      directory: '.',
      files: '*.txt\n*.jsonl',
      'log-file': 'runs.jsonl',
    };
    const first = await terminal.run('publish', inputs, { cwd: folder });
    const second = await terminal.run('publish', inputs, { cwd: folder });
    expect([first, second]).toMatchObject([
      { code: 0, outputs: { 'file-count': '1' } },
      { code: 0, outputs: { 'file-count': '1', uploaded: '0' } },
    ]);
    expect(first.stderr).toContain('The file that `log-file` names is left out: it is never published');
    expect(await linesOf(join(folder, 'runs.jsonl'))).toHaveLength(2);
  });
});

test.each([
  ['a folder', 'folder', /EISDIR|is not a regular file/],
  ['a missing folder', 'missing/runs.jsonl', /ENOENT/],
  ['a link', 'link.jsonl', /it is a link, and nothing is written through a link/],
])('a log that cannot be written fails the run after its work: %s', async (_what, path, why) => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'folder'));
    await writeFile(join(folder, 'secret'), '');
    await symlink('secret', join(folder, 'link.jsonl'));
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
    const inputs = { ...rightInputs(registry, 'publish'), 'package-version': `4.${path.length}.0`, 'log-file': path };
    const done = await githubAction.run('publish', inputs, { cwd: folder });
    expect(done).toMatchObject({ code: 1, outputs: { uploaded: '1', complete: 'true' } });
    expect(errorOf(githubAction, done)).toMatch(why);
    expect(await readFile(join(folder, 'secret'), 'utf8')).toBe('');
  });
});
