/** Sources of uploads: every size arrives whole, and what is no longer the selected file is refused. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { bytesSource, fileSource } from '../../src/transfer/local/source.ts';

let folder = '';
let path = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'generic-packages-test-'));
  path = join(folder, 'file.bin');
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Around the size up to which a file is read at once, and that of one read. */
const SIZES = [0, 1, 4096, 65_536, 65_537, 524_287, 524_288, 1_500_000];

test.each(SIZES)('a file of %d bytes arrives whole, each time it is opened', async (size) => {
  const bytes = randomBytes(size);
  await writeFile(path, bytes);
  const source = fileSource(path, size);

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
  await writeFile(path, randomBytes(now));

  await expect(fileSource(path, then).open()).rejects.toMatchObject({ code: 'changed-while-read' });
});

// Windows has no FIFOs.
if (process.platform !== 'win32') {
  test.each([0, 100_000])('a FIFO in the place of a file of %d bytes is refused, not waited for', async (size) => {
    execFileSync('mkfifo', [path]);

    await expect(fileSource(path, size).open()).rejects.toMatchObject({ code: 'changed-while-read' });
  });
}

test('a file that is gone fails with the reason of the system', async () => {
  await expect(fileSource(path, 10).open()).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(fileSource(path, 100_000).open()).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a stop ends the hashing of a large file', async () => {
  await writeFile(path, '');
  // Sparse: it takes no room, and its hash many seconds.
  const size = 64 * 2 ** 30;
  await truncate(path, size);
  const stop = new AbortController();
  const hashing = fileSource(path, size).sha256(stop.signal);
  setTimeout(() => {
    stop.abort(new Error('stopped'));
  }, 20);
  await expect(hashing).rejects.toThrow('stopped');
});
