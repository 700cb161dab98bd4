/** A version that is published again: by a re-run, by another job, by another client, or where GitLab forbids it. */
import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { openWatched } from '../support/between.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import type { Inputs, Platform, PlatformRun } from '../support/platform.ts';
import { deleteRaw, getRaw, hiddenVersions, putRaw, storedRows, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileOf, puts, TOKENS, withRegistry, type Setup } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

interface Scene {
  readonly registry: RunningRegistry;
  /** Publishes these files and no others. */
  readonly publish: (
    files: Readonly<Record<string, string>>,
    inputs?: Inputs,
    env?: Record<string, string>,
  ) => Promise<PlatformRun>;
}

function inScene(setup: Setup, work: (scene: Scene) => Promise<void>, platform: Platform = terminal): Promise<void> {
  return withRegistry(setup, (registry) =>
    inFolder(async (folder) => {
      const publish: Scene['publish'] = async (files, inputs = {}, env = {}) => {
        await rm(join(folder, 'out'), { recursive: true, force: true });
        await writeFiles(join(folder, 'out'), files);
        return platform.run('publish', { ...rightInputs(registry, 'publish'), ...inputs }, { cwd: folder, env });
      };
      await work({ registry, publish });
    }),
  );
}

const STRICT: Setup = { settings: { duplicates_allowed: false } };

async function namesOf(registry: RunningRegistry): Promise<string[]> {
  return (await storedRows(registry, WIDGET)).map(({ name }) => name).sort();
}

test.each([terminal, githubAction, gitlabJob])(
  'a re-run whose build has other bytes ends well with if-exists: skip, and tells what is published: $name',
  async (platform) => {
    await inScene(
      {},
      async ({ registry, publish }) => {
        const first = await publish({ 'a.txt': 'built at noon', 'b.txt': 'b' });
        registry.forget();
        const again = await publish({ 'a.txt': 'built at one', 'b.txt': 'b' }, { 'if-exists': 'skip' });
        const { digest, bytes } = first.outputs;
        expect(again).toMatchObject({ code: 0, outputs: { digest, bytes, uploaded: '0', complete: 'true' } });
        const files = JSON.parse(again.outputs.files ?? '') as { name: string; status: string }[];
        expect(files.map(({ name, status }) => [name, status])).toEqual([
          ['a.txt', 'kept'],
          ['b.txt', 'unchanged'],
        ]);
        expect(puts(registry)).toEqual([]);
      },
      platform,
    );
  },
);

describe('two jobs that publish one version without `part`', () => {
  test('the second is told of `part` before any other way', async () => {
    await inScene({}, async ({ publish }) => {
      await publish({ 'linux.txt': 'l' });
      const second = await publish({ 'windows.txt': 'w' });
      expect(second.code).toBe(1);
      expect(errorOf(terminal, second)).toMatch(/^ *(?:hint: )?`--part` is for several jobs that build one version/m);
    });
  });

  test.each([
    { total: '3', inputs: {}, warned: true },
    { total: '3', inputs: { part: 'one' }, warned: false },
    { total: '1', inputs: {}, warned: false },
  ])('GitLab tells at once that there are $total: $inputs', async ({ total, inputs, warned }) => {
    await inScene(
      {},
      async ({ publish }) => {
        const run = await publish({ 'a.txt': 'a' }, inputs, { CI_NODE_TOTAL: total });
        expect(run.code).toBe(0);
        expect(run.stdout.includes('CI_NODE_TOTAL')).toBe(warned);
      },
      gitlabJob,
    );
  });
});

describe('a version that curl made', () => {
  test('is not taken over: the error names append and replace', async () => {
    await inScene({}, async ({ registry, publish }) => {
      for (const name of ['a.bin', 'b.bin']) await putRaw(registry, WIDGET, name, name);
      registry.forget();
      const run = await publish({ 'c.bin': 'c' });
      expect(run.code).toBe(1);
      for (const piece of ['a.bin', 'b.bin', 'c.bin', 'append', 'replace']) {
        expect(errorOf(terminal, run)).toContain(piece);
      }
      expect(puts(registry)).toEqual([]);
    });
  });

  test('gets its manifest where it has exactly these files', async () => {
    await inScene({}, async ({ registry, publish }) => {
      await putRaw(registry, WIDGET, 'a.bin', 'a');
      registry.forget();
      expect((await publish({ 'a.bin': 'a' })).code).toBe(0);
      expect(puts(registry).map(fileOf)).toEqual(['generic-package.json']);
    });
  });
});

