/** Our matcher against minimatch, used the way `@actions/glob` 0.7.0 uses it. */
import { describe, expect, it } from '@jest/globals';
import { Minimatch } from 'minimatch';

import { parsePatterns, selectNames } from '../../src/core/patterns/patterns.ts';
import { seededRandom, type Random } from './random.ts';

const PIECES = [
  'a',
  'b',
  'c',
  'A',
  '.',
  '-',
  '_',
  '*',
  '*',
  '**',
  '?',
  '[ab]',
  '[!a]',
  '[^b]',
  '[a-c]',
  '[c-a]',
  '[A-C]',
];
const ODD_PIECES = [
  '[',
  ']',
  '[]a]',
  '[!]]',
  '[a-]',
  '[-a]',
  '[*]',
  '[?]',
  '[[]',
  '{a,b}',
  '+(a)',
  '~',
  '#',
  '(',
  '$',
  'é',
  '[à-ï]',
];
const NAMED_PIECES = ['[[:alpha:]]', '[[:digit:]b]', '[![:upper:]]', '[[:punct:]]', '[[:xdigit:]]', '[[:word:]]'];
const NAME_PIECES = ['a', 'b', 'c', 'A', 'ab', '.', '-', '_', '*', '[', ']', '?', '1', 'é', '~', '{', '$', '#'];

function piecesFor(random: Random): readonly string[] {
  const kind = random.below(10);
  if (kind === 0) return NAMED_PIECES;
  return kind < 4 ? ODD_PIECES : PIECES;
}

function randomSegment(random: Random): string {
  let segment = '';
  for (let count = 1 + random.below(4); count > 0; count -= 1) segment += random.pick(piecesFor(random));
  return segment;
}

/** At most one `**` before the end: with several, the oracle is wrong (see the table below). */
function randomPattern(random: Random): string {
  const segments = Array.from({ length: 1 + random.below(3) }, () => randomSegment(random));
  if (random.below(3) === 0) segments.splice(random.below(segments.length), 0, '**');
  if (random.below(5) === 0) segments.push('**');
  return segments.join('/') + (random.below(8) === 0 ? '/' : '');
}

function randomName(random: Random): string {
  const segments = Array.from({ length: 1 + random.below(4) }, () => {
    const segment = Array.from({ length: 1 + random.below(3) }, () => random.pick(NAME_PIECES)).join('');
    return segment === '.' || segment === '..' ? 'a' : segment;
  });
  return segments.join('/');
}

/** What `@actions/glob` does with a pattern and a file, word for word but for the file system. */
function oracle(pattern: string, nocase: boolean): ((name: string) => boolean) | undefined {
  const options = { dot: true, nobrace: true, nocase, nocomment: true, noext: true, nonegate: true };
  const foldersOnly = pattern.endsWith('/');
  const path = foldersOnly ? pattern.slice(0, -1) : pattern;
  const trimmed = path === '.' || path.startsWith('./') ? `/r${path.slice(1)}` : `/r/${path}`;
  const endsInStars = trimmed.endsWith('/**');
  try {
    const self = new Minimatch(trimmed, options);
    const below = foldersOnly || !endsInStars ? new Minimatch(`${trimmed}/**`, options) : undefined;
    return (name) =>
      (!foldersOnly && self.match(`/r/${name}${endsInStars ? '/' : ''}`)) || below?.match(`/r/${name}`) === true;
  } catch {
    // Named classes together with a `-` or a blank make it build an invalid expression.
    return undefined;
  }
}

function compareSome(seed: number, os: NodeJS.Platform): { compared: number; matched: number; different: string[] } {
  const random = seededRandom(seed);
  const result = { compared: 0, matched: 0, different: [] as string[] };
  for (let round = 0; round < 2000; round += 1) {
    const pattern = randomPattern(random);
    const names = new Set(Array.from({ length: 12 }, () => randomName(random)));
    const { patterns, problems } = parsePatterns([pattern], { os });
    const expected = oracle(pattern, os === 'win32');
    if (patterns.length === 0 || problems.length > 0 || expected === undefined) continue;
    const selected = new Set(selectNames(patterns, names).names);
    for (const name of names) {
      result.compared += 1;
      if (selected.has(name)) result.matched += 1;
      if (selected.has(name) !== expected(name)) result.different.push(`${pattern}  ${name}`);
    }
  }
  return result;
}

describe('the matcher agrees with minimatch', () => {
  it.each([
    ['linux', 1],
    ['linux', 2],
    ['win32', 3],
  ] as const)('on %s, for generated patterns and names (seed %i)', (os, seed) => {
    const { compared, matched, different } = compareSome(seed, os);

    expect(different).toEqual([]);
    expect(compared).toBeGreaterThan(16_000);
    expect(matched).toBeGreaterThan(600);
  });
});

describe('the matcher does better than minimatch', () => {
  it.each([
    ['several **, the first with more segments after it', '**/a/b/c/d/e/**/f/**', 'a/b/c/d/e/f'],
    ['an escape after a star', '*\\.txt', 'a.txt'],
    ['an escaped ^ in a class', '[\\^a]', 'a'],
    ['a character beyond 16 bits', '?.txt', '😀.txt'],
    ['a named class before a hyphen', '[[:alpha:]]-x*', 'a-xy'],
  ])('%s', (_what, pattern, name) => {
    const { patterns } = parsePatterns([pattern], { os: 'linux' });

    expect(selectNames(patterns, [name]).names).toEqual([name]);
    expect(oracle(pattern, false)?.(name) ?? false).toBe(false);
  });
});

describe('several ** in a pattern', () => {
  it('match as a naive search over all ways to split does', () => {
    const random = seededRandom(4);
    const different: string[] = [];
    let matched = 0;
    for (let round = 0; round < 20_000; round += 1) {
      const steps = Array.from({ length: 1 + random.below(6) }, () => random.pick(['a', 'b', '*', '**', '**']));
      const name = Array.from({ length: 1 + random.below(6) }, () => random.pick(['a', 'b', 'c']));
      const { patterns } = parsePatterns([steps.join('/')], { os: 'linux' });
      const ours = selectNames(patterns, [name.join('/')]).names.length === 1;
      // A folder that matches takes along what is below it.
      const prefixes = name.map((_, index) => name.slice(0, index + 1));
      const naive = prefixes.some((prefix) => matchesNaively(steps, prefix));
      if (ours) matched += 1;
      if (ours !== naive) different.push(`${steps.join('/')}  ${name.join('/')}`);
    }

    expect(different).toEqual([]);
    expect(matched).toBeGreaterThan(2_000);
  });
});

function matchesNaively(steps: readonly string[], name: readonly string[]): boolean {
  const [step, ...rest] = steps;
  if (step === undefined) return name.length === 0;
  if (step === '**') return matchesNaively(rest, name) || (name.length > 0 && matchesNaively(steps, name.slice(1)));
  const fits = name.length > 0 && (step === '*' || step === name[0]);
  return fits && matchesNaively(rest, name.slice(1));
}
