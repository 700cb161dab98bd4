/** A walk over a tree with several visits in flight. */
import { setTimeout } from 'node:timers/promises';

import { describe, expect, it } from '@jest/globals';

import { walkTree } from '../../src/core/selection/tree-walk.ts';

describe('a walk over a tree', () => {
  it('visits every item once, never more at a time than allowed', async () => {
    const seen: number[] = [];
    let running = 0;
    let most = 0;
    await walkTree(1, 3, async (item) => {
      running += 1;
      most = Math.max(most, running);
      await setTimeout(1);
      seen.push(item);
      running -= 1;
      return [item * 2, item * 2 + 1].filter((next) => next < 64);
    });

    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 63 }, (_, index) => index + 1));
    expect(most).toBe(3);
  });

  it('rejects when a visit does', async () => {
    const walk = walkTree(1, 2, (item) =>
      item === 5 ? Promise.reject(new TypeError('five')) : Promise.resolve([item + 1]),
    );

    await expect(walk).rejects.toThrow('five');
  });
});
