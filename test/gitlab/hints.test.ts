/** The next step that a refusal names: "run again" is said only where that can help. */
import { describe, expect, test } from '@jest/globals';
import { nextStep } from '../../src/gitlab/failures/causes.ts';
import { refusalFailure, storageFailure, type RequestFacts } from '../../src/gitlab/failures/refusal.ts';
import { networkFailure } from '../../src/gitlab/failures/network.ts';

const AGAIN = /run again/i;
const OPERATIONS = ['upload', 'download', 'list', 'delete', 'project', 'variables', 'releases', 'tags'] as const;
const KINDS = ['private', 'job', 'deploy', 'bearer', 'basic', undefined] as const;
const STATUSES = Array.from({ length: 200 }, (_, index) => 400 + index);
/** What changed since it was looked at is looked at anew in another run; a network that wants a login has it then. */
const BY_ANOTHER_RUN = [412, 511];

const asked: RequestFacts = {
  method: 'GET',
  url: 'https://host/x',
  operation: 'list',
  kind: 'job',
  mayHaveActed: false,
};

describe.each(OPERATIONS)('for %s', (operation) => {
  test.each(KINDS)('with a token of kind %p a hint to run again follows what may pass only', (kind) => {
    for (const status of STATUSES.filter((each) => !BY_ANOTHER_RUN.includes(each))) {
      const failure = refusalFailure({ status, headers: {}, body: '' }, { ...asked, operation, kind }, 0);
      expect([status, AGAIN.test(failure.hint ?? '') && !failure.retryable]).toEqual([status, false]);
    }
  });

  test.each(KINDS)('with a token of kind %p every hint is a sentence', (kind) => {
    for (const status of STATUSES) {
      const hint = nextStep({ status, words: '', operation, kind });
      expect(hint ?? 'A sentence.').toMatch(/^[A-Z].*\.$/);
    }
  });
});

test.each(STATUSES)('%i of an object storage hints to run again only where it may pass', (status) => {
  const failure = storageFailure({ status, headers: {}, body: '' }, asked, 0);
  expect(AGAIN.test(failure.hint ?? '')).toBe(failure.retryable);
});

test.each(['ENOTFOUND', 'CERT_HAS_EXPIRED', 'EPROTO', 'SELF_SIGNED_CERT_IN_CHAIN', 'HPE_INVALID_CONSTANT'])(
  'an error that stays, %s, does not hint to run again',
  (code) => {
    const sent = {
      method: 'GET',
      url: 'https://host/x',
      host: 'host',
      proxy: undefined,
      ambiguous: false,
      stale: false,
    };
    const failure = networkFailure(Object.assign(new Error('it broke'), { code }), sent);
    expect([failure.retryable, AGAIN.test(failure.hint ?? '')]).toEqual([false, false]);
  },
);
