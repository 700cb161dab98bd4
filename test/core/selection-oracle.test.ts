/** Our walk against the real `@actions/glob` 0.7.0 on real trees. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { selectFiles } from '../../src/core/selection/selection.ts';
import { seededRandom } from './random.ts';
import { inFolder, plant } from './tree.ts';

const TREE = [
  'README.md',
  'app',
  'app.js',
  'app.js.map',
  'a+b/(x).txt',
  'with blank/in it.txt',
  'dist/app.js',
  'dist/app.js.map',
  'dist/css/main.css',
  'dist/css/print.css',
  'dist/deep/er/est/app.js',
  'docs/[draft]/1.md',
  'docs/[draft]/2.md',
  'docs/d/1.md',
  'docs/*/star.md',
  'docs/back\\slash.md',
  'empty/',
  'lib/a/b/c/d/e.js',
  'lib/a/c/b/e.js',
  'lib/é/ü.txt',
  '~/home.txt',
  '{a,b}/c.txt',
  '!bang/x.txt',
];

const LISTS: string[][] = [
  ['**'],
  ['.'],
  ['./'],
  ['*'],
  ['**/*'],
  ['*.js', '*.md'],
  ['dist'],
  ['dist/'],
  ['dist/**'],
  ['dist/**/'],
  ['app/'],
  ['app/**'],
  ['app.js/**'],
  ['./dist/*.js'],
  ['dist//css'],
  ['dist/*'],
  ['dist/**/*.js'],
  ['**/app.js'],
  ['**/css/**', '!**/print.*'],
  ['dist', '!dist/css', 'dist/css/main.css'],
  ['!dist', 'dist'],
  ['!dist'],
  ['!!dist'],
  ['! dist/app.js', 'dist'],
  ['# comment', '', '  dist/app.js  '],
  ['docs/[drt]'],
  ['docs/[[]draft]'],
  ['docs/[[]draft]/[!1].md'],
  ['docs/[*]/*'],
  ['docs/\\*/star.md'],
  ['docs/back\\\\slash.md'],
  ['docs/[a-e]'],
  ['docs/[!a-c]'],
  ['docs/?/1.md'],
  ['with blank/in it.txt'],
  ['a+b/(x).txt'],
  ['+(a)/*'],
  ['{a,b}/*'],
  ['~x'],
  ['./~'],
  ['lib/**/b/**/e.js'],
  ['lib/*/*/*/e.js'],
  ['lib/é/?.txt'],
  ['lib/[à-ï]'],
  ['empty'],
  ['missing', 'missing/**'],
  ['**', '!**/*.js', '!docs', '**/est/*.js'],
  ['*/', '!dist/'],
  ['d*', '!**/'],
  ['[!]bang/x.txt'],
  ['\\!bang'],
  ['a/../b'],
  ['dist/./app.js'],
  ['!'],
];

/** Without a file’s plain name before another segment: the real one fails there with ENOTDIR. */
function randomLists(count: number): string[][] {
  const random = seededRandom(7);
  const pieces = [
    '*',
    '**',
    'dist',
    'docs',
    'lib',
    'app.j?',
    '*.js',
    '*.*',
    'd*',
    '?ist',
    '[a-l]*',
    '[!d]*',
    'css',
    'a',
    'b',
    'deep',
  ];
  return Array.from({ length: count }, () =>
    Array.from({ length: 1 + random.below(3) }, () => {
      const line = Array.from({ length: 1 + random.below(3) }, () => random.pick(pieces)).join('/');
      return (random.below(3) === 0 ? '!' : '') + line + (random.below(6) === 0 ? '/' : '');
    }),
  );
}

async function globAll(folder: string, tree: string, lists: string[][]): Promise<(string[] | string)[]> {
  const child = fileURLToPath(new URL('./glob-child.mjs', import.meta.url));
  await writeFile(join(folder, 'requests.json'), JSON.stringify(lists));
  await promisify(execFile)(
    process.execPath,
    [child, tree, join(folder, 'requests.json'), join(folder, 'results.json')],
    {
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  return JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as (string[] | string)[];
}

async function selectAll(tree: string, lists: string[][]): Promise<(string[] | string)[]> {
  const results: (string[] | string)[] = [];
  for (const patterns of lists) {
    const selection = await selectFiles({
      patterns,
      directory: tree,
      includeHidden: true,
      followSymlinks: false,
      os: process.platform,
    });
    const names = selection.files.map(({ name }) => name);
    results.push(selection.problems.length > 0 ? 'refused' : names);
  }
  return results;
}

describe('a publish selects what @actions/glob finds', () => {
  it('for a table of patterns and for generated ones', async () => {
    await inFolder(async (folder) => {
      const tree = join(folder, 'tree [x]');
      await plant(tree, TREE);
      const lists = [...LISTS, ...randomLists(300)];

      const theirs = await globAll(folder, tree, lists);
      const ours = await selectAll(tree, lists);

      const rows = lists.map((lines, index) => ({ lines, ours: ours[index], theirs: comparable(theirs[index]) }));
      expect(rows.filter(({ ours: mine, theirs: real }) => JSON.stringify(mine) !== JSON.stringify(real))).toEqual([]);
      expect(rows.filter(({ ours: mine }) => mine === 'refused')).toHaveLength(3);
      expect(rows.filter(({ ours: mine }) => Array.isArray(mine) && mine.length > 0).length).toBeGreaterThan(150);
    });
  });
});

/** Sorted and, as a list of it may have one file twice, each once; refusals without their words. */
function comparable(found: string[] | string | undefined): string[] | string {
  if (!Array.isArray(found)) return found?.startsWith('refused') === true ? 'refused' : 'missing';
  return [...new Set(found)].sort();
}
