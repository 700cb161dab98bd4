/** A file that a scanner holds on Windows: what is tried again, how long, and where nothing is. */
import { describe, expect, test } from '@jest/globals';
import { patiently } from '../../src/transfer/local/patience.ts';

/** A change that the system refuses so many times. */
function refusing(times: number, code: string): { change: () => Promise<string>; tries: () => number } {
  let tries = 0;
  return {
    change: () => {
      tries += 1;
      return tries > times
        ? Promise.resolve('done')
        : Promise.reject(Object.assign(new Error(code), { code, syscall: 'rename' }));
    },
    tries: () => tries,
  };
}

/** How it ends, after how many tries, and what was waited in all. */
async function outcomeOf(times: number, code: string, os: NodeJS.Platform): Promise<unknown[]> {
  const { change, tries } = refusing(times, code);
  let waited = 0;
  const wait = (ms: number): Promise<void> => {
    waited += ms;
    return Promise.resolve();
  };
  const ended = await patiently(change, { os, wait }).catch((error: unknown) => (error as Error).message);
  return [ended, tries(), waited];
}

describe('a change to a file', () => {
  test.each(['EPERM', 'EACCES', 'EBUSY'])('is tried again on Windows after %s', async (code) => {
    expect(await outcomeOf(2, code, 'win32')).toEqual(['done', 3, 300]);
  });

  test('is given up after some seconds', async () => {
    expect(await outcomeOf(100, 'EBUSY', 'win32')).toEqual(['EBUSY', 7, 6300]);
  });

  test('is not tried again for what is final', async () => {
    expect(await outcomeOf(1, 'ENOSPC', 'win32')).toEqual(['ENOSPC', 1, 0]);
  });

  test.each<NodeJS.Platform>(['linux', 'darwin'])('is not tried again on %s', async (os) => {
    expect(await outcomeOf(1, 'EACCES', os)).toEqual(['EACCES', 1, 0]);
  });
});
