/** Patterns over names: what they select, and which lines are none. Held against other matchers in patterns-oracle.test.ts. */
import { describe, expect, it } from '@jest/globals';

import { literalName, parsePatterns, selectNames } from '../../src/core/patterns/patterns.ts';

const NAMES = [
  'app',
  'app.js',
  'app.js.map',
  '.env',
  'dist/app.js',
  'dist/app.js.map',
  'dist/css/.hidden',
  'dist/css/main.css',
  'docs/[draft].md',
  '~/x',
];

function select(lines: readonly string[], names: readonly string[] = NAMES, os: NodeJS.Platform = 'linux'): string[] {
  const { patterns, problems } = parsePatterns(lines, { os });
  expect(problems).toEqual([]);
  return selectNames(patterns, names).names;
}

describe('patterns select names', () => {
  it.each([
    ['everything', ['**'], NAMES],
    ['everything, as the folder itself', ['.'], NAMES],
    ['one segment only', ['*.js'], ['app.js']],
    ['at any depth', ['**/*.js'], ['app.js', 'dist/app.js']],
    ['a folder means all below it', ['dist'], NAMES.filter((name) => name.startsWith('dist/'))],
    ['so does one found by a wildcard', ['d*/c?s'], ['dist/css/.hidden', 'dist/css/main.css']],
    ['a slash at the end: folders only', ['app/', 'dist/css/'], ['dist/css/.hidden', 'dist/css/main.css']],
    ['a leading ./', ['./dist/app.js'], ['dist/app.js']],
    ['slashes that repeat', ['dist//app.js'], ['dist/app.js']],
    ['an exclusion', ['dist', '!**/*.map'], ['dist/app.js', 'dist/css/.hidden', 'dist/css/main.css']],
    [
      'last match wins',
      ['dist', '!dist/css', 'dist/css/main.css'],
      ['dist/app.js', 'dist/app.js.map', 'dist/css/main.css'],
    ],
    ['exclusions first have nothing to exclude', ['!app.js', 'app.js'], ['app.js']],
    ['only exclusions select nothing', ['!app.js'], []],
    ['doubled, an exclusion is none', ['!!app.js', '! ! .env'], ['app.js', '.env']],
    ['a leading dot is an ordinary character', ['*', '!app*'], ['.env', ...NAMES.filter((name) => name.includes('/'))]],
    ['brackets escape', ['docs/[[]draft].md'], ['docs/[draft].md']],
    ['a backslash escapes', ['docs/\\[draft\\].md'], ['docs/[draft].md']],
    ['~ is not home', ['~/*'], ['~/x']],
    ['braces are plain', ['{app,dist}'], []],
    ['blank lines, comments and blanks around', ['', '  ', '# app.js', '  app.js\t', '\\#x'], ['app.js']],
    ['several lines in one', ['app.js\r\n.env\n# x'], ['app.js', '.env']],
    ['case counts', ['APP.JS'], []],
    ['several **', ['**/c*/**/*.css'], ['dist/css/main.css']],
  ])('%s', (_what, lines, expected) => {
    expect(select(lines).sort()).toEqual([...expected].sort());
  });

  it('keeps names that every object has', () => {
    const names = ['__proto__', 'constructor/x', 'toString'];
    expect(select(['**'], names)).toEqual(names);
    expect(select(['__proto__', 'constructor'], names)).toEqual(['__proto__', 'constructor/x']);
  });

  it('on Windows takes backslashes for separators and ignores case', () => {
    expect(select(['DIST\\*.JS'], NAMES, 'win32')).toEqual(['dist/app.js']);
    expect(select(['[C-D]ist\\**\\*.CSS'], NAMES, 'win32')).toEqual(['dist/css/main.css']);
  });

  it('is quick where a regular expression tries every way to split', () => {
    const name = 'a'.repeat(255);
    expect(select([`${'*a'.repeat(400)}*b`, `${'**/a/'.repeat(150)}b`], [name, `${'a/'.repeat(400)}a`])).toEqual([]);
  });

  it('names the lines that select nothing, but no exclusion', () => {
    const { patterns } = parsePatterns(['*.js', '*.nope', '!*.none', '.env', '!.env'], { os: 'linux' });
    expect(selectNames(patterns, NAMES).unmatched).toEqual(['*.nope', '.env']);
  });
});

