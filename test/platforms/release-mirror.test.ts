/** Code on GitHub, packages and releases on GitLab: which commit a missing tag is made at, and when none is made. */
import { describe, expect, test } from '@jest/globals';
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import type { Inputs, Platform, PlatformRun } from '../support/platform.ts';
import { putRaw } from '../support/raw.ts';
import { configOf, PROJECT, TOKENS } from '../support/registry.ts';
import { releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf } from './wrong-runs.ts';

/** GitLab's main is at A; the run is for B. */
const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const MAIN = { branches: [{ project: PROJECT.id, name: 'main', commit: A }] };
const FOR_TAG = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/tags/v1.2.3',
  GITHUB_REF_NAME: 'v1.2.3',
  GITHUB_REF_TYPE: 'tag',
  GITHUB_SHA: B,
};
const BY_HAND = { GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: B };

async function withCode(code: object, work: (registry: RunningRegistry) => Promise<void>): Promise<void> {
  const registry = await startRegistry({ port: 0, record: true, config: { ...configOf(), ...code } });
  try {
    await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'a.txt', 'a');
    registry.forget();
    await work(registry);
  } finally {
    await registry.close();
  }
}

interface Occasion {
  readonly env?: Readonly<Record<string, string>>;
  readonly event?: unknown;
  readonly platform?: Platform;
}

function release(
  registry: RunningRegistry,
  inputs: Inputs,
  { env = FOR_TAG, event, platform = githubAction }: Occasion = {},
): Promise<PlatformRun> {
  return inFolder(async (cwd) => {
    await writeFiles(cwd, { 'event.json': JSON.stringify(event ?? {}) });
    const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
    const place = { cwd, env: { ...env, GITHUB_EVENT_PATH: `${cwd}/event.json` } };
    return platform.run('release', { ...connection, ...inputs }, place);
  });
}

async function tagCommit(registry: RunningRegistry, tag: string): Promise<unknown> {
  return (await releaseOf(registry, tag))?.commit.id;
}

function looks(registry: RunningRegistry, ref: string): number {
  return registry.requests.filter(({ path }) => path.endsWith(`/repository/commits/${ref}`)).length;
}

describe('a mirror that lags', () => {
  test('is waited for, and the tag is made at the commit of the run', async () => {
    await withCode({ ...MAIN, commits: [{ project: PROJECT.id, sha: B, missing_answers: 2 }] }, async (registry) => {
      const run = await release(registry, { wait: '10s' }, { platform: bundleOf(githubAction) });
      expect(run).toMatchObject({ code: 0, outputs: { tag: 'v1.2.3', created: 'true' } });
      expect(run.stdout).toContain(`does not have the commit \`${B}\` of this run yet: looking again for 10.0 s`);
      expect(await tagCommit(registry, 'v1.2.3')).toBe(B);
      expect(looks(registry, B)).toBe(3);
    });
  });

  test('that stays behind ends in an error with both ways on, and nothing is made', async () => {
    await withCode(MAIN, async (registry) => {
      const run = await release(registry, { wait: '1' });
      expect(run.code).toBe(1);
      const error = errorOf(githubAction, run);
      expect(error).toContain(
        `has no tag \`v1.2.3\`, and it does not have the commit \`${B}\` of this run after 1.0 s`,
      );
      expect(error).toContain('If the project is a mirror that lags, wait longer (wait: 10m) and run again.');
      expect(error).toContain('If it has no copy of the code, say what to make the tag from (ref: main).');
      expect(looks(registry, B)).toBe(2);
      expect(writes(registry)).toEqual([]);
      expect(await tagNames(registry)).toEqual([]);
    });
  });

  test('that has the tag already is not waited for, whatever the tag is at', async () => {
    const tags = [{ project: PROJECT.id, name: 'v1.2.3', ref: 'main' }];
    await withCode({ ...MAIN, tags }, async (registry) => {
      const run = await release(registry, {});
      expect(run).toMatchObject({ code: 0, outputs: { created: 'true' } });
      expect(run.stdout).toContain(`The tag v1.2.3 exists at ${A}, not at ${B}, and stays there`);
      expect(looks(registry, B)).toBe(0);
    });
  });
});

