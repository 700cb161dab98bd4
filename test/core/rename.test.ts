/** Rules that give files other names: how they are read, which fits, and what `{1}` stands for. */
import { describe, expect, test } from '@jest/globals';
import { parseRenames, renameAll } from '../../src/core/names/rename.ts';

function renamed(lines: readonly string[], name: string): string | undefined {
  const { rules, problems } = parseRenames(lines);
  expect(problems).toEqual([]);
  return renameAll(rules, [name]).names[0];
}

describe('a rule', () => {
  test.each<[lines: string[], name: string, becomes: string]>([
    [['My App Setup *.exe => my-app-setup-{1}.exe'], 'My App Setup 1.2.3.exe', 'my-app-setup-1.2.3.exe'],
    [['app(x64).dmg => app-x64.dmg'], 'app(x64).dmg', 'app-x64.dmg'],
    [['a=>b'], 'a', 'b'],
    [['*/*.txt => {2}/{1}.md'], 'one/two.txt', 'two/one.md'],
    [['*-*.zip => {1}_{2}.zip'], 'a-b-c.zip', 'a_b-c.zip'],
    [['* => x/{1}{1}'], 'a', 'x/aa'],
    [['a* => {1}b'], 'a', 'b'],
    [['** => {2}'], 'abc', 'abc'],
    [['*.a*a => {1}'], 'x.aa', 'x'],
    [['a => b', '* => c'], 'a', 'b'],
    [['b => c', 'a => b'], 'a', 'b'],
    [['a => {x}'], 'a', '{x}'],
    [['docs/* => {1}'], 'docs/a b.txt', 'a b.txt'],
    [['*a*a*a*a*a*a*b => x'], 'a'.repeat(2000), 'a'.repeat(2000)],
  ])('%j makes of %s: %s', (lines, name, becomes) => {
    expect(renamed(lines, name)).toBe(becomes);
  });

  test.each([
    ['a star does not cross a folder', '* => x', 'a/b'],
    ['the end has to fit', '*.exe => x', 'a.exe.sig'],
    ['one text is not used twice', 'ab*ba => x', 'aba'],
    ['case counts', 'A => x', 'a'],
    ['the middle has to fit before the end', '*bc*c => x', 'abc'],
  ])('leaves the name: %s', (_why, line, name) => {
    expect(renamed([line], name)).toBe(name);
  });

  test.each([
    ['a', 'must be `FROM => TO`'],
    ['a =>', 'must be `FROM => TO`'],
    ['=> b', 'must be `FROM => TO`'],
    ['a => b => c', 'must be `FROM => TO`'],
    ['*.a => *.b', 'write `{1}`'],
    ['*.a => {2}.b', 'has `{2}`, but FROM has 1 `*`'],
    ['a => {1}', 'has `{1}`, but FROM has no `*`'],
    ['* => {0}', 'has `{0}`, but FROM has 1 `*`'],
  ])('is refused: %s', (line, says) => {
    expect(parseRenames([line])).toEqual({ rules: [], problems: [expect.stringContaining(says)] });
  });

  test('that fits nothing first is told', () => {
    const { rules } = parseRenames(['a* => x', 'ab => y', 'z => w']);
    const { names, unused } = renameAll(rules, ['ab', 'c']);
    expect(names).toEqual(['x', 'c']);
    expect(unused.map(({ text }) => text)).toEqual(['ab => y', 'z => w']);
  });
});
