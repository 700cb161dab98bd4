/** The API's root as people type it, and the addresses that are built on it. */
import { projectName } from '../../src/gitlab/project-name.ts';
import { describe, expect, test } from '@jest/globals';
import {
  apiUrl,
  fileUrl,
  isLoopback,
  packagePage,
  parseApiUrl,
  projectPath,
  sameOrigin,
  versionUrl,
  withoutQuery,
} from '../../src/gitlab/address.ts';
import { Failure } from '../../src/core/errors.ts';

const strict = { allowHttp: false };

function failure(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it did not fail');
}

describe('parseApiUrl', () => {
  test.each([
    ['https://gitlab.com', 'https://gitlab.com/api/v4'],
    ['https://gitlab.com/', 'https://gitlab.com/api/v4'],
    ['https://gitlab.com/api/v4', 'https://gitlab.com/api/v4'],
    ['https://gitlab.com/api/v4/', 'https://gitlab.com/api/v4'],
    [' https://gitlab.com/api/v5 ', 'https://gitlab.com/api/v5'],
    ['https://host/gitlab', 'https://host/gitlab/api/v4'],
    ['https://host/gitlab/api/v4', 'https://host/gitlab/api/v4'],
    ['https://host/api/v4x', 'https://host/api/v4x/api/v4'],
    ['HTTPS://Host:8443/x', 'https://host:8443/x/api/v4'],
    ['https://host:443', 'https://host/api/v4'],
    ['http://localhost:8080', 'http://localhost:8080/api/v4'],
    ['http://127.0.0.1:8080/api/v4', 'http://127.0.0.1:8080/api/v4'],
    ['http://127.9.8.7', 'http://127.9.8.7/api/v4'],
    ['http://[::1]:9', 'http://[::1]:9/api/v4'],
  ])('%s is the root %s', (given, root) => {
    expect(parseApiUrl(given, strict).href).toBe(root);
  });

  test.each([
    ['', 'not an http or https URL'],
    ['gitlab.com', 'not an http or https URL'],
    ['ftp://gitlab.com', 'not an http or https URL'],
    ['https://', 'not an http or https URL'],
    ['https://gitlab.com/api/v4?x=1', 'a query or a fragment'],
    ['https://gitlab.com/api/v4?', 'a query or a fragment'],
    ['https://gitlab.com/#top', 'a query or a fragment'],
    ['http://gitlab.com/api/v4', 'plain http'],
    ['http://127.0.0.1.evil.example/', 'plain http'],
    ['http://localhost.example/', 'plain http'],
    ['http://[::2]/', 'plain http'],
  ])('refuses %p: %s', (given, reason) => {
    const thrown = failure(() => parseApiUrl(given, strict));

    expect(thrown.code).toBe('usage');
    expect(thrown.message).toContain(reason);
  });

  test.each(['https://user:s3cret@host/api/v4', 'https://s3cret@host', 'httpx://u:s3cret@host'])(
    'refuses %s without repeating the password',
    (given) => {
      const thrown = failure(() => parseApiUrl(given, strict));

      expect(thrown.code).toBe('usage');
      expect(`${thrown.message} ${thrown.hint ?? ''}`).not.toContain('s3cret');
    },
  );

  test('takes plain http to another host with allow-http', () => {
    expect(parseApiUrl('http://gitlab.internal', { allowHttp: true }).href).toBe('http://gitlab.internal/api/v4');
  });
});

describe('a project', () => {
  const api = parseApiUrl('https://host/gitlab', strict);

  test.each([
    ['42', '42'],
    ['group/name', 'group/name'],
    ['group/name.git', 'group/name'],
    ['https://host/group/name', 'group/name'],
    ['https://host/gitlab/group/sub/name/', 'group/sub/name'],
    ['https://host/gitlab/group/name.git', 'group/name'],
    ['https://host/gitlab/group/name/-/packages/7?x=1#y', 'group/name'],
    ['https://user:s3cret@HOST/group/name', 'group/name'],
    ['https://host/gitlab/api/v4/projects/42', '42'],
    ['https://host/gitlab/api/v4/projects/group%2Fname/packages', 'group/name'],
    ['git@host:group/name.git', 'group/name'],
    ['ssh://git@host:2222/group/name.git', 'group/name'],
  ])('given as %s is %s', (given, name) => {
    expect(projectName(given, api)).toBe(name);
  });

  test.each(['https://other/group/name', 'https://u:s3cret@other/group/name', 'git@other:group/name.git'])(
    '%s is of another server',
    (given) => {
      const thrown = failure(() => projectName(given, api));

      expect(thrown).toMatchObject({ code: 'usage', message: expect.stringContaining('`other`') as unknown });
      expect(`${thrown.message} ${thrown.hint ?? ''}`).not.toContain('s3cret');
      expect(projectName(given)).toBe('group/name');
    },
  );
});

