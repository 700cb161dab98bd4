/** Versions that several runs make: each publishes a part, one completes them all. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RunningRegistry } from '../../src/registry/server.ts';
import type { Platform, PlatformRun, Inputs } from '../support/platform.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { hiddenVersions, putRaw, storedRows, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileGets, fileOf, puts, TOKENS, withRegistry, type Setup } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const LINUX = { 'linux/app': 'elf', 'shared.txt': 'the same' };
const MACOS = { 'macos/app': 'mach-o', 'shared.txt': 'the same' };
const PARTS = { parts: 'linux\nmacos' };
const ALL = ['linux/app', 'macos/app', 'shared.txt'];

/** A folder with both parts' files, and ways to run each step in it. */
interface Workshop {
  readonly folder: string;
  readonly registry: RunningRegistry;
  readonly part: (name: 'linux' | 'macos', more?: Inputs) => Promise<PlatformRun>;
  readonly complete: (more?: Inputs) => Promise<PlatformRun>;
  readonly download: (more?: Inputs) => Promise<PlatformRun>;
}

function inWorkshop(
  setup: Setup,
  work: (workshop: Workshop) => Promise<void>,
  platform: Platform = terminal,
): Promise<void> {
  return inFolder(async (folder) => {
    await writeFiles(join(folder, 'linux'), LINUX);
    await writeFiles(join(folder, 'macos'), MACOS);
    await withRegistry(setup, async (registry) => {
      const run = (command: string, inputs: Inputs) =>
        platform.run(command, { ...rightInputs(registry, command), ...inputs }, { cwd: folder });
      await work({
        folder,
        registry,
        part: (name, more = {}) => run('publish', { part: name, directory: name, ...more }),
        complete: (more = {}) => run('publish', { files: '', directory: '', ...PARTS, ...more }),
        download: (more = {}) => run('download', more),
      });
    });
  });
}

describe.each(
  firstByBundle([
    { platform: terminal, token: TOKENS.personal, who: 'the terminal, personal token' },
    { platform: terminal, token: TOKENS.deploy, who: 'the terminal, deploy token' },
    { platform: githubAction, token: TOKENS.job, who: "the command's action, job token" },
  ]),
)('by $who', ({ platform, token }) => {
  test('parts stay hidden until the run that completes them, and running anything again sends nothing', async () => {
    await inWorkshop(
      {},
      async ({ registry, part, complete, download, folder }) => {
        expect(await part('linux', { token })).toMatchObject({
          code: 0,
          outputs: { uploaded: '2', complete: 'false' },
        });
        expect(await part('macos', { token })).toMatchObject({
          code: 0,
          outputs: { 'file-count': '2', complete: 'false' },
        });
        expect(await visibleVersions(registry)).toEqual([]);
        expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);

        registry.forget();
        const last = await complete({ token });
        expect(last).toMatchObject({ code: 0, outputs: { 'file-count': '3', uploaded: '0', complete: 'true' } });
        expect(puts(registry).map(fileOf)).toEqual(['generic-package.json']);
        expect(await visibleVersions(registry)).toEqual([WIDGET.version]);

        registry.forget();
        const { digest } = last.outputs;
        expect(await complete({ token })).toMatchObject({ code: 0, outputs: { digest, uploaded: '0' } });
        expect(await part('linux', { token })).toMatchObject({ code: 0, outputs: { uploaded: '0', complete: 'true' } });
        // A token that cannot list cannot know whether the version is visible: it sends the manifest for its status.
        expect(puts(registry).map(fileOf)).toEqual(token === TOKENS.deploy ? ['generic-package.json'] : []);

        expect(await download({ token })).toMatchObject({ code: 0, outputs: { digest, 'file-count': '3' } });
        expect(Object.keys(await fingerprint(join(folder, 'in')))).toEqual(ALL);
      },
      platform,
    );
  });
});

test('a candidate is fetched and tested before it is complete', async () => {
  await inWorkshop({}, async ({ registry, part, complete, download, folder }) => {
    const candidate = await part('linux', { part: 'candidate' });
    const tested = await download({ part: 'candidate', 'expected-digest': candidate.outputs.digest ?? '' });
    expect(tested).toMatchObject({ code: 0, outputs: { 'file-count': '2', digest: candidate.outputs.digest } });
    expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'linux')));
    const whole = await download({ directory: 'whole' });
    expect(whole.code).toBe(1);
    expect(errorOf(terminal, whole)).toContain('not complete');
    expect(await complete({ parts: 'candidate' })).toMatchObject({ code: 0, outputs: { complete: 'true' } });
    registry.forget();
    expect(await download()).toMatchObject({ code: 0, outputs: { unchanged: '2' } });
    expect(fileGets(registry).map(fileOf)).toEqual(['generic-package.json']);
  });
});

