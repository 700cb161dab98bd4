/** Many save-version processes at once on one variable, without the lock that they should have. */
import { expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { PlatformRun } from '../support/platform.ts';
import { terminal } from '../support/platforms.ts';
import { PROJECT } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const VERSIONS = Array.from({ length: 8 }, (_, index) => `1.2.${index + 4}`);

function saveAll(registry: RunningRegistry, inputs: Readonly<Record<string, string>>): Promise<PlatformRun[]> {
  const save = (version: string): Promise<PlatformRun> =>
    inFolder((cwd) => {
      const connection = { 'api-url': registry.apiUrl, project: PROJECT.path, token: VERSION_TOKENS.maintainer };
      return terminal.run(
        'save-version',
        { ...connection, variable: 'VERSION', 'package-version': version, ...inputs },
        { cwd },
      );
    });
  return Promise.all(VERSIONS.map(save));
}

test('the variable holds what a run that ended well has read back', async () => {
  await withVersionRegistry({ variables: [{ key: 'VERSION', value: '1.2.3' }] }, async (registry) => {
    const runs = await saveAll(registry, { 'if-lower': 'keep' });

    const held = (await variableOf(registry, 'VERSION'))?.value;
    const believing = runs
      .filter(({ code, outputs }) => code === 0 && outputs.changed === 'true')
      .map(({ outputs }) => outputs.version);
    expect(believing).toContain(held);
    const failed = runs.filter(({ code }) => code !== 0);
    expect(failed.filter(({ stderr }) => !stderr.includes('Another run wrote it at the same time'))).toEqual([]);
  });
});

test('of many first runs exactly one makes the variable', async () => {
  await withVersionRegistry({}, async (registry) => {
    const runs = await saveAll(registry, { expected: 'none' });

    const [winner, ...others] = runs.filter(({ code }) => code === 0);
    expect(others).toEqual([]);
    expect(winner?.outputs).toMatchObject({ previous: 'none', changed: 'true' });
    expect(await variableOf(registry, 'VERSION')).toMatchObject({ value: winner?.outputs.version });
    expect(runs.filter(({ stderr }) => stderr.includes('but --expected is none'))).toHaveLength(VERSIONS.length - 1);
  });
});
