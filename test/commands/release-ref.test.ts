/** What a missing tag is made from, as a table, and how long a commit is waited for. */
import { describe, expect, test } from '@jest/globals';
import { decideRef, waitsOf, type CodeFacts, type TagOrigin } from '../../src/commands/release/decide-ref.ts';

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];

describe('a missing tag', () => {
  test.each<[title: string, origin: Partial<TagOrigin>, facts: Partial<CodeFacts>, made: object]>([
    ['is made at the commit of the run', { commit: B }, { commitAt: B }, { ref: B }],
    ['is made at what the object of a tag stands for', { commit: A }, { commitAt: B }, { ref: B }],
    ['waits for the commit', { commit: B }, {}, { code: 'not-found' }],
    ['has no default', {}, {}, { code: 'usage' }],
    ['is made at the ref', { ref: 'main' }, { refAt: A }, { ref: 'main' }],
    ['is made at the ref of the same commit', { ref: 'main', commit: B }, { refAt: B, commitAt: B }, { ref: 'main' }],
    ['is not made at another commit', { ref: 'main', commit: B }, { refAt: A, commitAt: B }, { code: 'conflict' }],
    ['is made elsewhere with a warning', { ref: 'main', commit: B }, { refAt: A }, { ref: 'main', warns: true }],
    ['is not made at a ref that is not there', { ref: 'main', commit: B }, { commitAt: B }, { code: 'not-found' }],
    ['takes the commit as a ref in capitals', { ref: B.toUpperCase(), commit: B }, { commitAt: B }, { ref: B }],
  ])('%s', (_title, origin, facts, made) => {
    const decision = decideRef({
      tag: 'v1',
      project: '42',
      origin: { ref: undefined, commit: undefined, lookedUp: true, waitMs: 0, ...origin },
      facts: { refAt: undefined, commitAt: undefined, ...facts },
      platform: 'github',
    });
    const told =
      'refusal' in decision
        ? { code: decision.refusal.code }
        : { ref: decision.ref, ...(decision.warning === undefined ? {} : { warns: true }) };
    expect(told).toEqual(made);
  });
});

describe('the pauses between looks', () => {
  test.each<[asked: number, waits: readonly number[]]>([
    [0, []],
    [500, [500]],
    [1000, [1000]],
    [10_000, [1000, 2000, 4000, 3000]],
    [60_000, [1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]],
  ])('of %d ms are %j', (asked, waits) => {
    expect(waitsOf(asked)).toEqual(waits);
  });
});
