/** A dry run of the command release names what the run then does, on every platform, and writes nothing itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import type { Inputs, PlatformRun } from '../support/platform.ts';
import { openRegistry, PROJECT, TOKENS } from '../support/registry.ts';
import { linksOf, makeRelease, putLink, releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  for (const [version, names] of Object.entries({ '1.0.0': ['a.txt', 'old.txt'], '1.1.0': ['a.txt', 'new.txt'] })) {
    await inFolder(async (folder) => {
      await writeFiles(folder, Object.fromEntries(names.map((name) => [name, `${name} of ${version}`])));
      const inputs = { ...connection(), 'package-version': version, files: '**', directory: folder };
      expect(await terminal.run('publish', inputs, { cwd: folder })).toMatchObject({ code: 0 });
    });
  }
});
beforeEach(() => {
  registry.forget();
});
afterAll(() => registry.close());

function connection(token: string = TOKENS.personal): Inputs {
  return { 'api-url': registry.apiUrl, project: PROJECT.path, token };
}

function release(inputs: Inputs, platform = terminal): Promise<PlatformRun> {
  return inFolder((cwd) =>
    platform.run('release', { ...connection(), 'package-version': '1.1.0', ...inputs }, { cwd }),
  );
}

/** How many lines of each kind a dry run has. */
function announced({ stdout, stderr }: PlatformRun): Record<string, number> {
  return counted([...(stdout + stderr).matchAll(/^\s*would-([a-z-]+): /gm)].map(([, deed = '']) => deed));
}

/** How many writes of each kind the registry saw. */
function done(): Record<string, number> {
  return counted(
    writes(registry).map((line) => {
      const [method = '', path = ''] = line.split(' ');
      const isLink = path.includes('/assets/links');
      if (method === 'POST') return isLink ? 'add-link' : 'create';
      if (method === 'DELETE') return 'remove-link';
      return isLink ? 'change-link' : 'update';
    }),
  );
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

describe.each([terminal, githubAction, gitlabJob])('by $name', (platform) => {
  const tag = `dry-${platform.name.replaceAll(/[^a-z]/g, '-')}-1.1.0`;

  test('a new release: what it announces is made, and nothing before', async () => {
    const inputs = { tag: `${tag}-new`, ref: 'main' };
    const plan = await release({ ...inputs, 'dry-run': 'true' }, platform);

    expect(plan).toMatchObject({ code: 0, outputs: { 'link-count': '2', created: 'false', 'release-url': '' } });
    expect(plan.stdout + plan.stderr).toContain('would make it with 2 links; nothing was made');
    expect(writes(registry)).toEqual([]);
    const { 'create-tag': tags, ...rest } = announced(plan);
    expect(tags).toBe(1);

    expect(await release(inputs, platform)).toMatchObject({ code: 0, outputs: { created: 'true' } });
    expect(done()).toEqual(rest);
    expect(await tagNames(registry)).toContain(inputs.tag);
  });

  test('one that is there: texts and links that it announces change', async () => {
    await release({ tag, ref: 'main', 'package-version': '1.0.0' }, platform);
    registry.forget();
    const before = [await releaseOf(registry, tag), await linksOf(registry, tag)];
    registry.forget();
    const inputs = { tag, name: 'Another name', 'package-version': '1.1.0' };
    const plan = await release({ ...inputs, 'dry-run': 'true' }, platform);

    expect(plan.code).toBe(0);
    expect(plan.stdout + plan.stderr).toContain(
      'would change its name, add 1 link, change 1 link, remove 1 link; nothing was written',
    );
    expect(writes(registry)).toEqual([]);
    expect([await releaseOf(registry, tag), await linksOf(registry, tag)]).toEqual(before);

    registry.forget();
    expect((await release(inputs, platform)).code).toBe(0);
    expect(announced(plan)).toEqual({ update: 1, 'change-link': 1, 'remove-link': 1, 'add-link': 1 });
    expect(done()).toEqual(announced(plan));

    registry.forget();
    const again = await release({ ...inputs, 'dry-run': 'true' }, platform);
    expect(announced(again)).toEqual({});
    expect(again.stdout + again.stderr).toContain('it is as it should be; nothing would be written');
  });
});

test.each([
  ['no tag and nothing to make it from', { tag: 'dry-nowhere' }, 'has no tag `dry-nowhere`, and nothing says what'],
  [
    'a ref that is not there',
    { tag: 'dry-ref', ref: 'no-such-branch' },
    'has no branch, tag or commit `no-such-branch`',
  ],
  ['a version that is not there', { tag: 'dry-version', ref: 'main', 'package-version': '7.7.7' }, 'to link to'],
])('fails as the run would: %s', async (_, inputs, message) => {
  const plan = await release({ ...inputs, 'dry-run': 'true' });
  expect(plan.code).toBe(1);
  expect(errorOf(terminal, plan)).toContain(message);
  expect(writes(registry)).toEqual([]);
});

test('a link of somebody else in the way is refused', async () => {
  await makeRelease(registry, { tag_name: 'dry-taken', ref: 'main', name: 'dry-taken' });
  await putLink(registry, 'dry-taken', { name: 'a.txt', url: 'https://elsewhere.example/a.txt' });
  registry.forget();
  const plan = await release({ tag: 'dry-taken', 'dry-run': 'true' });
  expect(plan.code).toBe(1);
  expect(errorOf(terminal, plan)).toContain('the link `a.txt` leads to');
});

test('a job token, which may not read tags, is told what happens if the tag is missing', async () => {
  const plan = await release({ ...connection(TOKENS.job), tag: 'dry-job', ref: 'main', 'dry-run': 'true' }, gitlabJob);
  expect(plan.code).toBe(0);
  expect(plan.stdout + plan.stderr).toMatch(
    /would-create-tag: dry-job, from `main`|if `dry-job` is missing, it is made/,
  );
  expect(writes(registry)).toEqual([]);
});
