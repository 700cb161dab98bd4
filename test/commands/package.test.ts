/** Which package and version a command means when the user leaves it out, as tables. */
import { describe, expect, test } from '@jest/globals';
import type { Context, GitLabJob, PipelineValues } from '../../src/definitions/context.ts';
import {
  findPackageName,
  findTaggedVersion,
  findNamedVersion,
  isOwnProject,
  type NamingInputs,
} from '../../src/commands/shared/package.ts';

const JOB: GitLabJob = { projectId: '42', projectPath: 'acme/tools/widget', projectName: 'widget' };

function context(more: Partial<Context> = {}): Context {
  return {
    platform: 'terminal',
    os: 'linux',
    cwd: '/builds/acme/widget',
    workspace: '/builds/acme/widget',
    home: '/home/me',
    temp: '/tmp',
    umask: 0o022,
    actor: 'someone',
    ref: {},
    insecureTlsAsked: false,
    proxy: {},
    pipelineValues: () => Promise.resolve(undefined),
    ...more,
  };
}

function handing(command: string, prefix: string, values: PipelineValues): Context['pipelineValues'] {
  return (asked, given) => Promise.resolve(asked === command && given === prefix ? values : undefined);
}

describe('the package', () => {
  test.each<[string, { name?: string; project?: string; job?: GitLabJob }, string]>([
    ['is the one that was given', { name: 'gadget', project: 'acme/tools/widget', job: JOB }, 'gadget'],
    ["has the last part of the project's path", { project: 'acme/tools/other', job: JOB }, 'other'],
    ["has the name of the job's own project", { job: JOB }, 'widget'],
    ["has the name of the job's own project, given by its id", { project: '42', job: JOB }, 'widget'],
  ])('%s', (_title, { name, project, job }, expected) => {
    const found = findPackageName({ 'package-name': name, project }, context(job === undefined ? {} : { job }));
    expect(found).toEqual({ value: expected });
  });

  test.each<[string, { name?: string; project?: string; job?: GitLabJob }, string]>([
    ['there is nothing to tell it from', {}, 'is required here'],
    ['the project is a number outside of a job', { project: '42' }, 'is required here'],
    ["the project is another one than the job's, by its id", { project: '43', job: JOB }, 'is required here'],
    ['GitLab would refuse the name', { name: 'my package' }, '`my package` may have'],
    ['GitLab would refuse the name of the project', { project: 'acme/we@rd' }, '`we@rd` may have'],
    ['it is a dot', { name: '.' }, '`.` may not be'],
  ])('is a problem when %s', (_title, { name, project, job }, says) => {
    const found = findPackageName({ 'package-name': name, project }, context(job === undefined ? {} : { job }));
    expect(found).toEqual({ problem: { input: 'package-name', problem: expect.stringContaining(says) as unknown } });
  });

  test.each<[string | undefined, GitLabJob | undefined, boolean]>([
    [undefined, JOB, true],
    ['42', JOB, true],
    ['acme/tools/widget', JOB, true],
    ['43', JOB, false],
    ['acme/tools/widget2', JOB, false],
    [undefined, undefined, false],
    ['42', undefined, false],
  ])("of the project %s in the job %j is the job's own: %s", (project, job, own) => {
    expect(isOwnProject(project, context(job === undefined ? {} : { job }))).toBe(own);
  });
});

