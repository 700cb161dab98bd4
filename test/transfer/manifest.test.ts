/** The manifest: same files, same bytes; and whatever claims to be one is read strictly. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import {
  createManifest,
  manifestDigest,
  NO_ORIGIN,
  parseManifest,
  renderManifest,
  type ManifestFile,
} from '../../src/transfer/remote/manifest.ts';

const OWNER = { name: 'widget', version: '1.0.0' };
const SHA = 'ab'.repeat(32);

function entry(name: string, more: Partial<ManifestFile> = {}): ManifestFile {
  return { name, size: 3, sha256: SHA, mode: '0644', ...more };
}

/** An entry as it is stored: its name is called `path`. */
function stored(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const { name: path, ...rest } = entry(name);
  return { path, ...rest, ...more };
}

function bytesOf(value: unknown): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

function withFiles(files: unknown): Buffer {
  return bytesOf({ manifestVersion: 1, package: OWNER, source: NO_ORIGIN, files });
}

describe('render and parse', () => {
  test('the order in which files come makes no difference to the bytes', () => {
    const files = ['b', 'a/z', 'a', 'B', 'é', '__proto__', 'a-b'].map((name) => entry(name));
    const bytes = renderManifest(createManifest(OWNER, NO_ORIGIN, files));
    expect(renderManifest(createManifest(OWNER, NO_ORIGIN, [...files].reverse()))).toEqual(bytes);
    const names = (JSON.parse(bytes.toString()) as { files: { path: string }[] }).files.map(({ path }) => path);
    expect(names).toEqual(['B', '__proto__', 'a', 'a-b', 'a/z', 'b', 'é']);
    expect(bytes.toString().endsWith('}\n')).toBe(true);
  });

  test('what is rendered reads back the same, with the digest of the bytes', () => {
    const manifest = createManifest(OWNER, NO_ORIGIN, [
      entry('bin/run', { mode: '0755' }),
      entry('"quoted"\\and\u2028odd'),
      entry('empty', { size: 0 }),
    ]);
    const bytes = renderManifest(manifest);
    expect(parseManifest(bytes, OWNER)).toEqual({ manifest, bytes, digest: manifestDigest(bytes) });
    expect(manifestDigest(bytes)).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('a version of no files is a manifest too', () => {
    const bytes = renderManifest(createManifest(OWNER, NO_ORIGIN, []));
    expect(parseManifest(bytes, OWNER)?.manifest.files).toEqual([]);
  });

  test('files named like the parts of every object survive', () => {
    const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString'];
    const bytes = renderManifest(
      createManifest(
        OWNER,
        NO_ORIGIN,
        names.map((name) => entry(name)),
      ),
    );
    const files = parseManifest(bytes, OWNER)?.manifest.files ?? [];
    expect(files.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(files.every(({ size, sha256 }) => size === 3 && sha256 === SHA)).toBe(true);
  });

  test('keys that we do not know are passed over, a later minor form may have them', () => {
    const file = stored('a', { colour: 'red' });
    const bytes = bytesOf({
      manifestVersion: 1,
      package: { ...OWNER, type: 'generic' },
      source: { ...NO_ORIGIN, more: 1 },
      files: [file],
      note: 'x',
    });
    expect(parseManifest(bytes, OWNER)?.manifest.files).toEqual([entry('a')]);
  });
});

describe('a file that is no manifest of ours counts as none', () => {
  test.each([
    ['nothing', ''],
    ['no JSON', '{"manifestVersion": 1'],
    ['a list', []],
    ['null', 'null'],
    ['text', '"manifestVersion"'],
    ['an object without manifestVersion', { name: 'other', files: [] }],
    ['one that only inherits it', '{"__proto__": {"manifestVersion": 1}}'],
  ])('%s', (_title, value) => {
    expect(parseManifest(bytesOf(value), OWNER)).toBeUndefined();
  });

  test('bytes that are no UTF-8', () => {
    expect(parseManifest(Buffer.from([0x7b, 0xff, 0x7d]), OWNER)).toBeUndefined();
  });
});

describe('one that claims to be a manifest and is not valid is refused', () => {
  test.each<[string, Buffer, string]>([
    ['a later form', bytesOf({ manifestVersion: 2, package: OWNER, files: [] }), 'manifestVersion is not 1'],
    ['a form in quotes', bytesOf({ manifestVersion: '1', package: OWNER, files: [] }), 'manifestVersion is not 1'],
    ['no package', bytesOf({ manifestVersion: 1, files: [] }), 'another package'],
    [
      'another package',
      bytesOf({ manifestVersion: 1, package: { ...OWNER, name: 'gadget' }, files: [] }),
      'another package',
    ],
    [
      'another version',
      bytesOf({ manifestVersion: 1, package: { ...OWNER, version: '1.0.1' }, files: [] }),
      'another package or version',
    ],
    ['no source', bytesOf({ manifestVersion: 1, package: OWNER, files: [] }), 'source needs'],
    [
      'a source without its ref',
      bytesOf({ manifestVersion: 1, package: OWNER, source: { project: '', commit: '' }, files: [] }),
      'source needs',
    ],
    ['no files', bytesOf({ manifestVersion: 1, package: OWNER, source: NO_ORIGIN }), 'no list of files'],
    ['files as an object', withFiles({ a: stored('a') }), 'no list of files'],
    ['a file that is none', withFiles(['a']), 'entry 1: it is no object'],
    ['a file without path', withFiles([stored('')]), 'has no path'],
    ['a number as path', withFiles([stored('a', { path: 7 })]), 'has no path'],
    ['a name twice', withFiles([stored('a'), stored('b'), stored('a')]), 'entry 3: `a` is listed twice'],
    ['a negative size', withFiles([stored('a', { size: -1 })]), 'no valid size'],
    ['half a byte', withFiles([stored('a', { size: 1.5 })]), 'no valid size'],
    ['a size in quotes', withFiles([stored('a', { size: '3' })]), 'no valid size'],
    ['a size beyond counting', withFiles([stored('a', { size: 2 ** 53 })]), 'no valid size'],
    ['no checksum', withFiles([stored('a', { sha256: undefined })]), 'no valid sha256'],
    ['a short checksum', withFiles([stored('a', { sha256: 'ab' })]), 'no valid sha256'],
    ['a checksum in capitals', withFiles([stored('a', { sha256: SHA.toUpperCase() })]), 'no valid sha256'],
    ['a checksum with more behind it', withFiles([stored('a', { sha256: `${SHA}\n` })]), 'no valid sha256'],
    ['no mode', withFiles([stored('a', { mode: undefined })]), 'no valid mode'],
    ['a mode of three digits', withFiles([stored('a', { mode: '644' })]), 'no valid mode'],
    ['a mode of more than execution', withFiles([stored('a', { mode: '0600' })]), 'no valid mode'],
    ['a mode that is not octal', withFiles([stored('a', { mode: '689' })]), 'no valid mode'],
    ['a mode with setuid', withFiles([stored('a', { mode: '4755' })]), 'no valid mode'],
  ])('%s', (_title, bytes, says) => {
    const failure = failureOf(() => parseManifest(bytes, OWNER));
    expect(failure.code).toBe('bad-manifest');
    expect(failure.message).toContain(says);
  });

  test('every bad entry is told', () => {
    const failure = failureOf(() =>
      parseManifest(withFiles([stored('a', { size: -1 }), stored('b'), stored('c', { mode: '' })]), OWNER),
    );
    expect(failure.problems).toEqual([expect.stringMatching(/^entry 1: /), expect.stringMatching(/^entry 3: /)]);
  });

  test('more files than a manifest may list', () => {
    const failure = failureOf(() => parseManifest(withFiles(new Array(200_001).fill(0)), OWNER));
    expect(failure.message).toContain('more than 200000 files');
  });
});

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('it was taken');
}
