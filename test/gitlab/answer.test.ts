/** Answers that are no success, as failures: GitLab's words, the code, the likely cause, the next step. */
import { describe, expect, test } from '@jest/globals';
import {
  notGitLab,
  redirectFailure,
  refusalFailure,
  storageFailure,
  type RequestFacts,
} from '../../src/gitlab/failures/refusal.ts';
import type { TokenKind } from '../../src/gitlab/credentials.ts';
import type { Operation } from '../../src/gitlab/types.ts';
import { wordsOf } from '../../src/gitlab/failures/server-words.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

function asked(operation: Operation, kind: TokenKind | undefined, more: Partial<RequestFacts> = {}): RequestFacts {
  return { method: 'PUT', url: 'https://host/api/v4/x', operation, kind, mayHaveActed: false, ...more };
}

function refused(status: number, body: unknown, about: RequestFacts, headers = {}): ReturnType<typeof refusalFailure> {
  return refusalFailure({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) }, about, NOW);
}

describe('wordsOf digs out what a server said', () => {
  test.each([
    ['message as text', '{"message":"403 Forbidden - Package protected."}', '403 Forbidden - Package protected.'],
    [
      'message as object',
      '{"message":{"value":["is invalid"],"key":["is missing","is bad"]}}',
      'value is invalid; key is missing, is bad',
    ],
    ['Grape’s error', '{"error":"package_version is invalid"}', 'package_version is invalid'],
    [
      'OAuth’s error',
      '{"error":"invalid_token","error_description":"Token was revoked."}',
      'invalid_token: Token was revoked.',
    ],
    ['throttled text', 'Retry later\n', 'Retry later'],
    [
      'a page',
      '<html><head><style>a{b}</style><title>502 Bad Gateway</title></head><body><h1>nginx</h1></body></html>',
      '502 Bad Gateway',
    ],
    ['a page without title', '<!-- a > b --><h1>Sign\n in</h1><p>to GitLab', 'Sign in to GitLab'],
    ['a page in an envelope', '{"message":"<html><title>Blocked</title><p>by a proxy</html>"}', 'Blocked'],
    ['an incomplete page', '<html><script>alert(1)', ''],
    ['a list', '[1,"a"]', ''],
    ['nothing', '  ', ''],
    ['null', 'null', 'null'],
    ['foreign keys', '{"__proto__":{"message":"x"},"constructor":"y"}', ''],
  ])('%s', (_, body, words) => {
    expect(wordsOf(body)).toBe(words);
  });

  test('at most 500 characters on one line, of text 200', () => {
    expect(wordsOf(JSON.stringify({ message: 'a b\n'.repeat(1000) }))).toHaveLength(500);
    expect(wordsOf('x'.repeat(1000))).toHaveLength(200);
    expect(wordsOf(JSON.stringify({ message: '😀'.repeat(600) })).isWellFormed()).toBe(true);
  });

  test('from a long row of "<" without delay', () => {
    expect(wordsOf('<'.repeat(65_536)).length).toBeLessThanOrEqual(200);
  });

  test('from a deep object without end', () => {
    const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;

    expect(wordsOf(`{"message":${deep}}`)).toContain('…');
  });
});