test('parts that start at once survive the race for the version', async () => {
  await inWorkshop({ settings: { race_window: 200 } }, async ({ registry, part, complete }) => {
    const runs = await Promise.all([part('linux'), part('macos', { files: 'macos/**' })]);
    expect(runs.map(({ code }) => code)).toEqual([0, 0]);
    expect((await complete()).code).toBe(0);
    const names = (await storedRows(registry, WIDGET)).map(({ name }) => name);
    expect(names.filter((name) => !name.endsWith('.json')).sort()).toEqual(ALL);
  });
});

test("this run's own files and a checksums file join the parts", async () => {
  await inWorkshop({}, async ({ part, complete, download, folder }) => {
    await part('linux');
    await part('macos');
    await writeFiles(join(folder, 'notes'), { 'NOTES.md': '# Notes\n' });
    const last = await complete({ files: '**', directory: 'notes', checksums: 'SHA256SUMS' });
    expect(last).toMatchObject({ code: 0, outputs: { 'file-count': '5', uploaded: '2' } });
    expect(last.stderr).toContain('2 files sent (');
    expect(last.stderr).toMatch(/Sent +2 sent, 3 unchanged/);
    expect(await download()).toMatchObject({ code: 0, outputs: { 'file-count': '5' } });
    const checked = await promisify(execFile)('sha256sum', ['-c', 'SHA256SUMS'], { cwd: join(folder, 'in') });
    expect(checked.stdout.trim().split('\n').sort()).toEqual(['NOTES.md', ...ALL].map((name) => `${name}: OK`).sort());
  });
});

describe('is refused, with nothing sent and the version still hidden:', () => {
  test('a part that is missing', async () => {
    await inWorkshop({}, async ({ registry, part, complete }) => {
      await part('linux');
      await expectRefused(registry, await complete({ parts: 'linux\nmacos\nwindows' }), [
        'macos: this part was not published',
        'windows: this part',
      ]);
    });
  });

  test('one path with two contents, naming both parts', async () => {
    await inWorkshop({}, async ({ registry, part, complete, folder }) => {
      await part('linux');
      await writeFiles(join(folder, 'macos'), { 'shared.txt': 'not the same' });
      await part('macos');
      await expectRefused(registry, await complete(), [
        'shared.txt: parts linux and macos',
        'Give the file another name in one of the parts',
      ]);
    });
  });

  test('a part of which a file was replaced since', async () => {
    await inWorkshop({}, async ({ registry, part, complete }) => {
      await part('linux');
      await part('macos');
      await putRaw(registry, { ...WIDGET, status: 'hidden' }, 'linux/app', 'someone else');
      await expectRefused(registry, await complete(), ['linux/app: the registry has other bytes']);
    });
  });

  test('an own file that contradicts a part', async () => {
    await inWorkshop({}, async ({ registry, part, complete, folder }) => {
      await part('linux');
      await part('macos');
      await writeFiles(join(folder, 'own'), { 'shared.txt': 'mine' });
      await expectRefused(registry, await complete({ files: '**', directory: 'own' }), [
        'shared.txt: the part `linux` and `macos` and this run',
      ]);
    });
  });
});

test('a part that is run again before the end replaces what it sent', async () => {
  await inWorkshop({}, async ({ part, complete, download, folder }) => {
    await part('linux');
    await part('macos');
    await writeFiles(join(folder, 'linux'), { 'linux/app': 'rebuilt' });
    const again = await part('linux');
    expect(again).toMatchObject({ code: 0, outputs: { uploaded: '1', unchanged: '1' } });
    expect(again.stderr).toContain('warning: linux/app: an earlier run');
    expect((await complete()).code).toBe(0);
    expect((await download({ files: 'linux/**' })).code).toBe(0);
    expect((await fingerprint(join(folder, 'in')))['linux/app']).toBe(
      (await fingerprint(join(folder, 'linux')))['linux/app'],
    );
  });
});

