/** The config file and the options are read strictly, and all their problems are told at once. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { defaultConfig, readConfig } from '../../src/registry/config/config.ts';
import { settleOptions } from '../../src/registry/options.ts';

const PROJECT = { id: 42, path: 'acme/tools/widget' };

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof Failure && error.code === 'usage') return error.problems;
    throw error;
  }
  return [];
}

describe('a config', () => {
  test("with nothing said has GitLab's defaults", () => {
    expect(readConfig({ projects: [PROJECT], tokens: [{ token: 'a', kind: 'personal' }] })).toEqual({
      projects: [
        { ...PROJECT, visibility: 'private', packagesEnabled: true, publicPackages: false, defaultBranch: 'main' },
      ],
      tokens: [
        {
          id: 1,
          token: 'a',
          kind: 'personal',
          role: 'developer',
          scopes: ['api'],
          permissions: undefined,
          project: undefined,
          allowlist: [],
          revoked: false,
          expired: false,
        },
      ],
      settings: {
        duplicatesAllowed: true,
        duplicateException: undefined,
        maxFileSize: 5_368_709_120,
        protectionRules: [],
        keepDuplicates: undefined,
        storage: 'local',
        storageStrict: false,
        tags: 'made',
        throttles: [],
        throttleText: 'Retry later',
        raceWindow: 0,
      },
      variables: [],
      tags: [],
      branches: [],
      commits: [],
      packages: [],
      releases: [],
      pipelines: [],
    });
  });

  test('names projects by id or path', () => {
    const config = readConfig({
      projects: [PROJECT, { id: 7, path: 'a/b' }],
      tokens: [{ token: 'j', kind: 'job', project: 'acme/tools/widget', allowlist: [7] }],
    });
    expect(config.tokens[0]).toMatchObject({ project: 42, allowlist: [7] });
  });

  test('has variables of projects and groups, and tags', () => {
    const config = readConfig({
      projects: [{ ...PROJECT, default_branch: 'trunk' }],
      variables: [
        { project: 42, key: 'VERSION', value: '1.2.3' },
        {
          project: 'acme/tools/widget',
          key: 'VERSION',
          value: '',
          environment_scope: 'review/*',
          variable_type: 'file',
          protected: true,
          raw: true,
          description: 'd',
        },
        { group: 'Acme/Tools', key: '__proto__', value: 'long-enough', hidden: true },
      ],
      tags: [
        { project: 42, name: 'v1.2.3' },
        { project: 42, name: 'cli/v1', ref: 'other', message: 'Text' },
      ],
    });
    const plain = {
      variableType: 'env_var',
      environmentScope: '*',
      protected: false,
      masked: false,
      hidden: false,
      raw: false,
      description: undefined,
    };
    expect(config.variables).toEqual([
      { owner: 'project:42', values: { ...plain, key: 'VERSION', value: '1.2.3' } },
      {
        owner: 'project:42',
        values: {
          ...plain,
          key: 'VERSION',
          value: '',
          environmentScope: 'review/*',
          variableType: 'file',
          protected: true,
          raw: true,
          description: 'd',
        },
      },
      {
        owner: 'group:acme/tools',
        values: { ...plain, key: '__proto__', value: 'long-enough', masked: true, hidden: true },
      },
    ]);
    expect(config.tags).toEqual([
      { projectId: 42, name: 'v1.2.3', ref: 'trunk', message: '' },
      { projectId: 42, name: 'cli/v1', ref: 'other', message: 'Text' },
    ]);
  });

  const VARIABLE = { project: 42, key: 'K', value: 'secret' };
  const withVariables = (...variables: object[]): object => ({ projects: [PROJECT], variables });
  const withTags = (...tags: object[]): object => ({ projects: [PROJECT], tags });
  test.each<[string, object, string]>([
    [
      'no owner',
      withVariables({ key: 'K', value: 'x' }),
      'variables[0].project is missing; expected the id or path of one of the projects',
    ],
    [
      'two owners',
      withVariables({ ...VARIABLE, group: 'acme' }),
      'variables[0].group is given beside project; expected one of them',
    ],
    [
      'an unknown group',
      withVariables({ group: 'acme/tool', key: 'K', value: 'x' }),
      'variables[0].group is "acme/tool"; expected the path of a group of the projects',
    ],
    [
      'an unknown project',
      withVariables({ ...VARIABLE, project: 7 }),
      'variables[0].project is 7; expected the id or path of one of the projects',
    ],
    ['no value', withVariables({ project: 42, key: 'K' }), 'variables[0].value is missing; expected text'],
    ['a number for a value', withVariables({ ...VARIABLE, value: 123456 }), 'variables[0].value is not a text'],
    [
      'a bad key',
      withVariables({ ...VARIABLE, key: 'A-B' }),
      "variables[0].key can contain only letters, digits and '_'.",
    ],
    ['a value that cannot be masked', withVariables({ ...VARIABLE, masked: true }), 'variables[0].value is invalid'],
    [
      'hidden but not masked',
      withVariables({ ...VARIABLE, hidden: true, masked: false }),
      'variables[0].masked is false; a hidden variable is masked too',
    ],
    [
      'a variable twice',
      withVariables(VARIABLE, { ...VARIABLE, project: 'acme/tools/widget' }),
      'variables: project:42 * K is there twice',
    ],
    [
      'an unknown key of a variable',
      withVariables({ ...VARIABLE, scope: '*' }),
      'variables[0].scope is not a known key; expected project, group, key, value, ',
    ],
    [
      'a tag without a project',
      withTags({ name: 'v1' }),
      'tags[0].project is missing; expected the id or path of one of the projects',
    ],
    [
      'a tag that git refuses',
      withTags({ project: 42, name: 'a b' }),
      'tags[0].name is "a b"; expected a name that git takes for a tag',
    ],
    [
      'a tag twice',
      withTags({ project: 42, name: 'v1' }, { project: 42, name: 'v1', ref: 'x' }),
      'tags: v1 of project 42 is there twice',
    ],
    [
      'an unknown key of a tag',
      withTags({ project: 42, name: 'v1', sha: 'x' }),
      'tags[0].sha is not a known key; expected project, name, ref, message',
    ],
  ])('with %s is refused, and shows no value', (_what, given, problem) => {
    const problems = problemsOf(() => readConfig(given));
    expect(problems.map((line) => line.slice(0, problem.length))).toContain(problem);
    expect(problems.join('\n')).not.toMatch(/secret|123456/);
  });

  test.each<[string, object, string]>([
    ['no project', { projects: [] }, 'projects: expected at least one'],
    [
      'an unknown key',
      { projects: [PROJECT], token: [] },
      'token is not a known key; expected projects, tokens, settings, variables, tags',
    ],
    [
      'a key called __proto__',
      JSON.parse('{"projects":[{"id":1,"path":"a/b","__proto__":1}]}') as object,
      'projects[0].__proto__ is not a known key; expected id, path, visibility, packages_enabled, public_packages, default_branch',
    ],
    [
      'a bad id',
      { projects: [{ id: '42', path: 'a/b' }] },
      'projects[0].id is "42"; expected an integer of at least 1',
    ],
    [
      'a path without a group',
      { projects: [{ id: 1, path: 'a' }] },
      'projects[0].path is "a"; expected a full path such as acme/tools/widget',
    ],
    [
      'a bad visibility',
      { projects: [{ ...PROJECT, visibility: 'secret' }] },
      'projects[0].visibility is "secret"; expected one of private, internal, public',
    ],
    ['an id twice', { projects: [PROJECT, { id: 42, path: 'a/b' }] }, 'projects: id 42 is there twice'],
    [
      'a path twice, but for case',
      { projects: [PROJECT, { id: 1, path: 'Acme/Tools/Widget' }] },
      'projects: path acme/tools/widget is there twice',
    ],
    [
      'text for a flag',
      { projects: [{ ...PROJECT, packages_enabled: 'yes' }] },
      'projects[0].packages_enabled is "yes"; expected true or false',
    ],
    ['a list for an object', { projects: [[]] }, 'projects[0] is a list; expected an object'],
    ['an object for a list', { projects: [PROJECT], tokens: {} }, 'tokens is an object; expected a list'],
    [
      'a job without a project',
      { projects: [PROJECT], tokens: [{ token: 'a', kind: 'job' }] },
      'tokens[0].project is missing; expected the id or path of one of the projects',
    ],
    [
      'a project that is not there',
      { projects: [PROJECT], tokens: [{ token: 'a', kind: 'deploy', project: 1 }] },
      'tokens[0].project is 1; expected the id or path of one of the projects',
    ],
    [
      'a role of a deploy token',
      { projects: [PROJECT], tokens: [{ token: 'a', kind: 'deploy', project: 42, role: 'owner' }] },
      'tokens[0].role is not a known key; expected token, kind, project, revoked, expired, scopes',
    ],
    [
      'an unknown scope',
      { projects: [PROJECT], tokens: [{ token: 'a', kind: 'personal', scopes: ['all'] }] },
      'tokens[0].scopes[0] is "all"; expected one of api, ',
    ],
    [
      'no kind',
      { projects: [PROJECT], tokens: [{ token: 'a' }] },
      'tokens[0].kind is missing; expected one of personal, job, deploy, oauth',
    ],
    [
      'a bad expression',
      { projects: [PROJECT], settings: { duplicate_exception_regex: '(' } },
      'settings.duplicate_exception_regex is not in the syntax of RE2: a ( has no )',
    ],
    [
      'a number that GitLab does not offer',
      { projects: [PROJECT], settings: { keep_n_duplicated_package_files: 2 } },
      'settings.keep_n_duplicated_package_files is 2; expected one of all, 1, 10, 20, 30, 40, 50',
    ],
    [
      'a rule without a pattern',
      { projects: [PROJECT], settings: { protection_rules: [{}] } },
      'settings.protection_rules[0].package_name_pattern is missing; expected a package name, in which * stands for anything',
    ],
    [
      'a level that protects nothing',
      {
        projects: [PROJECT],
        settings: { protection_rules: [{ package_name_pattern: 'a', minimum_access_level_for_push: 'developer' }] },
      },
      'settings.protection_rules[0].minimum_access_level_for_push is "developer"; expected one of maintainer, owner, admin',
    ],
  ])('with %s is refused', (_what, given, problem) => {
    expect(problemsOf(() => readConfig(given)).map((line) => line.slice(0, problem.length))).toContain(problem);
  });

  test('tells all its problems at once, and no token', () => {
    const secret = 'glpat with blanks';
    const given = {
      projects: [{ id: 0, path: 1 }],
      tokens: [
        { token: secret, kind: 'x' },
        { token: 'twin', kind: 'oauth' },
        { token: 'twin', kind: 'oauth' },
      ],
    };
    const problems = problemsOf(() => readConfig(given));
    expect(problems).toHaveLength(5);
    expect(problems.join('\n')).not.toMatch(/glpat|twin/);
  });

  test.each([null, 'text', [], 7])('that is %j is refused', (given) => {
    expect(problemsOf(() => readConfig(given))[0]).toMatch(/^config is .*; expected an object$/);
  });

  test('that nobody gave has one project and a random token of each kind', () => {
    const [one, other] = [defaultConfig(), defaultConfig()];
    expect(one.projects.map(({ id, path, visibility }) => [id, path, visibility])).toEqual([
      [1, 'demo/widget', 'private'],
    ]);
    expect(one.tokens.map(({ kind }) => kind)).toEqual(['personal', 'job', 'deploy', 'oauth']);
    expect(new Set([...one.tokens, ...other.tokens].map(({ token }) => token)).size).toBe(8);
  });
});

describe('options', () => {
  test.each([
    ['a port out of range', { port: 65536 }, 'port is 65536; expected an integer from 0 to 65535'],
    ['half a millisecond', { latency: 0.5 }, 'latency is 0.5; expected an integer from 0 to 3600000'],
    [
      'an unknown version',
      { gitlabVersion: '16.0' },
      'gitlab-version is "16.0"; expected one of 13.5, 17.2, 18.4, 18.6, 19.3',
    ],
    ['a rate above one', { faultRate: 1.1 }, 'fault-rate is 1.1; expected a number from 0 to 1'],
    ['no number for a rate', { faultRate: NaN }, 'fault-rate is NaN; expected a number from 0 to 1'],
    [
      'an unknown fault',
      { faultKinds: ['503'] },
      'fault-kinds has "503"; expected some of 500, 502, 429, reset, reset-after-store, truncate, stall, corrupt',
    ],
    [
      'a host for the world without a config',
      { host: '0.0.0.0' },
      'host 0.0.0.0 can be reached from other machines and needs a config with tokens of your own',
    ],
    [
      'a host that only looks like loopback',
      { host: '127.evil.example' },
      'host 127.evil.example can be reached from other machines and needs a config with tokens of your own',
    ],
    ['an empty host', { host: '' }, 'host is empty; expected an address or a name'],
    ['empty brackets for a host', { host: '[]' }, 'host is empty; expected an address or a name'],
    ['a blank host', { host: ' ' }, 'host is empty; expected an address or a name'],
  ])('with %s are refused', (_what, options, problem) => {
    expect(problemsOf(() => settleOptions(options))).toContain(problem);
  });

  test.each(['127.0.0.1', '127.1.2.3', 'localhost', 'LOCALHOST', '::1', '[::1]'])('take %s as loopback', (host) => {
    expect(problemsOf(() => settleOptions({ host }))).toEqual([]);
  });

  test('tell all their problems at once', () => {
    expect(problemsOf(() => settleOptions({ port: -1, latency: -1, faultRate: -1, faultKinds: [] }))).toHaveLength(4);
  });
});
