/** Rows about sources, increments and variables, on the default branch unless they say otherwise. */
import { COMMIT, onGitHub, onGitLab, type VersionCase } from './version-case.ts';

const MAIN = { CI_COMMIT_BRANCH: 'main' };
const BRANCH = { CI_COMMIT_BRANCH: 'x' };
const V = { variable: 'VERSION' };
const LIB = { 'package-name': 'lib' };
const NEW = { 'package-name': 'fresh' };
const SHORT = COMMIT.slice(0, 8);

const sources = onGitLab([
  [
    "the package's versions",
    MAIN,
    LIB,
    { version: '1.10.2', previous: '1.10.0', source: 'packages', 'is-latest': true },
  ],
  [
    "the package's versions, on a branch",
    BRANCH,
    LIB,
    { version: '1.10.1-x.45', previous: '1.10.0', source: 'packages' },
  ],
  [
    'a package that is not there, though one of a like name is',
    MAIN,
    { 'package-name': 'li' },
    'initial-version: is needed',
  ],
  [
    'a package that is not there',
    MAIN,
    { ...NEW, 'initial-version': '0.1.0' },
    { version: '0.1.0', previous: 'none', source: 'packages', 'is-latest': true },
  ],
  [
    'a package that is not there, on a branch',
    BRANCH,
    { ...NEW, 'initial-version': '0.1.0' },
    { version: '0.1.0-x.45', previous: 'none' },
  ],
  [
    'a first version that is a prerelease',
    MAIN,
    { ...NEW, 'initial-version': '0.1.0-alpha' },
    { version: '0.1.0-alpha', 'is-latest': false },
  ],
  [
    'a first version that is none',
    MAIN,
    { ...NEW, 'initial-version': 'v0.1.0' },
    'initial-version: must be a semantic version',
  ],
  [
    'a first version that is hidden already',
    MAIN,
    { 'package-name': 'started', 'initial-version': '0.1.0' },
    { version: '0.1.1', previous: 'none' },
  ],
  ['the tags', MAIN, { source: 'tags' }, { version: '2.0.1', previous: '2.0.0', source: 'tags', tag: 'v2.0.1' }],
  [
    'the tags of a component',
    MAIN,
    { source: 'tags', 'tag-prefix': 'cli/v' },
    { version: '0.10.1', previous: '0.10.0', tag: 'cli/v0.10.1' },
  ],
  [
    'the tags without a prefix',
    MAIN,
    { source: 'tags', 'tag-prefix': 'none' },
    { version: '1.9.1', previous: '1.9.0', tag: '1.9.1' },
  ],
  ['tags that there are none of', MAIN, { source: 'tags', 'tag-prefix': 'web/v' }, 'initial-version: is needed'],
  [
    'a number that another pipeline claimed',
    MAIN,
    { 'package-name': 'claimed' },
    { version: '1.0.2', previous: '1.0.0' },
  ],
  [
    'the number that this pipeline claimed',
    { ...MAIN, CI_PIPELINE_ID: '1' },
    { 'package-name': 'claimed' },
    { version: '1.0.1', previous: '1.0.0' },
  ],
]);

const increments = onGitLab([
  ['minor', MAIN, { ...V, increment: 'minor' }, { version: '1.3.0', major: 1, minor: 3, patch: 0 }],
  ['major', MAIN, { ...V, increment: 'major' }, { version: '2.0.0', major: 2, minor: 0, patch: 0 }],
  ['none', MAIN, { ...V, increment: 'none' }, { version: '1.2.3', previous: '1.2.3' }],
  ["the pipeline's number", MAIN, { ...V, increment: 'pipeline' }, { version: '1.2.45', patch: 45 }],
  ["the pipeline's number, on a branch", BRANCH, { ...V, increment: 'pipeline' }, { version: '1.2.45-x.45' }],
  [
    "a pipeline's number that goes back",
    { ...MAIN, CI_PIPELINE_IID: '2' },
    { ...V, increment: 'pipeline' },
    '`pipeline` would go back from 1.2.3 to 1.2.2',
  ],
  ['minor on a branch', BRANCH, { ...V, increment: 'minor' }, { version: '1.3.0-x.45' }],
  [
    'a tag and one more',
    { CI_COMMIT_TAG: 'v1.3.0' },
    { increment: 'patch' },
    { version: '1.3.1', previous: '1.3.0', tag: 'v1.3.1' },
  ],
  [
    'a tag with a given prerelease',
    { CI_COMMIT_TAG: 'v1.3.0' },
    { prerelease: 'beta' },
    { version: '1.3.0-beta.45', tag: 'v1.3.0-beta.45' },
  ],
  ['after a prerelease', MAIN, { variable: 'RC' }, { version: '1.3.0', previous: '1.3.0-rc.1' }],
  [
    'a build',
    MAIN,
    { ...V, build: 'true' },
    { version: `1.2.4+${SHORT}`, build: SHORT, tag: `v1.2.4+${SHORT}`, 'is-latest': true },
  ],
  ['a build on a branch', BRANCH, { ...V, build: 'true' }, { version: `1.2.4-x.45+${SHORT}`, build: SHORT }],
  ['a given prerelease', MAIN, { ...V, prerelease: 'rc.1' }, { version: '1.2.4-rc.1.45', prerelease: 'rc.1.45' }],
  [
    'a prerelease that is no identifier',
    MAIN,
    { ...V, prerelease: 'Feature/X' },
    'prerelease: must be `none` or an identifier',
  ],
]);

