/** What lies where files will be placed, as a table: each sort of thing at a file's place and above it. */
import { describe, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { chmod, mkdir, symlink, truncate } from 'node:fs/promises';
import { join, win32 } from 'node:path';
import { promisify } from 'node:util';
import { freeSpace, inspectTargets, nearestExisting, type WantedFile } from '../../src/transfer/local/targets.ts';
import { sha256 } from '../support/raw.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

const NEVER = new AbortController().signal;

function wanted(name: string, content: string, more: Partial<WantedFile> = {}): WantedFile {
  return { name, size: Buffer.byteLength(content), sha256: sha256(content), mode: '0644', ...more };
}

/** Inspects one file `docs/a.txt` with the content `right`, in `directory`. */
async function inspectOne(directory: string, file = wanted('docs/a.txt', 'right')) {
  const { targets, problems } = await inspectTargets(directory, [{ file, place: file.name }], NEVER);
  return { states: targets.map(({ state }) => state), problems };
}

describe('at the place itself', () => {
  const place = (directory: string): string => join(directory, 'docs', 'a.txt');

  test.each<[string, (directory: string) => Promise<unknown>, string]>([
    ['nothing, not even the folder', () => Promise.resolve(), 'absent'],
    ['nothing in its folder', (directory) => mkdir(join(directory, 'docs'), { recursive: true }), 'absent'],
    ['the right content', (directory) => writeFiles(directory, { 'docs/a.txt': 'right' }), 'same'],
    ['other content', (directory) => writeFiles(directory, { 'docs/a.txt': 'wrong' }), 'differs'],
    ['another size', (directory) => writeFiles(directory, { 'docs/a.txt': 'right and more' }), 'differs'],
    [
      'a link to the right content',
      async (directory) => {
        await writeFiles(directory, { 'docs/other.txt': 'right' });
        await symlink('other.txt', place(directory));
      },
      'differs',
    ],
    [
      'a link that leads nowhere',
      async (directory) => {
        await mkdir(join(directory, 'docs'), { recursive: true });
        await symlink('nowhere', place(directory));
      },
      'differs',
    ],
  ])('%s', async (_title, prepare, state) => {
    await inFolder(async (folder) => {
      await prepare(join(folder, 'in'));
      expect(await inspectOne(join(folder, 'in'))).toEqual({ states: [state], problems: [] });
    });
  });

  test.each<[string, (directory: string) => Promise<unknown>, string]>([
    ['a folder', (directory) => mkdir(place(directory), { recursive: true }), 'a folder is in its place'],
    [
      'a FIFO',
      async (directory) => {
        await mkdir(join(directory, 'docs'), { recursive: true });
        await promisify(execFile)('mkfifo', [place(directory)]);
      },
      'not a regular file is in its place',
    ],
  ])('%s is a problem', async (_title, prepare, says) => {
    await inFolder(async (folder) => {
      await prepare(join(folder, 'in'));
      const { states, problems } = await inspectOne(join(folder, 'in'));
      expect(states).toEqual([]);
      expect(problems).toEqual([expect.stringContaining(says)]);
    });
  });

  test('without a known checksum a file is always fetched again', async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'docs/a.txt': 'right' });
      const file = wanted('docs/a.txt', 'right', { sha256: undefined });
      expect((await inspectOne(folder, file)).states).toEqual(['differs']);
    });
  });

  test('without a known size the checksum decides', async () => {
    await inFolder(async (folder) => {
      await writeFiles(folder, { 'docs/a.txt': 'right' });
      const file = wanted('docs/a.txt', 'right', { size: undefined });
      expect((await inspectOne(folder, file)).states).toEqual(['same']);
    });
  });
});

describe('above the place', () => {
  test.each<[string, (folder: string) => Promise<unknown>]>([
    [
      'a link to a folder inside',
      (folder) => mkdir(join(folder, 'in', 'real')).then(() => symlink('real', join(folder, 'in', 'docs'))),
    ],
    ['a link to the target folder itself', (folder) => symlink('.', join(folder, 'in', 'docs'))],
    [
      'the target folder is itself a link',
      async (folder) => {
        await mkdir(join(folder, 'elsewhere', 'docs'), { recursive: true });
        await promisify(execFile)('rmdir', [join(folder, 'in')]);
        await symlink('elsewhere', join(folder, 'in'));
      },
    ],
  ])('%s is fine', async (_title, prepare) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'in'));
      await prepare(folder);
      expect(await inspectOne(join(folder, 'in'))).toEqual({ states: ['absent'], problems: [] });
    });
  });

  test.each<[string, (folder: string) => Promise<unknown>, string]>([
    [
      'a link that leads out',
      (folder) => mkdir(join(folder, 'out')).then(() => symlink('../out', join(folder, 'in', 'docs'))),
      'leads out',
    ],
    [
      'a link to a folder whose name only begins alike',
      (folder) => mkdir(join(folder, 'in-side')).then(() => symlink('../in-side', join(folder, 'in', 'docs'))),
      'leads out',
    ],
    ['a link that leads nowhere', (folder) => symlink('nowhere', join(folder, 'in', 'docs')), 'broken link'],
    ['a link in a circle', (folder) => symlink('docs', join(folder, 'in', 'docs')), 'link'],
    [
      'a link to a file',
      (folder) => writeFiles(folder, { 'in/file': '' }).then(() => symlink('file', join(folder, 'in', 'docs'))),
      'not a folder',
    ],
    ['a file', (folder) => writeFiles(folder, { 'in/docs': '' }), 'not a folder'],
  ])('%s is a problem', async (_title, prepare, says) => {
    await inFolder(async (folder) => {
      await mkdir(join(folder, 'in'));
      await prepare(folder);
      const { states, problems } = await inspectOne(join(folder, 'in'));
      expect(states).toEqual([]);
      expect(problems).toEqual([expect.stringContaining(says)]);
      expect(problems[0]).toMatch(/^docs\/a\.txt: /);
    });
  });
});

