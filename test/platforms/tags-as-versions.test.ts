/** Versions that tags name: tags known as a value only, tags that are no semantic version, and a `v` too many. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import type { Inputs, Platform, PlatformRun } from '../support/platform.ts';
import { putRaw, visibleVersions } from '../support/raw.ts';
import { openRegistry, puts, TOKENS } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, leavingOut, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

interface Run {
  readonly platform?: Platform;
  readonly command?: string;
  readonly inputs: Inputs;
  readonly env?: Record<string, string>;
}

/** A run with a folder to publish and without a version but for what it is given. */
function run({ platform = terminal, command = 'publish', inputs, env = {} }: Run): Promise<PlatformRun> {
  return runIn(async (folder) => {
    const given = { ...leavingOut(rightInputs(registry, command), ['package-version']), ...inputs };
    return platform.run(command, given, { cwd: folder, env });
  });
}

async function runIn(work: (folder: string) => Promise<PlatformRun>): Promise<PlatformRun> {
  const ended: PlatformRun[] = [];
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
    ended.push(await work(folder));
  });
  const [only] = ended;
  if (only === undefined) throw new Error('it did not run');
  return only;
}

function toldBy({ stdout, stderr }: PlatformRun): string {
  return stdout + stderr;
}

describe('a tag that the event has not', () => {
  test.each([
    {
      by: 'workflow_run on GitHub',
      platform: githubAction,
      env: { GITHUB_EVENT_NAME: 'workflow_run', GITHUB_REF: 'refs/heads/main' },
    },
    { by: 'a GitLab pipeline of a branch', platform: gitlabJob, env: { CI_COMMIT_BRANCH: 'main' } },
    { by: 'a terminal', platform: terminal, env: {} },
  ])('gives the version to each command, in $by', async ({ platform, env }) => {
    const name = { 'package-name': `tagged-${platform.kind}` };
    const published = await run({ platform, env, inputs: { ...name, tag: 'v1.4.0' } });
    expect(published).toMatchObject({ code: 0, outputs: { 'package-version': '1.4.0', complete: 'true' } });

    const fetched = await run({ platform, env, command: 'download', inputs: { ...name, tag: 'v1.4.0' } });
    expect(fetched).toMatchObject({ code: 0, outputs: { 'package-version': '1.4.0', 'file-count': '1' } });

    const without = leavingOut(rightInputs(registry, 'version'), ['package-version', 'directory']);
    const version = await runIn((folder) =>
      platform.run('version', { ...without, ...name, tag: 'v1.5.0' }, { cwd: folder, env }),
    );
    expect(version).toMatchObject({
      code: 0,
      outputs: { version: '1.5.0', tag: 'v1.5.0', source: 'tag', 'is-prerelease': 'false', 'is-latest': 'true' },
    });
    const saved = await runIn((folder) =>
      platform.run(
        'save-version',
        { ...without, token: TOKENS.maintainer, variable: `V_${platform.kind.toUpperCase()}`, tag: 'v1.5.0' },
        { cwd: folder, env },
      ),
    );
    expect(saved).toMatchObject({ code: 0, outputs: { version: '1.5.0', changed: 'true' } });
  });

  test.each([
    { command: 'publish', given: '1.5.0', says: '`v1.4.0` is the version `1.4.0`, but `package-version` is `1.5.0`' },
    { command: 'download', given: '^1.4', says: '`v1.4.0` is the version `1.4.0`, but `package-version` is `^1.4`' },
  ])('is an error of $command beside another version', async ({ command, given, says }) => {
    const refused = await run({ command, inputs: { tag: 'v1.4.0', 'package-version': given } });
    expect(refused.code).toBe(2);
    expect(errorOf(terminal, refused)).toContain(`--tag: ${says}`);
    expect(registry.requests).toEqual([]);
  });

  test('is an error of version where no version can be counted from it', async () => {
    const inputs = leavingOut(rightInputs(registry, 'version'), ['package-version', 'directory']);
    const refused = await runIn((folder) =>
      terminal.run('version', { ...inputs, tag: 'v2024.05.01' }, { cwd: folder }),
    );
    expect(refused.code).toBe(2);
    expect(errorOf(terminal, refused)).toContain('--tag: does not fit: the tag `v2024.05.01` must be `v` and');
  });
});

