/** A tree with a file of 100 MB out and back: by every platform and with every kind of credential. */
import { describe, test } from '@jest/globals';
import { expectRoundTrip, ROUND_TRIPS } from '../support/round-trip.ts';

describe('a tree with a file of 100 MB', () => {
  test.each(ROUND_TRIPS)('is identical, and moves once only: $title', async (trip) => {
    await expectRoundTrip(trip, 100_000_000);
  });
});
