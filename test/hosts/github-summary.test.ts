/** The job summary as Markdown: its form, its limits, and text that stays text. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/core/errors.ts';
import { failureMarkdown, summaryMarkdown, type SummaryOptions } from '../../src/hosts/github/summary.ts';
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

const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;
const FILES = {
  columns: ['File', { title: 'SHA-256', type: 'digest' }, { title: 'Status', type: 'status' }],
} as const;

test('a heading with the page, the numbers, the digest to copy; a status only where files differ in it', () => {
  const published = report({
    title: { subject: 'widget 1.2.3', deed: 'published' },
    tally: '2 files, 3 B: 2 sent, 0 unchanged',
    facts: [
      ['Files', '2 files, 3 B', 'log'],
      ['Digest', DIGEST],
    ],
    links: [{ label: 'widget 1.2.3', url: 'https://gitlab.test/-/packages/1' }],
    table: { ...FILES, rows: ['a', 'b'].map((name) => [name, DIGEST.slice(7), 'uploaded']) },
  });
  const options = { ...asIs, actor: 'octocat', runUrl: 'https://github.test/acme/widget/actions/runs/7' };

  expect(summaryMarkdown(published, options)).toBe(
    [
      '### [widget 1.2.3](<https://gitlab.test/-/packages/1>) published',
      '',
      '2 files, 3 B: 2 sent, 0 unchanged',
      '',
      '```text',
      DIGEST,
      '```',
      '',
      '| File | SHA-256 |',
      '| --- | --- |',
      '| a | `0123456789ab` |',
      '| b | `0123456789ab` |',
      '',
      '<sub>Started by `octocat` in [this run](<https://github.test/acme/widget/actions/runs/7>)</sub>',
      '',
    ].join('\n'),
  );

  const mixed = { ...FILES, rows: [['a', DIGEST.slice(7), 'uploaded'] as const, ['b', DIGEST.slice(7), 'unchanged']] };
  expect(summaryMarkdown({ ...published, table: mixed }, asIs)).toContain('| File | SHA-256 | Status |');
});

test.each([
  [20, false],
  [21, true],
])('a table of %d rows is folded: %p', (count, isFolded) => {
  const table = { columns: ['File'], rows: rows(count, (at) => `file-${at}`) };
  const markdown = summaryMarkdown(report({ table }), asIs);
  expect(markdown.includes(`<details><summary>${count} files</summary>`)).toBe(isFolded);
});

test('a part is one line', () => {
  const part = report({
    brief: true,
    title: { subject: 'Part linux of widget 1.2.3', deed: 'published' },
    tally: '1 file, 3 B: 1 sent, 0 unchanged',
    facts: [['Digest', DIGEST]],
    table: { ...FILES, rows: [['a', DIGEST, 'uploaded']] },
  });
  expect(summaryMarkdown(part, { ...asIs, actor: 'octocat' })).toBe(
    `**Part linux of widget 1.2.3 published** · 1 file, 3 B: 1 sent, 0 unchanged · \`${DIGEST}\` · Started by \`octocat\`\n`,
  );
});

test('a failure has its message, the first 20 problems, and the next step', () => {
  const failure = new Failure('conflict', 'The version differs from `out`', {
    problems: Array.from({ length: 25 }, (_, at) => `file-${at}: differs`),
    hint: 'Use `if-exists: skip` <b>.',
  });
  const subject = { project: '', package: 'widget', version: '1.2.3', digest: '' };
  const markdown = failureMarkdown(failure, { command: 'publish', subject }, { ...asIs, actor: 'octocat' });
  const lines = markdown.split('\n');
  expect(lines.slice(0, 3)).toEqual(['### publish failed: widget 1.2.3', '', 'The version differs from `out`']);
  expect(lines.filter((line) => line.startsWith('- file-'))).toHaveLength(20);
  expect(markdown).toContain('- … and 5 more: the log lists all 25\n');
  expect(markdown).toContain('\nUse `if-exists: skip` &#60;b&#62;.\n');
  expect(markdown).toContain('<sub>Started by `octocat`</sub>\n');
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
