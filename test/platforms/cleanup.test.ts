/** What `cleanup` deletes, and what it must never delete, on every platform. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AGED_TOKENS,
  jobToken,
  openAgedRegistry,
  PIPELINES,
  type AgedRegistry,
  type AgedSetup,
  type AgedVersion,
} from '../support/aged-registry.ts';
import { gitlabJob, githubAction, terminal } from '../support/in-process.ts';
import type { Inputs, Platform, PlatformRun } from '../support/platform.ts';
import { claimsOf } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';

const PLATFORMS: readonly Platform[] = [terminal, githubAction, gitlabJob];

let aged: AgedRegistry | undefined;
let folder: string;
let leave: () => void;
beforeEach(async () => {
  const left = new Promise<void>((resolve) => (leave = resolve));
  await new Promise<void>((entered) => {
    void inFolder(async (path) => {
      folder = path;
      entered();
      await left;
    });
  });
});
afterEach(async () => {
  await aged?.close();
  aged = undefined;
  leave();
});

async function open(setup: AgedSetup, versions: readonly AgedVersion[]): Promise<AgedRegistry> {
  aged = await openAgedRegistry(setup);
  await aged.publish(versions);
  return aged;
}

/** Deletes what it may: rules that leave hardly anything, so that what stays stays by the rule of the test. */
const GREEDY: Inputs = {
  'package-name': 'widget',
  'delete-older-than': '1d',
  'delete-prereleases-older-than': '1d',
  'delete-incomplete-older-than': '7d',
  'keep-latest': '1',
  'keep-tagged': 'false',
  'max-share': '100%',
  'dry-run': 'false',
};

function run(platform: Platform, of: AgedRegistry, inputs: Inputs = {}): Promise<PlatformRun> {
  const given = {
    ...GREEDY,
    'api-url': of.registry.apiUrl,
    project: String(PROJECT.id),
    token: AGED_TOKENS.maintainer,
    ...inputs,
  };
  const present = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
  return platform.run('cleanup', present, { cwd: folder });
}

function words({ stdout, stderr }: PlatformRun): string {
  return stdout + stderr;
}

interface Row extends AgedSetup {
  readonly what: string;
  readonly versions: readonly AgedVersion[];
  readonly inputs?: Inputs;
  /** What stays, with the reason of `kept`. */
  readonly stays: Readonly<Record<string, string>>;
  readonly before?: (of: AgedRegistry) => Promise<unknown>;
}

const OLD = { age: 400 };
/** Goes in every row, and the highest, which stays in every row. */
const FRAME: readonly AgedVersion[] = [
  { version: '1.0.0', ...OLD },
  { version: '9.0.0', ...OLD },
];

const link = (path: string) => async (of: AgedRegistry) => {
  const url = `${of.registry.url}${path}`;
  const body = { tag_name: 'release', assets: { links: [{ name: 'files', url }] }, ref: 'main' };
  const answer = await of.ask('POST', '/releases', body);
  if (answer.status !== 201) throw new Error(await answer.text());
};

