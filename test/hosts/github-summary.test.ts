/** The job summary as Markdown: its form, its limits, and text that stays text. */
import { describe, expect, test } from '@jest/globals';
import { summaryMarkdown, type SummaryOptions } from '../../src/hosts/github/summary.ts';
import type { Report } from '../../src/definitions/command.ts';

const asIs: SummaryOptions = { clean: (text) => text, actor: '' };

function report(overrides: Partial<Report>): Report {
  return { headline: 'Published', facts: [], links: [], summary: true, ...overrides };
}

function rows(count: number, cell: (at: number) => string): readonly (readonly string[])[] {
  return Array.from({ length: count }, (_, at) => [cell(at)]);
}

test('a report becomes a heading, facts, a table with links, and the links that are in no row', () => {
  const markdown = summaryMarkdown(
    report({
      headline: 'Published widget 1.2.3: 2 files',
      facts: [
        ['digest', 'sha256:ab'],
        ['note', ''],
      ],
      table: {
        columns: ['file', 'size'],
        rows: [
          ['a.txt', '1 B'],
          ['b.txt', '20 kB'],
        ],
      },
      links: [
        { label: 'a.txt', url: 'https://gitlab.test/a.txt' },
        { label: 'package', url: 'https://gitlab.test/-/packages/1' },
      ],
    }),
    asIs,
  );
  expect(markdown).toBe(
    [
      '### Published widget 1.2.3: 2 files',
      '',
      '- digest: `sha256:ab`',
      '',
      '| file | size |',
      '| --- | ---: |',
      '| [`a.txt`](<https://gitlab.test/a.txt>) | 1 B |',
      '| b.txt | 20 kB |',
      '',
      '- [`package`](<https://gitlab.test/-/packages/1>)',
      '',
    ].join('\n'),
  );
});

describe('foreign text', () => {
  const nasty = '<script>|`x`\n## [a](javascript:b) @team https://evil.test ![i](x)';

  test('works as markup nowhere', () => {
    const markdown = summaryMarkdown(
      report({
        headline: nasty,
        facts: [['fact', nasty]],
        table: { columns: ['file'], rows: [[nasty]] },
      }),
      asIs,
    );
    expect(markdown.split('\n')).toHaveLength(8);
    expect(markdown).not.toMatch(/<script|`x`|\]\(|@team|!\[/);
    const [row = ''] = markdown.split('\n').filter((line) => line.startsWith('| &'));
    expect(row.split('|')).toHaveLength(3);
  });

  test.each([['javascript:alert(1)'], ['data:text/html,x'], ['no address'], ['file:///etc/passwd']])(
    'is no link when its address is %s',
    (url) => {
      expect(summaryMarkdown(report({ links: [{ label: 'a', url }] }), asIs)).toBe('### Published\n');
    },
  );

  test('cannot end the address of a link', () => {
    const url = 'https://gitlab.test/a>)<b|`\\c d';
    const markdown = summaryMarkdown(report({ links: [{ label: 'a', url }] }), asIs);
    const [, target = ''] = /\]\(<(.*)>\)$/m.exec(markdown) ?? [];
    expect(target).toMatch(/^https:\/\/gitlab\.test\/[\w%/.-]+$/);
  });

  test('is without secrets', () => {
    const clean = (text: string): string => text.replaceAll('s3cret', '***');
    const all = report({
      headline: 's3cret',
      facts: [['s3cret', 's3cret']],
      table: { columns: ['a'], rows: [['s3cret']] },
      links: [{ label: 's3cret', url: 'https://h/s3cret' }],
    });
    expect(summaryMarkdown(all, { clean, actor: '' })).not.toContain('s3cret');
  });
});

describe('the limits', () => {
  test('2,000 rows, and the number of the rest', () => {
    const table = { columns: ['file'], rows: rows(2500, (at) => `file-${at}`) };
    const markdown = summaryMarkdown(report({ table }), asIs);
    expect(markdown.match(/^\| file-\d+ \|$/gm)).toHaveLength(2000);
    expect(markdown).toMatch(/^… and 500 more$/m);
  });

  test('900 kB', () => {
    const wide = Array.from({ length: 30 }, () => '#'.repeat(500));
    const table = { columns: wide.map((_, at) => `column ${at}`), rows: Array.from({ length: 200 }, () => wide) };
    const markdown = summaryMarkdown(report({ table }), asIs);
    expect(Buffer.byteLength(markdown)).toBeLessThan(900_000);
    expect(markdown).toMatch(/^… and \d+ more$/m);
  });
});
