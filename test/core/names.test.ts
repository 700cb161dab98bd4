/** Which names of files may travel, on each system, and which cannot stand side by side. */
import { describe, expect, it } from '@jest/globals';

import {
  nameProblems,
  packageNameProblem,
  packageVersionProblem,
  type NameRules,
} from '../../src/core/names/file-names.ts';

const PLATFORMS = ['linux', 'darwin', 'win32'] as const;
const DIRECTIONS = ['publish', 'download'] as const;

function problemsOf(names: readonly string[], rules: Partial<NameRules> = {}): string[] {
  const all = { os: 'linux' as const, direction: 'download' as const, ...rules };
  return nameProblems(names, all).map(({ name, problem }) => `${name} ${problem}`);
}

const REFUSED_EVERYWHERE: [string, string][] = [
  ['', 'is empty'],
  ['/etc/passwd', 'is absolute'],
  ['a//b', 'has an empty segment'],
  ['a/', 'has an empty segment'],
  ['./a', 'has a `.` segment'],
  ['a/..', 'has a `..` segment'],
  ['../a', 'has a `..` segment'],
  ['a\\b', 'has a backslash'],
  ['C:/a', 'has a colon'],
  ['a:stream', 'has a colon'],
  ['a\nb', 'has a control or format character'],
  ['a\u0000', 'has a control or format character'],
  ['a\u202eb', 'has a control or format character'],
  ['.g\u200dit/x', 'has a control or format character'],
  ['a\u2028b', 'has a control or format character'],
  ['a\ue000b', 'has a control or format character'],
  ['a\ud800b', 'has a control or format character'],
  ['.git/config', 'has a segment `.git`, which is reserved'],
  ['a/.GIT', 'has a segment `.GIT`, which is reserved'],
  ['.git. /x', 'has a segment `.git. `, which is reserved'],
  ['.Git ..', 'has a segment `.Git ..`, which is reserved'],
  ['GIT~1/config', 'has a segment `GIT~1`, which is reserved'],
  ['git~1', 'has a segment `git~1`, which is reserved'],
  ['.generic-packages/x', 'has a segment `.generic-packages`, which is reserved'],
  ['a/.Generic-Packages.', 'has a segment `.Generic-Packages.`, which is reserved'],
  ['100%/a', 'has a `%` that does not decode'],
  ['%ff/a', 'has a `%` that does not decode'],
  ['a%2Fb/c', 'has a `%`, and decoded once it has more segments'],
  ['%2e%2e/a', 'has a `%`, and decoded once it has a `..` segment'],
  ['%00/a', 'has a `%`, and decoded once it has a control or format character'],
  ['%2egit/a', 'has a `%`, and decoded once it has a segment `.git`, which is reserved'],
];

const FINE_EVERYWHERE = [
  'a',
  'a/b/c.tar.gz',
  '.env',
  '.gitignore',
  '.github/x.yml',
  'my.git/x',
  'git~2/x',
  'digit~1',
  '..a/b..c',
  '...',
  'dir with blank/é/世界/a',
  'a%20b/c',
  'a%2520b/c',
  '__proto__/constructor',
  '-rf',
];

describe('names of files', () => {
  describe.each(PLATFORMS)('on %s', (os) => {
    describe.each(DIRECTIONS)('to %s', (direction) => {
      it.each(REFUSED_EVERYWHERE)('`%s` %s', (name, problem) => {
        expect(nameProblems([name], { os, direction })).toEqual([{ name, problem }]);
      });
    });

    it.each(FINE_EVERYWHERE.filter((name) => os !== 'win32' || name !== '...'))('`%s` is fine', (name) => {
      expect(nameProblems([name], { os, direction: 'download' })).toEqual([]);
    });
  });

  it.each([
    ['255 bytes in a segment', `a/${'x'.repeat(255)}`, []],
    ['256 bytes in a segment', `a/${'x'.repeat(256)}`, ['has a segment of more than 255 bytes']],
    ['bytes, not characters', 'é'.repeat(128), ['has a segment of more than 255 bytes']],
    ['255 bytes in 127 characters and one', `${'é'.repeat(127)}x`, []],
    ['1024 characters', 'abc/'.repeat(255) + 'abcd', []],
    ['1025 characters', 'abc/'.repeat(255) + 'abcde', ['is longer than 1024 characters']],
    ['characters, not code units', 'a/😀😀/'.repeat(200) + 'abc', []],
  ])('length: %s', (_what, name, problems) => {
    expect(nameProblems([name], { os: 'linux', direction: 'download' }).map(({ problem }) => problem)).toEqual(
      problems,
    );
  });

  it('lists every offender in the order given, each once', () => {
    expect(problemsOf(['a/../b', 'fine', '/x', 'fine', '/x', 'y:'])).toEqual([
      'a/../b has a `..` segment',
      '/x is absolute',
      'y: has a colon',
    ]);
  });
});

