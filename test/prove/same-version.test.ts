/**
 * Proves: several processes that publish the very same version at once all end well or with a clear
 * error, and the version is right: of equal files, of builds with other bytes, with a process killed
 * among them, with duplicates refused, and where racing first uploads are lost.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { errorOf } from '../platforms/wrong-runs.ts';
import type { PlatformRun, Inputs } from '../support/platform.ts';
import { terminal } from '../support/platforms.ts';
import { getRaw, hiddenVersions, sha256, visibleVersions, WIDGET } from '../support/raw.ts';
import { TOKENS } from '../support/registry.ts';
import { fingerprint, writeFiles } from '../support/tree.ts';
import { until } from '../support/until.ts';
import { copyProgram, type Program } from './support/program.ts';
import { gathering } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, twins } from './support/stored.ts';
import { MANIFEST } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const FILES = makeFiles(30);
const OTHERS = makeFiles(30, 'other');

const CASES = [
  { kind: 'as GitLab is', settings: {} },
  { kind: 'with duplicates refused', settings: { duplicates_allowed: false } },
  { kind: 'with redirected storage', settings: { object_storage: 'redirect' } },
].flatMap((registry) => [
  { ...registry, who: 'personal tokens', token: TOKENS.personal },
  { ...registry, who: 'deploy tokens', token: TOKENS.deploy },
]);

test.each(CASES)('three runs with the same files, $kind, $who: all end well', async ({ settings, token }) => {
  await inScene(program, { settings: { race_window: 100, ...settings } }, async (scene) => {
    await scene.build(FILES);
    scene.relay.rule({ before: gathering(3) });
    const runs = await Promise.all([1, 2, 3].map(() => scene.publish({ token, concurrency: '3' })));
    expect(runs.map(({ code, stderr }) => [code, code === 0 ? '' : stderr])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ]);
    const digest = await expectComplete(scene.registry, WIDGET, FILES);
    expect(runs.map(({ outputs }) => outputs.digest)).toEqual([digest, digest, digest]);
    if (settings.duplicates_allowed === false) expect(await twins(scene.registry, WIDGET)).toEqual({});
    expect(await scene.download({ 'package-version': 'latest' })).toMatchObject({ code: 0 });
    expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'out')));
  });
});

describe('two builds with other bytes', () => {
  test.each([
    { who: 'personal tokens', token: TOKENS.personal },
    { who: 'deploy tokens', token: TOKENS.deploy },
  ])('at once: what is served is one of them whole, and whose it is not says so, with $who', async ({ token }) => {
    await inScene(program, {}, async (scene) => {
      const runs = await publishBoth(scene, { token });
      await expectOneOfBoth(scene, runs);
    });
  });

  test('at once, with duplicates refused: nothing is mixed', async () => {
    await inScene(program, { settings: { duplicates_allowed: false } }, async (scene) => {
      const runs = await publishBoth(scene, {});
      const won = runs.filter(({ code }) => code === 0);
      for (const run of runs.filter(({ code }) => code !== 0))
        expect(errorOf(terminal, run)).toContain('Duplicate package is not allowed');
      expect(await visibleVersions(scene.registry)).toHaveLength(won.length);
      if (won.length > 0) await expectOneOfBoth(scene, runs);
    });
  });

  test('one of which has complete while the other is half-way', async () => {
    await inScene(program, {}, async (scene) => {
      const slow = await heldHalfWay(scene, {});
      expect(await publishOthers(scene, {})).toMatchObject({ code: 0 });
      slow.release();
      await expectOneOfBoth(scene, [await slow.ended]);
    });
  });
});

test('a run that is killed after another has complete the version leaves it as it was, and the next run sees to that', async () => {
  await inScene(program, {}, async (scene) => {
    const slow = await heldHalfWay(scene, {});
    const { outputs } = await publishDirectly(scene, {});
    slow.release(1);
    await until(
      () => scene.relay.passed.filter(({ upload, answered }) => upload > 0 && answered).length > 15,
      slow.ended,
    );
    expect(await hiddenVersions(scene.registry)).toEqual([WIDGET.version]);
    slow.kill();
    await slow.ended;
    slow.release();
    await scene.relay.idle();
    expect(await publishDirectly(scene, {})).toMatchObject({
      code: 0,
      outputs: { digest: outputs.digest ?? '', complete: 'true' },
    });
    expect(await hiddenVersions(scene.registry)).toEqual([]);
    await expectComplete(scene.registry, WIDGET, FILES);
  });
});

interface Slow {
  readonly ended: Promise<PlatformRun>;
  kill(): void;
  /** Lets so many held uploads through, or all that come. */
  release(count?: number): void;
}

/** Starts a publish of FILES through the proxy, which holds every upload from the 16th on. */
async function heldHalfWay(scene: Scene, more: Inputs): Promise<Slow> {
  await scene.build(FILES);
  const reached = Promise.withResolvers<undefined>();
  let free = 15;
  let held: { upload: number; go: () => void }[] = [];
  const release = (count = Number.POSITIVE_INFINITY): void => {
    free += count;
    for (const { upload, go } of held) if (upload <= free) go();
    held = held.filter(({ upload }) => upload > free);
  };
  scene.relay.rule({
    before: async ({ upload }) => {
      if (upload <= free) return undefined;
      reached.resolve(undefined);
      await new Promise<undefined>((resolve) => {
        held.push({
          upload,
          go: () => {
            resolve(undefined);
          },
        });
      });
      return undefined;
    },
  });
  const { child, ended } = await scene.startPublish({ concurrency: '3', ...more });
  await reached.promise;
  return {
    ended: ended.then((end) => ({ ...end, outputs: {}, summary: '' })),
    kill: () => child.kill('SIGKILL'),
    release,
  };
}

/** Past the proxy: nothing holds it. */
function publishDirectly(scene: Scene, more: Inputs): Promise<PlatformRun> {
  return scene.publish({ 'api-url': scene.registry.apiUrl, ...more });
}

async function publishOthers(scene: Scene, more: Inputs): Promise<PlatformRun> {
  await writeFiles(join(scene.folder, 'others'), OTHERS);
  return publishDirectly(scene, { directory: 'others', ...more });
}

async function publishBoth(scene: Scene, more: Inputs): Promise<PlatformRun[]> {
  await scene.build(FILES);
  await writeFiles(join(scene.folder, 'others'), OTHERS);
  scene.relay.rule({ before: gathering(2) });
  return Promise.all(['out', 'others'].map((directory) => scene.publish({ directory, concurrency: '3', ...more })));
}

/** Every served file is of the build that the served manifest is of; a run whose build is not served did not end well unless it ended first. */
async function expectOneOfBoth(scene: Scene, runs: readonly PlatformRun[]): Promise<void> {
  const first = await getRaw(scene.registry, WIDGET, 'file-0000.txt');
  const digest = await expectComplete(scene.registry, WIDGET, first === FILES['file-0000.txt'] ? FILES : OTHERS);
  for (const run of runs.filter(({ code }) => code !== 0)) {
    expect(errorOf(terminal, run)).toMatch(/another run|Duplicate package/);
  }
  expect(sha256((await getRaw(scene.registry, WIDGET, MANIFEST)) ?? '')).toBe(digest.slice('sha256:'.length));
  expect(await scene.download({ 'package-version': 'latest' })).toMatchObject({ code: 0, outputs: { digest } });
}