const ROWS: readonly Row[] = [
  {
    what: 'a version that a tag names',
    versions: [{ version: '1.1.0', ...OLD }],
    tags: ['v1.1.0'],
    inputs: { 'keep-tagged': 'true' },
    stays: { '1.1.0': 'keep-tagged' },
  },
  {
    what: 'a version that a release links to by the address of a file',
    versions: [{ version: '1.1.0', ...OLD }],
    before: link(`/api/v4/projects/${encodeURIComponent(PROJECT.path)}/packages/generic/widget/1.1.0/file.txt`),
    inputs: { 'keep-tagged': 'true' },
    stays: { '1.1.0': 'keep-tagged' },
  },
  {
    what: 'a version that a release links to by its page',
    versions: [],
    before: link(`/${PROJECT.path}/-/packages/1`),
    inputs: { 'keep-tagged': 'true' },
    stays: { '1.0.0': 'keep-tagged' },
  },
  {
    what: 'a version that a release links to by the id of a file',
    versions: [],
    before: link(`/${PROJECT.path}/-/package_files/1/download`),
    inputs: { 'keep-tagged': 'true' },
    stays: { '1.0.0': 'keep-tagged' },
  },
  {
    what: 'a version that a variable holds',
    versions: [{ version: '1.1.0', ...OLD }],
    variables: [{ key: 'DEPLOYED', value: '1.1.0' }],
    inputs: { 'keep-variable': 'DEPLOYED' },
    stays: { '1.1.0': 'keep-variable' },
  },
  {
    what: 'a part of a running pipeline',
    versions: [{ version: '1.1.0', age: 30, status: 'hidden', by: 'running' }],
    stays: { '1.1.0': 'pipeline-not-over' },
  },
  {
    what: 'a candidate behind a manual job',
    versions: [{ version: '1.1.0', age: 30, status: 'hidden', by: 'manual' }],
    stays: { '1.1.0': 'pipeline-not-over' },
  },
  {
    what: 'a version younger than 24 hours',
    versions: [{ version: '1.1.0', age: 0.9 }],
    stays: { '1.1.0': 'younger-than-24h' },
  },
  {
    what: 'a version that is neither stable nor a prerelease',
    versions: [{ version: 'nightly', ...OLD }],
    stays: { nightly: 'no-rule' },
  },
  {
    what: 'a version hidden on purpose and kept',
    versions: [{ version: '1.1.0', ...OLD, status: 'hidden' }],
    inputs: { keep: '1.1.x' },
    stays: { '1.1.0': 'keep' },
  },
  {
    what: 'a hidden version with its manifest',
    versions: [{ version: '1.1.0', ...OLD, status: 'hidden', files: { 'generic-package.json': '{}' } }],
    stays: { '1.1.0': 'has-manifest' },
  },
];

