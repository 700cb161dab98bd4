/** Every link of the documents leads somewhere, and every page can be reached. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { posix } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../support/process.ts';
import { anchorsOf, linksOf, PAGES, type Page } from './pages.ts';

interface Target {
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Links within the repository, resolved from the page that they stand in. */
function ownLinks(page: Page): readonly Target[] {
  return linksOf(page)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor] = link.split('#');
      return { path: file === '' ? page.path : posix.join(posix.dirname(page.path), file), anchor };
    });
}

test('there are pages, with links', () => {
  expect(PAGES.length).toBeGreaterThan(20);
  expect(PAGES.flatMap(ownLinks).length).toBeGreaterThan(100);
});

test.each(PAGES.map((page) => [page.path, page] as const))('%s links to what is there', (_, page) => {
  const broken = ownLinks(page).filter(({ path, anchor }) => {
    const target = PAGES.find((known) => known.path === path);
    if (target === undefined) return anchor !== undefined || !existsSync(join(ROOT, path));
    return anchor !== undefined && !anchorsOf(target).has(anchor);
  });

  expect(broken).toEqual([]);
});

test('every page is reached from the README', () => {
  const reached = new Set(['README.md']);
  for (const path of reached) {
    const page = PAGES.find((known) => known.path === path);
    if (page !== undefined) for (const link of ownLinks(page)) reached.add(link.path);
  }

  expect(PAGES.map(({ path }) => path).filter((path) => !reached.has(path))).toEqual([]);
});
