/**
 * Packages made by somebody with bad intent: each is refused whole with the offender named, nothing
 * is placed or left, and nothing of it is printed raw, whichever platform it came to.
 */
import { describe, expect, test } from '@jest/globals';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Platform, Inputs } from '../support/platform.ts';
import { terminal } from '../support/in-process.ts';
import { manifestText } from '../support/manifests.ts';
import { sha256 } from '../support/raw.ts';
import { exists, fingerprint } from '../support/tree.ts';
import { MANIFEST, MANIFESTS, NAMES, OF, type Hostile } from './hostile-versions.ts';
import { byPlatform, onEveryPlatform, inScene, published } from './scene.ts';
import { errorText, expectHarmless, shown } from './told.ts';

const OWN = new Set(['.tmp', '.runner', '.generic-packages']);

async function expectRefused({ files, says }: Hostile, platform: Platform): Promise<void> {
  await inScene(files, platform, async ({ crafted, cwd, download }) => {
    const run = await download();
    expect(run.code).toBe(1);
    for (const words of says) expect(errorText(platform, run)).toContain(words);
    expectHarmless(platform, run);
    expect(crafted.fileGets.filter((address) => !address.endsWith(`/${MANIFEST}`))).toEqual([]);
    expect((await readdir(cwd)).filter((name) => !OWN.has(name))).toEqual([]);
  });
}

describe('a name is refused', () => {
  test.each(onEveryPlatform(NAMES))('$what, by $name', (row) => expectRefused(row, row.platform));

  test('and so is every other, each named', async () => {
    const names = ['../a', 'b:', 'c\u0000', '.git/d', 'e/../f'];
    const says = ['../a: ', 'b:: ', 'c\\u{0}: ', '.git/d: ', 'e/../f: ', '5 names of 6'];
    const content = manifestText(
      OF,
      [...names, 'fine'].map((name) => ({ name, content: name })),
    );
    await expectRefused({ what: '', says, files: [{ storedName: MANIFEST, content }] }, terminal);
  });

  test('and no pattern, flag or dry run makes it fit', async () => {
    const content = manifestText(
      OF,
      ['../pwned', 'fine'].map((name) => ({ name, content: name })),
    );
    for (const more of [{ files: 'fine' }, { flatten: 'true' }, { 'dry-run': 'true' }, { part: 'x' }] as Inputs[]) {
      const storedName = more.part === undefined ? MANIFEST : 'generic-package.part-x.json';
      await inScene([{ storedName, content }], terminal, async ({ cwd, download }) => {
        const run = await download(more);
        expect(errorText(terminal, run)).toContain('../pwned: has a `..` segment');
        expect(await exists(join(cwd, 'in'))).toBe(false);
      });
    }
  });
});

describe('a version is refused for', () => {
  test.each(byPlatform(MANIFESTS))('$what, by $name', (row) => expectRefused(row, row.platform));
});

