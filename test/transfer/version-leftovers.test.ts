/** What is no part of a version: rows to sweep, names of parts, folders that must not be pruned, clashing base names. */
import { describe, expect, test } from '@jest/globals';
import type { FileRow } from '../../src/gitlab/types.ts';
import { baseName, flattenProblems } from '../../src/core/names/flatten.ts';
import { isRecordName, partManifestName } from '../../src/transfer/remote/records.ts';
import { pruneRefusal } from '../../src/transfer/local/prune.ts';
import { surplusRows } from '../../src/transfer/remote/delete-rows.ts';

describe('rows to sweep after a replace', () => {
  const row = (id: number, name: string): FileRow => ({
    id,
    name,
    packageId: 1,
    storedName: name,
    decodes: true,
    size: 1,
    sha256: undefined,
    createdAt: '',
  });

  test.each([
    ['nothing', [row(1, 'a'), row(2, 'b')], []],
    ['older rows of a name that is kept', [row(1, 'a'), row(2, 'b'), row(3, 'a'), row(4, 'a')], [1, 3]],
    ['every row of a name that is not', [row(1, 'old'), row(2, 'a'), row(3, 'old')], [1, 3]],
    ['rows in any order, by id', [row(9, 'a'), row(3, 'a')], [3]],
    ['names of every object', [row(1, '__proto__'), row(2, 'constructor')], [1, 2]],
  ])('%s', (_title, rows, gone) => {
    const keeps = (name: string): boolean => ['a', 'b'].includes(name);
    expect(surplusRows(rows, keeps).map(({ id }) => id)).toEqual(gone);
  });
});

describe('manifests of parts', () => {
  test.each([
    ['generic-package.part-linux.json', true],
    ['generic-package.part-a.b_c-1.json', true],
    ['generic-package.json', false],
    ['generic-package.part-.json', false],
    ['sub/generic-package.part-linux.json', false],
    ['generic-package.part-a/b.json', false],
    ['generic-package.part-linux.json.bak', false],
  ])('%s: %s', (name, own) => {
    expect(isRecordName(name)).toBe(own);
  });

  test("a part's own name is one", () => {
    expect(isRecordName(partManifestName('linux-x64'))).toBe(true);
  });
});

describe('a folder is never pruned when it', () => {
  const kept = { home: '/home/me', workspace: '/builds/acme/widget' };

  test.each([
    ['/', 'is the root of a file system'],
    ['/home/me', 'is the home folder'],
    ['/home', 'is a folder above the home folder'],
    ['/builds/acme/widget', 'is the workspace'],
    ['/builds', 'is a folder above the workspace'],
  ])('%s %s', (folder, why) => {
    expect(pruneRefusal(folder, kept)).toBe(why);
  });

  test.each([
    '/builds/acme/widget/in',
    '/builds/acme/widget-2',
    '/home/me/in',
    '/home/men',
    '/srv/data',
    '/builds/acme/widget/..hidden',
  ])('%s is fine', (folder) => {
    expect(pruneRefusal(folder, kept)).toBeUndefined();
  });
});

describe('base names', () => {
  test.each([
    ['a/b/c.txt', 'c.txt'],
    ['c.txt', 'c.txt'],
    ['__proto__/x', 'x'],
  ])('%s → %s', (name, base) => {
    expect(baseName(name)).toBe(base);
  });

  test('that very many files share are told in a line that can be read', () => {
    const files = Array.from({ length: 200_000 }, (_, at) => ({ name: `folder-${at}/a` }));
    const [problem = '', ...others] = flattenProblems(files);
    expect(others).toEqual([]);
    expect(problem).toMatch(/^folder-0\/a, .*folder-9\/a, and 199990 more: .* a$/);
  });

  test('that several files share are told once, with all of them', () => {
    const files = ['x/a', 'y/a', 'z/a', 'b', 'c/__proto__', 'd/__proto__'].map((name) => ({ name }));
    expect(flattenProblems(files)).toEqual([
      expect.stringMatching(/^x\/a, y\/a, z\/a: .* a$/),
      expect.stringMatching(/^c\/__proto__, d\/__proto__: .* __proto__$/),
    ]);
  });
});