describe('above the target folder', () => {
  test.each<[string, string, (folder: string) => Promise<unknown>, string]>([
    ['a file', 'file/in', (folder) => writeFiles(folder, { file: '' }), 'something above it is not a folder'],
    [
      'a link in a circle',
      'circle/in',
      (folder) => symlink('circle', join(folder, 'circle')),
      'cannot be looked at: ELOOP',
    ],
    [
      'a name that no file system takes',
      `${'x'.repeat(300)}/in`,
      () => Promise.resolve(),
      'cannot be looked at: ENAMETOOLONG',
    ],
  ])('%s is a problem of each file', async (_title, directory, prepare, says) => {
    await inFolder(async (folder) => {
      await prepare(folder);
      const { states, problems } = await inspectOne(join(folder, directory));
      expect(states).toEqual([]);
      expect(problems).toEqual([expect.stringContaining(says)]);
      expect(problems[0]).toMatch(/^docs\/a\.txt: /);
    });
  });
});

test('all problems are told at once, sorted, beside the files that are fine', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { fine: 'x', 'b/x': '', 'a/x': '' });
    const files = ['fine', 'b', 'a'].map((name) => ({ file: wanted(name, 'x'), place: name }));
    const { targets, problems } = await inspectTargets(folder, files, NEVER);
    expect(targets.map(({ file, state }) => [file.name, state])).toEqual([['fine', 'same']]);
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['a', 'b']);
  });
});

test('a file that cannot be read is no silent difference', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { 'docs/a.txt': 'right' });
    await chmod(join(folder, 'docs', 'a.txt'), 0o000);
    const { states } = await inspectOne(folder).catch(() => ({ states: ['refused'] }));
    // The superuser reads everything.
    expect(states).toEqual([process.getuid?.() === 0 ? 'same' : 'refused']);
  });
});

describe('space', () => {
  test('is that of the file system that will hold the folder, whether it exists or not', async () => {
    await inFolder(async (folder) => {
      const free = await freeSpace(folder);
      expect(free).toBeGreaterThan(0);
      expect(await freeSpace(join(folder, 'not', 'yet'))).toBeGreaterThan(0);
    });
  });

  test('is unknown where a file system says 0 of 0 blocks', async () => {
    expect(await freeSpace('/proc/self')).toBeUndefined();
  });

  test.each<[string, string, string[], string | undefined]>([
    ['the folder itself', 'C:\\out', ['C:\\out', 'C:\\'], 'C:\\out'],
    ['the first folder above that exists', 'C:\\a\\b\\c', ['C:\\a', 'C:\\'], 'C:\\a'],
    ['the drive', 'C:\\a\\b', ['C:\\'], 'C:\\'],
    ['none on a drive that is not there', 'Q:\\a\\b', ['C:\\'], undefined],
    ['none on a share that is not there', '\\\\server\\share\\a', ['C:\\'], undefined],
  ])('on Windows is asked of %s', async (_title, path, there, place) => {
    expect(await nearestExisting(path, (one) => Promise.resolve(there.includes(one)), win32)).toBe(place);
  });
});

test('a stop ends the hashing of a large file', async () => {
  await inFolder(async (folder) => {
    // Sparse: it takes no room, and its hash many seconds.
    const size = 64 * 2 ** 30;
    await writeFiles(folder, { large: '' });
    await truncate(join(folder, 'large'), size);
    const stop = new AbortController();
    const file = wanted('large', '', { size });
    const inspecting = inspectTargets(folder, [{ file, place: 'large' }], stop.signal);
    setTimeout(() => {
      stop.abort(new Error('stopped'));
    }, 20);
    await expect(inspecting).rejects.toThrow('stopped');
  });
});
