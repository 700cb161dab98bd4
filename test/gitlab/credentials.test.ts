/** Which header a token goes out in, and which tokens are refused before any request. */
import { describe, expect, test } from '@jest/globals';
import { createCredential, jobTokenProblem, kindOf, secretsOf, type TokenType } from '../../src/gitlab/credentials.ts';
import { Failure } from '../../src/core/errors.ts';

function refusal(token: string, type: TokenType = 'auto', username?: string): Failure {
  try {
    createCredential({ token, type, username });
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it did not fail');
}

describe('auto', () => {
  test.each([
    ['the job token of this job', 'eyJhbGciOi.x.y', 'eyJhbGciOi.x.y', 'job'],
    ['a job token by its prefix', 'glcbt-64_abc', undefined, 'job'],
    ['a deploy token', 'gldt-abc', undefined, 'deploy'],
    ['a personal token', 'glpat-abc', 'another', 'private'],
    ['a personal token behind an instance prefix', 'acme-glpat-abc', undefined, 'private'],
    ['a token without any prefix', 'abcdefghij', undefined, 'private'],
  ] as const)('sees %s', (_, token, jobToken, kind) => {
    expect(kindOf(token, jobToken)).toBe(kind);
  });
});

describe('the one header', () => {
  const basic = Buffer.from('gitlab-ci-token:tok/+=1').toString('base64');
  const named = Buffer.from('jane:tok/+=1').toString('base64');

  test.each([
    ['private', undefined, 'PRIVATE-TOKEN', 'tok/+=1'],
    ['job', undefined, 'JOB-TOKEN', 'tok/+=1'],
    ['deploy', undefined, 'DEPLOY-TOKEN', 'tok/+=1'],
    ['bearer', undefined, 'Authorization', 'Bearer tok/+=1'],
    ['basic', undefined, 'Authorization', `Basic ${basic}`],
    ['basic', 'jane', 'Authorization', `Basic ${named}`],
  ] as const)('of %s (user %p) is %s', (type, username, name, value) => {
    expect(createCredential({ token: 'tok/+=1', type, username }).header).toEqual([name, value]);
  });

  test('every form of the secret is to be masked', () => {
    const credential = createCredential({ token: 'tok/+=1', type: 'basic' });

    expect(secretsOf(credential)).toEqual(
      expect.arrayContaining(['tok/+=1', basic, 'tok%2F%2B%3D1', Buffer.from('tok/+=1').toString('base64')]),
    );
  });
});

describe('a token is refused before any request', () => {
  test.each([
    'ghp_0123456789',
    'gho_0123456789',
    'ghu_0123456789',
    'ghs_0123456789',
    'ghr_0123456789',
    'github_pat_0123456789',
    'npm_0123456789',
    'pypi-0123456789',
    'dckr_pat_0123456789',
    'glrt-0123456789',
    'glft-0123456789',
    'glptt-0123456789',
  ])('when it is another service’s: %s', (token) => {
    for (const type of ['auto', 'private', 'bearer', 'basic'] as const) {
      const thrown = refusal(token, type);

      expect(thrown.code).toBe('usage');
      expect(JSON.stringify([thrown.message, thrown.hint])).not.toContain('0123456789');
    }
  });

  test.each([
    ['empty', '', 'is empty'],
    ['with a blank', 'gl pat-s3cret', 'a blank'],
    ['with a final line break', 'glpat-s3cret\n', 'a line break'],
    ['with a header after it', 'glpat-s3cret\r\nX: y', 'a line break'],
    ['with a control character', 'glpat-s3cret\u0000', 'a character that tokens do not have'],
    ['in quotation marks', '"glpat-s3cret"', 'in quotation marks'],
    ['in single ones', "'glpat-s3cret'", 'in quotation marks'],
    ['with a letter of another alphabet', 'glpat-s3cretü', 'a character that tokens do not have'],
  ])('when it is %s', (_, token, reason) => {
    const thrown = refusal(token);

    expect(thrown.code).toBe('usage');
    expect(thrown.message).toContain(reason);
    expect(`${thrown.message}${thrown.hint ?? ''}`).not.toContain('s3cret');
  });

  test.each(['', 'a:b', 'a\nb'])('when the user name for basic is %p', (username) => {
    expect(refusal('tok', 'basic', username).message).toContain('username');
  });
});

describe('a job token in a GitLab job', () => {
  const api = new URL('https://gitlab.example/api/v4');
  const job = createCredential({ token: 'jt', type: 'job' });

  test.each([
    ['goes to its own server', job, { api, serverUrl: 'https://gitlab.example', jobToken: 'jt' }, false],
    [
      'goes to a relative root of its own server',
      job,
      { api, serverUrl: 'https://gitlab.example/x/', jobToken: 'jt' },
      false,
    ],
    ['goes nowhere else', job, { api, serverUrl: 'https://other.example', jobToken: 'jt' }, true],
    ['goes to no other port', job, { api, serverUrl: 'https://gitlab.example:8443', jobToken: 'jt' }, true],
    ['goes nowhere when its server has no name', job, { api, jobToken: 'jt' }, true],
    [
      'does not slip out as Basic',
      createCredential({ token: 'jt', type: 'basic' }),
      { api, serverUrl: 'https://o.example', jobToken: 'jt' },
      true,
    ],
    [
      'does not slip out as Bearer',
      createCredential({ token: 'jt', type: 'bearer' }),
      { api, serverUrl: 'https://o.example', jobToken: 'jt' },
      true,
    ],
    [
      'is any that looks like one, in whatever header',
      createCredential({ token: 'glcbt-64_x', type: 'bearer' }),
      { api, serverUrl: 'https://o.example', jobToken: 'jt' },
      true,
    ],
    [
      'does not hold back another token',
      createCredential({ token: 'pat', type: 'private' }),
      { api, serverUrl: 'https://o.example', jobToken: 'jt' },
      false,
    ],
    ['is any token outside a job', job, { api }, false],
  ])('%s', (_, credential, place, held) => {
    const problem = jobTokenProblem(credential, place);

    expect(problem !== undefined).toBe(held);
    if (held) expect(problem).toContain('https://gitlab.example');
  });
});
