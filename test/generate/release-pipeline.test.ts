/** The generated release pipeline: sound by GitLab's rules, its jobs in their order, its token where it belongs. */
import { describe, expect, it } from '@jest/globals';
import { pipelineInputs, releasePipelineTemplate } from '../../src/generate/pipeline-template.ts';
import { jobScript } from '../../src/generate/job-script.ts';
import { JOBS, PASSED_UP } from '../../src/generate/release-pipeline.ts';
import { inputsOf } from '../../src/generate/describe.ts';
import { gitlabVariable } from '../../src/definitions/naming.ts';
import { commands } from '../../src/commands/index.ts';
import { evaluateComponent } from '../gitlab-ci/evaluate.ts';
import { jobsInPipeline, pipelineProblems } from '../gitlab-ci/rules.ts';
import { RELEASE } from './sample-job.ts';

interface Job {
  readonly stage: string;
  readonly image: string;
  readonly rules: readonly unknown[];
  readonly needs?: readonly { readonly job: string; readonly artifacts: boolean; readonly optional?: boolean }[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts?: { readonly paths: readonly string[] };
  readonly resource_group?: string;
  readonly interruptible?: boolean;
}

const TEXT = releasePipelineTemplate(commands, RELEASE);
const NEEDED = { files: '**', 'test-script': ['sh test.sh', 'echo done'] };
const ORDER = ['version', 'publish', 'download', 'test', 'promote', 'save-version', 'release'];
const MAIN = { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' };

function jobsWith(inputs: Readonly<Record<string, unknown>>): Map<string, Job> {
  const { problems, jobs } = evaluateComponent(TEXT, { ...NEEDED, ...inputs });
  expect(problems).toEqual([]);
  return new Map(
    Object.entries(jobs as Record<string, Job>).map(([name, one]) => [name.replace(/^generic-packages-/, ''), one]),
  );
}

function job(name: string, inputs: Readonly<Record<string, unknown>> = {}): Job {
  const found = jobsWith(inputs).get(name);
  if (found === undefined) throw new Error(`there is no job ${name}`);
  return found;
}

describe('the release pipeline', () => {
  it('has its jobs in the order in which they run, each needing what came before', () => {
    const jobs = jobsWith({});
    expect([...jobs.keys()]).toEqual(ORDER);
    const before = (name: string): string[] =>
      (jobs.get(name)?.needs ?? []).map((need) => need.job.replace(/^generic-packages-/, ''));
    expect(ORDER.map((name) => before(name)[0])).toEqual([
      undefined,
      undefined,
      'publish',
      'download',
      'test',
      'promote',
      'save-version',
    ]);
    for (const [at, name] of ORDER.entries())
      expect(before(name).filter((other) => ORDER.indexOf(other) >= at)).toEqual([]);
  });

  it('lets the publish take the artifacts of every earlier stage, the version among them', () => {
    expect(job('publish').needs).toBeUndefined();
    expect([job('version').stage, job('publish').stage]).toEqual(['.pre', 'deploy']);
    for (const name of ['download', 'test', 'promote']) {
      expect(job(name).needs).toContainEqual({ job: 'generic-packages-version', artifacts: true });
    }
    // What is saved and released is the version that was promoted, whatever `-version` says when it is run again.
    for (const name of ['save-version', 'release']) {
      expect(job(name).needs?.filter(({ artifacts }) => artifacts)).toEqual([
        { job: 'generic-packages-promote', artifacts: true },
      ]);
    }
  });

  it('takes no artifacts from the user’s test', () => {
    const taken = [...jobsWith({}).values()].flatMap(({ needs = [] }) =>
      needs.filter(({ artifacts }) => artifacts).map((need) => need.job),
    );
    expect(taken).not.toContain('generic-packages-test');
    // What was tested it is told by the download, which ended before the test began.
    expect(job('promote').needs?.slice(0, 2)).toEqual([
      { job: 'generic-packages-test', artifacts: false },
      { job: 'generic-packages-download', artifacts: true },
    ]);
  });

  it('runs the user’s test as it is written, in an image of its own, with nothing of ours in it', () => {
    expect(job('test', { 'test-image': 'busybox:1' })).toEqual({
      stage: 'deploy',
      image: 'busybox:1',
      rules: expect.anything() as unknown,
      inherit: { default: ['tags', 'retry', 'timeout'] },
      needs: expect.anything() as unknown,
      script: ['sh test.sh', 'echo done'],
    });
    const used = [...TEXT.matchAll(/\$\[\[ inputs\.test-script \]\]/g)];
    expect(used).toHaveLength(1);
  });

  it('gives the variable’s token to the two jobs that need it, and writes one at a time', () => {
    const jobs = jobsWith({ variable: 'WIDGET_VERSION', 'variable-token': '$WIDGET_TOKEN' });
    const given = [...jobs].filter(([, one]) => JSON.stringify(one).includes('$WIDGET_TOKEN')).map(([name]) => name);
    expect(given).toEqual(['version', 'save-version']);
    const locked = [...jobs]
      .filter(([, one]) => one.resource_group !== undefined)
      .map(([name, one]) => [name, one.resource_group]);
    expect(locked).toEqual([['save-version', 'generic-packages-save-version-WIDGET_VERSION']]);
  });

  it('leaves the writing out when no variable is named', () => {
    const never = { if: '"" == ""', when: 'never' };
    expect(job('save-version').rules).toEqual([never, [{ if: expect.stringContaining('$CI_DEFAULT_BRANCH') }]]);
    expect(job('save-version', { variable: 'V', rules: [{ when: 'manual' }] }).rules).toEqual([
      { if: '"V" == ""', when: 'never' },
      [{ when: 'manual' }],
    ]);
    for (const name of ORDER.slice(0, -2))
      expect(job(name, { rules: [{ when: 'manual' }] }).rules).toEqual([{ when: 'manual' }]);
  });

  it.each([
    { variable: '', release: false, without: ['save-version', 'release'] },
    { variable: 'V', release: false, without: ['release'] },
    { variable: '', release: true, without: ['save-version'] },
    { variable: 'V', release: true, without: [] },
  ])(
    'is a pipeline that GitLab makes with the variable "$variable" and release $release',
    ({ variable, release, without }) => {
      const { problems, jobs } = evaluateComponent(TEXT, { ...NEEDED, variable, release });
      expect(problems).toEqual([]);

      const made = jobsInPipeline(jobs, MAIN);
      expect(Object.keys(made)).toEqual(
        ORDER.filter((name) => !without.includes(name)).map((name) => `generic-packages-${name}`),
      );
      expect(pipelineProblems(made)).toEqual([]);
      for (const other of [{ CI_PIPELINE_SOURCE: 'schedule' }, { CI_COMMIT_BRANCH: 'feature' }]) {
        expect(jobsInPipeline(jobs, { ...MAIN, ...other })).toEqual({});
      }
      // The tag that the release makes starts a pipeline: none of these jobs is in it.
      expect(
        jobsInPipeline(jobs, { CI_COMMIT_TAG: 'v1.2.4', CI_DEFAULT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' }),
      ).toEqual({});
    },
  );

  it('releases last, with the job token, the version that was passed on and what tells the tag', () => {
    const release = job('release', {
      release: true,
      'tag-prefix': 'cli/v',
      'package-name': 'cli',
      variable: 'V',
      'variable-token': '$SECRET',
    });
    expect(release.needs).toEqual([
      { job: 'generic-packages-save-version', artifacts: false, optional: true },
      { job: 'generic-packages-promote', artifacts: true },
    ]);
    expect(release.variables).toMatchObject({
      GENERIC_PACKAGES_INPUT_TAG_PREFIX: 'cli/v',
      GENERIC_PACKAGES_INPUT_PACKAGE_NAME: 'cli',
    });
    // The files of the pipeline are those to publish, and all of them become links.
    expect(Object.keys(release.variables ?? {}).filter((name) => /_(?:FILES|TOKEN|VARIABLE)$/.test(name))).toEqual([]);
    expect(release.interruptible).toBe(false);
  });

  it('has an optional need for each job that may be left out, and for no other', () => {
    const left = JOBS.filter(({ unless }) => unless !== undefined).map(({ name }) => name);
    for (const { name, needs = [] } of JOBS) {
      const wrong = needs.filter(({ job: needed, optional }) => left.includes(needed) !== (optional === true));
      expect({ name, wrong }).toEqual({ name, wrong: [] });
    }
  });

  it.each(['a"b', '" == "" || "', '$X', 'a-b', 'a b'])(
    'takes no variable called %j, for it stands in a rule',
    (variable) => {
      expect(evaluateComponent(TEXT, { ...NEEDED, variable }).problems).toContain(
        '`variable` input: provided value does not match required RegEx pattern',
      );
    },
  );

  it('publishes a candidate, fetches that, and makes it whole only after the test', () => {
    expect(job('publish').variables).toMatchObject({
      GENERIC_PACKAGES_INPUT_PART: 'candidate',
      GENERIC_PACKAGES_INPUT_FILES: '**',
    });
    expect(job('download').variables).toMatchObject({
      GENERIC_PACKAGES_INPUT_PART: 'candidate',
      GENERIC_PACKAGES_INPUT_PACKAGE_VERSION: 'from-pipeline',
      GENERIC_PACKAGES_INPUT_EXPECTED_DIGEST: 'from-pipeline',
    });
    expect(job('download').artifacts?.paths).toEqual(['.generic-packages/', 'generic-packages']);
    expect(job('promote', { checksums: 'SHA256SUMS' }).variables).toMatchObject({
      GENERIC_PACKAGES_INPUT_PARTS: 'candidate@from-pipeline',
      GENERIC_PACKAGES_INPUT_CHECKSUMS: 'SHA256SUMS',
    });
    expect(job('save-version').variables).toMatchObject({ GENERIC_PACKAGES_INPUT_IF_LOWER: 'keep' });
  });

  it('claims by default, and not where that is switched off', () => {
    expect(job('version').variables).toMatchObject({ GENERIC_PACKAGES_INPUT_CLAIM: 'true ' });
    expect(job('version', { claim: false }).variables).toMatchObject({ GENERIC_PACKAGES_INPUT_CLAIM: 'false ' });
  });

  it('can be there twice under two prefixes', () => {
    const { problems, jobs } = evaluateComponent(TEXT, {
      ...NEEDED,
      'job-prefix': 'cli',
      'output-prefix': 'CLI_',
      stage: 'ship',
      'stage-version': 'build',
      image: 'node:24',
    });
    expect(problems).toEqual([]);
    expect(Object.keys(jobs)).toEqual(ORDER.map((name) => `cli-${name}`));
    const named = Object.values(jobs as Record<string, Job>).flatMap(({ needs = [] }) => needs.map((need) => need.job));
    expect(named.filter((name) => !Object.hasOwn(jobs, name))).toEqual([]);
    expect((jobs as Record<string, Job>)['cli-version']).toMatchObject({
      stage: 'build',
      image: 'node:24',
      artifacts: { reports: { dotenv: '.generic-packages/CLI_version.env' } },
    });
    const ours = Object.values(jobs as Record<string, Job>).flatMap(({ variables }) =>
      variables === undefined ? [] : [variables.GENERIC_PACKAGES_INPUT_OUTPUT_PREFIX],
    );
    expect(ours).toEqual(Array.from({ length: 6 }, () => 'CLI_'));
  });
});

describe('the record of it', () => {
  it.each(JOBS.flatMap((one) => (one.command === undefined ? [] : [{ name: one.name, one, command: one.command }])))(
    'gives $name inputs that its command has, each as its own variable',
    ({ name, one, command }) => {
      const known = commands
        .filter((candidate) => candidate.name === command)
        .flatMap(inputsOf)
        .map(([input]) => input);
      expect([...one.takes, ...Object.keys(one.sets)].filter((input) => !known.includes(input))).toEqual([]);

      const given = Object.fromEntries(
        one.takes
          .filter((input) => !['claim', 'increment', 'variable', 'output-prefix'].includes(input))
          .map((input) => [input, `given ${input}`]),
      );
      const { variables = {}, script } = job(name, given);
      expect(one.takes).toContain('output-prefix');
      for (const input of Object.keys(given)) expect(variables[gitlabVariable(input)]).toBe(`given ${input}`);
      expect(script).toEqual([jobScript(RELEASE)]);
      expect(variables.GENERIC_PACKAGES_COMMAND).toBe(command);
    },
  );

  it('passes up each input once, and each is taken by a job', () => {
    const names = PASSED_UP.map(({ input }) => input);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(JOBS.flatMap(({ takes }) => takes))).toEqual(new Set(names));
    expect(Object.keys(pipelineInputs(commands, RELEASE))).toEqual([
      ...names,
      'test-script',
      'test-image',
      'release',
      'job-prefix',
      'stage-version',
      'stage',
      'image',
      'rules',
      'program',
      'program-project',
      'program-sha256',
    ]);
  });
});
