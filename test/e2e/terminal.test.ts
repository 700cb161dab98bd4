/** The terminal's platform with a tree as large as the workflows' and pipelines'; every kind of credential: test/prove. */
import { test } from '@jest/globals';
import { expectRoundTrip, ROUND_TRIPS } from '../support/round-trip.ts';
import { BIG } from './support/payload.ts';

const PERSONAL = ROUND_TRIPS.filter(
  ({ platform, credential }) => platform.kind === 'terminal' && credential.form === 'PRIVATE-TOKEN',
);

test.each(PERSONAL)('a tree with a file of 100 MB goes out and comes back identical: $title', async (trip) => {
  await expectRoundTrip(trip, BIG);
});
