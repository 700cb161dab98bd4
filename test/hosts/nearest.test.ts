/** How close a name has to be to another one to be taken for it. */
import { describe, expect, test } from '@jest/globals';
import { editDistance, findNearest, isMisspelling } from '../../src/hosts/nearest.ts';

test.each([
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['files', 'file', 1],
  ['filse', 'files', 1],
  ['dierctroy', 'directory', 2],
  ['kitten', 'sitting', 3],
  ['ab', 'ba', 1],
])('%j is from %j as many edits as %d', (a, b, distance) => {
  expect([editDistance(a, b), editDistance(b, a)]).toEqual([distance, distance]);
});

describe('a misspelling', () => {
  test.each([
    ['repo', 'ref'],
    ['refs', 'ref'],
    ['tga', 'tag'],
    ['path', 'parts'],
    ['path', 'part'],
    ['file', 'files'],
    ['name', 'group'],
    ['status', 'summary'],
    ['version', 'variable'],
  ])('%s is not one of %s', (typed, name) => {
    expect(isMisspelling(typed, name)).toBe(false);
  });

  test.each([
    ['flies', 'files'],
    ['tokne', 'token'],
    ['dierctroy', 'directory'],
    ['package_name', 'package-name'],
    ['pakcage_nam', 'package-name'],
    ['api_url', 'api-url'],
  ])('%s is one of %s', (typed, name) => {
    expect(isMisspelling(typed, name)).toBe(true);
  });
});

test.each([
  ['publihs', 'publish'],
  ['lits', 'list'],
  ['frobnicate', undefined],
])('the nearest of the commands to %s is %s', (word, command) => {
  expect(findNearest(word, ['publish', 'download', 'list', 'version'])).toBe(command);
});
