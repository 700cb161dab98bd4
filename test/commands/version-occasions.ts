/** Rows about what a run is for: tags, branches, requests and events of both systems. The variable holds 1.2.3. */
import { onGitHub, onGitLab, type VersionCase } from './version-case.ts';

const V = { variable: 'VERSION' };
const STABLE = {
  version: '1.2.4',
  previous: '1.2.3',
  tag: 'v1.2.4',
  source: 'variable',
  'is-prerelease': false,
  'is-latest': true,
};

function prerelease(identifier: string): Record<string, unknown> {
  return {
    version: `1.2.4-${identifier}`,
    previous: '1.2.3',
    prerelease: identifier,
    'is-prerelease': true,
    'is-latest': false,
    source: 'variable',
  };
}

function tagged(version: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { version, previous: version, source: 'tag', ...more };
}

const merge = {
  CI_MERGE_REQUEST_IID: '12',
  CI_PIPELINE_SOURCE: 'merge_request_event',
  CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/12/head',
};

const gitlab = onGitLab([
  ['a push to the default branch', { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'push' }, V, STABLE],
  ['a schedule on the default branch', { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'schedule' }, V, STABLE],
  ['a manual pipeline of the default branch', { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'web' }, V, STABLE],
  [
    'a pipeline that the API started on the default branch',
    { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'api' },
    V,
    STABLE,
  ],
  ['a trigger on the default branch', { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'trigger' }, V, STABLE],
  [
    'another project that triggers a branch',
    { CI_COMMIT_BRANCH: 'x', CI_PIPELINE_SOURCE: 'pipeline' },
    V,
    prerelease('x.45'),
  ],
  [
    'a child pipeline of the default branch',
    { CI_COMMIT_BRANCH: 'main', CI_PIPELINE_SOURCE: 'parent_pipeline' },
    V,
    STABLE,
  ],
  [
    "a child pipeline of a merge request's",
    { ...merge, CI_PIPELINE_SOURCE: 'parent_pipeline', CI_COMMIT_REF_NAME: 'main' },
    V,
    prerelease('mr-12.45'),
  ],
  ['a schedule on a branch', { CI_COMMIT_BRANCH: 'x', CI_PIPELINE_SOURCE: 'schedule' }, V, prerelease('x.45')],
  ['a branch, stable on purpose', { CI_COMMIT_BRANCH: 'x' }, { ...V, prerelease: 'none' }, STABLE],
  ['a default branch of another name', { CI_COMMIT_BRANCH: 'trunk', CI_DEFAULT_BRANCH: 'trunk' }, V, STABLE],
  [
    'main, which is not the default branch',
    { CI_COMMIT_BRANCH: 'main', CI_DEFAULT_BRANCH: 'trunk' },
    V,
    prerelease('main.45'),
  ],
  ['a branch', { CI_COMMIT_BRANCH: 'feature/x' }, V, prerelease('feature-x.45')],
  ['a branch in capitals', { CI_COMMIT_BRANCH: 'Feature/X_1' }, V, prerelease('feature-x-1.45')],
  ['an all-digit branch', { CI_COMMIT_BRANCH: '2024' }, V, prerelease('branch-2024.45')],
  ['a branch of digits with a leading zero', { CI_COMMIT_BRANCH: '007' }, V, prerelease('branch-007.45')],
  ['a branch that no letter of ours is in', { CI_COMMIT_BRANCH: '修正' }, V, prerelease('branch.45')],
  ['a branch that looks like a version', { CI_COMMIT_BRANCH: 'v9.9.9' }, V, prerelease('v9-9-9.45')],
  ['a long branch', { CI_COMMIT_BRANCH: 'x/'.repeat(60) }, V, prerelease(`${'x-'.repeat(19)}x.45`)],
  ['a merge request', merge, V, prerelease('mr-12.45')],
  [
    "a merge request of a fork's main",
    { ...merge, CI_COMMIT_REF_NAME: 'main', CI_MERGE_REQUEST_SOURCE_BRANCH_NAME: 'main' },
    V,
    prerelease('mr-12.45'),
  ],
  [
    'a merged results pipeline',
    {
      ...merge,
      CI_MERGE_REQUEST_EVENT_TYPE: 'merged_result',
      CI_MERGE_REQUEST_REF_PATH: 'refs/merge-requests/12/merge',
    },
    V,
    prerelease('mr-12.45'),
  ],
  ['a merge request, stable on purpose', merge, { ...V, prerelease: 'none' }, STABLE],
  ['a merge train', { ...merge, CI_MERGE_REQUEST_EVENT_TYPE: 'merge_train' }, V, prerelease('mr-12.45')],
  [
    'a pull request of a mirrored repository',
    { CI_COMMIT_BRANCH: 'main', CI_EXTERNAL_PULL_REQUEST_IID: '8' },
    V,
    prerelease('pr-8.45'),
  ],
  [
    'a tag',
    { CI_COMMIT_TAG: 'v1.3.0' },
    V,
    tagged('1.3.0', { tag: 'v1.3.0', 'is-latest': true, major: 1, minor: 3, patch: 0 }),
  ],
  ['a tag without a v', { CI_COMMIT_TAG: '1.3.0' }, V, tagged('1.3.0', { tag: '1.3.0' })],
  [
    'a tag of a prerelease',
    { CI_COMMIT_TAG: 'v1.3.0-rc.2' },
    V,
    tagged('1.3.0-rc.2', { prerelease: 'rc.2', 'is-prerelease': true, 'is-latest': false }),
  ],
  ['a tag with a build', { CI_COMMIT_TAG: 'v1.3.0+b.7' }, V, tagged('1.3.0+b.7', { build: 'b.7', tag: 'v1.3.0+b.7' })],
  ['a tag of an older line', { CI_COMMIT_TAG: 'v1.1.9' }, V, tagged('1.1.9', { 'is-latest': false })],
  ['a tag of what is published already', { CI_COMMIT_TAG: 'v1.2.3' }, V, tagged('1.2.3', { 'is-latest': true })],
  [
    'a tag of this component',
    { CI_COMMIT_TAG: 'cli/v0.4.0' },
    { ...V, 'tag-prefix': 'cli/v' },
    tagged('0.4.0', { tag: 'cli/v0.4.0' }),
  ],
  [
    'a tag of another component',
    { CI_COMMIT_TAG: 'server/v9.0.0' },
    { ...V, 'tag-prefix': 'cli/v' },
    { ...STABLE, tag: 'cli/v1.2.4' },
  ],
  [
    'a tag of another component, by tag',
    { CI_COMMIT_TAG: 'server/v9.0.0' },
    { 'tag-prefix': 'cli/v', source: 'tag' },
    'tag-prefix: does not fit',
  ],
  ['a tag without a version', { CI_COMMIT_TAG: 'nightly' }, V, 'the tag `nightly` must be `v` and MAJOR.MINOR.PATCH'],
  ['a tag with leading zeros', { CI_COMMIT_TAG: 'v01.2.3' }, V, 'the tag `v01.2.3` must be `v` and'],
  [
    'a tag with a leading zero in its prerelease',
    { CI_COMMIT_TAG: 'v1.2.3-rc.01' },
    V,
    'the tag `v1.2.3-rc.01` must be',
  ],
  [
    'a tag of a prerelease with a build',
    { CI_COMMIT_TAG: 'v1.2.3-rc.1+5' },
    V,
    tagged('1.2.3-rc.1+5', {
      prerelease: 'rc.1',
      build: '5',
      tag: 'v1.2.3-rc.1+5',
      'is-prerelease': true,
      'is-latest': false,
    }),
  ],
  ['a tag with half a version', { CI_COMMIT_TAG: 'v1.3' }, V, 'for example 1.2.3'],
  ['a tag with a version and a half', { CI_COMMIT_TAG: 'v1.3.0.1' }, V, 'the tag `v1.3.0.1` must be'],
  [
    'a v without a prefix',
    { CI_COMMIT_TAG: 'v1.3.0' },
    { ...V, 'tag-prefix': 'none' },
    'the tag `v1.3.0` must be `` and',
  ],
  [
    'a tag without any prefix',
    { CI_COMMIT_TAG: '1.3.0' },
    { ...V, 'tag-prefix': 'none' },
    tagged('1.3.0', { tag: '1.3.0' }),
  ],
  ['a tag, by the variable', { CI_COMMIT_TAG: 'v9.0.0' }, { ...V, source: 'variable' }, STABLE],
  ['no tag, by tag', { CI_COMMIT_BRANCH: 'main' }, { source: 'tag' }, '`tag` needs a tag'],
  ['neither tag nor branch nor request', {}, V, 'prerelease: is required here'],
]);

