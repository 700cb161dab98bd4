/** Which tag a release is of, and from what a missing one is made. */
import { describe, expect, test } from '@jest/globals';
import type { Context } from '../../src/definitions/context.ts';
import type { TagOrigin } from '../../src/commands/release/decide-ref.ts';
import {
  chooseOrigin,
  chooseTag,
  foreignTag,
  type OriginInputs,
  type TagInputs,
} from '../../src/commands/release/tag.ts';

const NOWHERE: Context = {
  platform: 'terminal',
  os: 'linux',
  cwd: '/home/someone/project',
  workspace: '/home/someone/project',
  home: '/home/someone',
  temp: '/tmp',
  umask: 0o022,
  actor: 'someone',
  ref: {},
  insecureTlsAsked: false,
  proxy: {},
  pipelineValues: () => Promise.resolve(undefined),
};
const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const IN_JOB: Context = { ...NOWHERE, ref: { commit: COMMIT }, job: { projectId: '42', projectPath: 'acme/widget' } };

describe('the tag of version 1.2.3', () => {
  test.each<[title: string, inputs: Partial<TagInputs>, run: string | undefined, tag: string]>([
    ['is the prefix and the version', {}, undefined, 'v1.2.3'],
    ['is the version without a prefix', { 'tag-prefix': undefined }, undefined, '1.2.3'],
    ['has the prefix of a component', { 'tag-prefix': 'cli/v' }, undefined, 'cli/v1.2.3'],
    ['is that of the run', {}, 'v1.2.3', 'v1.2.3'],
    ['is that of the run without v', {}, '1.2.3', '1.2.3'],
    ['is that of the run, whatever it says', {}, 'nightly', 'nightly'],
    ['is that of the run with no prefix', { 'tag-prefix': undefined }, 'nightly', 'nightly'],
    ['is that of the run of this component', { 'tag-prefix': 'cli/v' }, 'cli/v1.2.3', 'cli/v1.2.3'],
    ['is the one that is given', { tag: 'stable' }, 'v1.2.3', 'stable'],
  ])('%s', (_title, inputs, run, tag) => {
    const context = run === undefined ? NOWHERE : { ...NOWHERE, ref: { tag: run } };
    expect(chooseTag({ tag: undefined, 'tag-prefix': 'v', ...inputs }, '1.2.3', context)).toEqual({ value: tag });
  });

  test.each([
    'a b',
    'a..b',
    'a~1',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[b',
    'a\\b',
    '-a',
    '@',
    'HEAD',
    'a@{b',
    '/a',
    'a/',
    'a//b',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    'refs/tags/a',
    'a\u0007',
  ])('cannot be %j', (tag) => {
    expect(chooseTag({ tag, 'tag-prefix': 'v' }, '1.2.3', NOWHERE)).toMatchObject({ problem: { input: 'tag' } });
  });

  test.each<[prefix: string | undefined, version: string, tag: string]>([
    ['v', 'v8.0.0', 'v8.0.0'],
    ['cli/v', 'cli/v8.0.0', 'cli/v8.0.0'],
    ['cli/v', 'v8.0.0', 'cli/v8.0.0'],
    ['cli-', 'v8.0.0', 'cli-v8.0.0'],
    [undefined, 'v8.0.0', 'v8.0.0'],
    ['v', 'vnext', 'vnext'],
  ])('has the prefix `%s` once for the version %s', (prefix, version, tag) => {
    expect(chooseTag({ tag: undefined, 'tag-prefix': prefix }, version, NOWHERE)).toEqual({ value: tag });
  });

  test('cannot come from a prefix that makes none', () => {
    expect(chooseTag({ tag: undefined, 'tag-prefix': 'v ' }, '1.2.3', NOWHERE)).toMatchObject({
      problem: { input: 'tag-prefix' },
    });
    expect(chooseTag({ tag: undefined, 'tag-prefix': 'v' }, '1.2.3.lock', NOWHERE)).toMatchObject({
      problem: { input: 'tag-prefix' },
    });
  });
});

describe('a run for the tag of another component', () => {
  const prefix = { tag: undefined, 'tag-prefix': 'cli/v' };
  const forTag = (tag: string, place: Partial<Context> = {}): Context => ({ ...NOWHERE, ...place, ref: { tag } });

  test.each<[where: string, place: Partial<Context>, remedy: string]>([
    [
      'in a GitLab job',
      { platform: 'gitlab', job: {} },
      'give this job a rule such as `if: $CI_COMMIT_TAG =~ /^cli\\/v/`, or say which tag with `tag`',
    ],
    [
      'of the command line in a GitLab job',
      { job: {} },
      'give this job a rule such as `if: $CI_COMMIT_TAG =~ /^cli\\/v/`, or say which tag with `tag`',
    ],
    [
      'on GitHub',
      { platform: 'github' },
      "give this job a condition such as `if: startsWith(github.ref_name, 'cli/v')`, or say which tag with `tag`",
    ],
    ['elsewhere', {}, '`cli/v`: say which tag with `tag`'],
  ])('%s is told how not to be', (_where, place, remedy) => {
    const found = foreignTag(prefix, forTag('web/v3.0.0', place));
    expect(found).toMatchObject({
      input: 'tag',
      problem: expect.stringContaining(
        'this run is for the tag `web/v3.0.0`, which does not begin with `cli/v`: ',
      ) as unknown,
    });
    expect(found?.problem.slice(-remedy.length)).toBe(remedy);
  });

  test('has a rule in which what stands in the prefix means itself', () => {
    expect(foreignTag({ tag: undefined, 'tag-prefix': 'c++.x' }, forTag('web/v3', { job: {} }))?.problem).toContain(
      '=~ /^c\\+\\+\\.x/`',
    );
  });

  test.each<[title: string, inputs: TagInputs, tag: string]>([
    ['the tag is given', { ...prefix, tag: 'web/v3.0.0' }, 'lib/v1'],
    ['it has the prefix', prefix, 'cli/v1.2.3'],
    ['it has the prefix, whatever follows', prefix, 'cli/vnext'],
    ['the prefix is v', { ...prefix, 'tag-prefix': 'v' }, 'web/v3.0.0'],
    ['there is no prefix', { ...prefix, 'tag-prefix': undefined }, 'web/v3.0.0'],
  ])('is none where %s', (_title, inputs, tag) => {
    expect(foreignTag(inputs, forTag(tag))).toBeUndefined();
  });

  test('is none in a run for no tag', () => {
    expect(foreignTag(prefix, NOWHERE)).toBeUndefined();
  });
});

describe('a missing tag may be made from', () => {
  const inputs: OriginInputs = { tag: undefined, ref: undefined, project: undefined, wait: 120_000 };
  const plain = { commit: undefined, lookedUp: false, waitMs: 0 };
  const onGitHub = (ref: Context['ref']): Context => ({ ...NOWHERE, platform: 'github', ref });
  const lookedUp = { ref: undefined, commit: COMMIT, lookedUp: true, waitMs: 120_000 };

  test.each<[title: string, given: Partial<OriginInputs>, context: Context, origin: TagOrigin]>([
    ['the ref that is given', { ref: 'main' }, IN_JOB, { ...plain, ref: 'main' }],
    ['the commit of the pipeline', {}, IN_JOB, { ...plain, ref: COMMIT }],
    ['that commit, the project being named by its id', { project: '42' }, IN_JOB, { ...plain, ref: COMMIT }],
    ['that commit, the project being named by its path', { project: 'acme/widget' }, IN_JOB, { ...plain, ref: COMMIT }],
    [
      'nothing in another project, which has no such commit',
      { project: 'acme/other' },
      IN_JOB,
      { ...plain, ref: undefined },
    ],
    ['nothing at a terminal', {}, NOWHERE, { ...plain, ref: undefined }],
    ['the commit of the workflow run, which is looked up', {}, onGitHub({ commit: COMMIT }), lookedUp],
    [
      'that commit beside the ref that is given',
      { ref: 'main' },
      onGitHub({ commit: COMMIT }),
      { ...lookedUp, ref: 'main' },
    ],
    [
      'that commit where the given tag is the run’s',
      { tag: 'v1.2.3' },
      onGitHub({ commit: COMMIT, tag: 'v1.2.3' }),
      lookedUp,
    ],
    [
      'the commit of the run that ended, for whatever tag',
      { tag: 'v1.2.3' },
      onGitHub({ commit: COMMIT, foreign: true, afterRun: true }),
      lookedUp,
    ],
    [
      'no commit for a tag that is given by hand',
      { tag: 'v1.2.3' },
      onGitHub({ commit: COMMIT, branch: 'main' }),
      { ...lookedUp, commit: undefined },
    ],
    ['the ref alone where the run knows no commit', { ref: 'main' }, onGitHub({}), { ...plain, ref: 'main' }],
  ])('%s', (_title, given, context, origin) => {
    expect(chooseOrigin({ ...inputs, ...given }, context)).toEqual(origin);
  });
});
