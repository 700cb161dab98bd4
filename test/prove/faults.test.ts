/**
 * Proves: where every fifth request goes wrong in one of all ways (500, 502, 429, resets before and
 * after the file was stored, truncated, stalled and corrupt bodies), publishing and fetching a thousand
 * files ends well: each name once, every byte right, nothing left over. Ten seeds.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FAULT_KINDS } from '../../src/registry/wire/faults.ts';
import { WIDGET } from '../support/raw.ts';
import { TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder } from '../support/tree.ts';
import { copyProgram, type Program } from './support/program.ts';
import { inScene } from './support/scene.ts';
import { expectComplete, makeFiles, twins } from './support/stored.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

/** An upload stalls only if it is larger than what is under way between two processes. */
const LARGE = 'large'.repeat(5_000_000);
const FILES = { ...makeFiles(998, 'first', 'folder/'), empty: '', 'large.bin': LARGE };
const FAULTS = { faultRate: 0.2, faultKinds: FAULT_KINDS };
const PATIENT = { retries: '12', timeout: '2', concurrency: '16' };

const SEEDS = [
  { seed: 1, storage: 'local', who: 'a personal token', token: TOKENS.personal, gitlabVersion: '18.6' },
  { seed: 2, storage: 'local', who: 'a deploy token', token: TOKENS.deploy, gitlabVersion: '18.6' },
  { seed: 3, storage: 'proxy', who: 'a job token', token: TOKENS.job, gitlabVersion: '18.6' },
  { seed: 4, storage: 'redirect', who: 'a personal token', token: TOKENS.personal, gitlabVersion: '18.6' },
  { seed: 5, storage: 'redirect', who: 'a deploy token', token: TOKENS.deploy, gitlabVersion: '18.6' },
  { seed: 6, storage: 'local', who: 'a personal token', token: TOKENS.personal, gitlabVersion: '17.2' },
  { seed: 7, storage: 'local', who: 'a deploy token', token: TOKENS.deploy, gitlabVersion: '17.2' },
  { seed: 8, storage: 'redirect', who: 'a job token', token: TOKENS.job, gitlabVersion: '17.2' },
  { seed: 9, storage: 'local', who: 'a personal token', token: TOKENS.personal, gitlabVersion: '18.6' },
  { seed: 10, storage: 'proxy', who: 'a personal token', token: TOKENS.personal, gitlabVersion: '18.4' },
];

test.concurrent.each(SEEDS)(
  'seed $seed, $storage storage, $who, GitLab $gitlabVersion',
  async ({ seed, storage, token, gitlabVersion }) => {
    await inFolder(async (place) => {
      const data = join(place, 'data');
      await mkdir(data);
      const settings = { object_storage: storage };
      await inScene(program, { ...FAULTS, faultSeed: seed, data, settings, gitlabVersion }, async (scene) => {
        const direct = { 'api-url': scene.registry.apiUrl, token, ...PATIENT };
        await scene.build(FILES);
        const published = await scene.publish(direct);
        expect(published.stderr).not.toContain('error:');
        expect(published).toMatchObject({ code: 0, outputs: { uploaded: '1000', complete: 'true' } });
        const fetched = await scene.download({ ...direct, 'expected-digest': published.outputs.digest ?? '' });
        expect(fetched.stderr).not.toContain('error:');
        expect(fetched).toMatchObject({ code: 0, outputs: { downloaded: '1000' } });
        expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'out')));
        const met = [...scene.registry.requests, ...scene.registry.storageRequests].filter(
          ({ fault }) => fault !== undefined,
        );
        expect(met.length).toBeGreaterThan(300);
        expect(new Set(met.map(({ fault }) => fault))).toEqual(new Set(FAULT_KINDS));
      });
      await withRegistry({ data }, async (registry) => {
        await expectComplete(registry, WIDGET, FILES);
        // The look after a doubtful answer found what had arrived: nothing is there twice.
        expect(await twins(registry, WIDGET)).toEqual({});
      });
    });
  },
);
