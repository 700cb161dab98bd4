/** Runs that were cut short: what they leave is hidden, and the same command completes it. */
import { describe, expect, test } from '@jest/globals';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { asTerminal, type PlatformRun, type Inputs } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { startCli, type Ended } from '../support/process.ts';
import { getRaw, hiddenVersions, putRaw, storedRows, visibleVersions, WIDGET } from '../support/raw.ts';
import { fileOf, puts, TOKENS, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { until } from '../support/until.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const NAMES = Array.from({ length: 40 }, (_, index) => `part-${String(index).padStart(2, '0')}.txt`);
const FILES = Object.fromEntries(NAMES.map((name) => [name, `content of ${name}\n`]));
const EVERYTHING = ['generic-package.json', ...NAMES];

const TOKEN_KINDS = [
  { who: 'a personal token', credential: { token: TOKENS.personal } },
  { who: 'a deploy token', credential: { token: TOKENS.deploy } },
  { who: 'basic authentication', credential: { token: TOKENS.personal, 'token-type': 'basic', username: 'robot' } },
];

describe.each(TOKEN_KINDS)('with $who', ({ credential }) => {
  test('a killed publish leaves a hidden version, and running it again sends only what is missing', async () => {
    await inPublishFolder({ latency: 10 }, async (folder, registry) => {
      const killed = await killAfter(registry, folder, { uploads: 12, signal: 'SIGKILL', more: credential });
      expect(killed.signal).toBe('SIGKILL');
      expect(await visibleVersions(registry)).toEqual([]);
      expect(await hiddenVersions(registry)).toEqual([WIDGET.version]);
      const latest = await download(registry, folder, { 'package-version': 'latest' });
      expect(latest.code).toBe(1);
      expect(errorOf(terminal, latest)).toContain('of the package widget');

      const stored = await storedNow(registry);
      registry.forget();
      const again = await publish(registry, folder, credential);
      const unchanged = String(stored.length);
      expect(again).toMatchObject({
        code: 0,
        outputs: { 'file-count': '40', unchanged, uploaded: String(40 - stored.length), complete: 'true' },
      });
      expect(puts(registry).map(fileOf).sort()).toEqual(EVERYTHING.filter((name) => !stored.includes(name)));
      expect(await visibleVersions(registry)).toEqual([WIDGET.version]);
      expect((await storedRows(registry, WIDGET)).map(({ name }) => name).sort()).toEqual(EVERYTHING);
      expect(await download(registry, folder, { 'package-version': 'latest' })).toMatchObject({ code: 0 });
      expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
    });
  });

  test('what an earlier run left with other content is sent again, with a warning', async () => {
    await inPublishFolder({}, async (folder, registry) => {
      await putRaw(registry, { ...WIDGET, status: 'hidden' }, 'part-00.txt', 'content of an older build');
      await putRaw(registry, { ...WIDGET, status: 'hidden' }, 'part-01.txt', FILES['part-01.txt'] ?? '');
      registry.forget();
      const run = await publish(registry, folder, credential);
      expect(run).toMatchObject({ code: 0, outputs: { uploaded: '39', unchanged: '1' } });
      expect(run.stderr).toContain('warning: part-00.txt: ');
      expect(puts(registry).map(fileOf)).not.toContain('part-01.txt');
      expect(await getRaw(registry, WIDGET, 'part-00.txt')).toBe(FILES['part-00.txt']);
      expect(await download(registry, folder)).toMatchObject({ code: 0 });
      expect(await fingerprint(join(folder, 'in'))).toEqual(await fingerprint(join(folder, 'out')));
    });
  });
});

test('a version is hidden with its first upload and visible with its last, the manifest', async () => {
  await inPublishFolder({}, async (folder, registry) => {
    expect((await publish(registry, folder)).code).toBe(0);
    const sent = puts(registry).map((request) => [fileOf(request), new URLSearchParams(request.query).get('status')]);
    expect(sent.at(-1)).toEqual(['generic-package.json', 'default']);
    expect(sent.slice(0, -1).map(([, status]) => status)).toEqual(NAMES.map(() => 'hidden'));
  });
});

test('what an earlier run left, and the run that completes the version no longer has, is named in a warning', async () => {
  await inPublishFolder({}, async (folder, registry) => {
    for (const name of ['f1.bin', 'f0.bin']) await putRaw(registry, { ...WIDGET, status: 'hidden' }, name, 'left');
    const run = await publish(registry, folder);
    expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '40', complete: 'true' } });
    expect(run.stderr).toMatch(
      /warning: 2 files in the registry not listed by the manifest, .* delete them .*: f0\.bin, f1\.bin/,
    );
    expect((await publish(registry, folder)).stderr).not.toContain('warning: 2 files');
  });
});