describe('lines that are no pattern', () => {
  it.each([
    ['!', '`!` has no pattern after the `!`'],
    ['a/../b', '`a/../b` has a `..` segment. Patterns stay below the folder that they start from'],
    ['a/[.][.]/b', '`a/[.][.]/b` has a `..` segment. Patterns stay below the folder that they start from'],
    ['a/./b', '`a/./b` has a `.` segment. Patterns stay below the folder that they start from'],
    ['././b', '`././b` has a `.` segment. Patterns stay below the folder that they start from'],
    ['/etc/passwd', '`/etc/passwd` is absolute: names in a package are relative'],
  ])('%s', (line, problem) => {
    expect(parsePatterns([line], { os: 'linux' })).toEqual({ patterns: [], problems: [problem] });
  });

  it('are all reported, longer than 1024 characters too, while 1024 will do', () => {
    const { patterns, problems } = parsePatterns(['x'.repeat(1025), 'x'.repeat(1024), '..'], { os: 'linux' });
    expect(patterns).toHaveLength(1);
    expect(problems).toHaveLength(2);
    expect(problems[0]).toContain('is longer than 1024 characters');
  });
});

describe('absolute patterns inside a directory', () => {
  it.each<[string, NodeJS.Platform, string, string, string[]]>([
    ['below it', 'linux', '/w/p', '/w/p/dist/*.js', ['dist/app.js']],
    ['the directory itself', 'linux', '/w/p', '/w/p/', NAMES],
    ['an exclusion', 'linux', '/w/p', '!/w/p/dist', []],
    ['with brackets in the directory', 'linux', '/w/[p]', '/w/[[]p]/app.js', ['app.js']],
    ['in the root', 'linux', '/', '/app.js', ['app.js']],
    ['on Windows', 'win32', 'C:\\w\\p', 'c:\\W\\p\\dist\\*.js', ['dist/app.js']],
    ['on a Windows share', 'win32', '\\\\srv\\share\\p', '\\\\srv\\share\\p\\app.js', ['app.js']],
  ])('%s', (_what, ...row) => {
    const [os, directory, line, expected] = row;
    const { patterns, problems } = parsePatterns([line], { os, directory });
    expect(problems).toEqual([]);
    expect(selectNames(patterns, NAMES).names).toEqual(expected);
  });

  it.each<[string, NodeJS.Platform, string, string]>([
    ['a sibling whose name starts alike', 'linux', '/w/p', '/w/p2/x'],
    ['a parent', 'linux', '/w/p', '/w'],
    ['a wildcard that might lead there', 'linux', '/w/p', '/w/*/x'],
    ['another drive', 'win32', 'C:\\w', 'D:\\w\\x'],
    ['a path relative to a drive', 'win32', 'C:\\w', 'C:x'],
    ['the root of the drive', 'win32', 'C:\\w', '\\w\\x'],
    ['a share with the same words', 'win32', '\\\\srv\\share', '\\srv\\share\\x'],
  ])('refuse %s', (_what, os, directory, line) => {
    const { patterns, problems } = parsePatterns([line], { os, directory });
    expect(patterns).toEqual([]);
    expect(problems[0]).toContain('does not start with the directory');
  });
});

describe('the name that a pattern without wildcard asks for', () => {
  it.each([
    ['dist/app.js', 'dist/app.js'],
    ['./app.js', 'app.js'],
    ['docs/[[]draft].md', 'docs/[draft].md'],
    ['.env', '.env'],
    ['dist/*.js', undefined],
    ['dist/**', undefined],
    ['dist/[ab]', undefined],
    ['dist/', undefined],
    ['.', undefined],
    ['!app.js', undefined],
  ])('%s', (line, expected) => {
    const [pattern] = parsePatterns([line], { os: 'linux' }).patterns;
    expect(pattern === undefined ? 'no pattern' : literalName(pattern)).toBe(expected);
  });
});