describe.each(PLATFORMS)('by $name', (platform) => {
  test.each(ROWS)('$what stays, and what nothing keeps goes', async ({ versions, inputs, stays, before, ...setup }) => {
    const of = await open(setup, [...FRAME, ...versions]);
    await before?.(of);
    const ended = await run(platform, of, inputs);
    expect({ code: ended.code, said: ended.code === 0 ? '' : words(ended) }).toEqual({ code: 0, said: '' });
    const kept = JSON.parse(ended.outputs.kept ?? '') as { version: string; reason: string }[];
    const reasons = Object.fromEntries(kept.map(({ version, reason }) => [version, reason]));
    expect(reasons).toEqual({ '9.0.0': 'keep-latest', ...stays });
    const left = [...(await of.listed()), ...(await of.listed('hidden'))];
    expect(left.sort()).toEqual(['9.0.0', ...Object.keys(stays)].map((version) => `widget ${version}`).sort());
    expect(ended.outputs['deleted-count']).toBe(stays['1.0.0'] === undefined ? '1' : '0');
  });

  test('the last visible version stays, whatever it is', async () => {
    const of = await open({}, [
      { version: '1.0.0-rc.1', ...OLD },
      { version: '1.0.0-rc.2', age: 300 },
    ]);
    expect(await run(platform, of)).toMatchObject({ code: 0 });
    expect(await of.listed()).toEqual(['widget 1.0.0-rc.2']);
  });

  test('a protected package ends the run, told apart from a token that may not delete', async () => {
    const rules = [{ package_name_pattern: 'wid*', minimum_access_level_for_delete: 'owner' }];
    const of = await open({ settings: { protection_rules: rules } }, FRAME);
    const ended = await run(platform, of);
    expect(ended.code).toBe(1);
    expect(words(ended)).toMatch(/protection rule/);
    expect(await of.listed()).toEqual(['widget 1.0.0', 'widget 9.0.0']);
  });

  test('a hidden version of a protected package stays hidden', async () => {
    const rules = [{ package_name_pattern: 'wid*', minimum_access_level_for_delete: 'owner' }];
    const of = await open({ settings: { protection_rules: rules } }, [
      { version: '9.0.0', ...OLD },
      { version: '1.1.0', ...OLD, status: 'hidden' },
    ]);
    expect((await run(platform, of)).code).toBe(1);
    expect(await of.listed()).toEqual(['widget 9.0.0']);
    expect(await of.listed('hidden')).toEqual(['widget 1.1.0']);
  });

  test('a pattern means neither claims nor generic-packages', async () => {
    const claims = claimsOf('widget');
    const of = await open({}, [
      ...FRAME,
      ...[claims, 'generic-packages'].flatMap((name) => FRAME.map((one) => ({ ...one, name }))),
    ]);
    expect(await run(platform, of, { 'package-name': '*' })).toMatchObject({ code: 0 });
    expect(await of.listed()).toEqual([
      `${claims} 1.0.0`,
      `${claims} 9.0.0`,
      'generic-packages 1.0.0',
      'generic-packages 9.0.0',
      'widget 9.0.0',
    ]);
  });

  test('a dry run deletes nothing, and its plan is carried out as it is', async () => {
    const of = await open({}, [...FRAME, { version: '1.1.0', ...OLD }, { version: '1.2.0', ...OLD, status: 'hidden' }]);
    const plan = join(folder, 'plan.json');
    const shown = await run(
      platform,
      of,
      platform === terminal ? { 'dry-run': '', 'plan-path': plan } : { 'dry-run': '' },
    );
    expect(shown).toMatchObject({ code: 0, outputs: { 'deleted-count': '0', 'planned-count': '3' } });
    expect(words(shown)).toContain(shown.outputs['plan-digest']);
    expect(await of.listed()).toHaveLength(3);
    if (platform !== terminal) await writeFile(plan, shown.outputs.plan ?? '');
    await of.publish([{ version: '1.3.0', ...OLD }]);
    const wrong = await run(platform, of, { 'expected-plan': shown.outputs['plan-digest'] ?? '' });
    expect(wrong.code).toBe(1);
    expect(await of.listed()).toHaveLength(4);
    const done = await run(platform, of, { 'expected-plan': plan });
    expect(done).toMatchObject({ code: 0, outputs: { 'deleted-count': '3' } });
    expect(await of.listed()).toEqual(['widget 1.3.0', 'widget 9.0.0']);
    expect(await of.listed('hidden')).toEqual([]);
  });

  test.each([
    ["a Developer's job token", { token: AGED_TOKENS.jobOfDeveloper, 'token-type': 'job' }, 'Maintainer'],
    ['a deploy token', { token: AGED_TOKENS.deploy }, 'Maintainer'],
    ['read_api', { token: AGED_TOKENS.reader }, 'scope'],
  ])('%s is told which token it takes, before anything is deleted', async (_who, inputs, told) => {
    const of = await open({}, [...FRAME, { version: '1.2.0', ...OLD, status: 'hidden' }]);
    const ended = await run(platform, of, inputs);
    expect(ended.code).not.toBe(0);
    expect(words(ended)).toContain(told);
    expect(await of.listed()).toEqual(['widget 1.0.0', 'widget 9.0.0']);
    expect(await of.listed('hidden')).toEqual(['widget 1.2.0']);
  });
});

describe('claims', () => {
  const name = claimsOf('widget');
  const claim = (number: string, owner: string, age: number): readonly AgedVersion[] => [
    { name, version: number, age, files: { [`${owner}.json`]: '{}' } },
    { name, version: owner, age, files: { [`${number}.json`]: '{}' } },
  ];

  test('go with the records of their owners; the highest of a line, and what may still be used, stays', async () => {
    const of = await open({}, [
      { version: '1.2.5', age: 5 },
      ...claim('1.2.1', 'pipeline-1', 200),
      ...claim('1.2.2', 'pipeline-2', 200),
      ...claim('1.2.3', 'pipeline-3', 20),
      ...claim('1.2.4', 'pipeline-4', 200),
      ...claim('1.2.6', 'pipeline-5', 200),
      ...claim('1.3.0', 'pipeline-6', 200),
      { name, version: '1.2.0', age: 200, by: 'running', files: { 'pipeline-701.json': '{}' } },
    ]);
    const ended = await run(terminal, of, {
      ...Object.fromEntries(['delete-older-than', 'delete-prereleases-older-than'].map((rule) => [rule, ''])),
      'delete-incomplete-older-than': '',
      'delete-claims-older-than': '90d',
      'max-deletions': '0',
    });
    expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
    const left = (await of.listed()).filter((row) => row.startsWith(name)).map((row) => row.slice(name.length + 1));
    expect(left).toEqual(['1.2.0', '1.2.3', '1.2.6', '1.3.0', 'pipeline-3', 'pipeline-5', 'pipeline-6']);
    expect(ended.outputs).toMatchObject({ 'deleted-count': '0' });
  });
});

