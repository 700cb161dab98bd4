/** The release pipeline as it is generated, its jobs run one by one: the whole of the sample project. */
import { describe, expect, test } from '@jest/globals';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { jobsInPipeline, pipelineProblems } from '../gitlab-ci/rules.ts';
import { runCli } from '../support/in-process.ts';
import { runPipeline, type PlannedJob, type RanJob } from '../support/pipeline-run.ts';
import { runCli as runBundle } from '../support/platforms.ts';
import { ROOT } from '../support/process.ts';
import { getRaw, hiddenVersions, putRaw, storedRows, visibleVersions } from '../support/raw.ts';
import { puts } from '../support/registry.ts';
import { linksOf, releaseOf, tagNames, writes } from '../support/releases.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const NAMED = { variable: 'WIDGET_VERSION', 'variable-token': '$WIDGET_TOKEN' };
const SEED = { variables: [{ key: 'WIDGET_VERSION', value: '1.2.3' }] };
const PASSING = ['test "$(cat generic-packages/built.txt)" = "of $VERSION_PREVIOUS"', 'echo "tested $VERSION"'];

type Inputs = Readonly<Record<string, unknown>>;

/** What GitLab would run of these includes: the jobs in their order, and without those that a rule leaves out. */
async function jobsOf(includes: readonly Inputs[]): Promise<ReadonlyMap<string, PlannedJob>> {
  const text = await readFile(join(ROOT, 'templates/release-pipeline.yml'), 'utf8');
  const included = includes.map((inputs) => evaluateComponent(text, { files: '**', directory: 'out', ...inputs }));
  expect(included.flatMap(({ problems }) => problems)).toEqual([]);
  const jobs = Object.fromEntries(included.flatMap((one) => Object.entries(one.jobs)));
  const made = jobsInPipeline(jobs, {
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
    CI_PIPELINE_SOURCE: 'push',
  });
  expect(pipelineProblems(made)).toEqual([]);
  const planned = Object.entries(made as Record<string, PlannedJob>);
  return new Map([
    ...planned.filter(([, { stage }]) => stage === '.pre'),
    ...planned.filter(([, { stage }]) => stage !== '.pre'),
  ]);
}

interface Scene {
  readonly registry: RunningRegistry;
  /** With `only` these jobs of a pipeline that ran before. */
  readonly run: (id: number, inputs: Inputs | readonly Inputs[], only?: readonly string[]) => Promise<RanJob[]>;
  /** The user's build makes something else from now on. */
  readonly build: (text: string) => Promise<void>;
}

async function inScene(seed: object, act: (scene: Scene) => Promise<void>, cli = runCli): Promise<void> {
  await inFolder((folder) =>
    withVersionRegistry(seed, async (registry) => {
      await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'built.txt', 'of none');
      const project = join(folder, 'project');
      await mkdir(join(project, 'out'), { recursive: true });
      await writeFile(join(project, 'out', 'built.txt'), 'of 1.2.3\n');
      await act({
        registry,
        build: (text) => writeFile(join(project, 'out', 'built.txt'), text),
        run: async (id, inputs, only) => {
          // A project variable of that name would outrank what the jobs tell each other.
          const env = { VERSION: '9.9.9', WIDGET_TOKEN: VERSION_TOKENS.maintainer };
          const names = only?.map((name) => `generic-packages-${name}`);
          return runPipeline(
            { registry, folder: join(folder, String(id)), id, env },
            { project, jobs: await jobsOf([inputs].flat()), only: names, cli },
          );
        },
      });
    }),
  );
}

function codes(ran: readonly RanJob[]): string[] {
  return ran.map(({ name, code }) => `${name.replace('generic-packages-', '')} ${code ?? 'killed'}`);
}

test('the test passes: the version is visible and the variable goes on', async () => {
  await inScene(
    SEED,
    async ({ registry, run }) => {
      const ran = await run(7, { ...NAMED, 'test-script': PASSING, checksums: 'SHA256SUMS' });

      expect(codes(ran)).toEqual(['version 0', 'publish 0', 'download 0', 'test 0', 'promote 0', 'save-version 0']);
      expect(ran[3]?.log).toBe('tested 1.2.4\n');
      expect(await visibleVersions(registry)).toEqual(['1.2.3', '1.2.4']);
      expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.4' });
      const names = (await storedRows(registry, { name: 'widget', version: '1.2.4' })).map(({ name }) => name).sort();
      expect(names).toEqual(['SHA256SUMS', 'built.txt', 'generic-package.json', 'generic-package.part-candidate.json']);
    },
    runBundle,
  );
});

