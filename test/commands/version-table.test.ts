/** The one table of versions: for both systems which ref, branch, number and variable make which version. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageVersionProblem } from '../../src/core/names/package-names.ts';
import { parseVersion, pickVersion } from '../../src/core/versions/index.ts';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { claimsOf, putRaw } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';
import { comparePrecedence } from './precedence.ts';
import type { VersionCase } from './version-case.ts';
import { OCCASIONS } from './version-occasions.ts';
import { SECRETS, SEEDS, WAYS } from './version-ways.ts';

const CASES = [...OCCASIONS, ...WAYS];
const [SUCCESSES, FAILURES] = [CASES.filter(isSuccess), CASES.filter((row) => !isSuccess(row))];
/** What the rows have made and published, the oldest first. */
const published = new Set<string>();
const folder = makeFolder();
let registry: RunningRegistry;

beforeAll(async () => {
  registry = await openVersionRegistry(SEEDS);
  const put = (name: string, version: string, status?: 'hidden') =>
    putRaw(registry, { name, version, status }, 'a.txt', version);
  for (const version of ['1.2.2', '1.2.3', '1.3.0-rc.1']) await put('widget', version);
  for (const version of ['1.4.0', '1.10.0', '2.0.0-rc.1', 'nightly']) await put('lib', version);
  await put('lib', '1.10.1', 'hidden');
  await put('started', '0.1.0', 'hidden');
  await put('claimed', '1.0.0');
  await putRaw(registry, { name: claimsOf('claimed'), version: '1.0.1' }, 'pipeline-1.json', '{}');
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

function isSuccess({ gives }: VersionCase): boolean {
  return typeof gives !== 'string';
}

function run(command: string, { env, event, inputs }: Omit<VersionCase, 'title' | 'gives'>): Promise<Run> {
  const eventPath = join(folder.path, 'event.json');
  writeFileSync(eventPath, JSON.stringify(event ?? {}));
  const connection = { 'api-url': registry.apiUrl, project: String(PROJECT.id), 'package-name': 'widget' };
  const secrets = {
    GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.job,
    GENERIC_PACKAGES_TOKEN_TYPE: 'job',
    GENERIC_PACKAGES_VARIABLE_TOKEN: VERSION_TOKENS.owner,
  };
  return runHere(
    command,
    { ...connection, ...inputs },
    { ...secrets, GITHUB_EVENT_PATH: eventPath, ...env },
    folder.path,
  );
}

test('the table is long enough, and no row stands in it twice', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(80);
  expect(new Set(CASES.map(({ title }) => title)).size).toBe(CASES.length);
});

describe('a version', () => {
  test.each(SUCCESSES)('$title', async (row) => {
    const { code, outputs, shown } = await run('version', row);

    expect([code, shown]).toEqual([0, expect.not.stringContaining('error: ')]);
    expect(outputs).toMatchObject(row.gives as Record<string, unknown>);
    const version = String(outputs.version);
    expect(parseVersion(version)).toMatchObject({
      major: outputs.major,
      minor: outputs.minor,
      patch: outputs.patch,
      prerelease: outputs.prerelease,
      build: outputs.build,
    });
    expect(packageVersionProblem(version)).toBeUndefined();
    await putRaw(registry, { name: 'made', version }, 'a.txt', version);
    published.add(version);
    expectOrder(outputs, row);
  });

  describe('that is published with all the others', () => {
    const pick = async (version: string, prereleases: boolean): Promise<unknown> => {
      const inputs = {
        'package-name': 'made',
        'package-version': version,
        'include-prereleases': String(prereleases),
        'dry-run': 'true',
      };
      return (await run('download', { env: { GITLAB_CI: 'true' }, inputs })).outputs['package-version'];
    };
    /** The highest of these, of equal ones the oldest. */
    const highest = (versions: readonly string[]): string | undefined =>
      versions.toSorted((a, b) => comparePrecedence(b, a))[0];

    test('is found by latest if it is the highest of its kind', async () => {
      const all = [...published];
      expect(all.length).toBeGreaterThanOrEqual(40);
      expect(await pick('latest', true)).toBe(highest(all));
      const stable = highest(all.filter((version) => !version.split('+')[0]?.includes('-')));
      expect([await pick('latest', false), stable]).toEqual(['6.0.1', '6.0.1']);
    });

    test('is the highest of those up to itself, and not among those below', async () => {
      const all = [...published];
      const wrong: unknown[] = [];
      for (const version of all) {
        for (const sign of ['<=', '<'] as const) {
          const within = all.filter((other) => comparePrecedence(other, version) <= (sign === '<' ? -1 : 0));
          const [right, picked] = [highest(within), await pick(`${sign}${version}`, true)];
          if (picked !== right) wrong.push([sign, version, { right, picked }]);
        }
      }
      expect(wrong).toEqual([]);
    });

    test('is within the range that its numbers make', async () => {
      expect(await pick('~1.2', false)).toBe('1.2.45');
      expect(await pick('~1.2.4 <1.2.45-0', true)).toMatch(/^1\.2\.4(\+|$)/);
      expect(await pick('<0.10', true)).toBe('0.4.0');
    });
  });
});

describe('an error', () => {
  test.each(FAILURES)('$title', async (row) => {
    const { code, outputs, shown } = await run('version', row);

    expect(code).not.toBe(0);
    expect(outputs).toHaveProperty('error.message');
    expect(shown).toContain(row.gives);
    for (const secret of [...SECRETS, ...Object.values(VERSION_TOKENS)]) expect(shown).not.toContain(secret);
  });
});

/** What was counted on is higher than what was found; a prerelease lies between that and the next. */
function expectOrder({ version, previous }: Record<string, unknown>, { inputs }: VersionCase): void {
  const [found, made] = [String(previous), String(version)];
  if (found === 'none' || found === made || inputs.prerelease === 'beta') return;
  const candidates = [found, made].map((text, id) => ({ id, version: text, createdAt: '2026-01-01T00:00:00Z' }));
  expect(pickVersion(candidates, { kind: 'latest' }, true).picked?.version).toBe(made);
  const isPrerelease = parseVersion(made)?.prerelease !== '';
  const stable = pickVersion(candidates, { kind: 'latest' }, false).picked?.version;
  expect(stable).toBe(isPrerelease ? found : made);
}
