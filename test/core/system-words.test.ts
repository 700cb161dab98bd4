/** What the system refuses, in words: the cause and the next step of each code, and folders that are never made. */
import { describe, expect, test } from '@jest/globals';
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { asFailure } from '../../src/core/errors.ts';
import { makeFolder } from '../../src/core/make-folder.ts';
import { systemReason, systemWords } from '../../src/core/system-words.ts';
import { exists, inFolder, writeFiles } from '../support/tree.ts';

function refused(code: string, more: { syscall?: string; path?: string } = {}): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: as the system says it`), { code, syscall: 'open', ...more });
}

describe('the word for', () => {
  test.each([
    ['EROFS', 'the file system is read-only (EROFS)', 'that can be written to', 'local-file'],
    ['EMFILE', 'too many files and connections are open (EMFILE)', '`ulimit -n`', 'local-file'],
    ['ENFILE', 'this machine has too many files open (ENFILE)', '`ulimit -n`', 'local-file'],
    ['ENOSPC', 'no space is left on that file system (ENOSPC)', 'Free some space', 'no-space'],
    ['EDQUOT', 'the quota of disk space is used up (EDQUOT)', 'Free some space', 'no-space'],
    ['EACCES', 'permission denied (EACCES)', 'Check the permissions', 'local-file'],
    ['EPERM', 'the operation is not permitted (EPERM)', 'Check the permissions', 'local-file'],
  ])('%s is: %s', (code, reason, hint, failureCode) => {
    const error = refused(code);
    expect(systemReason(error)).toBe(reason);
    const failure = asFailure(error);
    expect(failure).toMatchObject({ code: failureCode, message: `The operating system refused: ${reason}` });
    expect(failure.hint).toContain(hint);
    // A limit of the process is not the fault of a path.
    const where = code === 'EMFILE' || code === 'ENFILE' ? '' : '/a: ';
    expect(asFailure(refused(code, { path: '/a' })).message).toBe(`The operating system refused: ${where}${reason}`);
  });

  test('a code that says little is the system’s own', () => {
    expect(systemWords(refused('ENOTDIR'))).toBeUndefined();
    expect(systemReason(refused('ENOTDIR'))).toBe('ENOTDIR: as the system says it');
    expect(systemWords(refused('ENOENT'))).toBeUndefined();
    expect(systemWords(Object.assign(new Error('no call'), { code: 'EROFS' }))).toBeUndefined();
    expect(systemWords(refused('toString'))).toBeUndefined();
    expect(systemWords(undefined)).toBeUndefined();
  });
});

describe('a folder', () => {
  test('is made with those above it, and the first one made is told', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'a', 'b', 'c');
      expect(await makeFolder(path)).toBe(join(folder, 'a'));
      expect(await exists(path)).toBe(true);
      expect(await makeFolder(join(path, 'd'))).toBe(join(path, 'd'));
    });
  });

  test('that is there is fine, by a link too, and at the root', async () => {
    await inFolder(async (folder) => {
      await symlink('.', join(folder, 'link'));
      for (const path of [folder, join(folder, 'link'), '/']) expect(await makeFolder(path)).toBeUndefined();
    });
  });

  test('is made once by many at once', async () => {
    await inFolder(async (folder) => {
      const made = await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(folder, 'a', 'b'))));
      expect(made.filter((first) => first === join(folder, 'a'))).toHaveLength(1);
    });
  });

  test.each<[string, (folder: string) => Promise<unknown>, string, string]>([
    ['below a file', (folder) => writeFiles(folder, { file: '' }), 'file/below', 'ENOTDIR'],
    ['in the place of a file', (folder) => writeFiles(folder, { file: '' }), 'file', 'EEXIST'],
    [
      'in the place of a link that leads nowhere',
      (folder) => symlink('nowhere', join(folder, 'link')),
      'link',
      'EEXIST',
    ],
  ])('is not made %s', async (_title, prepare, name, code) => {
    await inFolder(async (folder) => {
      await prepare(folder);
      await expect(makeFolder(join(folder, name))).rejects.toMatchObject({ code });
    });
  });

  // Node's own recursive way never ends there.
  test('ends at once where the folder above takes none, and has a word for it', async () => {
    const error: unknown = await makeFolder('/proc/no/such/folder').catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ syscall: 'mkdir' });
    expect(systemWords(error)).toBeDefined();
  });
});