describe('the version', () => {
  const inputs = (more: Partial<Record<'package-version' | 'tag-prefix' | 'output-prefix', string>> = {}) => ({
    'package-version': undefined,
    'tag-prefix': 'v',
    'output-prefix': undefined,
    ...more,
  });

  test.each<[string, NamingInputs, Partial<Context>, string, string]>([
    [
      'is the one that was given',
      inputs({ 'package-version': 'nightly' }),
      { ref: { tag: 'v1.2.3' } },
      'nightly',
      'given',
    ],
    [
      'is what a version job passed on, before the tag',
      inputs(),
      { ref: { tag: 'v1.2.3' }, pipelineValues: handing('version', '', { version: '2.0.0' }) },
      '2.0.0',
      'version job',
    ],
    [
      'is what the version job of that prefix passed on',
      inputs({ 'output-prefix': 'CLI_' }),
      { pipelineValues: handing('version', 'CLI_', { version: '3.0.0' }) },
      '3.0.0',
      'version job',
    ],
    [
      'is one that was worked out for another package, which is said',
      { ...inputs(), 'package-name': 'cli', project: '42' },
      { pipelineValues: handing('version', '', { version: '2.0.0', 'package-name': 'web' }) },
      '2.0.0',
      'version job, which worked it out for web; two version jobs in one pipeline need an output-prefix each',
    ],
    [
      "is one that was worked out for another package than the job's own project's",
      { ...inputs(), 'package-name': undefined, project: undefined },
      { job: JOB, pipelineValues: handing('version', '', { version: '2.0.0', 'package-name': 'web' }) },
      '2.0.0',
      'which worked it out for web',
    ],
    [
      "is the tag's when the pipeline value is blank",
      inputs(),
      { ref: { tag: 'v1.2.3' }, pipelineValues: handing('version', '', { version: '' }) },
      '1.2.3',
      'tag v1.2.3',
    ],
    ["is the tag's without its v", inputs(), { ref: { tag: 'v1.2.3' } }, '1.2.3', 'tag v1.2.3'],
    ["is the tag's that has none", inputs(), { ref: { tag: '1.2.3-rc.1+b5' } }, '1.2.3-rc.1+b5', 'tag 1.2.3'],
    [
      "is the tag's without a longer prefix",
      inputs({ 'tag-prefix': 'cli/v' }),
      { ref: { tag: 'cli/v0.4.0' } },
      '0.4.0',
      'tag cli/v0.4.0',
    ],
  ])('%s', async (_title, ...row) => {
    const [given, around, version, from] = row;
    const found = await findNamedVersion(given, context(around));
    expect(found).toEqual({ value: { version, from: expect.stringContaining(from) as unknown } });
  });

  test.each<[tag: string, prefix: string, version: string, note: string]>([
    ['v2024.05.01', 'v', '2024.05.01', 'number by number'],
    ['1.2.3.4', 'v', '1.2.3.4', 'number by number'],
    ['nightly', 'v', 'nightly', '`newest`'],
    ['cli/v20240511T0100', 'cli/v', '20240511T0100', '`newest`'],
  ])('of the tag %s with the prefix %s is %s, semantic or not, and a note tells how it is found', async (...row) => {
    const [tag, prefix, version, note] = row;
    const found = await findNamedVersion(inputs({ 'tag-prefix': prefix }), context({ ref: { tag } }));
    expect(found).toEqual({
      value: { version, from: `from the tag ${tag}`, note: expect.stringContaining(note) as unknown },
    });
  });

  test('of a tag that is given counts before what a version job passed on', async () => {
    const around = context({ ref: { tag: 'v9.9.9' }, pipelineValues: handing('version', '', { version: '2.0.0' }) });
    const found = await findTaggedVersion({ ...inputs(), tag: 'v1.4.0' }, around);
    expect(found).toEqual({ value: { version: '1.4.0', from: 'from the tag v1.4.0' } });
  });

  test.each([
    ['v1.4.0', '1.4.0', undefined],
    ['v1.4.0', 'v1.4.0', '`v1.4.0` is the version `1.4.0`, but `package-version` is `v1.4.0`'],
    ['v1.4.0', '1.5.0', '`v1.4.0` is the version `1.4.0`, but `package-version` is `1.5.0`'],
    ['cli/v1.4.0', undefined, '`cli/v1.4.0`, the version of the tag `cli/v1.4.0`, may have'],
  ])('of the tag %s beside the version %s has the problem %s', async (tag, version, says) => {
    const given = { ...inputs(version === undefined ? {} : { 'package-version': version }), tag };
    const found = await findTaggedVersion(given, context());
    if (says === undefined) expect(found).toMatchObject({ value: { version } });
    else expect(found).toEqual({ problem: { input: 'tag', problem: expect.stringContaining(says) as unknown } });
  });

  test.each([
    { title: 'of this package', given: { ...inputs(), 'package-name': 'web', project: '42' } },
    { title: 'for a command that has no package', given: inputs() },
  ])('that was worked out $title needs no more words', async ({ given }) => {
    const found = await findNamedVersion(
      given,
      context({ pipelineValues: handing('version', '', { version: '2.0.0', 'package-name': 'web' }) }),
    );
    expect(found).toEqual({ value: { version: '2.0.0', from: "passed on by this pipeline's version job" } });
  });

  test.each<[string, ReturnType<typeof inputs>, Partial<Context>, readonly string[]]>([
    ['nothing says it', inputs(), {}, ['was not given', 'the command `version`']],
    ['only a branch is built', inputs(), { ref: { branch: 'main' } }, ['was not given', 'no tag']],
    [
      'the tag is no version that GitLab takes',
      inputs(),
      { ref: { tag: 'releases/2024 05' } },
      ['the tag `releases/2024 05`', 'Give `package-version`'],
    ],
    [
      'the tag has not the prefix',
      inputs({ 'tag-prefix': 'cli/v' }),
      { ref: { tag: 'web/v1.0.0' } },
      ['the tag `web/v1.0.0`'],
    ],
    ['GitLab would refuse it', inputs({ 'package-version': '1..2' }), {}, ['`1..2` (given)']],
    [
      'only a pipeline values would do, and there is none',
      inputs({ 'package-version': 'from-pipeline' }),
      { ref: { tag: 'v1.2.3' } },
      ['`from-pipeline`, but no `version` job', '`needs`'],
    ],
    [
      'GitLab would refuse what was passed on',
      inputs(),
      { pipelineValues: handing('version', '', { version: 'a/b' }) },
      ['`a/b`', 'version job'],
    ],
  ])('is a problem when %s', async (_title, given, around, says) => {
    const found = await findNamedVersion(given, context(around));
    if (!('problem' in found)) throw new Error('it was taken');
    expect(found.problem.input).toBe('package-version');
    for (const piece of says) expect(found.problem.problem).toContain(piece);
  });
});
