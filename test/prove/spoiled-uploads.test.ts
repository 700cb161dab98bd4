/**
 * Proves: an upload that is refused early, answered by a proxy, robbed of its token half-way, or of a
 * file that grows or shrinks while it is sent, ends with a clear error or recovers; nothing of it is
 * seen, and the next run completes the version.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { appendFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorOf } from '../platforms/wrong-runs.ts';
import { terminal } from '../support/platforms.ts';
import { visibleVersions, WIDGET } from '../support/raw.ts';
import { TOKENS } from '../support/registry.ts';
import { copyProgram, type Program } from './support/program.ts';
import type { Fate } from './support/relay.ts';
import { inScene, type Scene } from './support/scene.ts';
import { expectComplete, makeFiles, servedAmong, twins, type Files } from './support/stored.ts';
import { MANIFEST } from './support/watch.ts';

let program: Program;
beforeAll(async () => {
  program = await copyProgram();
});
afterAll(() => program.remove());

/** Larger than what is under way between two processes, so that its sender is held when it is not read. */
const LARGE = 'large'.repeat(6_000_000);
const FILES: Files = { ...makeFiles(12), 'large.bin': LARGE };
const NAMES = Object.keys(FILES);
const MIB = 1024 * 1024;

const HTML = { 'content-type': 'text/html' };
const UNAUTHORIZED = { status: 401, body: '{"message":"401 Unauthorized"}' } as const;
const TOO_LARGE = {
  status: 413,
  headers: HTML,
  body: '<html><head><title>413 Request Entity Too Large</title></head></html>',
} as const;
const LOGIN = { status: 200, headers: HTML, body: '<html><title>Please log in</title></html>' } as const;
const BAD_GATEWAY = { status: 502, headers: HTML, body: '<html><title>502 Bad Gateway</title></html>' } as const;

interface Early {
  readonly what: string;
  readonly fate: Exclude<Fate, 'cut'>;
  readonly told: RegExp;
}
const EARLY: readonly Early[] = [
  { what: 'a 401', fate: UNAUTHORIZED, told: /large\.bin was answered 401: 401 Unauthorized/ },
  {
    what: "a proxy's 413",
    fate: TOO_LARGE,
    told: /large\.bin was answered 413 with a web page, not by GitLab: 413 Request Entity Too Large[^]*client_max_body_size/,
  },
];

describe('a large upload', () => {
  test.each(EARLY)('that is answered with $what before its first byte', async ({ fate, told }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      scene.relay.rule({ before: ({ method, file }) => (method === 'PUT' && file === 'large.bin' ? fate : undefined) });
      await expectRefusedThenCompleted(scene, told);
    });
  });

  test.each(EARLY)('that is answered with $what while it is sent', async ({ fate, told }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      scene.relay.rule({
        piece: ({ file }, sent) => Promise.resolve(file === 'large.bin' && sent > MIB ? fate : undefined),
      });
      await expectRefusedThenCompleted(scene, told);
    });
  });

  test.each([
    {
      how: 'grows',
      change: (path: string) => appendFile(path, 'more'),
      told: /large\.bin: .*changed while it was sent: it had 30000000 bytes, it has grown/,
    },
    {
      how: 'shrinks',
      change: (path: string) => truncate(path, 20 * MIB),
      told: /large\.bin: .*changed while it was sent: it had 30000000 bytes, it has only 20971520 now/,
    },
  ])('of a file that $how while it is sent is never stored', async ({ change, told }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      let changed: Promise<void> | undefined;
      scene.relay.rule({
        piece: async ({ file }, sent) => {
          if (file === 'large.bin' && sent > MIB) await (changed ??= change(join(scene.folder, 'out', 'large.bin')));
          return undefined;
        },
      });
      const run = await scene.publish();
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(told);
      expect(changed).toBeDefined();
      await scene.relay.idle();
      expect(await visibleVersions(scene.registry)).toEqual([]);
      expect(await servedAmong(scene.registry, WIDGET, ['large.bin', MANIFEST])).toEqual([]);
      await writeFile(join(scene.folder, 'out', 'large.bin'), LARGE);
      await expectCompleteByNextRun(scene);
    });
  });
});

