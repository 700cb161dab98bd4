/** The data folder of the embedded registry: it takes an empty one or its own, and clears nothing that is not its own. */
import { afterEach, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startRegistry, type RunningRegistry } from '../../src/registry/server.ts';
import { fingerprint, inFolder, writeFiles } from '../support/tree.ts';
import { putRaw, getRaw, WIDGET } from '../support/raw.ts';
import { configOf } from '../support/registry.ts';

const running: RunningRegistry[] = [];
afterEach(async () => {
  for (const registry of running.splice(0)) await registry.close();
});

async function start(data: string): Promise<RunningRegistry> {
  const registry = await startRegistry({ port: 0, data, config: configOf() });
  running.push(registry);
  return registry;
}

test('a folder with other things in it is refused, and they stay', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { 'files/ab/precious.txt': 'p', 'incoming/mail.txt': 'm' });
    const before = await fingerprint(folder);
    await expect(start(folder)).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringContaining('holds other things') as unknown,
      hint: expect.stringContaining('--data') as unknown,
    });
    expect(await fingerprint(folder)).toEqual(before);
  });
});

test('a file in its place is refused', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { data: 'no folder' });
    await expect(start(join(folder, 'data'))).rejects.toMatchObject({ code: 'usage' });
  });
});

test('a folder that is not there is made, with those above it, and taken again later', async () => {
  await inFolder(async (folder) => {
    const data = join(folder, 'several', 'folders', 'deep');
    const first = await start(data);
    await putRaw(first, WIDGET, 'large', 'x'.repeat(100_000));
    await first.close();
    expect((await readdir(data)).sort()).toEqual(['files', 'incoming', 'registry.sqlite']);
    expect(await getRaw(await start(data), WIDGET, 'large')).toBe('x'.repeat(100_000));
  });
});