const push = (ref: string): Record<string, string> => ({ GITHUB_EVENT_NAME: 'push', GITHUB_REF: ref });
const on = (event: string, ref: string): Record<string, string> => ({ GITHUB_EVENT_NAME: event, GITHUB_REF: ref });
const MAIN = { repository: { default_branch: 'main' } };
const TRUNK = { repository: { default_branch: 'trunk' } };

const github = onGitHub([
  ['a push to the default branch', push('refs/heads/main'), V, STABLE, MAIN],
  ['a push to a default branch of another name', push('refs/heads/trunk'), V, STABLE, TRUNK],
  ['a push to main, which is not the default branch', push('refs/heads/main'), V, prerelease('main.45'), TRUNK],
  ['a push to master, where the event is silent', push('refs/heads/master'), V, STABLE],
  ['a push to trunk, where the event is silent', push('refs/heads/trunk'), V, prerelease('trunk.45')],
  ['a schedule', on('schedule', 'refs/heads/main'), V, STABLE, MAIN],
  ['a dispatch on the default branch', on('workflow_dispatch', 'refs/heads/main'), V, STABLE, MAIN],
  ['a dispatch on a branch', on('workflow_dispatch', 'refs/heads/feature/x'), V, prerelease('feature-x.45'), MAIN],
  ['a dispatch on a tag', on('workflow_dispatch', 'refs/tags/v1.3.0'), V, tagged('1.3.0'), MAIN],
  ['a dispatch from outside', on('repository_dispatch', 'refs/heads/main'), V, STABLE, MAIN],
  ['another event on the default branch', on('issues', 'refs/heads/main'), V, prerelease('main.45'), MAIN],
  ['a push to a branch', push('refs/heads/feature/x'), V, prerelease('feature-x.45'), MAIN],
  ['an all-digit branch', push('refs/heads/2024'), V, prerelease('branch-2024.45'), MAIN],
  ['a branch called refs/tags/v9.0.0', push('refs/heads/refs/tags/v9.0.0'), V, prerelease('refs-tags-v9-0-0.45'), MAIN],
  [
    'a merge queue',
    on('merge_group', 'refs/heads/gh-readonly-queue/main/pr-34-0123456789'),
    V,
    prerelease('gh-readonly-queue-main-pr-34-0123456789.45'),
    MAIN,
  ],
  ['a pull request, by its merge ref', on('pull_request', 'refs/pull/34/merge'), V, prerelease('pr-34.45'), MAIN],
  [
    "a pull request of a fork's main",
    { ...on('pull_request', 'refs/pull/34/merge'), GITHUB_HEAD_REF: 'main', GITHUB_BASE_REF: 'main' },
    V,
    prerelease('pr-34.45'),
    MAIN,
  ],
  [
    'a pull request that was merged',
    on('pull_request', 'refs/heads/main'),
    V,
    prerelease('pr-34.45'),
    { ...MAIN, pull_request: { number: 34, merged: true } },
  ],
  ['a review of a pull request', on('pull_request_review', 'refs/pull/34/merge'), V, prerelease('pr-34.45'), MAIN],
  [
    'pull_request_target',
    on('pull_request_target', 'refs/heads/main'),
    V,
    prerelease('pr-35.45'),
    { ...MAIN, pull_request: { number: 35 } },
  ],
  [
    'pull_request_target, stable on purpose',
    on('pull_request_target', 'refs/heads/main'),
    { ...V, prerelease: 'none' },
    STABLE,
    { ...MAIN, pull_request: { number: 35 } },
  ],
  [
    'workflow_run of a pull request',
    on('workflow_run', 'refs/heads/main'),
    V,
    prerelease('pr-38.45'),
    { ...MAIN, workflow_run: { pull_requests: [{ number: 38 }] } },
  ],
  [
    'workflow_run of a push',
    on('workflow_run', 'refs/heads/main'),
    V,
    "prerelease: is required here: the event's ref is not that of the code",
    { ...MAIN, workflow_run: { pull_requests: [] } },
  ],
  [
    'workflow_run with a name',
    on('workflow_run', 'refs/heads/main'),
    { ...V, prerelease: 'dev' },
    prerelease('dev.45'),
    { ...MAIN, workflow_run: {} },
  ],
  [
    'a comment on a pull request',
    on('issue_comment', 'refs/heads/main'),
    V,
    prerelease('pr-36.45'),
    { ...MAIN, issue: { number: 36, pull_request: {} } },
  ],
  [
    'a comment on an issue',
    on('issue_comment', 'refs/heads/main'),
    V,
    'prerelease: is required here',
    { ...MAIN, issue: { number: 37 } },
  ],
  [
    'a tag that a foreign event claims',
    on('workflow_run', 'refs/tags/v9.0.0'),
    { ...V, prerelease: 'none' },
    STABLE,
    MAIN,
  ],
  ['a tag', push('refs/tags/v1.3.0'), V, tagged('1.3.0', { tag: 'v1.3.0', 'is-latest': true }), MAIN],
  ['a release', on('release', 'refs/tags/v1.3.0'), V, tagged('1.3.0'), MAIN],
  [
    'a tag by name and type',
    { GITHUB_EVENT_NAME: 'push', GITHUB_REF_NAME: 'v1.3.0', GITHUB_REF_TYPE: 'tag' },
    V,
    tagged('1.3.0'),
    MAIN,
  ],
  ['a tag of a prerelease', push('refs/tags/v1.3.0-rc.2'), V, tagged('1.3.0-rc.2', { 'is-prerelease': true }), MAIN],
  [
    'a tag of another component',
    push('refs/tags/server/v9.0.0'),
    { ...V, 'tag-prefix': 'cli/v' },
    { ...STABLE, tag: 'cli/v1.2.4' },
    MAIN,
  ],
  ['a tag without a version', push('refs/tags/nightly'), V, 'the tag `nightly` must be `v` and', MAIN],
  ['nothing that is told', {}, V, 'prerelease: is required here'],
]);

const elsewhere: readonly VersionCase[] = [
  {
    title: 'A terminal',
    env: {},
    inputs: V,
    gives: 'prerelease: is required here: this run is for no tag, branch or request',
  },
  { title: 'A terminal, stable', env: {}, inputs: { ...V, prerelease: 'none' }, gives: STABLE },
  { title: 'A terminal with a name', env: {}, inputs: { ...V, prerelease: 'dev' }, gives: prerelease('dev') },
  {
    title: 'A terminal with stray variables',
    env: { CI_COMMIT_TAG: 'v9.0.0', GITHUB_REF: 'refs/tags/v9.0.0', VERSION: '9.0.0' },
    inputs: { ...V, prerelease: 'none' },
    gives: STABLE,
  },
];

export const OCCASIONS: readonly VersionCase[] = [...gitlab, ...github, ...elsewhere];
