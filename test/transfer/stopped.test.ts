/** How a transfer that was stopped tells how far it had come. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { accounting } from '../../src/transfer/stopped.ts';

const ACCOUNT = { deed: 'published', done: 1, total: 3, left: ['b', 'c'] };
const CAVEAT = 'The registry was not read to its end.';

describe('a step that is stopped', () => {
  const stop = new AbortController();
  stop.abort(new Failure('max-time', 'Time is over', { hint: 'Run it again.' }));
  const failing = (error: Error) => () => Promise.reject(error);

  test.each([
    { title: 'tells what is done and what is not', account: ACCOUNT, hint: 'Run it again.' },
    {
      title: 'says what the count leaves out',
      account: { ...ACCOUNT, caveat: CAVEAT },
      hint: `${CAVEAT} Run it again.`,
    },
  ])('$title', async ({ account, hint }) => {
    const stopped = accounting(stop.signal, account, failing(new Error('aborted')));
    const left = ['b: not published', 'c: not published'];
    await expect(stopped).rejects.toMatchObject({
      code: 'max-time',
      message: 'Time is over: 1 of 3 files was published, 2 were not',
      left,
      hint,
    });
  });

  test('keeps the account of a step that told its own', async () => {
    const own = new Failure('max-time', 'Time is over (2 of 3 files were published, 1 was not)');
    await expect(accounting(stop.signal, ACCOUNT, failing(own))).rejects.toBe(own);
  });
});

test('a step that fails by itself says so', async () => {
  const failure = new Failure('network', 'No answer');
  await expect(accounting(new AbortController().signal, ACCOUNT, () => Promise.reject(failure))).rejects.toBe(failure);
});
