/** What was thrown, as the one kind of error that reaches users: the system's word on a path, and defects. */
import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { asFailure, Failure } from '../../src/core/errors.ts';

describe('as a failure', () => {
  test('a failure stays what it is', () => {
    const failure = new Failure('usage', 'so');
    expect(asFailure(failure)).toBe(failure);
  });

  test.each([
    ['a file', () => readFile('/no/such/file'), '/no/such/file'],
    ['a folder', () => mkdtemp('/no/such/folder-'), '/no/such/folder-'],
  ])('what the system says of %s is no defect, and names the path', async (_what, work, path) => {
    const thrown: unknown = await work().catch((error: unknown) => error);
    const failure = asFailure(thrown);
    expect(failure).toMatchObject({ code: 'local-file', cause: thrown });
    expect(failure.message).toContain(path);
    expect(failure.hint).toContain('Check that path');
  });

  test.each([
    ['a mistake', () => new TypeError('x is not a function')],
    ['a text', () => 'thrown as it is'],
    ['a connection that was refused', () => once(connect(1, '127.0.0.1'), 'error').then(([error]: unknown[]) => error)],
  ])('%s is a defect', async (_what, make) => {
    const failure = asFailure(await make());
    expect(failure.code).toBe('internal');
    expect(failure.hint).toContain('This is a defect');
  });
});
