/** Names that may not travel: refused before a byte is sent, and before anything is placed. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunningRegistry } from '../../src/registry/server.ts';
import { bundleOf } from '../support/by-bundle.ts';
import { githubAction, terminal } from '../support/in-process.ts';
import { manifestText } from '../support/manifests.ts';
import { putRaw } from '../support/raw.ts';
import { fileGets, fileOf, openRegistry } from '../support/registry.ts';
import { exists, inFolder } from '../support/tree.ts';
import { errorOf, inWorkFolder, rightInputs } from './wrong-runs.ts';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await openRegistry();
});
afterAll(() => registry.close());
beforeEach(() => {
  registry.forget();
});

const REFUSED_BY_GITLAB = ['two words.txt', 'grün.txt', 'tilde~', '@at', 'comma,.txt', 'sub/dir/(1).txt'];
const SAFE = Array.from({ length: 99 }, (_, index) => ({ name: `safe/${index}.txt`, content: 'safe' }));

describe('publish', () => {
  test.each([terminal, githubAction].map(bundleOf))(
    'lists all names that GitLab would refuse, and sends nothing: $name',
    async (platform) => {
      await inWorkFolder(registry, async (folder) => {
        for (const name of [...REFUSED_BY_GITLAB, 'fine.txt']) await put(join(folder, 'out'), name);
        const run = await platform.run('publish', rightInputs(registry, 'publish'), { cwd: folder });
        expect(run.code).toBe(1);
        const told = errorOf(platform, run);
        for (const name of REFUSED_BY_GITLAB) expect(told).toContain(`${name}: is refused by GitLab`);
        expect(told).not.toContain('fine.txt');
        expect(registry.requests).toEqual([]);
      });
    },
  );

  test('refuses a file that has the name of the manifest, and says which input helps', async () => {
    await inWorkFolder(registry, async (folder) => {
      await put(join(folder, 'out'), 'generic-package.json');
      const inputs = rightInputs(registry, 'publish');
      const run = await terminal.run('publish', inputs, { cwd: folder });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(/generic-package\.json: is the name of the manifest.*`manifest`/);
      expect(registry.requests).toEqual([]);
      const renamed = await terminal.run(
        'publish',
        { ...inputs, 'package-version': '1.0.0-renamed', manifest: 'list.json' },
        { cwd: folder },
      );
      expect(renamed).toMatchObject({ code: 0, outputs: { 'file-count': '2' } });
    });
  });

  test('refuses a folder that is not there', async () => {
    await inWorkFolder(registry, async (folder) => {
      const run = await terminal.run(
        'publish',
        { ...rightInputs(registry, 'publish'), directory: 'no/such' },
        { cwd: folder },
      );
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toMatch(/directory .*no\/such does not exist/);
      expect(registry.requests).toEqual([]);
    });
  });
});

describe('download refuses the whole version for one name among a hundred', () => {
  test.each([
    '../climbs.txt',
    'a/../../climbs.txt',
    '/etc/cron.d/root',
    'a/./b',
    'a//b',
    'folder/',
    'a\\b',
    'C:x',
    '.git/config',
    'sub/.GIT/hooks/post-checkout',
    '.git. /config',
    'git~1/config',
    '.generic-packages/publish.json',
    'bell\u0007.txt',
    'mirror\u202etxt.exe',
    '%2e%2e/climbs.txt',
    '%2Fetc%2Fpasswd',
    'half%',
    'x'.repeat(256),
    'safe/1.txt/below-a-file',
  ])('%j', async (name) => {
    await inFolder(async (folder) => {
      const of = { name: 'crafted', version: `1.0.0-${sequence()}` };
      await putRaw(registry, of, 'generic-package.json', manifestText(of, [...SAFE, { name, content: 'bad' }]));
      registry.forget();
      const run = await download(of, folder);
      expect(run.code).toBe(1);
      expect(run.stdout).toContain('"code":"bad-name"');
      expect(errorOf(terminal, run)).toContain('1 name of 100 cannot be placed safely');
      expect(fileGets(registry).map(fileOf)).toEqual(['generic-package.json']);
      expect(await exists(join(folder, 'in'))).toBe(false);
      expect((await readdir(folder)).filter((entry) => !entry.startsWith('.'))).toEqual([]);
    });
  });

  test('all offenders are told at once, also of a version that curl made', async () => {
    await inFolder(async (folder) => {
      const of = { name: 'curled', version: '1.0.0' };
      for (const name of ['fine.txt', '.git/config', 'sub/.git/config', 'git~1/x'])
        await putRaw(registry, of, name, name);
      registry.forget();
      const run = await download(of, folder);
      expect(run.code).toBe(1);
      for (const name of ['.git/config', 'sub/.git/config', 'git~1/x'])
        expect(errorOf(terminal, run)).toContain(`${name}: `);
      expect(errorOf(terminal, run)).toContain('3 names of 4');
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });

  test('patterns that leave the bad name out do not help', async () => {
    await inFolder(async (folder) => {
      const of = { name: 'crafted', version: '2.0.0' };
      const entries = [...SAFE, { name: '../climbs.txt', content: 'bad' }];
      await putRaw(registry, of, 'generic-package.json', manifestText(of, entries));
      const run = await download(of, folder, { files: 'safe/**' });
      expect(run.code).toBe(1);
      expect(errorOf(terminal, run)).toContain('../climbs.txt');
      expect(await exists(join(folder, 'in'))).toBe(false);
    });
  });
});

test.each([
  { title: 'belongs to another version', text: manifestText({ name: 'broken', version: '9.9.9' }, []) },
  {
    title: 'lists a file twice',
    text: manifestText(
      { name: 'broken', version: '1.0.0' },
      [SAFE[0], SAFE[0]].filter((entry) => entry !== undefined),
    ),
  },
  {
    title: 'is of a later form',
    text: JSON.stringify({ manifestVersion: 2, package: { name: 'broken', version: '1.0.0' }, files: [] }),
  },
])('a manifest that $title is refused', async ({ text }) => {
  await inFolder(async (folder) => {
    const of = { name: 'broken', version: '1.0.0' };
    await putRaw(registry, of, 'generic-package.json', text);
    const run = await download(of, folder);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('"code":"bad-manifest"');
    expect(await exists(join(folder, 'in'))).toBe(false);
  });
});

function download(of: { name: string; version: string }, folder: string, more: Record<string, string> = {}) {
  const inputs = {
    ...rightInputs(registry, 'download'),
    'package-name': of.name,
    'package-version': of.version,
    ...more,
  };
  return terminal.run('download', inputs, { cwd: folder });
}

async function put(root: string, name: string): Promise<void> {
  await mkdir(join(root, name, '..'), { recursive: true });
  await writeFile(join(root, name), name);
}

let count = 0;
function sequence(): number {
  count += 1;
  return count;
}
