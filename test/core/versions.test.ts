/** Reading versions, what a user may ask for, and choosing among those that are listed. */
import { describe, expect, it } from '@jest/globals';

import {
  compareVersions,
  equalsNote,
  othersNote,
  isStable,
  parseRequested,
  parseVersion,
  pickVersion,
  versionFault,
  versionFromTag,
  type Candidate,
  type Version,
  type VersionRequest,
} from '../../src/core/versions/index.ts';

function version(text: string): Version {
  const read = parseVersion(text);
  if (read === undefined) throw new Error(`${text} is no version`);
  return read;
}

describe('a version', () => {
  it('is read into its parts', () => {
    expect(parseVersion('1.22.333-rc.1+5f0c.x')).toEqual({
      text: '1.22.333-rc.1+5f0c.x',
      major: 1,
      minor: 22,
      patch: 333,
      prerelease: 'rc.1',
      build: '5f0c.x',
    });
  });

  it.each(['0.0.0', '1.2.3', '1.2.3-0', '1.2.3-0a', '1.2.3--', '1.2.3+01', '1.2.3-a.b-c+d-e', '9007199254740991.0.0'])(
    'may be %s',
    (text) => {
      expect(parseVersion(text)?.text).toBe(text);
    },
  );

  it.each([
    '',
    '1',
    '1.2',
    '1.2.3.4',
    'v1.2.3',
    'V1.2.3',
    '=1.2.3',
    ' 1.2.3',
    '1.2.3 ',
    '1.2.3\n',
    '01.2.3',
    '1.02.3',
    '1.2.3-01',
    '1.2.3-',
    '1.2.3+',
    '1.2.3-a..b',
    '1.2.3-é',
    '1.2.x',
    '-1.2.3',
    '9007199254740992.0.0',
    `1.2.3-${'a'.repeat(300)}`,
  ])('is not `%s`', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it('is stable without a prerelease', () => {
    expect([version('1.0.0+b'), version('1.0.0-b')].map(isStable)).toEqual([true, false]);
  });

  it('is compared by precedence, whatever the build', () => {
    const sorted = ['1.0.0-2', '1.0.0-10', '1.0.0-rc', '1.0.0', '1.9.0', '1.10.0'];
    const shuffled = [...sorted].reverse().map(version);
    expect(shuffled.sort(compareVersions).map(({ text }) => text)).toEqual(sorted);
    expect(compareVersions(version('1.0.0+a'), version('1.0.0+b'))).toBe(0);
  });
});

describe('what keeps a text from being a version', () => {
  it.each([
    ['v1.2.3', 'it begins with `v`'],
    ['V1.2', 'it begins with `v`'],
    [' ', 'it is blank'],
    [' 1.2.3', 'it has blanks'],
    ['1.2.3 beta', 'it has blanks'],
    ['1.2.3\n', 'it has a line break'],
    ['1.2', 'it has two numbers, not three'],
    ['01.2.3', 'it has a number with a leading zero'],
    ['1.2.03-rc', 'it has a number with a leading zero'],
    ['2024.05.01', 'it has a number with a leading zero'],
    ['1.2.3.4', 'it has 4 numbers, not three'],
    ['1.2.3.4-rc.1', 'it has 4 numbers, not three'],
  ])('is told of %j', (text, fault) => {
    expect(versionFault(text)).toBe(fault);
    expect(parseVersion(text)).toBeUndefined();
  });

  it.each(['secret', 'very secret', '-----BEGIN KEY-----\nv1', '1', '1.2.3-01', '1.2.3-'])(
    'is not told of %j',
    (text) => {
      expect(versionFault(text)).toBeUndefined();
    },
  );
});

describe('the version of a tag', () => {
  it.each([
    ['v1.2.3', 'v', '1.2.3'],
    ['1.2.3', 'v', '1.2.3'],
    ['v1.2.3-rc.1', 'v', '1.2.3-rc.1'],
    ['cli/v1.2.3', 'cli/v', '1.2.3'],
    ['1.2.3', '', '1.2.3'],
  ])('%s with the prefix `%s` is %s', (tag, prefix, expected) => {
    expect(versionFromTag(tag, prefix)).toEqual({ version: expected });
  });

  it.each([
    ['1.2.3', 'cli/v', false],
    ['v1.2.3', 'cli/v', false],
    ['cli/1.2.3', 'cli/v', false],
    ['cli/v1.2', 'cli/v', true],
    ['v1.2', 'v', true],
    ['nightly', 'v', true],
    ['vv1.2.3', 'v', true],
    ['v1.2.3', '', true],
    ['v 1.2.3', 'v', true],
  ])('%s has none with the prefix `%s`; that the prefix is there: %s', (tag, prefix, hasPrefix) => {
    expect(versionFromTag(tag, prefix)).toMatchObject({ hasPrefix, problem: expect.stringContaining(`\`${tag}\``) });
  });

  it('that is no version shows the form expected', () => {
    expect(versionFromTag('v1.2', 'v')).toMatchObject({
      problem: expect.stringContaining('`v` and MAJOR.MINOR.PATCH'),
    });
  });
});

describe('what is asked for', () => {
  it.each([
    ['latest', { kind: 'latest' }],
    ['from-pipeline', { kind: 'from-pipeline' }],
    ['1.2.3', { kind: 'exact', version: '1.2.3' }],
    ['v1.2.3-rc.1+b', { kind: 'exact', version: 'v1.2.3-rc.1+b' }],
    ['nightly', { kind: 'exact', version: 'nightly' }],
    ['Latest', { kind: 'exact', version: 'Latest' }],
    ['1.2.3.4', { kind: 'exact', version: '1.2.3.4' }],
    ['1.2', { kind: 'range', range: '1.2', version: '1.2' }],
    ['1.x', { kind: 'range', range: '1.x', version: '1.x' }],
    ['20240601', { kind: 'range', range: '20240601', version: '20240601' }],
    ['^1.2', { kind: 'range', range: '^1.2', version: undefined }],
    ['*', { kind: 'range', range: '*', version: undefined }],
    ['>=1 <3', { kind: 'range', range: '>=1 <3', version: undefined }],
    ['1.2 - 2', { kind: 'range', range: '1.2 - 2', version: undefined }],
    ['1.2.3 || ^2', { kind: 'range', range: '1.2.3 || ^2', version: undefined }],
  ])('%s', (text, expected) => {
    expect(parseRequested(text)).toEqual(expected);
  });

  it.each([
    '',
    ' ',
    '..',
    '.',
    '||',
    '1 ||',
    'a b',
    '^',
    '^1.2.3.4',
    '>=1 <latest',
    'a/b',
    '~é',
    `>=1${' '.repeat(300)}<2`,
    '^1.2\n',
  ])('`%s` is a problem that shows the forms', (text) => {
    const read = parseRequested(text);
    expect('problem' in read ? read.problem : read).toMatch(/^must be `latest`, a version such as 1\.2\.3, or a range/);
  });
});

function candidates(...texts: string[]): Candidate[] {
  return texts.map((text, index) => ({
    id: 100 + index,
    version: text,
    createdAt: `2026-01-${String(10 + index)}T00:00:00.000Z`,
  }));
}

function pick(request: string, texts: string[], includePrereleases = false): string | undefined {
  const asked: VersionRequest = request === 'latest' ? { kind: 'latest' } : { kind: 'range', range: request };
  return pickVersion(candidates(...texts), asked, includePrereleases).picked?.version;
}

describe('the version that is picked', () => {
  it.each([
    ['by precedence, not by date or text', 'latest', ['1.9.0', '1.10.0', '1.2.0'], '1.10.0'],
    ['stable, though a prerelease is higher', 'latest', ['1.0.0', '2.0.0-rc.1'], '1.0.0'],
    ['with a leading v', 'latest', ['1.0.0', 'v1.1.0'], 'v1.1.0'],
    [
      'of semantic versions only',
      'latest',
      ['nightly', '1.0.0', '2', '3.0', 'vv4.0.0', '5.0.0.0', '06.0.0', 'V7.0.0'],
      '1.0.0',
    ],
    ['none of nothing', 'latest', [], undefined],
    ['none of prereleases', 'latest', ['1.0.0-rc.1'], undefined],
    ['in a caret range', '^1.2', ['1.1.9', '1.2.0', '1.9.9', '2.0.0'], '1.9.9'],
    ['in an x range', '1.2.x', ['1.2.0', '1.2.7', '1.3.0'], '1.2.7'],
    ['in a union', '1 || >=3 <4', ['1.0.0', '2.0.0', '3.1.0', '4.0.0'], '3.1.0'],
    ['in a range, stable', '^1.2', ['1.2.0', '1.3.0-rc.1'], '1.2.0'],
    ['in a range that names prereleases', '>=1.3.0-rc.0', ['1.2.0', '1.3.0-rc.1', '1.4.0-rc.1'], '1.3.0-rc.1'],
    ['none outside', '^3', ['1.0.0', '2.0.0'], undefined],
  ])('%s', (_what, request, texts, expected) => {
    expect(pick(request, texts)).toBe(expected);
    expect(pick(request, [...texts].reverse())).toBe(expected);
  });

  it.each([
    ['latest', ['1.0.0', '2.0.0-rc.1', '2.0.0-beta.2'], '2.0.0-rc.1'],
    ['latest', ['2.0.0-rc.1', '2.0.0'], '2.0.0'],
    ['^1.2', ['1.2.0', '1.3.0-rc.1', '2.0.0-rc.1'], '1.3.0-rc.1'],
  ])('with prereleases, for %s of %j: %s', (request, texts, expected) => {
    expect(pick(request, texts, true)).toBe(expected);
  });

  it.each([
    ['1.2.3', '1.2.3+zzz'],
    ['1.2.3+zzz', '1.2.3'],
    ['v1.2.3', '1.2.3'],
  ])('of equal ones is the oldest, in whichever order they come: %s before %s', (older, newer) => {
    const rows = candidates(older, newer, '1.0.0');
    for (const order of [rows, [...rows].reverse()]) {
      const choice = pickVersion(order, { kind: 'latest' }, false);

      expect(choice.picked?.version).toBe(older);
      expect(choice.equals.map((row) => row.version)).toEqual([newer]);
      expect(equalsNote(choice)).toBe(`${older} has the same precedence as ${newer}; the oldest was taken`);
    }
  });

  it('of equal ones made at one moment is the one with the lower id', () => {
    const createdAt = '2026-01-01T00:00:00Z';
    const rows = [
      { id: 9, version: '1.0.0+a', createdAt },
      { id: 8, version: '1.0.0+b', createdAt },
    ];
    expect(pickVersion(rows, { kind: 'latest' }, false).picked?.id).toBe(8);
  });

  it('comes with the number of those passed over, and no note where nothing was equal', () => {
    const choice = pickVersion(
      candidates('1.0.0', '1.1.0-rc.1', '3.0.0-rc.1', 'nightly', '2'),
      { kind: 'range', range: '^1' },
      false,
    );

    expect(choice).toMatchObject({
      picked: { id: 100, version: '1.0.0' },
      prereleases: 1,
      others: [{ version: 'nightly' }, { version: '2' }],
      equals: [],
    });
    expect(othersNote(choice)).toBe('2 versions ignored, not semantic: nightly, 2');
    expect(equalsNote(choice)).toBeUndefined();
  });

  it('has a note of the first five that are no versions', () => {
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(othersNote(pickVersion(candidates(...others), { kind: 'latest' }, false))).toContain(
      ': a, b, c, d, e, and 2 more',
    );
    expect(othersNote(pickVersion(candidates('1.0.0'), { kind: 'latest' }, false))).toBeUndefined();
  });
});
