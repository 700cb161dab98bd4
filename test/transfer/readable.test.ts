/** Files that cannot be read are all named before anything is sent. Who is root may read everything, so they are missing here. */
import { expect, test } from '@jest/globals';
import { join } from 'node:path';
import { unreadableProblems } from '../../src/transfer/local/source.ts';
import { inFolder, writeFiles } from '../support/tree.ts';

test('every file that cannot be opened is named, with what the system says', async () => {
  await inFolder(async (folder) => {
    await writeFiles(folder, { 'a.txt': 'a' });
    const files = ['a.txt', 'gone.txt', 'a.txt/below'].map((name) => ({ name, path: join(folder, name) }));
    expect(unreadableProblems(files)).toEqual([
      'gone.txt: cannot be read: ENOENT',
      'a.txt/below: cannot be read: ENOTDIR',
    ]);
  });
});
