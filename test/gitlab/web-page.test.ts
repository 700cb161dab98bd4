/** Answers that are web pages: never taken for GitLab's own, and told with what stands in front of it. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { findRelease } from '../../src/gitlab/api/releases.ts';
import type { Failure } from '../../src/core/errors.ts';
import { refusalFailure, type RequestFacts } from '../../src/gitlab/failures/refusal.ts';
import type { Operation } from '../../src/gitlab/types.ts';
import { clientOf, closeAll, failureOf, serve } from './loopback.ts';

afterEach(closeAll);

function refused(status: number, url: string, { body = '<html><title>Not Found</title>', type = 'text/html' } = {}) {
  const asked: RequestFacts = { method: 'GET', url, operation: 'list', kind: 'private', mayHaveActed: false };
  return refusalFailure({ status, headers: { 'content-type': type }, body }, asked, 0);
}

const BY_PATH = 'https://host/api/v4/projects/acme%2Fwidget/packages';
const BY_ID = 'https://host/api/v4/projects/42/packages';

test.each<[number, string, string, string[]]>([
  [404, BY_PATH, '<html>', ['encoded slash', 'numeric id as project', 'AllowEncodedSlashes']],
  [404, 'https://host/api/v4/groups/a%2Fb/variables', '<html>', ['numeric id as group']],
  [404, 'https://host/api/v4/projects/42/releases/cli%2Fv1', '<html>', ['name without a slash']],
  [404, BY_ID, '<html>', ['api-url']],
  [401, BY_ID, '<html>', ['not GitLab', 'firewall']],
  [403, BY_ID, '<html>', ['not GitLab', 'firewall']],
  [400, BY_ID, '<html><title>400 No required SSL certificate was sent', ['client-certificate']],
  [400, BY_ID, '<html><title>400 The plain HTTP request was sent to HTTPS port', ['https']],
  [400, BY_ID, '<html>', ['in place of GitLab']],
  [413, BY_ID, '<html>', ['generic_packages_max_file_size', 'client_max_body_size', 'CDN']],
  [429, BY_ID, '<html>', ['in front of GitLab', 'concurrency']],
  [500, BY_ID, '<html>', ['in front of GitLab']],
  [502, BY_ID, '<html>', ['proxy in front of it']],
])('%i for %s with %s says what to do', (status, url, body, says) => {
  const failure = refused(status, url, { body });

  expect(failure.message).toContain(`${status} with a web page, not by GitLab`);
  for (const piece of says) expect(failure.hint).toContain(piece);
  expect(failure.words).toBe('');
});

test.each([
  ['text of no type', { body: '<!DOCTYPE html><title>x</title>', type: '' }, true],
  ['an empty page', { body: '', type: 'text/html; charset=utf-8' }, true],
  ['JSON that holds a page', { body: '{"message":"<html>"}', type: 'application/json' }, false],
  ['plain text', { body: 'Retry later', type: 'text/plain' }, false],
  ['XML', { body: '<?xml version="1.0"?><Error/>', type: 'application/xml' }, false],
])('%s is a page or not', (_, answer, isPage) => {
  expect(refused(404, BY_ID, answer).message.includes('web page')).toBe(isPage);
});

test.each<[string, Operation]>([
  ['insufficient_granular_scope: Access denied: This operation needs the permissions: [create_package].', 'upload'],
  ['insufficient_granular_scope: Access denied: This operation needs the permissions: [create_package].', 'list'],
])('a fine-grained token that lacks a permission is told which, and that it has to be made anew', (said, operation) => {
  const [error, description] = said.split(/: (.*)/);
  const body = JSON.stringify({ error, error_description: description });
  const asked: RequestFacts = { method: 'PUT', url: BY_ID, operation, kind: 'private', mayHaveActed: false };

  const failure = refusalFailure({ status: 403, headers: {}, body }, asked, 0);

  expect(failure.hint).toContain('the permission create_package');
  expect(failure.hint).toContain('make a new one');
});

describe('a page with 404 for an address with an encoded slash', () => {
  const front = () =>
    serve((_, response) => {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<html><title>Not Found</title></html>');
    });

  test('is no answer to a HEAD: nothing is taken for missing', async () => {
    const { api } = await front();
    const { client } = clientOf(api);

    const thrown = (await failureOf(
      client.head(new URL(`${api.href}/projects/a%2Fb/packages/generic/x/1/f`)),
    )) as Failure;

    expect(thrown).toMatchObject({ code: 'protocol' });
    expect(thrown.hint).toContain('numeric id');
    expect(await client.head(new URL(`${api.href}/projects/42/packages/generic/x/1/f`))).toMatchObject({ status: 404 });
  });

  test('does not say that a release is missing', async () => {
    const { api } = await front();

    const thrown = (await failureOf(findRelease(clientOf(api).client, '42', 'cli/v1'))) as Failure;

    expect(thrown.hint).toContain('without a slash');
  });
});