test('the test fails: the version stays hidden, the variable as it was, and the next run steps over it', async () => {
  await inScene(SEED, async ({ registry, run }) => {
    expect(codes(await run(7, { ...NAMED, 'test-script': ['exit 3'] }))).toEqual([
      'version 0',
      'publish 0',
      'download 0',
      'test 3',
    ]);
    expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3'], ['1.2.4']]);
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.3' });

    expect(codes(await run(8, { ...NAMED, 'test-script': PASSING })).at(-1)).toBe('save-version 0');
    expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3', '1.2.5'], ['1.2.4']]);
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.5' });

    // The failed pipeline is run again: it has its own number still, and does not take the variable back.
    expect(codes(await run(7, { ...NAMED, 'test-script': ['true'] })).at(-1)).toBe('save-version 0');
    expect(await hiddenVersions(registry)).toEqual([]);
    expect(await getRaw(registry, { name: 'widget', version: '1.2.4' }, 'built.txt')).toBe('of 1.2.3\n');
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.5' });
  });
});

describe('the candidate is published again after its test has passed', () => {
  const inputs = { ...NAMED, 'test-script': PASSING };
  const UNTIL_TEST = ['version', 'publish', 'download', 'test'];

  test('with other files: they do not become visible, and the variable stays as it was', async () => {
    await inScene(SEED, async ({ registry, run, build }) => {
      expect(codes(await run(7, inputs, UNTIL_TEST))).toEqual(['version 0', 'publish 0', 'download 0', 'test 0']);
      await build('never tested\n');
      expect(codes(await run(7, inputs, ['publish']))).toEqual(['publish 0']);

      registry.forget();
      const [promote, ...later] = await run(7, inputs, ['promote', 'save-version']);
      expect([promote?.code, later]).toEqual([1, []]);
      expect(promote?.log).toMatch(
        /candidate: the digest of this part is sha256:\w{64}, but sha256:\w{64} is expected/,
      );
      expect(registry.requests.filter(({ method }) => !['GET', 'HEAD'].includes(method))).toEqual([]);
      expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3'], ['1.2.4']]);
      expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.3' });

      // What it advises: the test sees what is there now, and here refuses it.
      expect(codes(await run(7, inputs, ['download', 'test', 'promote']))).toEqual(['download 0', 'test 1']);
      await build('of 1.2.3\n');
      expect(codes(await run(7, inputs, ['publish', 'download', 'test', 'promote']))).toEqual([
        'publish 0',
        'download 0',
        'test 0',
        'promote 0',
      ]);
      expect(await getRaw(registry, { name: 'widget', version: '1.2.4' }, 'built.txt')).toBe('of 1.2.3\n');
    });
  });

  test('with the same files: it is what was tested', async () => {
    await inScene(SEED, async ({ registry, run }) => {
      await run(7, inputs, UNTIL_TEST);
      await run(7, inputs, ['publish']);
      expect(codes(await run(7, inputs, ['promote', 'save-version']))).toEqual(['promote 0', 'save-version 0']);
      expect(await visibleVersions(registry)).toEqual(['1.2.3', '1.2.4']);

      registry.forget();
      expect(codes(await run(7, inputs, ['promote']))).toEqual(['promote 0']);
      expect(puts(registry)).toEqual([]);
    });
  });
});

test('a version job that is run again later, and has no claim to keep its number by, changes nothing that is saved or released', async () => {
  await inScene(SEED, async ({ registry, run }) => {
    const inputs = { ...NAMED, claim: false, release: true, 'test-script': PASSING };
    expect(codes(await run(7, inputs)).at(-1)).toBe('release 0');

    expect((await run(7, inputs, ['version'])).map(({ log }) => log)).toEqual([
      expect.stringContaining('The version is 1.2.5'),
    ]);
    expect(codes(await run(7, inputs, ['save-version', 'release']))).toEqual(['save-version 0', 'release 0']);
    expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.4' });
    expect([await visibleVersions(registry), await tagNames(registry)]).toEqual([['1.2.3', '1.2.4'], ['v1.2.4']]);
  });
});

