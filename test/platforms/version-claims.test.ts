/** Twenty pipelines at once, as processes of their own: each gets a number, and keeps it to the end. */
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { runJob, type JobRun, type Pipeline } from '../support/gitlab-job.ts';
import { getRaw, visibleVersions } from '../support/raw.ts';
import { puts } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const VARIABLE = { variable: 'VERSION', 'variable-token': VERSION_TOKENS.maintainer };
const PIPELINES = Array.from({ length: 20 }, (_, index) => 700 + index);

async function allAtOnce(registry: RunningRegistry, folder: string): Promise<readonly Pipeline[]> {
  return Promise.all(
    PIPELINES.map(async (id) => {
      const own = join(folder, String(id));
      await mkdir(join(own, 'out'), { recursive: true });
      await writeFile(join(own, 'out', 'who.txt'), `pipeline ${id}`);
      return { registry, folder: own, id };
    }),
  );
}

function patches(runs: readonly JobRun[]): number[] {
  return runs.map(({ outputs }) => Number(outputs.patch)).sort((a, b) => a - b);
}

test('twenty get twenty numbers, publish their own bytes under them, and the last saved is the highest', async () => {
  const settings = { race_window: 400 };
  const seed = { variables: [{ key: 'VERSION', value: '1.2.3' }], settings };
  await inFolder((folder) =>
    withVersionRegistry(seed, async (registry) => {
      const pipelines = await allAtOnce(registry, folder);

      const worked = await Promise.all(pipelines.map((one) => runJob(one, 'version', { ...VARIABLE, claim: 'true' })));
      expect(worked.map(({ code }) => code)).toEqual(PIPELINES.map(() => 0));
      expect(patches(worked)).toEqual(PIPELINES.map((_, index) => index + 4));
      // The race was one: some lost a number that they had seen free.
      const claims = puts(registry).filter(({ path }) => path.includes('/widget.claims/'));
      expect(claims.length).toBeGreaterThan(PIPELINES.length);

      const published = await Promise.all(
        pipelines.map((one) => runJob(one, 'publish', { directory: 'out', files: '**' })),
      );
      expect(published.map(({ code, outputs }) => [code, outputs['package-version']])).toEqual(
        worked.map(({ outputs }) => [0, outputs.version]),
      );
      for (const [index, { outputs }] of worked.entries()) {
        const version = { name: 'widget', version: outputs.version ?? '' };
        expect(await getRaw(registry, version, 'who.txt')).toBe(`pipeline ${PIPELINES[index] ?? 0}`);
      }
      expect(await visibleVersions(registry)).toHaveLength(PIPELINES.length);

      // One at a time, in no order, as resource_group does.
      const written: number[] = [];
      for (const one of [...pipelines].reverse()) {
        const saved = await runJob(one, 'save-version', { ...VARIABLE, 'if-lower': 'keep' });
        expect(saved.code).toBe(0);
        if (saved.outputs.changed === 'true') written.push(Number(saved.outputs.version?.split('.')[2]));
      }
      expect(written).toEqual([...written].sort((a, b) => a - b));
      expect(written.at(-1)).toBe(23);
      expect(await variableOf(registry, 'VERSION')).toMatchObject({ value: '1.2.23' });
    }),
  );
}, 180_000);
