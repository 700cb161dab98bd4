/** Sources of uploads: every size arrives whole, and what is no longer the selected file is refused. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, mkdtemp, realpath, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { bytesSource, fileSource, type SelectedSource, type FileSource } from '../../src/transfer/local/source.ts';
import { select } from '../core/select.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generic-packages-test-'));
  path = join(folder, 'file.bin');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The file as a selection knows it. */
async function selected(): Promise<SelectedSource> {
  const { size, dev, ino } = await lstat(path);
  return { path, real: await realpath(path), size, dev, ino };
}

/** Its bytes are not to be had, and its hash is not either. */
async function expectChanged(source: FileSource, says: string): Promise<void> {
  for (const attempt of [() => source.open(), () => source.sha256()]) {
    await expect(attempt()).rejects.toMatchObject({
      code: 'changed-while-read',
      message: expect.stringContaining(says) as unknown,
    });
  }
}

/** Around the size up to which a file is read at once, and that of one read. */
const SIZES = [0, 1, 4096, 65_536, 65_537, 524_287, 524_288, 1_500_000];

test.each(SIZES)('a file of %d bytes arrives whole, each time it is opened', async (size) => {
  const bytes = randomBytes(size);
  await writeFile(path, bytes);
  const source = fileSource(await selected());

  const [first, second] = [await buffer(await source.open()), await buffer(await source.open())];

  expect(first.equals(bytes)).toBe(true);
  expect(second.equals(bytes)).toBe(true);
});

test.each([0, 5000])('%d bytes of our own arrive whole', async (size) => {
  const bytes = randomBytes(size);

  expect((await buffer(await bytesSource(bytes).open())).equals(bytes)).toBe(true);
});

test.each([
  [100, 101],
  [100, 99],
  [100_000, 100_001],
  [100_000, 99_999],
])('a file that had %d bytes and has %d now is refused', async (then, now) => {
  await writeFile(path, randomBytes(then));
  const source = fileSource(await selected());
  await writeFile(path, randomBytes(now));

  await expectChanged(source, `${then} bytes then, ${now} now`);
});

const LARGE = 100_000;

// Windows has no FIFOs, and makes links for its administrators only.
if (process.platform !== 'win32') {
  describe.each([0, LARGE])('of a selected file of %d bytes', (size) => {
    test.each<[what: string, swap: () => Promise<unknown>, says: string]>([
      ['a FIFO', () => Promise.resolve(execFileSync('mkfifo', [path])), 'no longer a file'],
      ['a folder', () => mkdir(path), 'no longer a file'],
      ['a link', () => symlink(join(folder, 'secret'), path), 'it is a link'],
      ['a link to the very file', () => symlink(join(folder, 'moved'), path), 'it is a link'],
      ['another file of that size', () => writeFile(path, Buffer.alloc(size)), 'another file has its name'],
    ])('%s in its place is refused, neither followed nor waited for', async (_what, swap, says) => {
      await writeFile(path, randomBytes(size));
      await writeFile(join(folder, 'secret'), randomBytes(size));
      const source = fileSource(await selected());
      await rename(path, join(folder, 'moved'));
      await swap();

      await expectChanged(source, says);
    });

    test.each([
      ['that has the same name', 'outside', 'another file has its name'],
      ['that is the folder itself, moved', 'moved', 'a folder above it is a link'],
    ])('a link in the place of the folder above, to one %s, is refused', async (_what, to, says) => {
      const [inside, outside] = [join(folder, 'in', 'deep'), join(folder, 'outside')];
      await mkdir(inside, { recursive: true });
      await mkdir(outside);
      path = join(inside, 'file.bin');
      await writeFile(path, randomBytes(size));
      await writeFile(join(outside, 'file.bin'), randomBytes(size));
      const source = fileSource(await selected());
      await rename(inside, join(folder, 'moved'));
      await symlink(join(folder, to), inside);

      await expectChanged(source, says);
    });
  });

  test('a file that was selected through a link is the one that the link led to then', async () => {
    const [first, second, link] = ['first', 'second', 'link'].map((name) => join(folder, name));
    await writeFile(first ?? '', 'first');
    await writeFile(second ?? '', 'other');
    await symlink(first ?? '', link ?? '');
    const [file] = (await select(folder, ['link'])).files;
    if (file === undefined) throw new Error('it was not selected');
    await rm(link ?? '');
    await symlink(second ?? '', link ?? '');

    expect((await buffer(await fileSource(file).open())).toString()).toBe('first');
  });
}

test.each([10, LARGE])('a file of %d bytes that is gone fails with the reason of the system', async (size) => {
  await writeFile(path, randomBytes(size));
  const source = fileSource(await selected());
  await rm(path);

  await expect(source.open()).rejects.toMatchObject({ code: 'local-file' });
  await expect(source.sha256()).rejects.toThrow('ENOENT');
});

test('a stop ends the hashing of a large file', async () => {
  await writeFile(path, '');
  // Sparse: it takes no room, and its hash many seconds.
  const size = 64 * 2 ** 30;
  await truncate(path, size);
  const stop = new AbortController();
  const hashing = fileSource(await selected()).sha256(stop.signal);
  setTimeout(() => {
    stop.abort(new Error('stopped'));
  }, 20);
  await expect(hashing).rejects.toThrow('stopped');
});
