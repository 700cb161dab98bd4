/** Programs as one line for a shell: what is joined, what is written without quotes, what is refused. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { nodeLine } from '../../src/generate/shell-line.ts';

function run(program: string): string {
  return execFileSync(
    'sh',
    ['-c', `PATH="$1:$PATH" ${nodeLine(program)}`, 'sh', process.execPath.replace(/\/[^/]*$/, '')],
    {
      encoding: 'utf8',
    },
  );
}

describe('a program as one line', () => {
  it('joins its lines and leaves comments out', () => {
    expect(nodeLine('\n  // Why.\n  const a = 1;\n\n  use(a);\n')).toBe(
      "node -e 'const t = (r) => decodeURIComponent(r.source); const a = 1; use(a);'",
    );
  });

  it.each([
    'plain words',
    '/path?a=b&c#d',
    'it "is" `so` $HOME $(id) \\n',
    '100 % *+[](){}^|',
    'ä – 日本 😀',
    '#!/bin/sh',
    ' ',
    '//',
  ])('keeps the text %j as it is', (text) => {
    expect(run(`process.stdout.write('${text}');`)).toBe(text);
  });

  it.each([
    { name: 'a quote', program: 'const a = "b";' },
    { name: 'a dollar', program: 'const $ = 1;' },
    { name: 'a backtick', program: 'const a = `b`;' },
    { name: 'a backslash', program: String.raw`const a = /\d/;` },
    { name: 'a quote that is not closed', program: "const a = 'b;" },
    { name: 'an empty text', program: "const a = '';" },
  ])('refuses $name', ({ program }) => {
    expect(() => nodeLine(program)).toThrow();
  });
});