describe('a tag that is no semantic version', () => {
  test.each([
    { tag: 'v2024.05.01', version: '2024.05.01', says: '`latest` compares it with the others number by number' },
    { tag: '1.2.3.4', version: '1.2.3.4', says: 'no range finds it' },
    { tag: 'nightly', version: 'nightly', says: 'Fetch it by its exact name, or as `newest`' },
  ])('$tag is published as $version, and a warning tells how it is found', async ({ tag, version, says }) => {
    const inputs = { 'package-name': 'dated' };
    const env = { CI_COMMIT_TAG: tag };
    const published = await run({ platform: gitlabJob, env, inputs });
    expect(published).toMatchObject({ code: 0, outputs: { 'package-version': version } });
    expect(toldBy(published)).toContain(`\`${version}\` is not a semantic version: `);
    expect(toldBy(published)).toContain(says);
  });

  test('a semantic one is not warned of', async () => {
    const published = await run({ inputs: { 'package-name': 'plain', tag: 'v1.2.3-rc.1' } });
    expect(published.code).toBe(0);
    expect(toldBy(published)).not.toContain('warning');
  });
});

describe('a `v` that becomes part of the version', () => {
  test('is warned of', async () => {
    const published = await run({ inputs: { 'package-name': 'with-v', 'package-version': 'v4.0.0' } });
    expect(published).toMatchObject({ code: 0, outputs: { 'package-version': 'v4.0.0' } });
    expect(toldBy(published)).toContain('warning: `package-version` is `v4.0.0`, and the `v` becomes part of');
    expect(toldBy(published)).toContain('Give `4.0.0`, or the tag as `tag`');
  });

  test.each([
    { there: '4.0.0', given: 'v4.0.0', status: undefined, who: 'a personal token', token: TOKENS.personal },
    { there: 'v4.0.0', given: '4.0.0', status: undefined, who: 'a personal token', token: TOKENS.personal },
    { there: 'v4.0.0', given: '4.0.0', status: 'hidden', who: 'a job token', token: TOKENS.job },
    { there: '4.0.0', given: 'v4.0.0', status: undefined, who: 'a deploy token', token: TOKENS.deploy },
  ] as const)('is an error beside $there for $who, $status', async ({ there, given, status, token }) => {
    const name = `twice-${there}-${token.slice(0, 5)}`;
    if (token === TOKENS.deploy) await run({ inputs: { 'package-name': name, 'package-version': there } });
    else await putRaw(registry, { name, version: there, status }, 'a.txt', 'a');
    registry.forget();
    const refused = await run({ inputs: { 'package-name': name, 'package-version': given, token } });
    expect(refused.code).toBe(1);
    expect(errorOf(terminal, refused)).toContain('is published already under its other spelling');
    expect(errorOf(terminal, refused)).toContain(`${there} is there`);
    expect(puts(registry)).toEqual([]);
  });

  test('is none beside another one, and not looked for once the version is complete', async () => {
    const inputs = { 'package-name': 'other-v', 'package-version': '4.0.0' };
    await putRaw(registry, { name: 'other-v', version: 'v4.0.1' }, 'a.txt', 'a');
    expect((await run({ inputs })).code).toBe(0);
    await putRaw(registry, { name: 'other-v', version: 'v4.0.0' }, 'a.txt', 'a');
    expect((await run({ inputs })).code).toBe(0);
    expect(await visibleVersions(registry, 'other-v')).toEqual(['v4.0.1', '4.0.0', 'v4.0.0']);
  });
});
