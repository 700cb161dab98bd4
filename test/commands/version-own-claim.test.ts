/** Two jobs of one pipeline that claim at the same time get one number, also when another pipeline is faster than both. */
import { afterAll, expect, test } from '@jest/globals';
import { makeFolder } from '../hosts/workbench.ts';
import { openRelay } from '../prove/support/relay.ts';
import { visibleVersions } from '../support/raw.ts';
import { PROJECT } from '../support/registry.ts';
import { VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';
import { runHere } from './in-process.ts';

const folder = makeFolder();
afterAll(() => {
  folder.remove();
});

async function claim(apiUrl: string, pipeline: string): Promise<unknown> {
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
    claim: 'true',
  };
  return (await runHere('version', inputs, { ...job, ...token }, folder.path)).outputs.version;
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
    expect(await visibleVersions(registry, 'widget.claims')).toEqual(['1.2.4', '1.2.5']);
  });
});
