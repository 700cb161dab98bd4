/** Things in the target tree that are no files of ours: refused before anything is placed, or replaced and never followed. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { link, lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { terminal } from '../support/in-process.ts';
import { writeFiles } from '../support/tree.ts';
import { MANIFEST } from './hostile-versions.ts';
import { byPlatform, inScene, published } from './scene.ts';
import { errorText, expectHarmless } from './told.ts';

const FILES = published([
  { name: 'a.txt', content: 'a' },
  { name: 'docs/b.txt', content: 'b' },
]);

interface Obstacle {
  readonly what: string;
  /** Puts it into the target folder, or in its place. */
  readonly make: (target: string) => Promise<unknown>;
  readonly says: string;
}

const OBSTACLES: readonly Obstacle[] = [
  {
    what: 'a socket',
    make: (target) => listenAt(join(target, 'a.txt')),
    says: 'a.txt: something that is not a regular file',
  },
  {
    what: 'a FIFO as a parent',
    make: (target) => promisify(execFile)('mkfifo', [join(target, 'docs')]),
    says: 'docs is not a folder',
  },
  {
    what: 'a parent that links to itself',
    make: (target) => symlink('docs', join(target, 'docs')),
    says: 'docs is a broken link',
  },
  {
    what: 'a parent that links nowhere',
    make: (target) => symlink('nowhere', join(target, 'docs')),
    says: 'docs is a broken link',
  },
  {
    what: 'a parent that links to a file',
    make: (target) => symlink('/dev/null', join(target, 'docs')),
    says: 'docs is a link to something that is not a folder',
  },
  {
    what: 'a parent that links to the root',
    make: (target) => symlink('/', join(target, 'docs')),
    says: 'docs is a link that leads out of the folder',
  },
  {
    what: 'a parent that links above',
    make: (target) => symlink('..', join(target, 'docs')),
    says: 'docs is a link that leads out of the folder',
  },
  {
    what: 'a parent that links to a neighbour whose name begins alike',
    make: (target) => linkToNeighbour(target),
    says: 'docs is a link that leads out of the folder',
  },
  { what: 'a folder', make: (target) => mkdir(join(target, 'a.txt')), says: 'a.txt: a folder is in its place' },
];

describe('a download is refused for', () => {
  test.each(byPlatform(OBSTACLES))('$what, by $name', async ({ platform, make, says }) => {
    await inScene(FILES, platform, async ({ crafted, cwd, download }) => {
      const target = join(cwd, 'in');
      await mkdir(target);
      await make(target);
      const before = await readdir(target);
      const run = await download();
      expect(run.code).toBe(1);
      expect(errorText(platform, run)).toContain(says);
      expectHarmless(platform, run);
      expect(crafted.fileGets.map((address) => address.split('/').at(-1))).toEqual([MANIFEST]);
      expect(await readdir(target)).toEqual(before);
    });
  });

  test('a device, which is not opened', async () => {
    await inScene(published([{ name: 'null', content: 'bad' }]), terminal, async ({ download }) => {
      // A dry run: a defect here must not cost this machine its /dev/null.
      const run = await download({ directory: '/dev', 'dry-run': 'true' });
      expect(run.code).toBe(1);
      expect(errorText(terminal, run)).toContain('null: something that is not a regular file');
    });
  });

  test.each([
    { what: 'a file', make: (path: string) => writeFile(path, 'mine') },
    { what: 'a link to nowhere', make: (path: string) => symlink('nowhere', path) },
  ])('a target folder that is $what', async ({ make }) => {
    await inScene(FILES, terminal, async ({ cwd, download }) => {
      await make(join(cwd, 'in'));
      const run = await download();
      expect(run.code).toBe(1);
      expect(errorText(terminal, run)).toContain(join(cwd, 'in'));
      expect((await lstat(join(cwd, 'in'))).isDirectory()).toBe(false);
    });
  });
});

describe('is replaced, and never written through:', () => {
  test('a link to a device', async () => {
    await inScene(FILES, terminal, async ({ cwd, download }) => {
      await mkdir(join(cwd, 'in'));
      await symlink('/dev/null', join(cwd, 'in', 'a.txt'));
      expect(await download()).toMatchObject({ code: 0 });
      expect((await lstat(join(cwd, 'in', 'a.txt'))).isFile()).toBe(true);
      expect((await lstat('/dev/null')).isCharacterDevice()).toBe(true);
    });
  });

  test('a link to itself', async () => {
    await inScene(FILES, terminal, async ({ cwd, download }) => {
      await mkdir(join(cwd, 'in'));
      await symlink('a.txt', join(cwd, 'in', 'a.txt'));
      expect(await download()).toMatchObject({ code: 0 });
      expect(await readFile(join(cwd, 'in', 'a.txt'), 'utf8')).toBe('a');
    });
  });

  test('a second name of a file elsewhere', async () => {
    await inScene(FILES, terminal, async ({ cwd, download }) => {
      await writeFiles(cwd, { 'precious.txt': 'p', 'in/kept.txt': 'k' });
      await link(join(cwd, 'precious.txt'), join(cwd, 'in', 'a.txt'));
      expect(await download()).toMatchObject({ code: 0 });
      expect(await readFile(join(cwd, 'in', 'a.txt'), 'utf8')).toBe('a');
      expect(await readFile(join(cwd, 'precious.txt'), 'utf8')).toBe('p');
    });
  });
});

/** A socket that stays when its server does not. */
async function listenAt(path: string): Promise<void> {
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await promisify(execFile)(process.execPath, ['-e', program]).catch(() => undefined);
  expect((await lstat(path)).isSocket()).toBe(true);
}

/** `in` and `in-other`: a comparison of texts would take one for inside of the other. */
async function linkToNeighbour(target: string): Promise<void> {
  await mkdir(`${target}-other`);
  await symlink('../in-other', join(target, 'docs'));
}
