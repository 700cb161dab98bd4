/** Patterns of a publish: what they select, and what happens when they select nothing. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { firstByBundle } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { openRegistry } from '../support/registry.ts';
import { inFolder, writeFiles } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

const NOTHING = { files: 'nothing/**\n*.zip' };

test.each(
  firstByBundle([
    { platform: terminal, warning: /^warning: No file in .*out matches: nothing\/\*\*, \*\.zip/m },
    { platform: githubAction, warning: /^::warning::No file in .*out matches: nothing\/\*\*, \*\.zip/m },
  ]),
)(
  'patterns that together match nothing are an error, a warning or nothing at all: $platform.name',
  async ({ platform, warning }) => {
    await inFolder(async (folder) => {
      await writeFiles(join(folder, 'out'), { 'a.txt': 'a' });
      const publish = (more: Record<string, string>) =>
        platform.run('publish', { ...rightInputs(registry, 'publish'), ...NOTHING, ...more }, { cwd: folder });

      const failed = await publish({});
      expect(failed.code).toBe(1);
      expect(errorOf(platform, failed)).toMatch(/No file in .*out matches: nothing\/\*\*, \*\.zip/);

      const outputs = { 'file-count': '0', uploaded: '0', complete: 'false', files: '[]' };
      const warned = await publish({ 'if-no-files-found': 'warn' });
      expect(warned).toMatchObject({ code: 0, outputs });
      expect(warned.stdout + warned.stderr).toMatch(warning);

      const ignored = await publish({ 'if-no-files-found': 'ignore' });
      expect(ignored).toMatchObject({ code: 0, outputs });
      expect(ignored.stdout + ignored.stderr).not.toMatch(warning);
      expect(registry.requests).toEqual([]);
    });
  },
);

test('an empty folder is nothing too, and hidden files that were left out are counted', async () => {
  await inFolder(async (folder) => {
    await mkdir(join(folder, 'out'));
    const publish = () => terminal.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
    expect((await publish()).stdout).toContain('"code":"no-files"');
    await writeFiles(join(folder, 'out'), { '.env': 'x', '.config/a': 'x' });
    const hidden = await publish();
    expect(hidden.stdout).toContain('"code":"no-files"');
    expect(hidden.stderr).toContain('2 hidden files left out');
    expect(hidden.stderr).toContain('set --include-hidden-files,');
    expect(registry.requests).toEqual([]);
  });
});

test('a pattern that matches nothing beside one that does is named in a warning', async () => {
  await inFolder(async (folder) => {
    await writeFiles(join(folder, 'out'), { 'a.txt': 'a', 'b.log': 'b', '.env': 'x' });
    const inputs = { ...rightInputs(registry, 'publish'), files: '**\n*.zip\n!*.log' };
    const run = await terminal.run('publish', inputs, { cwd: folder });
    expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
    expect(run.stderr).toContain('warning: The pattern `*.zip` matches no file');
    expect(run.stderr).toContain('1 hidden file left out');
  });
});
