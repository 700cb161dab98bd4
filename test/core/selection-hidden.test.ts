/** Which names with a leading dot a selection takes. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { select } from './select.ts';
import { inFolder, plant } from './tree.ts';

const HIDDEN_TREE = [
  'plain',
  '.env',
  '.github/workflows/ci.yml',
  '.github/.secret',
  '.github/deep/.secret',
  'src/.env',
  'src/a.ts',
  '.git/config',
  'src/.git',
  '.generic-packages/publish.json',
];

describe('hidden names', () => {
  it.each<[string, string[], string[], number]>([
    ['are left out and counted', ['**'], ['plain', 'src/a.ts'], 5],
    ['are left out behind ?, too', ['?env', '[.]env'], ['.env'], 0],
    ['are taken with consent, not further down', ['.github'], ['.github/workflows/ci.yml'], 2],
    ['are taken with consent, by **', ['.github/**'], ['.github/workflows/ci.yml'], 2],
    [
      'are taken with consent at each step',
      ['.github/.secret', '.g*/**/.s*'],
      ['.github/.secret', '.github/deep/.secret'],
      0,
    ],
    ['are taken with consent at any depth', ['**/.env'], ['.env', 'src/.env'], 0],
    ['need consent again below **', ['**/.secret'], [], 2],
    ['are not counted when excluded', ['**', '!.github', '!**/.env'], ['plain', 'src/a.ts'], 0],
    ['stay excluded in spite of consent', ['.github', '!.github/workflows'], [], 2],
    ['count for a pattern that only matches such', ['src/*', '!src/a.ts'], [], 1],
    ['of git and of ours are never taken', ['.git/**', '.generic-packages', '**/.git', 'plain'], ['plain'], 0],
  ])('%s', async (_what, patterns, names, hiddenLeftOut) => {
    await inFolder(async (folder) => {
      await plant(folder, HIDDEN_TREE);

      const selection = await select(folder, patterns);

      expect(selection.files.map(({ name }) => name)).toEqual(names);
      expect(selection).toMatchObject({ hiddenLeftOut, problems: [] });
    });
  });

  it('are all taken when included, but for .git and .generic-packages', async () => {
    await inFolder(async (folder) => {
      await plant(folder, HIDDEN_TREE);

      const selection = await select(folder, ['**'], { includeHidden: true });

      expect(selection.files).toHaveLength(7);
      expect(selection.hiddenLeftOut).toBe(0);
    });
  });

  it('are not asked what they are when left out', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['.cache/x', 'a']);
      await symlink('/', join(folder, '.cache', 'out'));
      await symlink('nowhere', join(folder, '.cache', 'broken'));

      expect(await select(folder, ['**'])).toMatchObject({ problems: [], hiddenLeftOut: 3 });
    });
  });
});
