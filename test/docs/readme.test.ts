/** The README: short, with what every reader looks for, and right about the commands. */
import { expect, test } from '@jest/globals';
import { commands } from '../../src/commands/index.ts';
import { cellsBelow, linksOf, pageAt } from './pages.ts';

const README = pageAt('README.md');

test('has at most 12,000 bytes', () => {
  expect(Buffer.byteLength(README.text)).toBeLessThanOrEqual(12_000);
});

test.each(['npm ci && npm run demo', 'npm cit'])('says on its first screen: %s', (line) => {
  const [first = ''] = README.text.split('\n## ');

  expect(first.split('\n').length).toBeLessThan(30);
  expect(first).toContain(line);
});

test.each([
  ['its own instance, and mirrors', 'docs/self-managed-and-mirrors.md'],
  ['which token', 'docs/connection-and-tokens.md'],
  ['how to install', 'docs/install.md'],
  ['how to delete', 'docs/delete.md'],
  ['exit codes', 'docs/terminal.md#exit-codes'],
  ['large files', 'docs/large-files.md'],
  ['what a message means', 'docs/troubleshooting.md'],
])('leads in one hop to %s', (_, target) => {
  expect(linksOf(README)).toContain(target);
});

test.each(commands.map((command) => [command.name, command] as const))(
  'tells on which platforms there is %s, with its page',
  (name, { platforms }) => {
    const row = cellsBelow(README, 'command').indexOf(`[\`${name}\`](docs/commands/${name}.md)`);
    const told = (['GitHub', 'GitLab', 'terminal'] as const).filter(
      (column) => cellsBelow(README, column)[row] === 'yes',
    );

    expect(row).not.toBe(-1);
    expect(told.map((column) => column.toLowerCase())).toEqual(platforms);
  },
);

test('lists no command that is not there', () => {
  expect(cellsBelow(README, 'command')).toHaveLength(commands.length);
});