describe('a ref that is given', () => {
  test('at another commit than that of the run is an error where GitLab has that one', async () => {
    await withCode({ ...MAIN, commits: [{ project: PROJECT.id, sha: B }] }, async (registry) => {
      const run = await release(registry, { ref: 'main' });
      expect(run.code).toBe(1);
      expect(errorOf(githubAction, run)).toContain(
        `The tag \`v1.2.3\` would be made at \`${A}\`, where \`main\` is, but this run is for \`${B}\``,
      );
      expect(errorOf(githubAction, run)).toContain('Omit ref');
      expect(await tagNames(registry)).toEqual([]);
    });
  });

  test('is taken with a warning that names both commits where GitLab has no copy of the code', async () => {
    await withCode(MAIN, async (registry) => {
      const run = await release(registry, { ref: 'main' });
      expect(run).toMatchObject({ code: 0, outputs: { created: 'true' } });
      expect(run.stdout).toContain(`::warning::The tag \`v1.2.3\` is made at \`${A}\`, where \`main\` is`);
      expect(run.stdout).toContain(`This run is for \`${B}\`, which that project does not have`);
      expect(run.stdout).not.toContain('stays there');
      expect(await tagCommit(registry, 'v1.2.3')).toBe(A);
      expect(looks(registry, B)).toBe(1);
    });
  });

  test.each([
    ['the commit of the run', B],
    ['a branch at the commit of the run', 'release'],
  ])('as %s is right', async (_what, ref) => {
    const branches = [...MAIN.branches, { project: PROJECT.id, name: 'release', commit: B }];
    await withCode({ branches }, async (registry) => {
      const run = await release(registry, { ref });
      expect(run).toMatchObject({ code: 0 });
      expect(run.stdout).not.toContain('::warning::');
      expect(await tagCommit(registry, 'v1.2.3')).toBe(B);
    });
  });

  test('that GitLab does not have is an error before anything is made', async () => {
    await withCode(MAIN, async (registry) => {
      const run = await release(registry, { ref: 'mian' });
      expect(run.code).toBe(1);
      expect(errorOf(githubAction, run)).toContain('has no branch, tag or commit `mian`');
      expect(writes(registry)).toEqual([]);
    });
  });
});

describe('a tag that is given by hand', () => {
  test('has no default for its commit, and says so', async () => {
    await withCode({ branches: [{ project: PROJECT.id, name: 'main', commit: B }] }, async (registry) => {
      const run = await release(registry, { tag: 'v1.2.3' }, { env: BY_HAND });
      expect(run.code).toBe(1);
      expect(errorOf(githubAction, run)).toContain('has no tag `v1.2.3`, which was given by hand');
      expect(errorOf(githubAction, run)).toContain('`ref: ${{ github.sha }}` for the commit of this run');
      expect(writes(registry)).toEqual([]);
    });
  });

  test('is made at the ref that is given, whatever the run is for', async () => {
    await withCode(MAIN, async (registry) => {
      const run = await release(registry, { tag: 'v1.2.3', ref: 'main' }, { env: BY_HAND });
      expect(run).toMatchObject({ code: 0 });
      expect(run.stdout).not.toContain('::warning::');
      expect(await tagCommit(registry, 'v1.2.3')).toBe(A);
    });
  });

  test('needs nothing where GitLab has it', async () => {
    await withCode({ ...MAIN, tags: [{ project: PROJECT.id, name: 'v1.2.3' }] }, async (registry) => {
      const run = await release(registry, { tag: 'v1.2.3' }, { env: BY_HAND });
      expect(run).toMatchObject({ code: 0, outputs: { created: 'true' } });
      expect(run.stdout).not.toContain('::warning::');
    });
  });

  test('is made at the commit of the run that ended on workflow_run', async () => {
    const env = { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/heads/main', GITHUB_SHA: A };
    const event = { workflow_run: { head_branch: 'v1.2.3', head_sha: B } };
    await withCode({ ...MAIN, commits: [{ project: PROJECT.id, sha: B }] }, async (registry) => {
      const run = await release(registry, { tag: 'v1.2.3' }, { env, event });
      expect(run).toMatchObject({ code: 0, outputs: { tag: 'v1.2.3', created: 'true' } });
      expect(await tagCommit(registry, 'v1.2.3')).toBe(B);
    });
  });
});

test('the command line in a workflow does the same', async () => {
  await withCode(MAIN, async (registry) => {
    const run = await release(
      registry,
      { wait: '0' },
      { env: { ...FOR_TAG, GITHUB_ACTIONS: 'true' }, platform: terminal },
    );
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('wait longer (--wait 10m)');
  });
});
