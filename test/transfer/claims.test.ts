/** Claims against the embedded registry, and against servers that lose answers. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import {
  claimNumber,
  claimsPackage,
  findOwnClaim,
  newestClaims,
  ownerOfNumber,
  recordOwnClaim,
  searchOwnClaim,
  type ClaimDesk,
} from '../../src/transfer/remote/claims.ts';
import { clientOf, closeAll, failureOf, sendJson, serve } from '../gitlab/loopback.ts';
import { claimsOf, putRaw } from '../support/raw.ts';
import { openRegistry, PROJECT, puts, TOKENS } from '../support/registry.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

afterEach(closeAll);

const CLAIMS = claimsPackage('widget');

function deskOf(registry: RunningRegistry, owner: string): ClaimDesk {
  const { client } = clientOf(new URL(registry.apiUrl), { token: VERSION_TOKENS.job, type: 'job' });
  return { client, project: String(PROJECT.id), packageName: 'widget', owner };
}

test('claims lie in a package whose name has nothing of the other’s', () => {
  expect(CLAIMS).toBe(claimsOf('widget'));
  expect(CLAIMS).toMatch(/^claims\.[0-9a-f]{16}$/);
  expect(claimsPackage('widget2')).not.toBe(CLAIMS);
});

describe('a claim', () => {
  test('makes a number its owner’s, again and again, and nobody else’s', async () => {
    await withVersionRegistry({}, async (registry) => {
      const [first, second] = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-2')];

      expect(await claimNumber(first, '1.0.0')).toBe(true);
      expect(await claimNumber(second, '1.0.0')).toBe(false);
      expect(await claimNumber(first, '1.0.0')).toBe(true);
      expect(await claimNumber(second, '1.0.1')).toBe(true);
      expect(await ownerOfNumber(first, '1.0.0')).toBe('pipeline-1');
      expect(await ownerOfNumber(first, '1.0.1')).toBe('pipeline-2');
      expect(await ownerOfNumber(first, '1.0.2')).toBeUndefined();

      expect(await recordOwnClaim(first, '1.0.0')).toBe('1.0.0');
      expect(await recordOwnClaim(second, '1.0.1')).toBe('1.0.1');
      expect(await findOwnClaim(first)).toBe('1.0.0');
      expect(await findOwnClaim(second)).toBe('1.0.1');
      expect(await findOwnClaim(deskOf(registry, 'pipeline-3'))).toBeUndefined();

      const { numbers, byOwner } = await newestClaims(first);
      expect([[...numbers.keys()], byOwner]).toEqual([['1.0.1', '1.0.0'], true]);
      const paths = puts(registry).map(({ path }) => path.split('/packages/generic/')[1]);
      expect(new Set(paths)).toEqual(
        new Set([
          `${CLAIMS}/1.0.0/pipeline-1.json`,
          `${CLAIMS}/1.0.0/pipeline-2.json`,
          `${CLAIMS}/1.0.1/pipeline-2.json`,
          `${CLAIMS}/pipeline-1/1.0.0.json`,
          `${CLAIMS}/pipeline-2/1.0.1.json`,
        ]),
      );
    });
  });

  test('costs one upload and one reading, won or lost', async () => {
    await withVersionRegistry({}, async (registry) => {
      const [first, second] = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-2')];
      for (const [desk, won] of [
        [first, true],
        [second, false],
      ] as const) {
        registry.forget();
        expect(await claimNumber(desk, '1.0.0')).toBe(won);
        expect(registry.requests.map(({ method }) => method)).toEqual(['PUT', 'GET']);
      }
    });
  });

  test.each([
    ['duplicates are allowed', {}],
    ['they are not', { duplicates_allowed: false }],
  ])('of eight at once with a wide race, %s, exactly one wins', async (_what, settings) => {
    await withVersionRegistry({ settings: { ...settings, race_window: 150 } }, async (registry) => {
      const owners = Array.from({ length: 8 }, (_, index) => `run-${index}`);
      const won = await Promise.all(owners.map((owner) => claimNumber(deskOf(registry, owner), '1.0.0')));

      expect(won.filter(Boolean)).toHaveLength(1);
      const winner = owners[won.indexOf(true)] ?? '';
      expect(await ownerOfNumber(deskOf(registry, winner), '1.0.0')).toBe(winner);
      // Who lost with 500 looked before it sent again, and so has sent once.
      expect(puts(registry)).toHaveLength(8);
    });
  });

  test('of one owner twice at once is won by both, and the first record counts for both', async () => {
    await withVersionRegistry({ settings: { race_window: 100 } }, async (registry) => {
      const desks = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-1')] as const;
      expect(await Promise.all(desks.map((desk) => claimNumber(desk, '1.0.0')))).toEqual([true, true]);
      const [one, other] = await Promise.all([recordOwnClaim(desks[0], '1.0.0'), recordOwnClaim(desks[1], '1.0.1')]);
      expect(one).toBe(other);
      expect(await findOwnClaim(desks[0])).toBe(one);
    });
  });

  test('is found however many came later, in two requests', async () => {
    await withVersionRegistry({}, async (registry) => {
      const [old, other] = [deskOf(registry, 'pipeline-1'), deskOf(registry, 'pipeline-2')];
      await claimNumber(old, '1.0.0');
      await recordOwnClaim(old, '1.0.0');
      for (let patch = 1; patch <= 120; patch += 1) await claimNumber(other, `1.0.${patch}`);
      registry.forget();

      expect(await findOwnClaim(old)).toBe('1.0.0');
      expect(registry.requests).toHaveLength(2);
      expect((await newestClaims(old)).numbers.size).toBe(100);
      expect(registry.requests).toHaveLength(3);
    });
  });
});

test('a GitLab that takes three numbers only keeps no record by owner: the newest claims are searched', async () => {
  const registry = await openRegistry({ gitlabVersion: '13.5' });
  try {
    const { client } = clientOf(new URL(registry.apiUrl), { token: TOKENS.personal });
    const desks = ['pipeline-1', 'pipeline-2'].map((owner) => ({
      client,
      project: String(PROJECT.id),
      packageName: 'widget',
      owner,
    })) as [ClaimDesk, ClaimDesk];
    for (const [index, desk] of desks.entries()) {
      expect(await claimNumber(desk, `1.0.${index}`)).toBe(true);
      expect(await recordOwnClaim(desk, `1.0.${index}`)).toBe(`1.0.${index}`);
      expect(await findOwnClaim(desk)).toBeUndefined();
    }
    const newest = await newestClaims(desks[0]);
    expect(newest.byOwner).toBe(false);
    expect(await searchOwnClaim(desks[0], newest)).toBe('1.0.0');
    expect(await searchOwnClaim(desks[1], newest)).toBe('1.0.1');
    expect(await searchOwnClaim({ ...desks[0], owner: 'pipeline-3' }, newest)).toBeUndefined();
  } finally {
    await registry.close();
  }
});

describe('what somebody put into the claims package by hand', () => {
  test('a hidden version ends in an error after one upload', async () => {
    await withVersionRegistry({}, async (registry) => {
      await putRaw(registry, { name: CLAIMS, version: '1.0.0', status: 'hidden' }, 'pipeline-9.json', '{}');
      registry.forget();
      const failure = await failureOf(claimNumber(deskOf(registry, 'pipeline-1'), '1.0.0'));
      expect(failure).toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(`the version \`1.0.0\` of the package \`${CLAIMS}\` is hidden`) as unknown,
        hint: expect.stringContaining('Delete that version') as unknown,
      });
      expect(puts(registry)).toHaveLength(1);
    });
  });

  test('a file where a claim should be is somebody’s claim, whoever that is', async () => {
    await withVersionRegistry({}, async (registry) => {
      await putRaw(registry, { name: CLAIMS, version: '1.0.0' }, 'notes.txt', 'x');
      expect(await claimNumber(deskOf(registry, 'pipeline-1'), '1.0.0')).toBe(false);
    });
  });

  test('a file where the own number should be ends in an error', async () => {
    await withVersionRegistry({}, async (registry) => {
      await putRaw(registry, { name: CLAIMS, version: 'pipeline-1' }, 'notes.txt', 'x');
      const desk = deskOf(registry, 'pipeline-1');
      registry.forget();
      for (const work of [() => findOwnClaim(desk), () => recordOwnClaim(desk, '1.0.0')]) {
        expect(await failureOf(work())).toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('begins with the file `notes.txt`, which is not a claim') as unknown,
        });
      }
      expect(registry.requests.length).toBeLessThan(6);
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
      } else if (request.url?.includes('status=hidden') === true) {
        sendJson(response, 200, [], { 'X-Next-Page': '' });
      } else {
        const row = { id: 9, name: CLAIMS, version: '1.0.0', package_type: 'generic', status: 'default' };
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
    { title: '409, and it had arrived', put: [409], looks: ['pipeline-1'], won: true, times: 1 },
    { title: '409, and another was first', put: [409], looks: ['pipeline-2'], won: false, times: 1 },
    { title: '429, and it had arrived', put: [429], looks: ['pipeline-1'], won: true, times: 1 },
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
    expect(await claimNumber(desk, '1.0.0')).toBe(won);
    expect(sent()).toBe(times);
  });

  test.each([
    { put: [403], code: 'forbidden', times: 1 },
    { put: [400], code: 'refused', times: 1 },
    { put: [409], code: 'conflict', times: 1 },
    { put: [500, 500, 500], code: 'server-error', times: 3 },
    { put: [201, 201, 201], code: 'protocol', times: 3 },
  ])('$put and nothing there fails with $code', async ({ put, code, times }) => {
    const { desk, sent } = await deskAt({ put, looks: [] });
    expect(await failureOf(claimNumber(desk, '1.0.0'))).toMatchObject({ code });
    expect(sent()).toBe(times);
  });
});
