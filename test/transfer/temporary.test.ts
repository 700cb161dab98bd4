/** Temporary files beside a download's: whose leftovers are deleted, and whose are not. */
import { describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { clearLeftovers, createTemporary, isTemporary, processesWord } from '../../src/transfer/local/temporary.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

/** The name that this process gives, with the processes' word and the process id of another. */
async function nameOf(folder: string, { processes, pid }: { processes?: string; pid: number }): Promise<string> {
  const own = await createTemporary(folder);
  await own.handle.close();
  const [, word = '', rest = ''] = /^\.generic-packages-([0-9a-f]{8})-\d+(-.*)$/.exec(basename(own.path)) ?? [];
  return `.generic-packages-${processes ?? word}-${pid}${rest}`;
}

async function leftAfterClearing(folder: string, name: string, kept?: ReadonlySet<string>): Promise<boolean> {
  await writeFiles(folder, { [name]: 'left' });
  // Long ago: age says nothing about whose it is.
  await utimes(join(folder, name), 0, 0);
  await clearLeftovers(folder, kept);
  return (await readdir(folder)).includes(name);
}

async function endedProcess(): Promise<number> {
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

describe('what a killed run left', () => {
  test('is deleted when its process has ended', async () => {
    await inFolder(async (folder) => {
      const name = await nameOf(folder, { pid: await endedProcess() });
      expect(isTemporary(name)).toBe(true);
      expect(await leftAfterClearing(folder, name)).toBe(false);
    });
  });

  test('is deleted when its process had the id of this one', async () => {
    await inFolder(async (folder) => {
      expect(await leftAfterClearing(folder, await nameOf(folder, { pid: process.pid }))).toBe(false);
    });
  });

  test('stays while its process runs', async () => {
    await inFolder(async (folder) => {
      expect(await leftAfterClearing(folder, await nameOf(folder, { pid: process.ppid }))).toBe(true);
    });
  });

  test('stays when it is of other processes, a container’s or a machine’s, however old', async () => {
    await inFolder(async (folder) => {
      const name = await nameOf(folder, { processes: '0123abcd', pid: await endedProcess() });
      expect(await leftAfterClearing(folder, name)).toBe(true);
    });
  });

  test('stays when the version has a file of that very name', async () => {
    await inFolder(async (folder) => {
      const name = await nameOf(folder, { pid: await endedProcess() });
      expect(await leftAfterClearing(folder, name, new Set([join(folder, name)]))).toBe(true);
    });
  });

  test('stays when its name only begins alike', async () => {
    await inFolder(async (folder) => {
      expect(await leftAfterClearing(folder, '.generic-packages-notes.part')).toBe(true);
    });
  });
});

describe('processes are told apart', () => {
  const SPACE = { hostname: 'runner', boot: 'b1', namespace: 'pid:[1]' };
  test.each([
    ['by the machine’s name', { hostname: 'other' }],
    ['by the start of the machine', { boot: 'b2' }],
    ['by the container', { namespace: 'pid:[2]' }],
  ])('%s', (_title, change) => {
    expect(processesWord({ ...SPACE, ...change })).not.toBe(processesWord(SPACE));
  });

  test('and the same are the same', () => {
    expect(processesWord({ ...SPACE })).toBe(processesWord(SPACE));
  });
});
