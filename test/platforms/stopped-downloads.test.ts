/** Downloads that are stopped half-way: whole files or none, and the next run goes on from there. */
import { expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { asTerminal } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { startCli, type Ended } from '../support/process.ts';
import { fileGets, fileOf, withRegistry } from '../support/registry.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { until } from '../support/until.ts';
import { rightInputs } from './wrong-runs.ts';

const FILES = Object.fromEntries(
  Array.from({ length: 40 }, (_, index) => [`folder-${index % 3}/part-${index}.txt`, `part ${index}\n`.repeat(20_000)]),
);

test.each([
  { signal: 'SIGINT', ends: { code: 130, signal: null }, leftovers: false },
  { signal: 'SIGTERM', ends: { code: 143, signal: null }, leftovers: false },
  { signal: 'SIGKILL', ends: { code: null, signal: 'SIGKILL' }, leftovers: true },
] as const)(
  'after $signal every file is whole or not there, and the next run fetches the rest',
  async ({ signal, ends, leftovers }) => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), FILES);
      const data = join(folder, 'data');
      await withRegistry({ data }, async (registry) => {
        expect((await terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder })).code).toBe(0);
      });
      const expected = await fingerprint(join(folder, 'out'));
      await withRegistry({ data, latency: 15 }, async (registry) => {
        const stopped = await stopAfter(registry, folder, 12, signal);
        expect(stopped).toMatchObject(ends);
        const here = await fingerprint(join(folder, 'in'));
        const whole = Object.keys(here).filter((name) => !name.endsWith('.part'));
        expect(whole.length).toBeGreaterThan(0);
        expect(whole.length).toBeLessThan(40);
        for (const name of whole) expect(here[name]).toBe(expected[name]);
        if (!leftovers) expect(whole).toEqual(Object.keys(here));

        registry.forget();
        const again = await terminal.run('download', rightInputs(registry, 'download'), { cwd: folder });
        expect(again).toMatchObject({
          code: 0,
          outputs: { unchanged: String(whole.length), downloaded: String(40 - whole.length) },
        });
        expect(
          fileGets(registry)
            .map(fileOf)
            .filter((name) => whole.includes(name)),
        ).toEqual([]);
        expect(await fingerprint(join(folder, 'in'))).toEqual(expected);
        expect((await readdir(join(folder, 'in'))).sort()).toEqual(['folder-0', 'folder-1', 'folder-2']);
      });
    });
  },
);

/** Starts a download and sends the signal once so many files were answered and one is in its place. */
async function stopAfter(
  registry: RunningRegistry,
  folder: string,
  files: number,
  signal: NodeJS.Signals,
): Promise<Ended> {
  const { args, env } = asTerminal(rightInputs(registry, 'download'));
  const { child, ended } = await startCli(['download', ...args], { cwd: folder, env });
  const placed = (): boolean => Object.keys(FILES).some((name) => existsSync(join(folder, 'in', name)));
  await until(() => fileGets(registry).filter(({ status }) => status === 200).length >= files && placed(), ended);
  child.kill(signal);
  return ended;
}