describe('names that cannot stand side by side', () => {
  it('are a file and a folder of one name, on every system', () => {
    for (const os of PLATFORMS) {
      expect(problemsOf(['a-b', 'a/b/c', 'x', 'a', 'a.b'], { os })).toEqual(['a is a file, and a folder too: `a/b/c`']);
      expect(problemsOf(['a/b', 'a/b/c/d'], { os })).toEqual(['a/b is a file, and a folder too: `a/b/c/d`']);
    }
  });

  it.each<[string, string[]]>([
    ['case', ['README', 'readme']],
    ['case beyond ASCII', ['ÄRGER/x', 'ärger/X']],
    ['final sigma', ['ΟΔΟΣ', 'οδος']],
    ['Unicode form', ['e\u0301', '\u00e9']],
    ['case of a folder', ['Docs/a', 'docs/A']],
  ])('are equal but for %s, on Windows and macOS', (_what, names) => {
    const [first = '', second = ''] = names;
    expect(problemsOf(names, { os: 'linux' })).toEqual([]);
    expect(problemsOf(names, { os: 'darwin' })).toEqual([
      `${second} is the same file as \`${first}\` on macOS: they differ in case or Unicode form only`,
    ]);
    expect(problemsOf(names, { os: 'win32' })[0]).toContain('on Windows');
  });

  it('are a file and a folder that differ in case, on Windows and macOS', () => {
    const names = ['A', 'a/b'];
    expect(problemsOf(names)).toEqual([]);
    expect(problemsOf(names, { os: 'win32' })).toEqual(['A is a file, and a folder too: `a/b`']);
  });

  it('are told apart in folders that differ in case only', () => {
    expect(problemsOf(['Docs/a', 'docs/b'], { os: 'win32' })).toEqual([]);
  });
});

describe('what Windows cannot hold', () => {
  const DEVICES = [
    'CON',
    'nul',
    'aux.h',
    'Prn.tar.gz',
    'COM1',
    'com0.txt',
    'LPT9',
    'lpt¹',
    'CONIN$',
    'conout$',
    'nul .txt',
    'a/nul/b',
  ];
  it.each(DEVICES)('the device %s', (name) => {
    expect(problemsOf([name], { os: 'win32' })[0]).toContain('which is a device on Windows');
    expect(problemsOf([name], { os: 'linux' })).toEqual([]);
    expect(problemsOf([name], { os: 'darwin' })).toEqual([]);
  });

  it.each(['console', 'null', 'com', 'com10', 'lpt', 'auxiliary.txt', 'x.nul', 'prn-1'])('but %s it can', (name) => {
    expect(problemsOf([name], { os: 'win32' })).toEqual([]);
  });

  it.each(['a<b', 'a>b', 'a"b', 'a|b', 'a?b', 'a*b'])('the character in %s', (name) => {
    expect(problemsOf([name], { os: 'win32' })[0]).toContain('a character that Windows refuses');
    expect(problemsOf([name])).toEqual([]);
  });

  it.each(['a.', 'a ', 'a./b', 'a /b', '...'])('the dot or blank at the end of a segment in `%s`', (name) => {
    expect(problemsOf([name], { os: 'win32' })[0]).toContain('ends with a dot or blank');
    expect(problemsOf([name])).toEqual([]);
  });
});

describe('what GitLab refuses as a file’s name', () => {
  it.each(['a b', 'é', 'a(1)', 'a,b', 'a=b', 'a;b', 'dir/a b', '~a', 'a~', '@a', 'a@', 'dir/~', 'a%20b', 'a&b', '世'])(
    '%s',
    (name) => {
      expect(problemsOf([name], { direction: 'publish' })[0]).toContain('is refused by GitLab');
      expect(problemsOf([name], { direction: 'download' })).toEqual([]);
    },
  );

  it.each(['a', 'A-1_2.b+c', 'a~b@c', '.env', '-x', 'dir with blank/(é)/a'])('but not %s', (name) => {
    expect(problemsOf([name], { direction: 'publish' })).toEqual([]);
  });
});

describe('a large version', () => {
  it('of 200,000 names is judged, deep and hostile ones too', () => {
    const names = Array.from(
      { length: 200_000 },
      (_, index) => `dir-${index % 500}/${'a/'.repeat(index % 20)}file-${index}`,
    );
    expect(nameProblems([...names, 'dir-7'], { os: 'win32', direction: 'publish' })).toHaveLength(1);
  });
});

describe('package names', () => {
  it.each(['a', 'my-app_1.0+x', '.hidden', '...', 'A'])('`%s` is fine', (name) => {
    expect(packageNameProblem(name)).toBeUndefined();
  });

  it.each(['', '.', '..', 'a b', 'a/b', '@scope', 'é', 'a~b', 'a\n', 'x'.repeat(1025)])('`%s` is refused', (name) => {
    expect(packageNameProblem(name)).toMatch(/^(is|may)/);
  });
});

describe('package versions', () => {
  const SHA = '0123456789abcdef0123456789abcdef01234567';
  it.each(['1.2', '1.2.3', '1.2.3g', 'v1.2.4-build', '1.0.0+b.1', 'nightly', SHA])('`%s` is fine', (version) => {
    expect(packageVersionProblem(version)).toBeUndefined();
  });

  it.each([
    '',
    '.',
    '..',
    '..1.2.3',
    '1..2',
    '1.2.3-4/../../',
    '%2e%2e%2f1.2.3',
    '1 2',
    '1~2',
    'é',
    '1\n',
    'x'.repeat(1025),
  ])('`%s` is refused', (version) => {
    expect(packageVersionProblem(version)).toMatch(/^(is|may)/);
  });
});
