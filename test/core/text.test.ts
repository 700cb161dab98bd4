/** Foreign text made harmless: in logs, as code and as prose in Markdown. */
import { describe, expect, it } from '@jest/globals';

import { harmless, markdownCode, markdownText, quoted } from '../../src/core/text.ts';

describe('foreign text is made harmless', () => {
  it.each([
    ['plain text stays', 'Grüße, 世界 😀 \\x', 'Grüße, 世界 😀 \\x'],
    ['line breaks and tabs', 'a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['terminal escapes', '\u001b[2J\u009b1m', '\\u{1b}[2J\\u{9b}1m'],
    ['changes of direction', 'exe\u202egpj', 'exe\\u{202e}gpj'],
    ['what has no width', 'a\u200bb\ufeff', 'a\\u{200b}b\\u{feff}'],
    ['line and paragraph separators', '\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['private use and tags', '\ue000\u{e0001}', '\\u{e000}\\u{e0001}'],
    ['half a surrogate pair', 'a\ud800b', 'a\\u{d800}b'],
    ['GitHub commands, elsewhere', '::set-output::x ##[error]', '::set-output::x ##[error]'],
  ])('%s', (_what, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  it.each([
    ['a command', '::error::x', ':\\u{3a}error::x'],
    ['a command after blanks', ' \u3000::error::x', ' \u3000:\\u{3a}error::x'],
    ['no command', 'a ::error::x', 'a ::error::x'],
    ['an old command anywhere', 'x ##[error] ##[x', 'x ##\\u{5b}error] ##\\u{5b}x'],
    ['many #', '###[a]', '###\\u{5b}a]'],
    ['a bracket alone', '#[a] [b]', '#[a] [b]'],
  ])('for GitHub: %s', (_what, text, expected) => {
    expect(harmless(text, { github: true })).toBe(expected);
  });

  it.each([
    ['exactly fitting', 'x'.repeat(500), 'x'.repeat(500)],
    ['one too long', 'x'.repeat(501), `${'x'.repeat(499)}…`],
    ['counted in characters', '😀'.repeat(500), '😀'.repeat(500)],
    ['never cutting an escape', `${'x'.repeat(496)}\u0007yy`, `${'x'.repeat(496)}…`],
  ])('at 500 characters: %s', (_what, text, expected) => {
    expect(harmless(text)).toBe(expected);
  });

  it('at another limit', () => {
    expect(harmless('abcdef', { limit: 4 })).toBe('abc…');
    expect(harmless('abcd', { limit: 4 })).toBe('abcd');
    expect(harmless('\n\n', { limit: 4 })).toBe('…');
  });
});

describe('foreign text as Markdown code', () => {
  it.each([
    ['plain', 'dist/my_app-1.2.3*.tar.gz', '`dist/my_app-1.2.3*.tar.gz`'],
    ['empty', '', ''],
    ['a pipe, which ends a table cell', 'a|b', '<code>a&#124;b</code>'],
    ['a backslash before a pipe', 'a\\|b', '<code>a&#92;&#124;b</code>'],
    ['backticks', '``a`', '<code>&#96;&#96;a&#96;</code>'],
    ['HTML beside a backtick', '`</code><img>', '<code>&#96;&#60;/code&#62;&#60;img&#62;</code>'],
    ['a line break', 'a\nb', '<code>a&#92;u&#123;a&#125;b</code>'],
    ['blanks at an end', ' a', '<code> a</code>'],
  ])('%s', (_what, text, expected) => {
    expect(markdownCode(text)).toBe(expected);
  });
});

describe('foreign text as Markdown text', () => {
  it.each([
    ['plain', 'Fixed in 1.2.3 (at last), see docs/a.md', 'Fixed in 1.2.3 (at last), see docs/a.md'],
    ['emphasis', '*a* _b_ ~c~', '&#42;a&#42; &#95;b&#95; &#126;c&#126;'],
    ['a link', '[a](http://b)', '&#91;a&#93;(http&#58;//b)'],
    ['a bare address', 'www.example.org', 'www&#46;example.org'],
    ['HTML', '<img src=x> &amp;', '&#60;img src=x&#62; &#38;amp;'],
    ['a table cell', 'a|b\nc', 'a&#124;b&#92;u&#123;a&#125;c'],
    ['a heading', '# a', '&#35; a'],
    ['a list', '- a', '&#45; a'],
    ['a numbered list', '12. a', '12&#46; a'],
    ['a number that is no list', '1.2', '1.2'],
  ])('%s', (_what, text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  it('is cut as any foreign text', () => {
    expect(markdownText('abcdef', { limit: 3 })).toBe('ab…');
  });
});

describe('a text within a message is quoted', () => {
  it.each([
    ['files', '`files`'],
    ['', '``'],
    ['a\nb', '`a\\u{a}b`'],
    ['x'.repeat(200), `\`${'x'.repeat(200)}\``],
  ])('%j is %s', (text, expected) => {
    expect(quoted(text)).toBe(expected);
  });

  it('is cut where a message has less room', () => {
    expect(quoted('x'.repeat(200), 80)).toBe(`\`${'x'.repeat(79)}…\``);
  });
});
