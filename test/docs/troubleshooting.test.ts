/** The messages that the troubleshooting page explains are messages of the program. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/process.ts';
import { cellsBelow, codeIn, pageAt } from './pages.ts';

const PAGE = pageAt('docs/troubleshooting.md');
/** GitLab's, not ours. */
const FOREIGN = ["Component '…' - content not found"];

const SOURCE = globSync('src/**/*.{ts,js}', { cwd: ROOT })
  .map((path) => readFileSync(join(ROOT, path), 'utf8'))
  .join('\n')
  // Long texts are written in several pieces.
  .replace(/['`] \+\s+['`]/g, '');

test.each(cellsBelow(PAGE, 'message').flatMap(codeIn))('a message says: %s', (piece) => {
  if (FOREIGN.includes(piece)) return;
  // What depends on the case, such as a code of the system, is no part of the source's text.
  const fixed = piece.replace(/ \([A-Z_]+\)$/, '');

  expect(SOURCE).toContain(fixed);
});

test.each(cellsBelow(PAGE, "GitLab's words").flatMap(codeIn))('GitLab’s words are known: %s', (words) => {
  const causes = readFileSync(join(ROOT, 'src/gitlab/failures/causes.ts'), 'utf8');

  expect(causes).toContain(`said: '${words}'`);
});

test('the page explains many', () => {
  expect(cellsBelow(PAGE, 'message').length).toBeGreaterThan(30);
});
