/**
 * Proves: a publish killed half-way whose files are all rebuilt with other bytes ends, run again, in one
 * complete version of the second build only; a complete version is refused with every difference listed
 * and nothing sent; where GitLab refuses duplicates, nothing is sent twice.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { errorOf } from '../platforms/wrong-runs.ts';
import { terminal } from '../support/platforms.ts';
import { hiddenVersions, sha256, storedRows, visibleVersions, WIDGET } from '../support/raw.ts';
import { puts, TOKENS } from '../support/registry.ts';
import { fingerprint } from '../support/tree.ts';
import { killAt } from './support/kill.ts';
import { copyProgram, problemsIn, type Program } from './support/program.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, twins } from './support/stored.ts';
import { watching } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

const COUNT = 24;
const FIRST = makeFiles(COUNT, 'first');
const SECOND = makeFiles(COUNT, 'other');
const LONGER = makeFiles(COUNT, 'a much longer');
const STORAGES = ['local', 'proxy', 'redirect'];

const CASES = [
  ...STORAGES.map((storage) => ({
    storage,
    who: 'a personal token',
    token: TOKENS.personal,
    rebuilt: SECOND,
    gitlab: '18.6',
  })),
  { storage: 'local', who: 'a deploy token', token: TOKENS.deploy, rebuilt: SECOND, gitlab: '18.6' },
  { storage: 'local', who: 'a deploy token', token: TOKENS.deploy, rebuilt: LONGER, gitlab: '17.2' },
  { storage: 'redirect', who: 'a job token', token: TOKENS.job, rebuilt: LONGER, gitlab: '17.2' },
];

describe('killed half-way and rebuilt', () => {
  test.each(CASES)('$who, $storage storage, GitLab $gitlab', async ({ storage, token, rebuilt, gitlab }) => {
    await inScene(program, { settings: { object_storage: storage }, gitlabVersion: gitlab }, async (scene) => {
      const { sightings } = await watching(scene, async () => {
        await killHalfWay(scene, token);
        await scene.build(rebuilt);
        const again = await scene.publish({ token });
        expect(again).toMatchObject({ code: 0, outputs: { uploaded: String(COUNT), complete: 'true' } });
        expect(again.stderr).toContain('left other content; ');
      });
      expect(sightings.problems).toEqual([]);
      const digest = await expectComplete(scene.registry, WIDGET, rebuilt);
      expect(await scene.download({ 'package-version': 'latest' })).toMatchObject({ code: 0, outputs: { digest } });
      expect(await fingerprint(join(scene.folder, 'in'))).toEqual(await fingerprint(join(scene.folder, 'out')));
    });
  });

  test('and overtaken by what the killed run still had on its way: the second build is served all the same', async () => {
    await inScene(program, {}, async (scene) => {
      const late = await killWithUploadsOnTheirWay(scene);
      await scene.build(SECOND);
      scene.relay.rule({
        after: async ({ upload }) => {
          if (upload === COUNT) await late();
          return undefined;
        },
      });
      expect(await scene.publish()).toMatchObject({ code: 0 });
      await expectComplete(scene.registry, WIDGET, SECOND);
      expect(await scene.download()).toMatchObject({ code: 0 });
    });
  });

  test('with duplicates refused: nothing is stored twice, and the error names every file and the ways on', async () => {
    await inScene(program, { settings: { duplicates_allowed: false } }, async (scene) => {
      const stored = await killHalfWay(scene, TOKENS.personal);
      await scene.build(SECOND);
      const again = await scene.publish();
      expect(again.code).toBe(1);
      const told = errorOf(terminal, again);
      const problems = problemsIn(again.stdout);
      for (const name of stored) expect(problems).toContain(`${name}: the registry has other content under this name`);
      expect(told).toMatch(/new version.*deletes no file of a hidden one.*exception/s);
      expect(await visibleVersions(scene.registry)).toEqual([]);
      expect(await hiddenVersions(scene.registry)).toEqual([WIDGET.version]);
      // The first build's bytes are still there, and its own run may go on.
      await scene.build(FIRST);
      expect(await scene.publish()).toMatchObject({ code: 0, outputs: { unchanged: String(stored.length) } });
      await expectComplete(scene.registry, WIDGET, FIRST);
      expect(await twins(scene.registry, WIDGET)).toEqual({});
    });
  });
});

describe('a complete version and a second build', () => {
  test.each([
    { who: 'a personal token', token: TOKENS.personal },
    { who: 'a deploy token', token: TOKENS.deploy },
  ])('is refused, every difference listed, and nothing sent: $who', async ({ token }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FIRST);
      expect((await scene.publish({ token })).code).toBe(0);
      const before = await storedRows(scene.registry, WIDGET);
      scene.registry.forget();
      const { sightings } = await watching(scene, async () => {
        await scene.build({ ...SECOND, 'new.txt': 'new' });
        const again = await scene.publish({ token });
        expect(again.code).toBe(1);
        const told = errorOf(terminal, again);
        expect(told).toContain(`${COUNT + 1} differences`);
        const named = problemsIn(again.stdout).map((line) => line.replace(/: .*/, ''));
        expect(named.sort()).toEqual([...Object.keys(SECOND), 'new.txt'].sort());
      });
      expect(sightings.problems.filter((problem) => !problem.includes('nobody had begun'))).toEqual([]);
      expect(puts(scene.registry)).toEqual([]);
      expect(await storedRows(scene.registry, WIDGET)).toEqual(before);
      await expectComplete(scene.registry, WIDGET, FIRST);
    });
  });
});

/** Publishes the first build until half of it is stored; returns the names that are. */
async function killHalfWay(scene: Scene, token: string): Promise<string[]> {
  await scene.build(FIRST);
  const moment = { when: 'lost', isIt: ({ upload }: { upload: number }) => upload > COUNT / 2 } as const;
  const killed = await killAt(scene.relay, moment, 'SIGKILL', () => scene.startPublish({ token, concurrency: '4' }));
  expect(killed.signal).toBe('SIGKILL');
  return puts(scene.registry).map(({ path }) => path.slice(path.lastIndexOf('/') + 1));
}

/** Kills it with four uploads held; returns what sends them on and waits until they are stored. */
async function killWithUploadsOnTheirWay(scene: Scene): Promise<() => Promise<void>> {
  const { relay, registry } = scene;
  await scene.build(FIRST);
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  let held = 0;
  relay.rule({
    before: async ({ upload }) => {
      if (upload <= COUNT / 2) return undefined;
      held += 1;
      if (held === 4) reached.resolve(undefined);
      await released.promise;
      return undefined;
    },
  });
  const { child, ended } = await scene.startPublish({ concurrency: '4' });
  await reached.promise;
  child.kill('SIGKILL');
  await ended;
  return async () => {
    const old = Object.values(FIRST).map(sha256);
    const before = puts(registry).length;
    released.resolve(undefined);
    expect(old).toHaveLength(COUNT);
    while (puts(registry).filter(({ status }) => status === 200).length < before + 4)
      await new Promise((resolve) => setTimeout(resolve, 5));
  };
}
