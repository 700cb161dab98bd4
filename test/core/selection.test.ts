/** Selecting files of a folder: what is given back, what is not entered, and what is a problem. */
import { chmod, lstat, realpath, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { namesOf, select } from './select.ts';
import { inFolder, plant } from './tree.ts';

describe('a selection', () => {
  it('gives name, path, size and permissions, sorted by name in code units', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['b/z.sh', 'b.txt', 'B.txt', 'a', 'é']);
      await chmod(join(folder, 'b/z.sh'), 0o755);
      await chmod(join(folder, 'a'), 0o600);

      const { files } = await select(folder, ['**']);

      expect(files.map(({ name }) => name)).toEqual(['B.txt', 'a', 'b.txt', 'b/z.sh', 'é']);
      expect(files[1]).toMatchObject({ name: 'a', path: join(folder, 'a'), size: 1, mode: 0o600 });
      const path = join(folder, 'b', 'z.sh');
      const { dev, ino } = await lstat(path);
      expect(files[3]).toEqual({ name: 'b/z.sh', path, real: await realpath(path), dev, ino, size: 6, mode: 0o755 });
    });
  });

  it('takes names relative to a directory with wildcard characters, and absolute patterns inside it', async () => {
    await inFolder(async (folder) => {
      const directory = join(folder, '[a]*?');
      await plant(directory, ['dist/x.js', 'dist/y.css']);

      expect(await namesOf(directory, ['dist/*.js'])).toEqual(['dist/x.js']);
      const escaped = `${folder}/[[]a][*][?]/dist`;
      expect(await namesOf(directory, [escaped, `!${escaped}/*.js`])).toEqual(['dist/y.css']);
    });
  });

  it.each([
    [['app/[id]/page.js'], ['app/[id]/page.js']],
    [['app/[id]/**'], ['app/[id]/page.js', 'app/[id]/x.js']],
    [['./app/[id]'], ['app/[id]/page.js', 'app/[id]/x.js']],
    [
      ['app', '!app/[id]/x.js'],
      ['app/[id]/page.js', 'app/d/page.js', 'app/i/page.js'],
    ],
    [['app/[di]/page.js'], ['app/d/page.js', 'app/i/page.js']],
    [['app/[[]id]/x.js'], ['app/[id]/x.js']],
    [['app/[id]/*.jsx'], []],
    [['what?.txt'], ['what?.txt']],
    [['**/*.txt'], ['*/a.txt', 'what?.txt', 'whats.txt']],
    [['*/*.txt'], ['*/a.txt']],
  ])('takes a beginning that is there letter by letter for the name that it is: %j', async (patterns, names) => {
    await inFolder(async (folder) => {
      const pages = ['app/[id]/page.js', 'app/[id]/x.js', 'app/i/page.js', 'app/d/page.js'];
      await plant(folder, [...pages, 'what?.txt', 'whats.txt', '*/a.txt']);

      expect(await namesOf(folder, patterns)).toEqual(names);
    });
  });

  it('does so in absolute patterns, and where the folder itself has wildcards in its name', async () => {
    await inFolder(async (folder) => {
      const directory = join(folder, '(a)');
      await plant(directory, ['app/[id]/page.js', 'app/i/page.js']);

      expect(await namesOf(directory, [`${directory}/app/[id]/**`])).toEqual(['app/[id]/page.js']);
    });
  });

  it('says of a pattern that adds nothing whether hidden names are all that it means', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a.js', 'conf/.env', 'x/y']);

      const { unmatched } = await select(folder, ['a.js', 'conf/*', 'x', '!x', 'gone']);

      expect(unmatched.map(({ text, reason }) => [text, reason])).toEqual([
        ['conf/*', 'hidden'],
        ['x', 'excluded'],
        ['gone', 'missing'],
      ]);
    });
  });

  it('names every pattern that adds nothing, and no exclusion', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['a.js', 'b.js', 'only-folder/']);

      const { unmatched } = await select(folder, ['*.js', '*.css', 'only-folder', 'b.js', '!b.js', '!*.map']);

      expect(unmatched).toEqual([
        { text: '*.css', isLiteral: false, reason: 'missing' },
        { text: 'only-folder', isLiteral: true, reason: 'missing' },
        { text: 'b.js', isLiteral: true, reason: 'excluded' },
      ]);
    });
  });

  it('on Windows takes backslashes as separators and ignores case', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['Dist/App.js']);

      expect(await namesOf(folder, ['.\\dist\\*.JS'], { os: 'win32' })).toEqual(['Dist/App.js']);
      expect(await namesOf(folder, ['dist/*.JS'])).toEqual([]);
    });
  });

  it('enters no folder that is excluded, or that no pattern leads into', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['in/x', 'out/y', 'far/z']);
      await symlink('/', join(folder, 'out', 'to-root'));
      await symlink('/', join(folder, 'far', 'to-root'));

      expect(await namesOf(folder, ['*', '!out', '!far/**'])).toEqual(['in/x']);
      expect(await namesOf(folder, ['in/**', 'i?'])).toEqual(['in/x']);
    });
  });

  it('goes as deep as the file system', async () => {
    await inFolder(async (folder) => {
      const name = `${'d/'.repeat(1000)}f`;
      await plant(folder, [name]);

      expect(await namesOf(folder, ['**/f'])).toEqual([name]);
    });
  });

  it('keeps the event loop turning in a huge folder, and loses no file', async () => {
    await inFolder(async (folder) => {
      await Promise.all(Array.from({ length: 4100 }, (_, index) => writeFile(join(folder, `f${index}`), '')));

      expect(await namesOf(folder, ['f*'])).toHaveLength(4100);
    });
  });

  it('reports every pattern that is none before it looks at any file', async () => {
    const { problems, files } = await select('/nowhere', ['../x', '/etc/*', 'ok']);

    expect(files).toEqual([]);
    expect(problems).toEqual([
      '`../x` has a `..` segment. Patterns stay below the folder that they start from',
      '`/etc/*` is absolute and does not start with the directory /nowhere. Give it relative to `directory`',
    ]);
  });

  it('reports a directory that is missing or a file', async () => {
    await inFolder(async (folder) => {
      await plant(folder, ['file']);

      expect((await select(join(folder, 'missing'), ['**'])).problems).toHaveLength(1);
      expect((await select(join(folder, 'file'), ['**'])).problems[0]).toContain('is not a folder');
    });
  });
});

describe('a folder that cannot be read', () => {
  it('is a problem where files are looked for, not where hidden ones are only counted', async () => {
    await inFolder(async (folder) => {
      // Deeper than a path may be long: unreadable for every user, root as well.
      const chain = Array.from({ length: 15 }, () => 'd'.repeat(200)).join('/');
      await plant(folder, ['open/a', `open/${chain}/`, `.hidden/${chain}/`, `${chain}/`]);
      const [start = ''] = chain.split('/');
      for (const base of ['open', '.hidden']) {
        await rename(join(folder, start), join(folder, base, chain, start));

        const { files, problems } = await select(folder, ['**']);

        await rename(join(folder, base, chain, start), join(folder, start));
        expect(files.map(({ name }) => name)).toEqual(['open/a']);
        expect(problems).toEqual(
          base === 'open' ? [expect.stringMatching(/^`open\/d+.* cannot be read: ENAMETOOLONG/)] : [],
        );
      }
    });
  });
});