test('a file that is gone when its turn comes is named, and nothing is seen', async () => {
  await inScene(program, {}, async (scene) => {
    await scene.build(FILES);
    let gone: Promise<void> | undefined;
    scene.relay.rule({
      after: async ({ upload }) => {
        if (upload === 1) await (gone ??= rm(join(scene.folder, 'out', 'large.bin')));
        return undefined;
      },
    });
    const run = await scene.publish();
    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toMatch(/^error: large\.bin: .*ENOENT/);
    expect(run.stderr).not.toContain('This is a defect');
    expect(await visibleVersions(scene.registry)).toEqual([]);
    await writeFile(join(scene.folder, 'out', 'large.bin'), LARGE);
    await expectCompleteByNextRun(scene);
  });
});

test('a token that is revoked half-way: what is done is told, and a new token sends only the rest', async () => {
  await inScene(program, {}, async (scene) => {
    await scene.build(FILES);
    scene.relay.rule({ before: ({ number }) => (number > 8 ? UNAUTHORIZED : undefined) });
    const run = await scene.publish({ concurrency: '2' });
    expect(run.code).toBe(1);
    const told = errorOf(terminal, run);
    const stored = await servedAmong(scene.registry, WIDGET, NAMES);
    expect(told).toMatch(/answered 401: 401 Unauthorized/);
    expect(told).toContain(`(${stored.length} of ${NAMES.length} files were published`);
    expect(stored.length).toBeGreaterThan(2);
    expect(await visibleVersions(scene.registry)).toEqual([]);
    scene.relay.rule({});
    const again = await scene.publish({ token: TOKENS.maintainer });
    expect(again).toMatchObject({
      code: 0,
      outputs: { unchanged: String(stored.length), uploaded: String(NAMES.length - stored.length) },
    });
    await expectComplete(scene.registry, WIDGET, FILES);
    expect(await twins(scene.registry, WIDGET)).toEqual({});
  });
});

describe("a proxy's page", () => {
  test('in place of every third answer, as 502, costs tries and nothing else', async () => {
    await inScene(program, {}, async (scene) => {
      await scene.build(makeFiles(12));
      scene.relay.rule({ after: ({ number }) => (number % 3 === 0 ? BAD_GATEWAY : undefined) });
      expect(await scene.publish({ retries: '10' })).toMatchObject({ code: 0, outputs: { uploaded: '12' } });
      scene.relay.rule({});
      await expectComplete(scene.registry, WIDGET, makeFiles(12));
      expect(await twins(scene.registry, WIDGET)).toEqual({});
    });
  });

  test.each([
    {
      where: 'the list',
      isIt: ({ number }: { number: number }) => number === 1,
      told: /answered 200 with text\/html where JSON was expected[^]*check api-url/,
    },
    {
      where: 'the answer to an upload',
      isIt: ({ upload }: { upload: number }) => upload === 3,
      told: /answered 200 with text\/html where GitLab's record of the file was expected[^]*check api-url/,
    },
  ])('in place of $where, as 200, is seen to be none', async ({ isIt, told }) => {
    await inScene(program, {}, async (scene) => {
      await scene.build(FILES);
      scene.relay.rule({ before: (passing) => (isIt(passing) ? LOGIN : undefined) });
      await expectRefusedThenCompleted(scene, told);
    });
  });
});

async function expectRefusedThenCompleted(scene: Scene, told: RegExp): Promise<void> {
  const run = await scene.publish({ retries: '2' });
  expect(run.code).toBe(1);
  expect(errorOf(terminal, run)).toMatch(told);
  await scene.relay.idle();
  expect(await visibleVersions(scene.registry)).toEqual([]);
  await expectCompleteByNextRun(scene);
}

async function expectCompleteByNextRun(scene: Scene): Promise<void> {
  scene.relay.rule({});
  expect(await scene.publish()).toMatchObject({ code: 0, outputs: { complete: 'true' } });
  await expectComplete(scene.registry, WIDGET, FILES);
  expect(await twins(scene.registry, WIDGET)).toEqual({});
}