describe('a name that looks like more than it is', () => {
  const odd = [
    '##[error]pwned',
    '%2525',
    '-rf',
    '$(id)',
    '`id`',
    '<img src=x>',
    'a|b](x)',
    "'; exit 1",
    '@everyone',
    '__proto__',
    '{{ github.token }}',
    '${VERSION}',
  ];

  test.each(onEveryPlatform([{}]))('is placed as it is, and shown as text, by $name', async ({ platform }) => {
    await inScene(published(odd.map((name) => ({ name, content: name }))), platform, async ({ cwd, download }) => {
      const run = await download();
      expect(run).toMatchObject({ code: 0, outputs: { downloaded: String(odd.length) } });
      expectHarmless(platform, run);
      expect(Object.keys(await fingerprint(join(cwd, 'in')))).toEqual([...odd].sort());
      expect(run.summary.replaceAll(/`[^`\n]*`/g, '')).not.toMatch(/<img|\]\(x\)|@everyone|__proto__\]/);
    });
  });
});

describe('JSON that is no manifest', () => {
  test.each([
    { what: 'a cut one', content: '{"manifestVersion": 1, "package": {"name": "wid' },
    {
      what: 'bytes that are no UTF-8',
      content: Buffer.concat([Buffer.from('{"manifestVersion": 1, "a": "'), Buffer.from([0xff]), Buffer.from('"}')]),
    },
    { what: 'a list', content: '[{"manifestVersion": 1}]' },
    { what: 'a million brackets', content: '['.repeat(1_000_000) },
    { what: 'one whose manifestVersion is inherited', content: '{"__proto__": {"manifestVersion": 1}}' },
  ])('is a file like any other, and no sign of completeness: $what', async ({ content }) => {
    await inScene([{ storedName: MANIFEST, content }], terminal, async ({ cwd, download }) => {
      const required = await download({ 'require-manifest': 'true' });
      expect(required.code).toBe(1);
      expect(errorText(terminal, required)).toContain('has no manifest');
      expect(await exists(join(cwd, 'in'))).toBe(false);
      expect(await download()).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
      expect(Object.keys(await fingerprint(join(cwd, 'in')))).toEqual([MANIFEST]);
    });
  });
});

describe('bytes that are not what the manifest says', () => {
  const right = { name: 'b.txt', content: 'right' };
  const content = manifestText(OF, [right]);
  const newer = { storedName: 'b.txt', content: 'wrong' };

  test.each(
    byPlatform([
      {
        what: 'a newer twin of other bytes',
        files: [{ storedName: 'b.txt', content: 'right' }, newer],
        says: 'b.txt: the bytes that arrived are not the published ones',
      },
      {
        what: 'a longer one',
        files: [{ storedName: 'b.txt', content: 'right and more' }],
        says: 'longer than the 5 bytes',
      },
      { what: 'a shorter one', files: [{ storedName: 'b.txt', content: 'righ' }], says: '4 of 5 bytes' },
      { what: 'an empty one', files: [{ storedName: 'b.txt', content: '' }], says: '0 of 5 bytes' },
      { what: 'a file that is gone', files: [], says: '404' },
    ]),
  )('are not placed, and what stood there stays: $what, by $name', async ({ platform, files, says }) => {
    await inScene([{ storedName: MANIFEST, content }, ...files], platform, async ({ cwd, download }) => {
      const run = await download();
      expect(run.code).toBe(1);
      expect(errorText(platform, run)).toContain('b.txt');
      expect(errorText(platform, run)).toContain(says);
      expectHarmless(platform, run);
      expect(await readdir(join(cwd, 'in'))).toEqual([]);
    });
  });

  test('an older twin does not matter: the newest is served', async () => {
    const older = { storedName: 'b.txt', content: 'an older build' };
    await inScene(
      [older, { storedName: 'b.txt', content: 'right' }, { storedName: MANIFEST, content }],
      terminal,
      async ({ cwd, download }) => {
        expect(await download()).toMatchObject({ code: 0 });
        expect(await fingerprint(join(cwd, 'in'))).toEqual({ 'b.txt': `644 ${sha256('right')}` });
      },
    );
  });

  test('without a manifest the list of files is the word that counts', async () => {
    await inScene(
      [{ storedName: 'b.txt', content: 'wrong', sha256: sha256('right') }],
      terminal,
      async ({ cwd, download }) => {
        const run = await download();
        expect(run.code).toBe(1);
        expect(errorText(terminal, run)).toContain(`expected 5 bytes with sha256 ${sha256('right')}`);
        expect(await readdir(join(cwd, 'in'))).toEqual([]);
      },
    );
  });
});

test.each(onEveryPlatform([{}]))(
  'files added after publishing are named and not fetched, by $name',
  async ({ platform }) => {
    const strays = ['late.txt', '..%2Fpwned', 'a%0Apwned', '%3A%3Aerror%3A%3Apwned', '.git%2Fconfig'].map(
      (storedName) => ({ storedName, content: 'late' }),
    );
    await inScene(
      [...published([{ name: 'b.txt', content: 'b' }]), ...strays],
      platform,
      async ({ crafted, cwd, download }) => {
        const run = await download();
        expect(run).toMatchObject({ code: 0, outputs: { 'file-count': '1' } });
        expectHarmless(platform, run);
        expect(shown(platform, run)).toContain(
          '5 files in the registry not listed by the manifest, and not fetched: late.txt, ../pwned, a\\u{a}pwned, ::error::pwned, .git/config',
        );
        expect(crafted.fileGets.map((address) => address.split('/').at(-1))).toEqual([MANIFEST, 'b.txt']);
        expect(Object.keys(await fingerprint(join(cwd, 'in')))).toEqual(['b.txt']);
      },
    );
  },
);
