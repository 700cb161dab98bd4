/** A tree out and back, identical and moved once only: by every platform and with every kind of credential. */
import { describe, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { firstByBundle } from '../support/by-bundle.ts';
import * as here from '../support/in-process.ts';
import { githubAction, rootAction, terminal } from '../support/platforms.ts';
import { PROJECT, TOKENS, withRegistry } from '../support/registry.ts';
import { expectRoundTrip, roundTrips } from '../support/round-trip.ts';
import { inFolder, makeTree } from '../support/tree.ts';

describe('a tree that is published and fetched back', () => {
  test.each(firstByBundle(roundTrips(here)))('is identical, and moves once only: $title', async (trip) => {
    await expectRoundTrip(trip, 3 * 1024 * 1024);
  });
});

test('the same files have the same digest by every platform', async () => {
  const digests = await Promise.all(
    [terminal, githubAction, rootAction].map((platform) =>
      inFolder((folder) =>
        withRegistry({}, async (registry) => {
          await mkdir(join(folder, 'tree'));
          await makeTree(join(folder, 'tree'), 1000);
          const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: TOKENS.personal };
          const inputs = { ...connection, 'package-version': '1.0.0', files: '**', directory: 'tree' };
          return (await platform.run('publish', inputs, { cwd: folder })).outputs.digest;
        }),
      ),
    ),
  );
  expect(new Set(digests).size).toBe(1);
  expect(digests[0]).toMatch(/^sha256:/);
});
