/** Symbolic links on the way of a selection, and what is no file at all. */
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { namesOf, select } from './select.ts';
import { inFolder, plant } from './tree.ts';

describe('symbolic links', () => {
  it('inside the directory are followed, to files and to folders', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['real/a', 'b']);
      await symlink('b', join(folder, 'to-file'));
      await symlink(join(folder, 'real'), join(folder, 'to-folder'));

      expect(await namesOf(folder, ['to-*'])).toEqual(['to-file', 'to-folder/a']);
    });
  });

  it('that lead out are problems, each named, unless they are to be followed', async () => {
    await inFolder(async (outer) => {
      const folder = join(outer, 'in');
      await plant(outer, ['in/x', 'out/a', 'inner/b']);
      await symlink('../out', join(folder, 'out-folder'));
      await symlink('../out/a', join(folder, 'out-file'));
      // A sibling whose name starts like the directory's is outside all the same.
      await symlink('../inner/b', join(folder, 'sibling'));

      expect((await select(folder, ['**'])).problems).toEqual([
        `\`out-file\` is a link that leads out of the directory, to ${join(outer, 'out', 'a')}`,
        `\`out-folder\` is a link that leads out of the directory, to ${join(outer, 'out')}`,
        `\`sibling\` is a link that leads out of the directory, to ${join(outer, 'inner', 'b')}`,
      ]);
      expect(await namesOf(folder, ['**'], { followSymlinks: true })).toEqual([
        'out-file',
        'out-folder/a',
        'sibling',
        'x',
      ]);
      expect(await namesOf(folder, ['x', 'y*'])).toEqual(['x']);
    });
  });

  it('that lead back are followed once', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a/x', 'b/y']);
      await symlink('..', join(folder, 'a', 'up'));
      await symlink('../b', join(folder, 'a', 'b'));
      await symlink('../a', join(folder, 'b', 'a'));
      await symlink('self', join(folder, 'a', 'other'));

      expect(await namesOf(folder, ['**', '!**/other'])).toEqual(['a/b/y', 'a/x', 'b/a/x', 'b/y']);
    });
  });

  it('that lead nowhere, or in a circle, are problems where they are meant', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a.txt']);
      await symlink('missing', join(folder, 'broken.txt'));
      await symlink('circle.txt', join(folder, 'circle.txt'));

      expect((await select(folder, ['*.txt'])).problems).toEqual([
        '`broken.txt` is a link that leads nowhere',
        '`circle.txt` is a link that leads nowhere',
      ]);
      expect(await namesOf(folder, ['a.*'])).toEqual(['a.txt']);
    });
  });

  it('do not bring .git in by another name', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['.git/config', 'sub/.generic-packages/x', 'a']);
      await symlink('.git', join(folder, 'history'));
      await symlink('.git/config', join(folder, 'settings'));
      await symlink('sub/.generic-packages', join(folder, 'own'));

      expect(await namesOf(folder, ['**'], { includeHidden: true })).toEqual(['a']);
    });
  });

  it('may be the directory itself', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['real/a', 'real/b']);
      await symlink('b', join(folder, 'real', 'c'));
      await symlink('real', join(folder, 'link'));

      expect(await namesOf(join(folder, 'link'), ['**'])).toEqual(['a', 'b', 'c']);
    });
  });
});

describe('what is no file', () => {
  it('is a problem where it is meant: a FIFO, a socket, a link to one', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a']);
      execFileSync('sh', ['-c', 'mkfifo "$0"', join(folder, 'pipe')]);
      await symlink('pipe', join(folder, 'to-pipe'));
      const server = createServer();
      await new Promise<void>((done) => server.listen(join(folder, 'sock'), done));
      try {
        expect((await select(folder, ['**'])).problems).toEqual([
          '`pipe` is not a file but a FIFO',
          '`sock` is not a file but a socket',
          '`to-pipe` is a link to something that is not a file',
        ]);
        expect(await namesOf(folder, ['a'])).toEqual(['a']);
      } finally {
        server.close();
      }
    });
  });

  it('is a name that is not UTF-8, shown by its bytes; U+FFFD itself is a name', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['data/plain', 'data/real\u{FFFD}']);
      const raw = (name: string): Buffer => Buffer.from(join(folder, 'data', name), 'latin1');
      await writeFile(raw('caf\xe9.txt'), 'x');
      await mkdir(raw('d\xfcr'));

      expect((await select(folder, ['**'])).problems).toEqual([
        '`data/caf\\xe9.txt` has a name that is not UTF-8',
        '`data/d\\xfcr` has a name that is not UTF-8',
      ]);
      expect(await namesOf(folder, ['data/[pr]*'])).toEqual(['data/plain', 'data/real\u{FFFD}']);
    });
  });
});
