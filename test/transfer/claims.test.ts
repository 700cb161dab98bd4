/** Claims against the embedded registry, and against servers that lose answers. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import {
  claimsPackage,
  claimVersion,
  findOwnClaim,
  listClaims,
  type ClaimDesk,
} from '../../src/transfer/remote/claims.ts';
import { clientOf, closeAll, failureOf, sendJson, serve } from '../gitlab/loopback.ts';
import { PROJECT, puts } from '../support/registry.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

afterEach(closeAll);

function deskOf(registry: RunningRegistry, owner: string): ClaimDesk {
  const { client } = clientOf(new URL(registry.apiUrl), { token: VERSION_TOKENS.job, type: 'job' });
  return { client, project: String(PROJECT.id), packageName: 'widget', owner };
}

describe('a claim', () => {
  test('makes a version its owner’s, again and again, and nobody else’s', async () => {
    await withVersionRegistry({}, async (registry) => {
      const [first, second] = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-2')];

      expect(await claimVersion(first, '1.0.0')).toBe(true);
      expect(await claimVersion(second, '1.0.0')).toBe(false);
      expect(await claimVersion(first, '1.0.0')).toBe(true);
      expect(await claimVersion(second, '1.0.1')).toBe(true);

      const claims = await listClaims(first);
      expect(claims.map(({ name, version, status }) => [name, version, status])).toEqual([
        ['widget.claims', '1.0.1', 'default'],
        ['widget.claims', '1.0.0', 'default'],
      ]);
      expect(await findOwnClaim(first, claims)).toBe('1.0.0');
      expect(await findOwnClaim(second, claims)).toBe('1.0.1');
      expect(await findOwnClaim(deskOf(registry, 'pipeline-3'), claims)).toBeUndefined();
    });
  });

  test.each([
    ['duplicates are allowed', {}],
    ['they are not', { duplicates_allowed: false }],
  ])('of eight at once with a wide race, %s, exactly one wins', async (_what, settings) => {
    await withVersionRegistry({ settings: { ...settings, race_window: 150 } }, async (registry) => {
      const owners = Array.from({ length: 8 }, (_, index) => `run-${index}`);
      const won = await Promise.all(owners.map((owner) => claimVersion(deskOf(registry, owner), '1.0.0')));

      const winner = owners[won.indexOf(true)] ?? '';
      expect(won.filter(Boolean)).toHaveLength(1);
      const claims = await listClaims(deskOf(registry, winner));
      for (const owner of owners) {
        expect(await findOwnClaim(deskOf(registry, owner), claims)).toBe(owner === winner ? '1.0.0' : undefined);
      }
      // Who lost with 500 looked before it sent again, and so has sent once.
      expect(puts(registry)).toHaveLength(8);
    });
  });

  test('of one owner twice at once is won by both: they are the same pipeline', async () => {
    await withVersionRegistry({ settings: { race_window: 100 } }, async (registry) => {
      const desks = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-1')];
      expect(await Promise.all(desks.map((desk) => claimVersion(desk, '1.0.0')))).toEqual([true, true]);
    });
  });

  test('is found among the newest hundred only', async () => {
    await withVersionRegistry({}, async (registry) => {
      const [old, other] = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-2')];
      await claimVersion(old, '1.0.0');
      for (let patch = 1; patch < 100; patch += 1) await claimVersion(other, `1.0.${patch}`);

      expect(await findOwnClaim(old, await listClaims(old))).toBe('1.0.0');
      await claimVersion(other, '1.0.100');
      expect(await findOwnClaim(old, await listClaims(old))).toBeUndefined();
      expect(await listClaims(old)).toHaveLength(101);
    });
  });
});

describe('when the answer says little', () => {
  interface Scene {
    readonly put: readonly number[];
    /** The first file of the package at each look; undefined: no package. */
    readonly looks: readonly (string | undefined)[];
  }

  /** A GitLab too old to answer with a record. */
  async function deskAt({ put, looks }: Scene): Promise<{ desk: ClaimDesk; sent: () => number }> {
    let [sent, looked] = [0, 0];
    const host = await serve((request, response) => {
      if (request.method === 'PUT') {
        request.resume();
        sendJson(response, put[sent++] ?? 500, { message: 'said' });
      } else if (request.url?.includes('/package_files') === true) {
        const name = looks[looked - 1];
        const file = { id: 7, package_id: 9, file_name: `${name ?? ''}.json`, size: 3 };
        sendJson(response, 200, [file, { ...file, id: 8, file_name: 'pipeline-9.json' }], { 'X-Next-Page': '' });
      } else {
        const row = { id: 9, name: 'widget.claims', version: '1.0.0', package_type: 'generic', status: 'default' };
        sendJson(response, 200, looks[looked++] === undefined ? [] : [row], { 'X-Next-Page': '' });
      }
    });
    const desk = { client: clientOf(host.api).client, project: '42', packageName: 'widget', owner: 'pipeline-1' };
    return { desk, sent: () => sent };
  }

  test.each([
    { title: '201, and it was first', put: [201], looks: ['pipeline-1'], won: true, times: 1 },
    { title: '201, and another was first', put: [201], looks: ['pipeline-2'], won: false, times: 1 },
    { title: '500, and another was first', put: [500], looks: ['pipeline-2'], won: false, times: 1 },
    { title: '500, and it had arrived', put: [500], looks: ['pipeline-1'], won: true, times: 1 },
    {
      title: '500 and nothing there, then 201',
      put: [500, 201],
      looks: [undefined, 'pipeline-1'],
      won: true,
      times: 2,
    },
    {
      title: '201 and not listed yet, then again',
      put: [201, 201],
      looks: [undefined, 'pipeline-1'],
      won: true,
      times: 2,
    },
    { title: '503, then another was first', put: [503, 503], looks: [undefined, 'pipeline-2'], won: false, times: 2 },
  ])('$title', async ({ put, looks, won, times }) => {
    const { desk, sent } = await deskAt({ put, looks });
    expect(await claimVersion(desk, '1.0.0')).toBe(won);
    expect(sent()).toBe(times);
  });

  test.each([
    { put: [403], code: 'forbidden', times: 1 },
    { put: [400], code: 'refused', times: 1 },
    { put: [500, 500, 500], code: 'server-error', times: 3 },
    { put: [201, 201, 201], code: 'protocol', times: 3 },
  ])('$put and nothing there fails with $code', async ({ put, code, times }) => {
    const { desk, sent } = await deskAt({ put, looks: [] });
    expect(await failureOf(claimVersion(desk, '1.0.0'))).toMatchObject({ code });
    expect(sent()).toBe(times);
  });
});

test('claims lie in a package of their own', () => {
  expect(claimsPackage('widget')).toBe('widget.claims');
});
