/** The section of a version out of a changelog. */
import { describe, expect, test } from '@jest/globals';
import { findSection } from '../../src/commands/release/changelog.ts';

const CHANGELOG = `# Changelog

All notable changes, see [keep a changelog].

## [Unreleased]

- Not out yet

## [1.3.0] - 2026-02-01

### Added

- Widgets ([#12])

\`\`\`md
## [1.2.9] is no heading here
\`\`\`

### Fixed

- All of it

## 1.2.0 (2026-01-01)

## [v1.1.0](https://example.com/1.1.0) [YANKED]
- Old

# 1.0.0

First

[keep a changelog]: https://keepachangelog.com
[#12]: https://example.com/12
[unreleased]: https://example.com/compare/1.3.0...HEAD
[1.3.0]: https://example.com/1.3.0
`;

describe('the section', () => {
  test('is all below the heading, with the addresses that it uses', () => {
    expect(findSection(CHANGELOG, '1.3.0')).toEqual({
      text: [
        '### Added',
        '',
        '- Widgets ([#12])',
        '',
        '```md',
        '## [1.2.9] is no heading here',
        '```',
        '',
        '### Fixed',
        '',
        '- All of it',
        '',
        '[#12]: https://example.com/12',
      ].join('\n'),
    });
  });

  test.each([
    ['1.2.0', ''],
    ['1.1.0', '- Old'],
    ['v1.1.0', '- Old'],
    ['1.0.0', 'First'],
    ['Unreleased', '- Not out yet'],
  ])('of %s is %j', (version, text) => {
    expect(findSection(CHANGELOG, version)).toEqual({ text });
    expect(findSection(CHANGELOG.replaceAll('\n', '\r\n'), version)).toEqual({ text });
  });

  test.each(['1.2.9', '9.9.9', '1.3', '3.0'])('of %s is not there: the headings are listed', (version) => {
    const headings = [
      '[Unreleased]',
      '[1.3.0] - 2026-02-01',
      '1.2.0 (2026-01-01)',
      '[v1.1.0](https://example.com/1.1.0) [YANKED]',
    ];
    expect(findSection(CHANGELOG, version)).toEqual({ headings });
  });

  test.each([
    ['## Version 2.0.0', '2.0.0'],
    ['### [2.0.0-rc.1] – soon', '2.0.0-rc.1'],
    ['## 2024.05.01 ##', '2024.05.01'],
  ])('has the heading %j', (heading, version) => {
    expect(findSection(`${heading}\n\ntext\n`, version)).toEqual({ text: 'text' });
  });
});
