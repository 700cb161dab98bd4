/** examples/release.yml, whole: what becomes of the variable and of the package when the test passes, fails, and is run again. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { runCli } from '../support/process.ts';
import { hiddenVersions, putRaw, visibleVersions } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, variableOf, VERSION_TOKENS } from '../support/version-registry.ts';
import { outputsOf, printedBy, type Workflow } from './support/act.ts';
import { uploadsTo } from './support/registry.ts';
import { BUILD, makeReleaser, releaseExample, type Releaser, TEST, versionOf } from './support/release-runs.ts';

const ALL = { version: 'success', candidate: 'success', test: 'success', promote: 'success', save: 'success' };
const FAILING = { [TEST]: 'false' };

let releaser: Releaser;
let registry: RunningRegistry;

beforeAll(async () => {
  releaser = await makeReleaser();
});
afterAll(() => releaser.remove());
beforeEach(async () => {
  registry = await openVersionRegistry({ variables: [{ key: 'WIDGET_VERSION', value: '1.2.3' }] });
  await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'widget.txt', '1.2.3\n');
});
afterEach(() => registry.close());

describe('a push to the default branch', () => {
  it('whose test passes counts the variable on, and so does the next', async () => {
    expect((await releaser.push(registry, 1)).results).toEqual(ALL);
    expect(await state()).toEqual({ variable: '1.2.4', visible: ['1.2.3', '1.2.4'], hidden: [], latest: '1.2.4' });

    expect((await releaser.push(registry, 2)).results).toEqual(ALL);
    expect(await state()).toEqual({
      variable: '1.2.5',
      visible: ['1.2.3', '1.2.4', '1.2.5'],
      hidden: [],
      latest: '1.2.5',
    });
  });

  it('whose test fails leaves the variable and latest, and the next takes the number after', async () => {
    const failed = await releaser.push(registry, 1, FAILING);
    expect(failed.code).toBe(1);
    expect(failed.results).toEqual({ version: 'success', candidate: 'success', test: 'failure' });
    expect(await state()).toEqual({ variable: '1.2.3', visible: ['1.2.3'], hidden: ['1.2.4'], latest: '1.2.3' });

    const next = await releaser.push(registry, 2);
    expect(next.results).toEqual(ALL);
    expect(outputsOf(next, 'version', 'version')).toMatchObject({ version: '1.2.5', previous: '1.2.3' });
    expect(await state()).toEqual({
      variable: '1.2.5',
      visible: ['1.2.3', '1.2.5'],
      hidden: ['1.2.4'],
      latest: '1.2.5',
    });
  });

  it('makes the variable and the first version where there is neither', async () => {
    const empty = await openVersionRegistry();
    try {
      expect((await releaser.push(empty, 1)).results).toEqual(ALL);
      expect(await variableOf(empty, 'WIDGET_VERSION')).toMatchObject({ value: '0.1.0' });
      expect(await visibleVersions(empty)).toEqual(['0.1.0']);
    } finally {
      await empty.close();
    }
  });
});

describe('a re-run', () => {
  it('of a run that broke off before it published keeps its number, also when a later run was faster', async () => {
    const broken = await releaser.push(registry, 1, { [BUILD]: 'false' });
    expect(broken.results).toEqual({ version: 'success', candidate: 'failure' });
    expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3'], []]);
    expect(versionOf(await releaser.push(registry, 2))).toBe('1.2.5');

    const again = await releaser.push(registry, 1);
    expect([versionOf(broken), versionOf(again)]).toEqual(['1.2.4', '1.2.4']);
    expect(again.results).toEqual(ALL);
    expect(await state()).toEqual({
      variable: '1.2.5',
      visible: ['1.2.3', '1.2.5', '1.2.4'],
      hidden: [],
      latest: '1.2.5',
    });
  });

  it('of a run whose test failed releases that very number when the test passes', async () => {
    expect(versionOf(await releaser.push(registry, 1, FAILING))).toBe('1.2.4');
    const again = await releaser.push(registry, 1);
    expect([versionOf(again), again.results]).toEqual(['1.2.4', ALL]);
    expect(await state()).toEqual({ variable: '1.2.4', visible: ['1.2.3', '1.2.4'], hidden: [], latest: '1.2.4' });
  });

  it('of a run that released changes nothing and sends no file', async () => {
    await releaser.push(registry, 1);
    const before = await state();
    registry.forget();
    const again = await releaser.push(registry, 1);
    expect([versionOf(again), again.results]).toEqual(['1.2.4', ALL]);
    expect(uploadsTo(registry)).toBe(0);
    expect(await state()).toEqual(before);
  });
});

describe('the token of the variable', () => {
  it("is in the environment of no command of one's own, and goes to the variable alone", async () => {
    const run = await releaser.push(registry, 1, { [BUILD]: `env && ${BUILD}`, [TEST]: `env && ${TEST}` });
    expect(run.results).toEqual(ALL);
    for (const job of ['candidate', 'test']) {
      expect(printedBy(run, job)).toContain('VERSION=1.2.4\n');
      for (const token of [VERSION_TOKENS.maintainer, VERSION_TOKENS.developer])
        expect(printedBy(run, job)).not.toContain(token);
    }
    const asMaintainer = registry.requests.filter(
      ({ headers }) => headers['private-token'] === VERSION_TOKENS.maintainer,
    );
    expect(new Set(asMaintainer.map(({ path }) => path.split('/').slice(-2).join('/')))).toEqual(
      new Set(['variables/WIDGET_VERSION']),
    );
  });

  it('is given to the jobs version and save, and only one run at a time is in save', async () => {
    const { jobs } = parse(await releaseExample()) as Workflow;
    const given = Object.entries(jobs).filter(([, job]) => JSON.stringify(job).includes('GITLAB_VARIABLE_TOKEN'));
    expect(given.map(([name]) => name)).toEqual(['version', 'save']);
    expect(jobs.save).toMatchObject({ concurrency: { group: 'WIDGET_VERSION', queue: 'max' } });
  });
});

interface State {
  readonly variable: unknown;
  readonly visible: readonly string[];
  readonly hidden: readonly string[];
  /** What a download of `latest` would fetch. */
  readonly latest: unknown;
}

async function state(): Promise<State> {
  return {
    variable: (await variableOf(registry, 'WIDGET_VERSION'))?.value,
    visible: await visibleVersions(registry),
    hidden: await hiddenVersions(registry),
    latest: await latest(),
  };
}

async function latest(): Promise<unknown> {
  const { stdout } = await runCli(['download', '--package-version', 'latest', '--dry-run', '--json'], {
    cwd: releaser.workspace,
    env: {
      GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.developer,
      GENERIC_PACKAGES_API_URL: registry.apiUrl,
      GENERIC_PACKAGES_PROJECT: PROJECT.path,
    },
  });
  return (JSON.parse(stdout) as Record<string, unknown>)['package-version'];
}