const variables = onGitHub(
  [
    ['a variable of a group', {}, { variable: 'SHARED', group: 'acme/tools' }, { version: '4.0.1', previous: '4.0.0' }],
    ['a variable in one scope', {}, { variable: 'SCOPED' }, { version: '3.0.1' }],
    ['a variable in its scope', {}, { variable: 'SCOPED', 'environment-scope': 'production' }, { version: '3.0.1' }],
    [
      'a variable in another scope',
      {},
      { variable: 'SCOPED', 'environment-scope': 'staging', 'initial-version': '0.1.0' },
      'does not exist in the environment scope `staging`, but in `production`',
    ],
    [
      'a variable in two scopes',
      {},
      { variable: 'TWICE', 'initial-version': '0.1.0' },
      'exists in several environment scopes: `*`, `production`',
    ],
    ['one of two scopes', {}, { variable: 'TWICE', 'environment-scope': 'production' }, { version: '6.0.1' }],
    [
      'a variable that is missing',
      {},
      { variable: 'ABSENT' },
      'initial-version: is needed: there is no earlier version',
    ],
    [
      'a variable that is missing, and a first version',
      {},
      { variable: 'ABSENT', 'initial-version': '0.1.0', ...NEW },
      { version: '0.1.0', previous: 'none', source: 'variable' },
    ],
    [
      'an empty variable',
      {},
      { variable: 'EMPTY', 'initial-version': '0.1.0' },
      'EMPTY of project 42 is there but empty',
    ],
    ['a masked variable', {}, { variable: 'MASKED', 'initial-version': '0.1.0' }, 'MASKED of project 42 is masked'],
    ['a hidden variable', {}, { variable: 'HIDDEN', 'initial-version': '0.1.0' }, 'HIDDEN of project 42 is hidden'],
    [
      'a variable of the type file',
      {},
      { variable: 'FILE', 'initial-version': '0.1.0' },
      'FILE of project 42 is of the type file',
    ],
    [
      'a variable that is no version',
      {},
      { variable: 'WORDS', 'initial-version': '0.1.0' },
      'WORDS of project 42 does not hold a semantic version',
    ],
    [
      'a variable with a v',
      {},
      { variable: 'PREFIXED', 'initial-version': '0.1.0' },
      'does not hold a semantic version',
    ],
    [
      'a variable with a line break',
      {},
      { variable: 'BROKEN', 'initial-version': '0.1.0' },
      'does not hold a semantic version',
    ],
    ['a key that is none', {}, { variable: 'NO-KEY' }, 'variable: must be the key of a CI/CD variable'],
    ['no variable, by the variable', {}, { source: 'variable' }, 'variable: is required with `source: variable`'],
    [
      'a group that is not there',
      {},
      { variable: 'SHARED', group: 'nobody', 'initial-version': '0.1.0' },
      'The group does not exist',
    ],
  ].map(
    ([title, env, inputs, gives]) =>
      [title, { GITHUB_EVENT_NAME: 'push', GITHUB_REF: 'refs/heads/main', ...(env as object) }, inputs, gives] as never,
  ),
);

export const WAYS: readonly VersionCase[] = [...sources, ...increments, ...variables];

/** What stands in variables that must never be shown. */
export const SECRETS = ['correct-horse-battery', 'hidden-horse-staple', 'plain words, and private', 'file-content-1'];

export const SEEDS = {
  variables: [
    { key: 'VERSION', value: '1.2.3' },
    { key: 'RC', value: '1.3.0-rc.1' },
    { key: 'SHARED', value: '4.0.0', group: 'acme/tools' },
    { key: 'SCOPED', value: '3.0.0', environment_scope: 'production' },
    { key: 'TWICE', value: '5.0.0' },
    { key: 'TWICE', value: '6.0.0', environment_scope: 'production' },
    { key: 'EMPTY', value: '' },
    { key: 'MASKED', value: SECRETS[0], masked: true },
    { key: 'HIDDEN', value: SECRETS[1], masked: true, hidden: true },
    { key: 'WORDS', value: SECRETS[2] },
    { key: 'FILE', value: SECRETS[3], variable_type: 'file' },
    { key: 'PREFIXED', value: 'v1.2.3' },
    { key: 'BROKEN', value: '1.2.3\n' },
  ],
  tags: ['v1.2.3', 'v2.0.0', 'v2.1.0-rc.1', '1.9.0', 'cli/v0.3.0', 'cli/v0.10.0', 'nightly', 'vv9.0.0'],
} as const;