describe('old copies of files', () => {
  const RULES = { 'delete-older-than': '', 'delete-prereleases-older-than': '', 'delete-incomplete-older-than': '' };

  test('go row by row, never the newest, the young and what a manifest names', async () => {
    const of = await open({}, []);
    const manifest = {
      manifestVersion: 1,
      package: { name: 'widget', version: '1.0.0' },
      source: { project: '', commit: '', ref: '' },
      files: [{ path: 'named.txt', size: 5, sha256: digestOf('first'), mode: '0644' }],
    };
    const one = { version: '1.0.0' };
    for (const content of ['first', 'second']) await of.put(one, 'named.txt', { content, age: 10 });
    for (const content of ['a', 'b', 'c']) await of.put(one, 'plain.txt', { content, age: 10 });
    await of.put(one, 'young.txt', { content: 'x', age: 0.5 });
    await of.put(one, 'young.txt', { content: 'y' });
    await of.put(one, 'generic-package.json', { content: JSON.stringify(manifest), age: 10 });
    const inputs = { ...RULES, 'delete-duplicates': 'true' };
    const ended = await run(terminal, of, inputs);
    expect({ code: ended.code, said: ended.stderr }).toMatchObject({ code: 0 });
    const rows = (await (await of.ask('GET', '/packages/1/package_files?per_page=100')).json()) as {
      file_name: string;
    }[];
    expect(rows.map((row) => row.file_name).sort()).toEqual([
      ...['generic-package.json', 'named.txt', 'named.txt', 'plain.txt', 'young.txt', 'young.txt'],
    ]);
    expect(await (await of.get(one, 'plain.txt')).text()).toBe('c');
    expect(JSON.parse((await run(terminal, of, inputs)).outputs.deleted ?? '')).toEqual([]);
  });
});

describe('between a plan and its deletion', () => {
  const VERSIONS = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '9.0.0'];

  test('what was downloaded, tagged, released, published to or hidden stays and is told', async () => {
    const of = await open(
      { tags: ['v9.0.0'] },
      VERSIONS.map((version) => ({ version, ...OLD })),
    );
    const inputs = { 'keep-tagged': 'true' };
    const plan = join(folder, 'plan.json');
    expect(await run(terminal, of, { ...inputs, 'dry-run': '', 'plan-path': plan })).toMatchObject({
      code: 0,
      outputs: { 'planned-count': '6' },
    });
    expect((await of.get({ version: '1.0.0' }, 'file.txt')).status).toBe(200);
    await of.ask('POST', '/repository/tags?tag_name=v1.1.0&ref=main');
    await link(`/api/v4/projects/${PROJECT.id}/packages/generic/widget/1.2.0/file.txt`)(of);
    await of.put({ version: '1.3.0' }, 'more.txt', { token: jobToken(PIPELINES.other) });
    await of.put({ version: '1.4.0' }, 'more.txt', { status: 'hidden' });
    const ended = await run(terminal, of, { ...inputs, 'expected-plan': plan });
    expect(ended).toMatchObject({ code: 0, outputs: { 'deleted-count': '1' } });
    expect(await of.listed()).toEqual(['1.0.0', '1.1.0', '1.2.0', '1.3.0', '9.0.0'].map((one) => `widget ${one}`));
    expect(await of.listed('hidden')).toEqual(['widget 1.4.0']);
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0']) {
      expect(ended.stderr).toMatch(new RegExp(`widget ${version} is left alone: it (?:changed|no longer)`));
    }
    expect(JSON.parse(await readFile(plan, 'utf8'))).toHaveLength(6);
  });
});

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