describe('addresses below the root', () => {
  const api = parseApiUrl('https://host/gitlab', strict);

  test.each([
    ['42', '/projects/42'],
    [' 42 ', '/projects/42'],
    ['group/sub/name', '/projects/group%2Fsub%2Fname'],
    ['name', '/projects/name'],
    ['007', '/projects/007'],
  ])('project %p lies at %s', (project, path) => {
    expect(projectPath(project)).toBe(path);
  });

  test.each([
    '',
    '/',
    'group/',
    '/group/name',
    'group//name',
    'group/../name',
    '.',
    'group%2Fname',
    'https://host/group/name',
    'group/na me',
    'name?x=1',
    'group/naïve',
  ])('%p is no project', (project) => {
    expect(failure(() => projectPath(project)).code).toBe('usage');
  });

  test('a file keeps the slashes between its folders and nothing else', () => {
    const url = fileUrl(api, { project: 'a/b', name: 'my-app', version: '1.2.3+4', file: 'dir/with space/ü%2F#?.txt' });

    expect(url.href).toBe(
      'https://host/gitlab/api/v4/projects/a%2Fb/packages/generic/my-app/1.2.3%2B4/dir/with%20space/%C3%BC%252F%23%3F.txt',
    );
  });

  test.each(['../x', 'a/../x', 'a/./x', 'a//x', '/x', 'x/', '..', '', '\ud800'])('%p is no file', (file) => {
    expect(failure(() => fileUrl(api, { project: '42', name: 'n', version: '1', file })).code).toBe('bad-name');
  });

  test.each([
    ['..', '1'],
    ['.', '1'],
    ['n', '..'],
    ['n', ''],
  ])('name %p with version %p is refused', (name, version) => {
    expect(failure(() => versionUrl(api, '42', name, version)).code).toBe('bad-name');
  });

  test('apiUrl keeps a relative root', () => {
    expect(apiUrl(api, '/projects/42').href).toBe('https://host/gitlab/api/v4/projects/42');
  });
});

describe('origins', () => {
  test.each([
    ['https://host/a', 'https://host:443/b', true],
    ['https://host/', 'http://host/', false],
    ['https://host/', 'https://host:444/', false],
    ['https://host/', 'https://host.example/', false],
    ['file:///a', 'file:///a', false],
  ])('%s and %s: %p', (one, other, same) => {
    expect(sameOrigin(new URL(one), new URL(other))).toBe(same);
  });

  test.each([
    ['http://localhost/', true],
    ['http://127.1.2.3/', true],
    ['http://[::1]/', true],
    ['http://[::ffff:127.0.0.1]/', false],
    ['http://128.0.0.1/', false],
  ])('%s is loopback: %p', (url, loopback) => {
    expect(isLoopback(new URL(url))).toBe(loopback);
  });

  test('withoutQuery drops a signature and user names', () => {
    expect(withoutQuery(new URL('https://u:p@store.example/a/b?X-Sig=1#f'))).toBe('https://store.example/a/b');
  });
});

describe('packagePage', () => {
  const api = parseApiUrl('https://host/gitlab', strict);

  test.each([
    ['the path that GitLab names', { webPath: '/gitlab/a/b/-/packages/7' }, 'https://host/gitlab/a/b/-/packages/7'],
    [
      'the address of the project',
      { projectWebUrl: 'https://host/gitlab/a/b/' },
      'https://host/gitlab/a/b/-/packages/7',
    ],
    ['nothing, when the path leads elsewhere', { webPath: '//evil.example/x' }, undefined],
    ['nothing, when the project has no web address', { projectWebUrl: 'javascript:alert(1)' }, undefined],
    ['nothing, when nothing is known', {}, undefined],
  ])('is made from %s', (_, known, page) => {
    expect(packagePage(api, 7, known)).toBe(page);
  });
});
