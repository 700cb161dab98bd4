/** What is said of requests that are sent again: little at first, and never a flood. */
import { expect, test } from '@jest/globals';
import { RequestFailure } from '../../src/gitlab/failures/request-failure.ts';
import { logRetries } from '../../src/commands/shared/retry-notes.ts';

function listening(): { said: string[]; at: (ms: number) => void; tell: ReturnType<typeof logRetries> } {
  const said: string[] = [];
  let time = 0;
  const log = {
    info: (line: string) => said.push(`info: ${line}`),
    detail: (line: string) => said.push(`detail: ${line}`),
  };
  return { said, at: (ms) => (time = ms), tell: logRetries(log, () => time) };
}

function note(nextTry: number, delayMs = 4000) {
  return { failure: new RequestFailure('network', 'no answer'), reason: 'no answer', nextTry, delayMs };
}

test('the first repetition of a request is a detail, the second is told', () => {
  const { said, tell } = listening();
  tell(note(2, 120));
  tell(note(3));
  expect(said).toEqual([
    'detail: trying again in 120 ms (try 2): no answer',
    'info: trying again in 4 s (try 3): no answer',
  ]);
});

test('of many within a second one is told', () => {
  const { said, at, tell } = listening();
  for (let file = 0; file < 50; file += 1) tell(note(3));
  at(1000);
  tell(note(4));
  expect(said.filter((line) => line.startsWith('info: '))).toHaveLength(2);
  expect(said).toHaveLength(51);
});
