/** One version for several systems: each fetches what is meant for it, whatever else the version holds. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { githubAction, gitlabJob, terminal } from '../support/in-process.ts';
import { manifestText } from '../support/manifests.ts';
import { putRaw } from '../support/raw.ts';
import { fileGets, fileOf, openRegistry } from '../support/registry.ts';
import { exists, fingerprint, inFolder } from '../support/tree.ts';
import { errorOf, rightInputs } from './wrong-runs.ts';

const OF = { name: 'three', version: '1.0.0' };
const NAMES = ['win/tool.exe', 'linux/include/aux.h', 'linux/a.h', 'linux/A.h'];
const PLATFORMS = [terminal, githubAction, gitlabJob];

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
  for (const name of NAMES) await putRaw(registry, OF, name, name);
  const entries = NAMES.map((name) => ({ name, content: name }));
  await putRaw(registry, OF, 'generic-package.json', manifestText(OF, entries));
});
afterAll(() => registry.close());

const inputs = (more: Record<string, string> = {}): Record<string, string> => ({
  ...rightInputs(registry, 'download'),
  'package-name': OF.name,
  ...more,
});

describe.each(PLATFORMS)('by $name', (platform) => {
  test('Windows fetches its part of a version that it cannot hold whole', async () => {
    await inFolder(async (cwd) => {
      const run = await platform.run('download', inputs({ files: 'win/**' }), { cwd, os: 'win32' });
      expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
      expect(Object.keys(await fingerprint(`${cwd}/in`))).toEqual(['win/tool.exe']);
    });
  });

  test.each(['WIN/**', String.raw`win\tool.exe`])(
    'no system reads the pattern %s in a way of its own',
    async (files) => {
      await inFolder(async (cwd) => {
        for (const os of ['linux', 'win32', 'darwin'] as const) {
          const run = await platform.run('download', inputs({ files }), { cwd, os });
          expect(run.code).toBe(1);
          expect(errorOf(platform, run)).toContain('No file of the version matches');
        }
      });
    },
  );

  test.each<[NodeJS.Platform, string, readonly string[]]>([
    ['win32', '2 selected files of 4 cannot be placed on Windows', ['linux/a.h', 'linux/include/aux.h']],
    ['darwin', '1 selected file of 4 cannot be placed on macOS', ['linux/a.h']],
  ])('the whole version is refused on %s: which files to leave out is said', async (os, says, left) => {
    await inFolder(async (cwd) => {
      registry.forget();
      const run = await platform.run('download', inputs(), { cwd, os });
      expect(run.code).toBe(1);
      const error = errorOf(platform, run);
      expect(error).toContain(`three 1.0.0: ${says}`);
      for (const name of left) expect(error).toContain(`!${name}`);
      expect(error).not.toMatch(/publisher|trust/);
      expect(fileGets(registry).map(fileOf)).toEqual(['generic-package.json']);
      expect(await exists(`${cwd}/in`)).toBe(false);
      const files = ['**', ...left.map((name) => `!${name}`)].join('\n');
      const rest = await platform.run('download', inputs({ files }), { cwd, os });
      expect(rest).toMatchObject({ code: 0, outputs: { 'file-count': String(NAMES.length - left.length) } });
    });
  });
});