test('without a variable the job token is enough, and the registry is the ledger', async () => {
  await inScene({}, async ({ registry, run }) => {
    const ran = await run(7, { 'test-script': PASSING });

    expect(codes(ran)).toEqual(['version 0', 'publish 0', 'download 0', 'test 0', 'promote 0']);
    expect(await visibleVersions(registry)).toEqual(['1.2.3', '1.2.4']);
    const asked = new Set(
      registry.requests.flatMap(({ path, credentials }) =>
        path.startsWith('/api/v4/projects/42/packages') ? credentials : [],
      ),
    );
    expect([...asked]).toContain('JOB-TOKEN');
    expect(registry.requests.filter(({ path }) => path.includes('/variables'))).toEqual([]);
  });
});

describe('two packages of one project, the component included twice', () => {
  const seed = {
    variables: [
      { key: 'WIDGET_VERSION', value: '1.2.3' },
      { key: 'CLI_VERSION_SAVED', value: '5.0.0' },
    ],
  };
  const cli = {
    'job-prefix': 'cli',
    'package-name': 'cli',
    variable: 'CLI_VERSION_SAVED',
    'variable-token': '$WIDGET_TOKEN',
  };

  test('have a version each, by their output-prefix', async () => {
    await inScene(seed, async ({ registry, run }) => {
      const widget = { ...NAMED, 'output-prefix': 'W_', 'test-script': ['test "$W_VERSION" = 1.2.4'] };
      const ran = await run(7, [
        widget,
        { ...cli, 'output-prefix': 'CLI_', release: true, 'test-script': ['test "$CLI_VERSION" = 5.0.1'] },
      ]);

      expect(ran.filter(({ code }) => code !== 0)).toEqual([]);
      expect([await visibleVersions(registry), await visibleVersions(registry, 'cli')]).toEqual([
        ['1.2.3', '1.2.4'],
        ['5.0.1'],
      ]);
      expect(await variableOf(registry, 'WIDGET_VERSION')).toMatchObject({ value: '1.2.4' });
      expect(await variableOf(registry, 'CLI_VERSION_SAVED')).toMatchObject({ value: '5.0.1' });
      expect(await tagNames(registry)).toEqual(['v5.0.1']);
    });
  });

  test('without one publish nothing: the version that reached the job is the other package’s', async () => {
    await inScene(seed, async ({ registry, run }) => {
      const ran = await run(7, [
        { ...NAMED, 'test-script': ['true'] },
        { ...cli, 'test-script': ['true'] },
      ]);

      expect(codes(ran)).toEqual(['version 0', 'cli-version 0', 'publish 2']);
      expect(ran.at(-1)?.log).toContain('worked it out for cli');
      expect(ran.at(-1)?.log).toContain('output-prefix');
      expect([await visibleVersions(registry), await hiddenVersions(registry)]).toEqual([['1.2.3'], []]);
      expect(await hiddenVersions(registry, 'cli')).toEqual([]);
    });
  });
});

test.each([
  { title: 'with a variable', seed: SEED, named: NAMED },
  { title: 'without one', seed: {}, named: {} },
])('$title the release comes last, of a tag at the commit of the pipeline', async ({ seed, named }) => {
  await inScene(seed, async ({ registry, run }) => {
    const inputs = { ...named, release: true, 'tag-prefix': 'widget/v', 'test-script': PASSING };
    const ran = await run(7, inputs);

    expect(ran.map(({ code }) => code).filter((code) => code !== 0)).toEqual([]);
    expect(codes(ran).at(-1)).toBe('release 0');
    const release = await releaseOf(registry, 'widget/v1.2.4');
    expect(release).toMatchObject({
      name: 'widget/v1.2.4',
      commit: { id: '0123456789abcdef0123456789abcdef01234567' },
    });
    expect(await linksOf(registry, 'widget/v1.2.4')).toEqual({
      'built.txt': `${registry.apiUrl}/projects/42/packages/generic/widget/1.2.4/built.txt`,
    });

    // The pipeline is run again: it has its number, its files, its tag and its release already.
    registry.forget();
    expect(codes(await run(7, { ...inputs, 'test-script': ['true'] })).at(-1)).toBe('release 0');
    expect(writes(registry).filter((line) => line.includes('/releases'))).toEqual([]);
    expect(await releaseOf(registry, 'widget/v1.2.4')).toEqual(release);
    expect(await tagNames(registry)).toEqual(['widget/v1.2.4']);
  });
});

test('a failed test makes no tag and no release', async () => {
  await inScene(SEED, async ({ registry, run }) => {
    expect(codes(await run(7, { ...NAMED, release: true, 'test-script': ['exit 3'] })).at(-1)).toBe('test 3');
    expect(await tagNames(registry)).toEqual([]);
  });
});
