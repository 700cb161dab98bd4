/** SHA-256 of bytes, texts, streams and files, and digests as people write them. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';

import { describe, expect, it } from '@jest/globals';

import {
  digestOfFiles,
  formatDigest,
  parseDigest,
  sha256OfBytes,
  sha256OfFile,
  sha256OfStream,
} from '../../src/core/digest.ts';
import { inFolder } from './tree.ts';

const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('SHA-256', () => {
  it('of bytes and of text as UTF-8', () => {
    expect(sha256OfBytes('')).toBe(EMPTY);
    expect(sha256OfBytes('abc')).toBe(ABC);
    expect(sha256OfBytes(Buffer.from('abc'))).toBe(ABC);
  });

  it('of a stream, with its size', async () => {
    expect(await sha256OfStream(Readable.from([Buffer.from('a'), Buffer.from('bc')]))).toEqual({
      sha256: ABC,
      size: 3,
    });
    expect(await sha256OfStream(Readable.from([]))).toEqual({ sha256: EMPTY, size: 0 });
  });

  it.each([0, 3, 1024 * 1024, 1024 * 1024 + 1, 3_500_000])('of a file of %d bytes', async (size) => {
    await inFolder(async (folder) => {
      const path = join(folder, 'file');
      const bytes = Buffer.alloc(size, 'generic');
      await writeFile(path, bytes);

      expect(await sha256OfFile(path)).toBe(createHash('sha256').update(bytes).digest('hex'));
    });
  });

  it('of a missing file rejects, and an aborted one with the reason', async () => {
    await inFolder(async (folder) => {
      await expect(sha256OfFile(join(folder, 'missing'))).rejects.toMatchObject({ code: 'ENOENT' });
      await writeFile(join(folder, 'file'), 'x');
      const signal = AbortSignal.abort(new TypeError('stopped'));
      await expect(sha256OfFile(join(folder, 'file'), { signal })).rejects.toThrow('stopped');
    });
  });
});

describe('a digest', () => {
  it('is written and read back', () => {
    expect(formatDigest(ABC)).toBe(`sha256:${ABC}`);
    expect(parseDigest(formatDigest(ABC))).toBe(ABC);
  });

  it.each([
    '',
    'sha256:',
    ABC,
    `sha256:${ABC.slice(1)}`,
    `sha256:${ABC}0`,
    `sha256:${ABC.toUpperCase()}`,
    `SHA256:${ABC}`,
    `sha512:${ABC}`,
    ` sha256:${ABC}`,
    `sha256:${ABC}\n`,
    `sha256: ${ABC}`,
    `sha256:${ABC.slice(1)}g`,
  ])('is not `%s`', (text) => {
    expect(parseDigest(text)).toBeUndefined();
  });

  it('of a version without manifest is that of its lines sorted by bytes, as the usual tools compute it', () => {
    // In UTF-16 the emoji would come before U+FF5E, in bytes it comes behind it.
    const names = ['b', 'a/z', '😀', 'a', 'B', '\u{ff5e}', 'é', 'a-b'];
    const files = names.map((name) => ({ name, sha256: sha256OfBytes(name) }));
    const script = 'LC_ALL=C sort -k2 | sha256sum';
    const lines = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join('');
    const expected = execFileSync('sh', ['-c', script], { input: lines, encoding: 'utf8' }).slice(0, 64);

    expect(digestOfFiles(files)).toBe(`sha256:${expected}`);
    expect(digestOfFiles([...files].reverse())).toBe(`sha256:${expected}`);
    expect(digestOfFiles([])).toBe(`sha256:${EMPTY}`);
  });
});