test('a part with other content than the complete version is an error', async () => {
  await inWorkshop({}, async ({ registry, part, complete, folder }) => {
    await part('linux');
    await part('macos');
    await complete();
    await writeFiles(join(folder, 'linux'), { 'linux/app': 'rebuilt', 'linux/new': 'new' });
    registry.forget();
    const again = await part('linux');
    expect(again.code).toBe(1);
    for (const name of ['linux/app', 'linux/new']) expect(errorOf(terminal, again)).toContain(`- ${name}: `);
    expect(puts(registry)).toEqual([]);
  });
});

describe('a part that a complete version does not have', () => {
  test.each([TOKENS.personal, TOKENS.deploy])(
    'is refused, though other parts have its names and bytes: %s',
    async (token) => {
      await inWorkshop({}, async ({ registry, part, complete, folder }) => {
        await part('linux');
        await part('macos');
        await complete();
        await writeFiles(join(folder, 'win'), { 'shared.txt': 'the same' });
        registry.forget();
        for (const dryRun of ['false', 'true']) {
          const run = await part('linux', { part: 'win', directory: 'win', token, 'dry-run': dryRun });
          expect(run.code).toBe(1);
          expect(errorOf(terminal, run)).toContain('widget 1.0.0 is complete and has no part win');
        }
        expect(puts(registry)).toEqual([]);
      });
    },
  );

  test('cannot be among those that complete it, and nothing says that it is hidden', async () => {
    await inWorkshop({}, async ({ part, complete }) => {
      await part('linux');
      await complete({ parts: 'linux' });
      const run = await complete();
      expect(run.code).toBe(1);
      const told = errorOf(terminal, run);
      expect(told).toContain('macos: this part was not published');
      expect(told).toContain('The version is complete and takes no further part');
      expect(told).not.toContain('hidden');
    });
  });
});

test.each([
  { what: 'new', token: TOKENS.personal, shown: 'nothing', hidden: false },
  { what: 'hidden', token: TOKENS.personal, shown: 'part', hidden: true },
  { what: 'of a token that cannot tell', token: TOKENS.deploy, shown: 'part', hidden: false },
])('of a version that is $what a missing part says no more than was seen', async ({ token, shown, hidden }) => {
  await inWorkshop({}, async ({ part, complete }) => {
    if (shown === 'part') await part('linux');
    const told = errorOf(terminal, await complete({ token }));
    expect(told).toContain('Nothing was sent. ');
    expect(told).toContain('Run the jobs of these parts again');
    expect(told.includes('The version is still hidden.')).toBe(hidden);
  });
});

test.each([
  ['a file less', { 'linux/app': 'elf' }, 'shared.txt: is in this part of the complete version and not among'],
  [
    'a file of another part',
    { ...LINUX, 'macos/app': 'mach-o' },
    'macos/app: is not in this part of the complete version',
  ],
])('a part of a complete version with %s is not the part that was published', async (_what, files, says) => {
  await inWorkshop({}, async ({ registry, part, complete, folder }) => {
    const first = await part('linux');
    await part('macos');
    await complete();
    expect(await part('linux')).toMatchObject({ code: 0, outputs: { digest: first.outputs.digest } });
    await writeFiles(join(folder, 'again'), files);
    registry.forget();
    const again = await part('linux', { directory: 'again' });
    expect(again.code).toBe(1);
    expect(errorOf(terminal, again)).toContain(says);
    expect(puts(registry)).toEqual([]);
  });
});

async function expectRefused(registry: RunningRegistry, run: PlatformRun, says: readonly string[]): Promise<void> {
  expect(run.code).toBe(1);
  for (const piece of says) expect(errorOf(terminal, run)).toContain(piece);
  expect(puts(registry).map(fileOf)).not.toContain('generic-package.json');
  expect(await visibleVersions(registry)).toEqual([]);
}

describe('a file of a part that somebody else has overwritten with other bytes of the same size', () => {
  const OTHER = 'the SAME';

  test.each([
    ['a checksum header, personal token', {}, TOKENS.personal],
    ['redirected storage, personal token', { object_storage: 'redirect' }, TOKENS.personal],
    ['redirected storage, deploy token', { object_storage: 'redirect' }, TOKENS.deploy],
  ])('is seen before the version is complete: %s', async (_, settings, token) => {
    await inWorkshop({ settings }, async ({ folder, registry, part, complete }) => {
      await part('linux', { token });
      await writeFiles(join(folder, 'macos'), { 'shared.txt': OTHER });
      await part('macos', { token });
      const run = await complete({ token, parts: 'linux' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('shared.txt: the registry has other bytes');
      expect(await visibleVersions(registry)).toEqual([]);
    });
  });
});