describe('where the group forbids duplicates', () => {
  test('append is refused before a file of this run is stored', async () => {
    await inScene(STRICT, async ({ registry, publish }) => {
      await publish({ 'a.txt': 'a' });
      const before = await storedRows(registry, WIDGET);
      const run = await publish({ 'new.txt': 'n' }, { 'if-exists': 'append' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('cannot be appended to');
      expect(errorOf(terminal, run)).toContain('new version');
      expect(await storedRows(registry, WIDGET)).toEqual(before);
    });
  });

  test.each([
    { title: 'other content', then: { 'a.txt': 'A', 'new.txt': 'n' } },
    { title: 'fewer files and a new one', then: { 'a.txt': 'a', 'new.txt': 'n' } },
  ])('a part that is published again with $title is refused before anything is stored', async ({ then }) => {
    await inScene(STRICT, async ({ registry, publish }) => {
      await publish({ 'a.txt': 'a', 'b.txt': 'b' }, { part: 'one' });
      const run = await publish(then, { part: 'one' });
      expect(run.code).toBe(1);
      const told = errorOf(terminal, run);
      for (const piece of ['with other content than an earlier run sent', 'new version', 'exception']) {
        expect(told).toContain(piece);
      }
      expect(told).not.toContain('ame command again');
      expect(await getRaw(registry, WIDGET, 'new.txt')).toBeUndefined();
      expect(await getRaw(registry, WIDGET, 'a.txt')).toBe('a');
      expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
    });
  });
});

test('a rolling version by a token that may not delete: the warning tells what stays and names `newest`', async () => {
  await inScene({}, async ({ registry, publish }) => {
    const nightly = (day: string) =>
      publish({ [`app-${day}.bin`]: day }, { 'if-exists': 'replace', 'package-version': WIDGET.version });
    await nightly('monday');
    await nightly('tuesday');
    const third = await nightly('wednesday');
    expect(third.code).toBe(0);
    expect(third.stderr).toContain('This token may not delete');
    for (const piece of ['app-tuesday.bin', '`newest`']) expect(third.stderr).toContain(piece);
    expect(await namesOf(registry)).toContain('app-monday.bin');
  });
});

test('a row that somebody else deletes while replace runs is done', async () => {
  await inScene({}, async ({ registry, publish }) => {
    await publish({ 'a.txt': 'a', 'old.txt': 'o' });
    let gone = false;
    const front = await openWatched(Number(new URL(registry.apiUrl).port), async (method) => {
      if (method !== 'DELETE' || gone) return;
      gone = true;
      await deleteRaw(registry, WIDGET, 'old.txt');
    });
    const run = await publish(
      { 'a.txt': 'a' },
      { 'if-exists': 'replace', token: TOKENS.maintainer, 'api-url': `http://127.0.0.1:${front.port}/api/v4` },
    ).finally(() => front.close());
    expect(run.code).toBe(0);
    expect(gone).toBe(true);
    expect(registry.requests.filter(({ method, status }) => method === 'DELETE' && status === 404)).toHaveLength(1);
    expect(run.stderr).not.toContain('warning');
    expect(await namesOf(registry)).toEqual(['a.txt', 'generic-package.json']);
  });
});

describe('parts', () => {
  const complete = (parts: string): Inputs => ({ files: '', directory: '', parts });

  test('one without files is there all the same, and the version is completed without files of it', async () => {
    await inScene({}, async ({ registry, publish }) => {
      const empty = await publish(
        {},
        { part: 'windows', directory: '.', files: 'gone/**', 'if-no-files-found': 'warn' },
      );
      expect(empty).toMatchObject({ code: 0, outputs: { 'file-count': '0', complete: 'false' } });
      expect(puts(registry).map(fileOf)).toEqual(['generic-package.part-windows.json']);
      expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
      registry.forget();
      await publish({}, { part: 'windows', directory: '.', files: 'gone/**', 'if-no-files-found': 'ignore' });
      expect(puts(registry)).toEqual([]);

      await publish({ 'l.txt': 'l' }, { part: 'linux' });
      expect(await publish({}, complete('linux\nwindows'))).toMatchObject({
        code: 0,
        outputs: { 'file-count': '1', complete: 'true', 'parts-missing': '' },
      });
    });
  });

  test('that are all empty make no version, unless if-no-files-found says so', async () => {
    await inScene({}, async ({ registry, publish }) => {
      await publish({}, { part: 'one', directory: '.', files: 'gone/**', 'if-no-files-found': 'ignore' });
      const run = await publish({}, complete('one'));
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('neither this run nor its parts have one');
      expect(await visibleVersions(registry)).toEqual([]);
      expect((await publish({}, { ...complete('one'), 'if-no-files-found': 'warn' })).code).toBe(0);
    });
  });

  test.each([terminal, githubAction, gitlabJob])('that may be missing are left out, and told: $name', async (by) => {
    await inScene(
      {},
      async ({ publish }) => {
        await publish({ 'l.txt': 'l' }, { part: 'linux' });
        const without = await publish({}, complete('linux\nwindows'));
        expect(without.code).toBe(1);
        const run = await publish({}, complete('linux\nwindows?\nmac?'));
        expect(run).toMatchObject({
          code: 0,
          outputs: { 'file-count': '1', complete: 'true', 'parts-missing': 'windows,mac' },
        });
        expect(run.stdout + run.stderr).toContain('The optional part `windows` is left out: it is not there');
        expect(run.stdout + run.stderr + run.summary).toContain('windows, mac');
      },
      by,
    );
  });

  test('an optional one of another commit is left out with a warning, a required one is warned of', async () => {
    await inScene(
      {},
      async ({ publish }) => {
        const at = (commit: string) => ({ CI_COMMIT_SHA: commit });
        await publish({ 'l.txt': 'l' }, { part: 'linux' }, at('a1'));
        await publish({ 'w.txt': 'w' }, { part: 'windows' }, at('b2'));
        const dry = await publish({}, { ...complete('linux\nwindows'), 'dry-run': 'true' }, at('a1'));
        expect(dry.stdout).toContain('The part `windows` was built from the commit b2, others a1');
        const run = await publish({}, complete('linux\nwindows?'), at('a1'));
        expect(run.outputs).toMatchObject({ 'file-count': '1', 'parts-missing': 'windows' });
        expect(run.stdout).toContain('`windows` is left out: it was built from the commit b2');
      },
      gitlabJob,
    );
  });

  test.each([
    { inputs: { part: '.' }, says: '--part: ' },
    { inputs: { part: '..' }, says: '--part: ' },
    { inputs: { parts: '..' }, says: '--parts: `..`' },
  ])('called $inputs are wrong usage', async ({ inputs, says }) => {
    await inScene({}, async ({ registry, publish }) => {
      const run = await publish({ 'a.txt': 'a' }, inputs);
      expect(run.code).toBe(2);
      expect(errorOf(terminal, run)).toContain(says);
      expect(registry.requests).toEqual([]);
    });
  });
});
