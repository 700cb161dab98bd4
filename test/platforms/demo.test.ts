/** `npm run demo`: the main job end to end, with nothing else needed and nothing left behind. */
import { expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCli } from '../support/process.ts';
import { inFolder } from '../support/tree.ts';

test('the demonstration succeeds and leaves nothing behind', async () => {
  await inFolder(async (folder) => {
    const run = await runCli(['demo'], { cwd: folder });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('were published and fetched back with the same names, contents and modes');
    expect(await readdir(folder)).toEqual(['.tmp']);
    expect(await readdir(join(folder, '.tmp'))).toEqual([]);
  });
});

test('with --keep it leaves both trees and says where', async () => {
  await inFolder(async (folder) => {
    const run = await runCli(['demo', '--keep'], { cwd: folder });
    expect(run.code).toBe(0);
    const [kept = ''] = await readdir(join(folder, '.tmp'));
    expect((await readdir(join(folder, '.tmp', kept))).sort()).toEqual(['copy', 'sample']);
    expect(run.stdout).toContain(join(folder, '.tmp', kept, 'copy'));
  });
});

test('with --json it puts out what it moved', async () => {
  await inFolder(async (folder) => {
    const run = await runCli(['demo', '--json'], { cwd: folder });
    const outputs = JSON.parse(run.stdout) as Record<string, unknown>;
    expect(Object.keys(outputs)).toEqual(['digest', 'file-count', 'bytes']);
    expect(outputs.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(outputs['file-count']).toBe(30);
    expect(outputs.bytes).toBeGreaterThan(8_000_000);
  });
});
