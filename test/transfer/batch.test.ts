/** Many files at once: never more than allowed, nothing new after a loss, and an account of what is done. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { RequestFailure } from '../../src/gitlab/failures/request-failure.ts';
import { runBatch, type BatchRules } from '../../src/transfer/batch.ts';

const ITEMS = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ name }));

function rules(more: Partial<BatchRules> = {}): BatchRules {
  return { deed: 'moved', concurrency: 2, signal: new AbortController().signal, ...more };
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const thrown: unknown = await work.catch((error: unknown) => error);
  if (!(thrown instanceof Failure)) throw new Error('it did not fail with a Failure');
  return thrown;
}

test('every item is done once, at most so many at a time', async () => {
  let now = 0;
  let most = 0;
  const done = await runBatch(ITEMS, rules(), async ({ name }) => {
    now += 1;
    most = Math.max(most, now);
    await turns(5);
    now -= 1;
    return name.toUpperCase();
  });
  expect([...done]).toEqual([
    ['a', 'A'],
    ['b', 'B'],
    ['c', 'C'],
    ['d', 'D'],
    ['e', 'E'],
  ]);
  expect(most).toBe(2);
});

test('with firstAlone the first is done before any other starts', async () => {
  const events: string[] = [];
  await runBatch(ITEMS, rules({ concurrency: 5, firstAlone: true }), async ({ name }) => {
    events.push(`${name} starts`);
    await turns(5);
    events.push(`${name} ends`);
  });
  expect(events.slice(0, 3)).toEqual(['a starts', 'a ends', 'b starts']);
  expect(events).toHaveLength(10);
});

test('a name that a message begins with is not told twice', async () => {
  const work = ({ name }: { name: string }) =>
    Promise.reject(new Failure('network', name === 'a' ? 'a: broke' : 'broke'));
  const { left } = await failureOf(runBatch(ITEMS.slice(0, 2), rules(), work));
  expect(left).toEqual(['a: broke', 'b: broke']);
});

test('nothing to do is done', async () => {
  expect(await runBatch([], rules({ firstAlone: true }), () => Promise.reject(new Error('called')))).toEqual(new Map());
});

describe('after a loss', () => {
  test('nothing new starts, what is under way ends, and the failure accounts for all', async () => {
    const started: string[] = [];
    const failure = await failureOf(
      runBatch(ITEMS, rules(), async ({ name }) => {
        started.push(name);
        await turns(name === 'b' ? 1 : 10);
        if (name === 'b') throw new Failure('refused', 'GitLab says no', { hint: 'Ask it why.' });
      }),
    );
    expect(started).toEqual(['a', 'b']);
    expect(failure).toMatchObject({
      code: 'refused',
      message: 'b: GitLab says no (1 of 5 files was moved, 4 were not)',
    });
    expect(failure.left).toEqual(['b: GitLab says no', 'c: not moved', 'd: not moved', 'e: not moved']);
    expect(failure.hint).toBe('Ask it why. After that the same command goes on where this one stopped.');
  });

  test.each([
    [true, 'Wait. Run the same command again: what is done is not done twice.'],
    [false, 'Wait.'],
  ])('to run again is the advice where that alone may help (%p)', async (retryable, hint) => {
    const thrown = new RequestFailure('network', 'broke', { retryable, hint: 'Wait.' });
    expect((await failureOf(runBatch(ITEMS, rules(), () => Promise.reject(thrown)))).hint).toBe(hint);
  });

  test('of the first alone, no other starts', async () => {
    const started: string[] = [];
    const failure = await failureOf(
      runBatch(ITEMS, rules({ firstAlone: true }), ({ name }) => {
        started.push(name);
        return Promise.reject(new Failure('forbidden', 'not you'));
      }),
    );
    expect(started).toEqual(['a']);
    expect(failure).toMatchObject({ code: 'forbidden', message: 'a: not you (0 of 5 files were moved, 5 were not)' });
  });

  test('what a server said is not said of one file: it names its address', async () => {
    const failure = await failureOf(
      runBatch(ITEMS.slice(0, 2), rules({ firstAlone: true }), () =>
        Promise.reject(new RequestFailure('forbidden', 'PUT https://gitlab.example/a was answered 403')),
      ),
    );
    expect(failure.message).toBe('PUT https://gitlab.example/a was answered 403 (0 of 2 files were moved, 2 were not)');
  });

  test('a single item fails in its own words', async () => {
    const own = new Failure('refused', 'GitLab says no');
    expect(await failureOf(runBatch([{ name: 'a' }], rules(), () => Promise.reject(own)))).toBe(own);
  });

  test('an unexpected error is a defect of ours', async () => {
    const failure = await failureOf(runBatch(ITEMS, rules(), () => Promise.reject(new TypeError('oops'))));
    expect(failure.code).toBe('internal');
  });
});

test('a stop counts before what it broke, and lists what is not done', async () => {
  const stop = new AbortController();
  const failure = await failureOf(
    runBatch(ITEMS, rules({ signal: stop.signal }), async ({ name }) => {
      await turns(name === 'a' ? 1 : 10);
      if (name === 'a') return;
      stop.abort(new Failure('interrupted', 'Interrupted by SIGINT', { cause: 'SIGINT' }));
      throw new Failure('network', 'socket closed');
    }),
  );
  expect(failure).toMatchObject({ code: 'interrupted', message: expect.stringContaining('Interrupted by SIGINT: ') });
  expect(failure.left).toContain('e: not moved');
  expect([...failure.problems, ...failure.left].join()).not.toContain('socket closed');
});