describe('a refusal names code, likely cause and next step', () => {
  test.each<[number, unknown, Operation, TokenKind | undefined, string, string]>([
    [401, { message: '401 Unauthorized' }, 'upload', undefined, 'unauthorized', 'No token was sent'],
    [
      401,
      { error: 'invalid_token', error_description: 'Token was revoked. You have to re-authorize from the user.' },
      'list',
      'private',
      'unauthorized',
      'was revoked',
    ],
    [
      401,
      { error: 'invalid_token', error_description: 'Token is expired.' },
      'list',
      'private',
      'unauthorized',
      'has expired',
    ],
    [401, { message: '401 Unauthorized' }, 'variables', 'job', 'unauthorized', 'Maintainer'],
    [401, { message: '401 Unauthorized' }, 'list', 'deploy', 'unauthorized', 'no lists'],
    [401, { message: '401 Unauthorized' }, 'list', 'basic', 'unauthorized', 'Basic authentication'],
    [401, { message: '401 Unauthorized' }, 'upload', 'basic', 'unauthorized', 'set token-type to job'],
    [401, { message: '401 Unauthorized' }, 'upload', 'job', 'unauthorized', 'only while its job runs'],
    [
      401,
      { message: '401 Unauthorized' },
      'upload',
      'private',
      'unauthorized',
      'For an OAuth token set token-type to bearer',
    ],
    [403, { error: 'insufficient_scope', scope: 'api' }, 'upload', 'private', 'forbidden', 'with the scope api'],
    [403, { error: 'insufficient_scope' }, 'list', 'private', 'forbidden', 'read_api'],
    [403, { message: '403 Forbidden - Package protected.' }, 'upload', 'job', 'forbidden', 'protection rule'],
    [
      403,
      { message: '403 Forbidden - Package is deletion protected.' },
      'delete',
      'private',
      'forbidden',
      'from being deleted',
    ],
    [
      403,
      { message: '403 Forbidden - Authentication by CI/CD job token not allowed from a to b.' },
      'list',
      'job',
      'forbidden',
      'allowlist',
    ],
    [
      403,
      {
        message:
          '403 Forbidden - Insufficient permissions … The following token permission is required: admin_packages.',
      },
      'upload',
      'job',
      'forbidden',
      'fine-grained',
    ],
    [
      403,
      { message: '403 Forbidden - This action is unauthorized for CI/CD job tokens.' },
      'variables',
      'job',
      'forbidden',
      'access token',
    ],
    [403, { message: '403 Forbidden' }, 'upload', 'deploy', 'forbidden', 'write_package_registry'],
    [403, { message: '403 Forbidden' }, 'upload', 'job', 'forbidden', 'role Developer'],
    [403, { message: '403 Forbidden' }, 'delete', 'private', 'forbidden', 'role Maintainer'],
    [
      403,
      { message: 'You are not allowed to create this tag as it is protected.' },
      'releases',
      'job',
      'forbidden',
      'Protected tags',
    ],
    [404, { message: '404 Not Found' }, 'upload', 'job', 'not-found', 'allowlist'],
    [404, { message: '404 Project Not Found' }, 'list', 'job', 'not-found', 'allowlist'],
    [
      404,
      { message: '404 Not Found' },
      'list',
      undefined,
      'not-found',
      'No token was sent: set GENERIC_PACKAGES_TOKEN, or give the input token',
    ],
    [
      404,
      { message: '404 Not Found' },
      'download',
      undefined,
      'not-found',
      'No token was sent: set GENERIC_PACKAGES_TOKEN, or give the input token',
    ],
    [404, { message: '404 Not found' }, 'download', 'private', 'not-found', 'package name'],
    [404, { message: '404 Variable Not Found' }, 'variables', 'private', 'not-found', 'variable'],
    [
      400,
      { message: '400 Bad request - Duplicate package is not allowed' },
      'upload',
      'job',
      'conflict',
      'new version',
    ],
    [400, { message: '400 Bad request - File is too large' }, 'upload', 'job', 'refused', 'limit'],
    [400, { error: 'file_name is invalid' }, 'upload', 'job', 'refused', 'file name'],
    [400, { error: 'package_version is invalid' }, 'upload', 'job', 'refused', 'version'],
    [400, { error: 'file is missing' }, 'upload', 'job', 'refused', 'numeric id'],
    [
      413,
      '<html><title>413 Request Entity Too Large</title></html>',
      'upload',
      'job',
      'refused',
      'client_max_body_size',
    ],
    [412, { message: '412 Precondition Failed' }, 'delete', 'private', 'conflict', 'changed'],
    [429, 'Retry later', 'list', 'job', 'rate-limited', 'concurrency'],
    [500, { message: '500 Internal Server Error' }, 'list', 'job', 'server-error', 'administrator'],
    [502, '<html>Bad Gateway</html>', 'list', 'job', 'server-error', 'proxy'],
    [503, '', 'list', 'job', 'server-error', 'maintenance'],
  ])('%p %j for %s with %p', (...[status, body, operation, kind, code, hint]) => {
    const failure = refused(status, body, asked(operation, kind));

    expect(failure.code).toBe(code);
    expect(failure.status).toBe(status);
    expect(failure.message).toContain(`PUT https://host/api/v4/x was answered ${status}`);
    expect(failure.message).toContain(failure.words);
    expect(failure.hint).toContain(hint);
  });

  test.each([
    [400, false],
    [401, false],
    [403, false],
    [404, false],
    [408, true],
    [425, true],
    [429, true],
    [500, true],
    [501, false],
    [502, true],
    [503, true],
    [504, true],
    [507, false],
    [520, true],
  ])('%p may pass: %p', (status, retryable) => {
    expect(refused(status, '', asked('list', 'job')).retryable).toBe(retryable);
  });

  test('a resource lock passes, another conflict does not', () => {
    expect(refused(409, { message: '409 Conflict: Resource lock' }, asked('upload', 'job')).retryable).toBe(true);
    expect(refused(409, { message: 'Release already exists' }, asked('releases', 'job')).retryable).toBe(false);
  });

  test.each([
    [500, true, true],
    [502, true, true],
    [408, true, true],
    [409, true, true],
    [429, true, true],
    [400, true, false],
    [500, false, false],
  ])('%p after a write that was sent whole (%p) leaves doubt: %p', (status, mayHaveActed, ambiguous) => {
    expect(refused(status, '', asked('upload', 'job', { mayHaveActed })).ambiguous).toBe(ambiguous);
  });

  test.each([409, 429])('%p to a call of the API leaves none: it is GitLab’s own word', (status) => {
    expect(refused(status, '', asked('releases', 'job', { mayHaveActed: true })).ambiguous).toBe(false);
  });

  test('Retry-After and the id of the request are kept', () => {
    const failure = refused(503, '', asked('list', 'job'), { 'retry-after': '7', 'x-request-id': '01ABC' });

    expect(failure.retryAfterMs).toBe(7000);
    expect(failure.message).toContain('01ABC');
  });
});

describe('other answers', () => {
  test.each([
    ['https://evil.example/x?token=1', 'another server, https://evil.example'],
    ['/elsewhere', 'another address of the same server'],
    [undefined, 'no address'],
    ['http://[', 'no address'],
  ])('a redirect to %p leads to %s', (location, to) => {
    const failure = redirectFailure(asked('upload', 'job'), 307, location);

    expect(failure.code).toBe('protocol');
    expect(failure.message).toContain(to);
    expect(failure.message).not.toContain('token=1');
  });

  test('a page where JSON was expected asks whether api-url is right', () => {
    const failure = notGitLab(asked('list', 'job'), 200, { 'content-type': 'text/html' }, 'JSON');

    expect(failure.code).toBe('protocol');
    expect(failure.message).toContain('text/html');
    expect(failure.hint).toContain('api-url');
  });

  test('of an object storage’s refusal only the code is repeated: the rest holds the signature', () => {
    const body =
      '<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><StringToSign>s3cret</StringToSign></Error>';
    const failure = storageFailure({ status: 403, headers: {}, body }, asked('download', 'job'), NOW);

    expect(failure.message).toContain('SignatureDoesNotMatch');
    expect(JSON.stringify(failure)).not.toContain('s3cret');
    expect(failure.retryable).toBe(true);
  });
});
