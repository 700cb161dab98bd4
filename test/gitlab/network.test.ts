/** Requests that got no answer, as failures with the likely cause. */
import { describe, expect, test } from '@jest/globals';
import { networkFailure, type SentRequest } from '../../src/gitlab/failures/network.ts';

function sent(more: Partial<SentRequest> = {}): SentRequest {
  return {
    method: 'PUT',
    url: 'https://host/x',
    host: 'host',
    proxy: undefined,
    ambiguous: true,
    stale: false,
    ...more,
  };
}

function error(code: string, more: object = {}): Error {
  return Object.assign(new Error(`it broke: ${code}`), { code, ...more });
}

describe('a request without an answer', () => {
  test.each([
    ['ENOTFOUND', 'network', false, false, 'api-url'],
    ['EAI_AGAIN', 'network', true, false, 'name resolution'],
    ['ECONNREFUSED', 'network', true, false, 'host and port'],
    ['ECONNRESET', 'network', true, true, 'proxy'],
    ['EPIPE', 'network', true, true, 'proxy'],
    ['ETIMEDOUT', 'network', true, true, 'firewall'],
    ['EHOSTUNREACH', 'network', true, true, 'firewall'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'network', false, false, 'ca-file'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'network', false, false, 'ca-file'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'network', false, false, 'ca-file'],
    ['CERT_HAS_EXPIRED', 'network', false, false, 'clock'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'network', false, false, 'host name'],
    ['EPROTO', 'network', false, false, 'https'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'network', false, false, 'https'],
    ['HPE_INVALID_CONSTANT', 'protocol', false, true, 'scheme and port'],
    ['EWHATEVER', 'network', true, true, 'Run again'],
  ])('%s is %s, may pass: %p, in doubt: %p', (...[code, kind, retryable, ambiguous, hint]) => {
    const failure = networkFailure(error(code), sent());

    expect(failure).toMatchObject({ code: kind, retryable, ambiguous });
    expect(failure.message).toContain('PUT https://host/x');
    expect(failure.message).toContain(code);
    expect(failure.hint).toContain(hint);
  });

  test.each([
    ['ECONNREFUSED', {}, true],
    ['EHOSTUNREACH', { syscall: 'connect' }, true],
    ['ETIMEDOUT', { syscall: 'read' }, false],
    ['ECONNRESET', {}, false],
  ])('%s %j surely never arrived: %p', (code, more, unsent) => {
    expect(networkFailure(error(code, more), sent()).unsent).toBe(unsent);
  });

  test.each([
    ['ECONNREFUSED', 'https://host/x', 'https_proxy', 'the proxy refused the connection'],
    ['ENOTFOUND', 'https://host/x', 'HTTPS_PROXY', "the proxy's host is not known"],
    ['EAI_AGAIN', 'http://host/x', 'HTTP_PROXY', "for the proxy's host"],
  ])('%s through a proxy blames it, not api-url', (code, url, variable, says) => {
    const failure = networkFailure(error(code), sent({ url, proxy: 'proxy:3128' }));

    expect(failure.message).toContain('through the proxy proxy:3128');
    expect(failure.message).toContain(says);
    for (const piece of ['proxy:3128', variable]) expect(failure.hint).toContain(piece);
    expect(failure.hint).not.toContain('api-url');
  });

  test.each([
    [407, false],
    [403, false],
    [502, true],
    [undefined, true],
  ])('a tunnel refused with %p may pass: %p', (statusCode, retryable) => {
    expect(networkFailure(error('ERR_PROXY_TUNNEL', { statusCode }), sent()).retryable).toBe(retryable);
  });

  test('what is no error at all is reported too', () => {
    expect(networkFailure('just text', sent()).message).toContain('just text');
  });
});
