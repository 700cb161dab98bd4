/** Numbers that are reserved: for two jobs of one pipeline, for a retry after many others, and beside what people put there. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { makeFolder } from '../hosts/workbench.ts';
import { openRelay } from '../prove/support/relay.ts';
import { claimsOf, putRaw, visibleVersions } from '../support/raw.ts';
import { PROJECT, puts } from '../support/registry.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';

const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

async function claim(apiUrl: string, pipeline: string): Promise<unknown> {
  return (await runClaim(apiUrl, pipeline)).outputs.version;
}

function runClaim(apiUrl: string, pipeline: string, reserve = 'true'): Promise<Run> {
  const job = {
    GITLAB_CI: 'true',
    CI_PIPELINE_ID: pipeline,
    CI_PIPELINE_IID: pipeline,
    CI_COMMIT_BRANCH: 'main',
    CI_DEFAULT_BRANCH: 'main',
  };
  const token = { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.job, GENERIC_PACKAGES_TOKEN_TYPE: 'job' };
  const inputs = {
    'api-url': apiUrl,
    project: String(PROJECT.id),
    'package-name': 'widget',
    'initial-version': '1.2.4',
    claim: reserve,
  };
  return runHere('version', inputs, { ...job, ...token }, folder.path);
}

test('a job that lost its first number takes the one that its pipeline has got meanwhile', async () => {
  await withVersionRegistry({}, async (registry) => {
    const relay = await openRelay(registry);
    const others: unknown[] = [];
    relay.rule({
      before: async ({ upload }) => {
        if (upload !== 1) return undefined;
        others.push(await claim(registry.apiUrl, '8'), await claim(registry.apiUrl, '7'));
        return undefined;
      },
    });
    const own = await claim(relay.apiUrl, '7');
    await relay.close();

    expect(others).toEqual(['1.2.4', '1.2.5']);
    expect(own).toBe('1.2.5');
    // Each of its jobs has won a number; that of the first to write it down counts, the other one is lost.
    expect(await visibleVersions(registry, claimsOf('widget'))).toEqual([
      '1.2.4',
      'pipeline-8',
      '1.2.5',
      'pipeline-7',
      '1.2.6',
    ]);
  });
});

test('a retry of the oldest pipeline keeps its number, however many came later', async () => {
  await withVersionRegistry({}, async (registry) => {
    expect(await claim(registry.apiUrl, '7')).toBe('1.2.4');
    for (let patch = 5; patch < 115; patch += 1)
      await putRaw(registry, { name: claimsOf('widget'), version: `1.2.${patch}` }, 'pipeline-9.json', '{}');
    expect(await claim(registry.apiUrl, '7')).toBe('1.2.4');
    expect(await claim(registry.apiUrl, '8')).toBe('1.2.115');
  });
});

describe('what somebody put into the claims package by hand', () => {
  const name = claimsOf('widget');

  test('is passed, where it has taken a number', async () => {
    await withVersionRegistry({}, async (registry) => {
      await putRaw(registry, { name, version: '1.2.4' }, 'notes.txt', 'x');
      await putRaw(registry, { name, version: 'notes' }, 'notes.txt', 'x');
      expect(await claim(registry.apiUrl, '7')).toBe('1.2.5');
    });
  });

  test.each([
    { title: 'a hidden version', version: '1.2.4', status: 'hidden' as const, says: 'is hidden' },
    {
      title: 'a file in the place of the own number',
      version: 'pipeline-7',
      status: undefined,
      says: 'is not a claim',
    },
  ])('$title ends the run after a few requests, with what to do', async ({ version, status, says }) => {
    await withVersionRegistry({}, async (registry) => {
      await putRaw(registry, { name, version, status }, 'notes.txt', 'x');
      registry.forget();
      const { code, shown } = await runClaim(registry.apiUrl, '7');
      expect(code).toBe(1);
      expect(shown).toContain(says);
      expect(shown).toContain(
        `Delete ${status === undefined ? 'the version `pipeline-7`' : 'that version'} of \`${name}\``,
      );
      expect(registry.requests.length).toBeLessThan(12);
      expect(puts(registry).length).toBeLessThan(2);
    });
  });
});

test('a run that reserves nothing asks of one claim only, and gives no number that is reserved', async () => {
  await withVersionRegistry({}, async (registry) => {
    const lookups = (): number =>
      registry.requests.filter(({ query }) => query.includes(`package_name=${claimsOf('widget')}`)).length;
    registry.forget();
    expect((await runClaim(registry.apiUrl, '7', 'false')).outputs.version).toBe('1.2.4');
    expect(lookups()).toBe(1);
    await claim(registry.apiUrl, '8');
    expect((await runClaim(registry.apiUrl, '7', 'false')).outputs.version).toBe('1.2.5');
    expect((await runClaim(registry.apiUrl, '8', 'false')).outputs.version).toBe('1.2.4');
  });
});
