/** What version warns of when it finds nothing to count from, although there is something. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { lastTagged } from '../../src/commands/version/last-version.ts';
import { makeFolder } from '../hosts/workbench.ts';
import { putRaw } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { openVersionRegistry, VERSION_TOKENS } from '../support/version-registry.ts';
import { runHere, type Run } from './in-process.ts';

const folder = makeFolder();
let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openVersionRegistry({ tags: ['cli/v1.2.3', 'cli/v1.3.0'] });
  await putRaw(registry, { name: 'widget', version: '1.2.3' }, 'a.txt', 'a');
  await putRaw(registry, { name: 'widget', version: '9.0.0-rc.1' }, 'a.txt', 'a');
});
afterAll(async () => {
  await registry.close();
  folder.remove();
});

function work(inputs: Readonly<Record<string, string>>): Promise<Run> {
  const all = {
    'api-url': registry.apiUrl,
    project: String(PROJECT.id),
    'package-name': 'widget',
    prerelease: 'none',
    ...inputs,
  };
  return runHere('version', all, { GENERIC_PACKAGES_TOKEN: VERSION_TOKENS.owner }, folder.path);
}

describe('a first version', () => {
  test.each([
    {
      title: 'a variable',
      inputs: { variable: 'GONE' },
      says: 'the CI/CD variable GONE is missing: it may have been deleted, or be misspelt',
    },
    { title: 'tags', inputs: { source: 'tags', 'tag-prefix': 'web/v' }, says: 'no tag was found: check --tag-prefix' },
  ])('below what the package has is warned of, by $title', async ({ inputs, says }) => {
    const { code, outputs, shown } = await work({ ...inputs, 'initial-version': '0.1.0' });

    expect({ code, outputs }).toMatchObject({
      code: 0,
      outputs: { version: '0.1.0', previous: 'none', 'is-latest': false },
    });
    expect(shown).toContain(
      `warning: --initial-version 0.1.0 is lower than widget 1.2.3, which is in the registry, and ${says}`,
    );
  });

  test.each([
    { title: 'above it', inputs: { 'initial-version': '2.0.0' } },
    { title: 'of another package', inputs: { 'initial-version': '0.1.0', 'package-name': 'fresh' } },
  ])('$title is not', async ({ inputs }) => {
    const { code, shown } = await work({ variable: 'GONE', ...inputs });
    expect([code, shown]).toEqual([0, expect.not.stringContaining('warning:')]);
  });
});

describe('tags that are no versions for the prefix', () => {
  const doubt =
    '2 tags begin with `cli/`, but none names a stable version (`cli/v1.3.0`, for example). Is --tag-prefix `cli/v` meant?';

  test('are warned of', async () => {
    const { code, shown } = await work({ source: 'tags', 'tag-prefix': 'cli/', 'initial-version': '2.0.0' });
    expect(code).toBe(0);
    expect(shown).toContain(`warning: No version to build on in the tags of ${PROJECT.id}: ${doubt}`);
  });

  test('are told with the error', async () => {
    const { code, shown } = await work({ source: 'tags', 'tag-prefix': 'cli/' });
    expect(code).toBe(1);
    expect(shown).toContain('error: --initial-version: is needed');
    expect(shown).toContain(`Looked in the tags of ${PROJECT.id}: ${doubt}`);
  });

  test('of a variable that does not exist are told with the error', async () => {
    const { code, shown } = await work({ variable: 'VERSOIN' });
    expect(code).toBe(1);
    expect(shown).toContain(
      'Looked in the CI/CD variable VERSOIN: it does not exist. It may be misspelt, or have been deleted',
    );
  });

  test.each<[prefix: string, tags: readonly string[], doubt: string | undefined]>([
    ['cli/', [], undefined],
    ['cli/', ['cli/1.2.3', 'cli/v1.2.3'], undefined],
    ['cli/', ['cli/nightly'], '1 tag begins with `cli/`, but none names a stable version (`cli/nightly`, for example)'],
    [
      'cli/v',
      ['cli/v2.0.0-rc.1', 'cli/vnext'],
      '2 tags begin with `cli/v`, but none names a stable version (`cli/v2.0.0-rc.1`, for example)',
    ],
    ['v', ['nightly', 'cli/v1.2.3'], 'there are 2 tags, but none names a stable version (`nightly`, for example)'],
    [
      '',
      ['nightly', 'v1.2.3'],
      'there are 2 tags, but none names a stable version (`v1.2.3`, for example). Is tag-prefix `v` meant?',
    ],
  ])('by the prefix `%s` of %j', (prefix, tags, told) => {
    expect(lastTagged(tags, { prefix, line: undefined, platform: 'gitlab' }).doubt).toBe(told);
  });
});
