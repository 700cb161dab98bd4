/** Many pipelines at once: each gets a number, and keeps it to the end. */
import { expect, test } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { JobRun, Pipeline } from '../support/gitlab-job.ts';
import { runJob } from '../support/in-process.ts';
import { runJob as runBundle } from '../support/platforms.ts';
import { claimsOf, getRaw, visibleVersions } from '../support/raw.ts';
import { puts } from '../support/registry.ts';
import { inFolder } from '../support/tree.ts';
import { variableOf, VERSION_TOKENS, withVersionRegistry } from '../support/version-registry.ts';

const VARIABLE = { variable: 'VERSION', 'variable-token': VERSION_TOKENS.maintainer };

async function allAtOnce(registry: RunningRegistry, folder: string, count: number): Promise<readonly Pipeline[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const id = 700 + index;
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

test.each([
  { who: 'twenty', count: 20, run: runJob },
  { who: 'six processes', count: 6, run: runBundle },
])(
  '$who get as many numbers, publish their own bytes under them, and the last saved is the highest',
  async ({ count, run }) => {
    const settings = { race_window: 400 };
    const seed = { variables: [{ key: 'VERSION', value: '1.2.3' }], settings };
    await inFolder((folder) =>
      withVersionRegistry(seed, async (registry) => {
        const pipelines = await allAtOnce(registry, folder, count);

        const worked = await Promise.all(pipelines.map((one) => run(one, 'version', { ...VARIABLE, claim: 'true' })));
        expect(worked.map(({ code }) => code)).toEqual(pipelines.map(() => 0));
        expect(patches(worked)).toEqual(pipelines.map((_, index) => index + 4));
        // The race was one: some lost a number that they had seen free.
        const claims = puts(registry).filter(
          ({ path }) => path.includes(`/${claimsOf('widget')}/`) && path.includes('/pipeline-'),
        );
        expect(claims.length).toBeGreaterThan(count);

        const published = await Promise.all(
          pipelines.map((one) => run(one, 'publish', { directory: 'out', files: '**' })),
        );
        expect(published.map(({ code, outputs }) => [code, outputs['package-version']])).toEqual(
          worked.map(({ outputs }) => [0, outputs.version]),
        );
        for (const [index, { outputs }] of worked.entries()) {
          const version = { name: 'widget', version: outputs.version ?? '' };
          expect(await getRaw(registry, version, 'who.txt')).toBe(`pipeline ${700 + index}`);
        }
        expect(await visibleVersions(registry)).toHaveLength(count);

        // One at a time, in no order, as resource_group does.
        const written: number[] = [];
        for (const one of [...pipelines].reverse()) {
          const saved = await run(one, 'save-version', { ...VARIABLE, 'if-lower': 'keep' });
          expect(saved.code).toBe(0);
          if (saved.outputs.changed === 'true') written.push(Number(saved.outputs.version?.split('.')[2]));
        }
        expect(written).toEqual([...written].sort((a, b) => a - b));
        expect(written.at(-1)).toBe(count + 3);
        expect(await variableOf(registry, 'VERSION')).toMatchObject({ value: `1.2.${count + 3}` });
      }),
    );
  },
  180_000,
);