test('a version of which nothing is left is complete without a warning, parts and all', async () => {
  await inPublishFolder({}, async (folder, registry) => {
    const runs = [
      await publish(registry, folder, { part: 'all' }),
      await publish(registry, folder, { files: '', directory: '', parts: 'all' }),
    ];
    for (const { code, stderr } of runs) {
      expect(code).toBe(0);
      expect(stderr).not.toContain('warning:');
    }
  });
});

test('an interrupted publish ends with 130, says how to go on, and the next run completes it', async () => {
  await inPublishFolder({ latency: 10 }, async (folder, registry) => {
    const stopped = await killAfter(registry, folder, { uploads: 12, signal: 'SIGINT' });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/Interrupted by SIGINT: \d+ of 40 files were published, \d+ were not/);
    expect(stopped.stderr).not.toContain('part-39.txt');
    expect(stopped.stdout).toContain('part-39.txt: not published');
    expect(stopped.stderr).toContain('Run the same command again');
    expect(JSON.parse(stopped.stdout)).toMatchObject({ error: { code: 'interrupted' } });
    expect(puts(registry).map(fileOf)).not.toContain('generic-package.json');
    expect(puts(registry).length).toBeLessThan(40);
    expect(await visibleVersions(registry)).toEqual([]);

    expect(await publish(registry, folder)).toMatchObject({ code: 0, outputs: { complete: 'true' } });
    expect((await storedRows(registry, WIDGET)).map(({ name }) => name).sort()).toEqual(EVERYTHING);
  });
});

test('a publish that is terminated ends with 143', async () => {
  await inPublishFolder({ latency: 10 }, async (folder, registry) => {
    const stopped = await killAfter(registry, folder, { uploads: 5, signal: 'SIGTERM' });
    expect(stopped.code).toBe(143);
    expect(await visibleVersions(registry)).toEqual([]);
  });
});

test('a publish whose time is over leaves the version hidden and says so', async () => {
  await inPublishFolder({ latency: 400 }, async (folder, registry) => {
    const run = await publish(registry, folder, { 'max-time': '1s', concurrency: '1' });
    expect(run.code).toBe(1);
    expect(errorOf(terminal, run)).toMatch(/`max-time` is 1\.0 s: \d of 40 files (was|were) published, \d+ were not$/m);
    expect(run.stdout).toContain('part-39.txt: not published');
    expect(puts(registry).map(fileOf)).not.toContain('generic-package.json');
  });
});

async function inPublishFolder(
  setup: { latency?: number },
  work: (folder: string, registry: RunningRegistry) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), FILES);
    await withRegistry(setup, (registry) => work(folder, registry));
  });
}

function publish(registry: RunningRegistry, folder: string, more: Inputs = {}): Promise<PlatformRun> {
  return terminal.run('publish', { ...rightInputs(registry, 'publish'), ...more }, { cwd: folder });
}

function download(registry: RunningRegistry, folder: string, more: Inputs = {}): Promise<PlatformRun> {
  return terminal.run('download', { ...rightInputs(registry, 'download'), ...more }, { cwd: folder });
}

/** Starts a publish and sends the signal once so many uploads were answered. */
async function killAfter(
  registry: RunningRegistry,
  folder: string,
  { uploads, signal, more = {} }: { uploads: number; signal: NodeJS.Signals; more?: Inputs },
): Promise<Ended> {
  const { args, env } = asTerminal({ ...rightInputs(registry, 'publish'), ...more });
  const { child, ended } = await startCli(['publish', '--json', ...args], { cwd: folder, env });
  await until(() => puts(registry).filter(({ status }) => status === 200).length >= uploads, ended);
  child.kill(signal);
  return ended;
}

/** Names that the registry serves, once nothing is in flight any more. */
async function storedNow(registry: RunningRegistry): Promise<string[]> {
  await until(() => registry.requests.every(({ ended }) => ended !== undefined), new Promise(() => undefined));
  const found = await Promise.all(NAMES.map(async (name) => [name, await getRaw(registry, WIDGET, name)] as const));
  return found.filter(([, content]) => content !== undefined).map(([name]) => name);
}
