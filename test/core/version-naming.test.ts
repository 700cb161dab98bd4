/** The version that a build gets, as tables: its source, its prerelease, its number. */
import { describe, expect, it } from '@jest/globals';

import {
  choosePrerelease,
  chooseSource,
  incrementFor,
  lookupNote,
  nameVersion,
  packageVersionFromTag,
  parseVersion,
  type NamingRequest,
  type Occasion,
} from '../../src/core/versions/index.ts';

const PLAIN: NamingRequest = {
  source: 'variable',
  increment: 'auto',
  identifier: undefined,
  number: '45',
  build: undefined,
  initial: undefined,
};

describe('the source', () => {
  it.each([
    ['auto', 'v1.2.3', 'v', 'V', 'tag'],
    ['auto', '1.2.3', 'v', undefined, 'tag'],
    ['auto', 'cli/v1.2.3', 'cli/v', undefined, 'tag'],
    ['auto', 'server/v9.0.0', 'cli/v', 'V', 'variable'],
    ['auto', 'server/v9.0.0', 'cli/v', undefined, 'packages'],
    ['auto', undefined, 'v', 'V', 'variable'],
    ['auto', undefined, 'v', undefined, 'packages'],
    ['tag', 'v1.2.3', 'v', undefined, 'tag'],
    ['tag', '1.2.3', '', undefined, 'tag'],
    ['variable', 'v1.2.3', 'v', 'V', 'variable'],
    ['packages', 'v1.2.3', 'v', 'V', 'packages'],
    ['tags', 'nightly', 'v', undefined, 'tags'],
  ] as const)('%s with the tag %s and the prefix `%s`, variable %s, is %s', (...row) => {
    const [asked, tag, prefix, variable, expected] = row;
    expect(chooseSource(asked, { variable, prefix }, tag === undefined ? {} : { tag })).toMatchObject({
      source: expected,
    });
  });

  it.each([
    ['auto', 'nightly', 'v', 'tag-prefix', '`nightly` must be `v` and MAJOR.MINOR.PATCH'],
    ['auto', 'cli/v1.2', 'cli/v', 'tag-prefix', 'must be `cli/v` and'],
    ['auto', 'v1.2.3', '', 'tag-prefix', 'must be `` and'],
    ['tag', 'server/v1.2.3', 'cli/v', 'tag-prefix', 'does not start with `cli/v`'],
    ['tag', undefined, 'v', 'source', '`tag` needs a tag'],
    ['variable', undefined, 'v', 'variable', 'is required with'],
  ] as const)('%s with the tag %s and the prefix `%s` is a problem of %s', (...row) => {
    const [asked, tag, prefix, input, words] = row;
    const choice = chooseSource(asked, { variable: undefined, prefix }, tag === undefined ? {} : { tag });
    expect(choice).toEqual({ input, problem: expect.stringContaining(words) });
  });
});

describe('the version of a package from a tag', () => {
  it.each([
    ['v1.2.3', 'v', '1.2.3'],
    ['1.2.3', 'v', '1.2.3'],
    ['v2024.05.01', 'v', '2024.05.01'],
    ['version-7', 'v', 'version-7'],
    ['v1.2.3', '', 'v1.2.3'],
    ['release-2024', 'release-', '2024'],
    ['cli/v24.04', 'cli/v', '24.04'],
  ])('%s with the prefix `%s` is %s', (tag, prefix, version) => {
    expect(packageVersionFromTag(tag, prefix)).toEqual({ version });
  });

  it.each([
    ['web/v1.0.0', 'cli/v', 'does not start with `cli/v`', false],
    ['cli/version', 'cli/v', 'has no version after `cli/v`', true],
    ['a/b', 'v', '`a/b`, the version of the tag `a/b`, may have', true],
    ['v1..2', 'v', 'may not have `..`', true],
  ])('%s with the prefix `%s` is none: %s', (tag, prefix, problem, hasPrefix) => {
    expect(packageVersionFromTag(tag, prefix)).toEqual({ problem: expect.stringContaining(problem), hasPrefix });
  });

  it.each([
    ['1.2.3', undefined],
    ['v1.2.3-rc.1', undefined],
    ['24.04', '`latest` compares it'],
    ['2024', 'neither `latest` nor a range'],
    ['1.2.3.4-rc', 'neither `latest` nor a range'],
  ])('%s is found again as this tells: %s', (version, note) => {
    if (note === undefined) expect(lookupNote(version)).toBeUndefined();
    else expect(lookupNote(version)).toContain(note);
  });
});

describe('the prerelease', () => {
  it.each<[what: string, given: string | undefined, occasion: Occasion, identifier: string | undefined]>([
    ['a tag has none', undefined, { tag: 'v1.2.3' }, undefined],
    ['the default branch has none', undefined, { branch: 'main', onDefaultBranch: true }, undefined],
    ['a branch has its slug', undefined, { branch: 'Feature/X', onDefaultBranch: false }, 'feature-x'],
    ['a request has its name', undefined, { request: 'mr-12' }, 'mr-12'],
    ['a request counts more than its branch', undefined, { request: 'pr-3', branch: 'main' }, 'pr-3'],
    ['a foreign event has its request', undefined, { foreign: true, request: 'pr-3', tag: 'v1.2.3' }, 'pr-3'],
    ['one is given for a tag', 'rc', { tag: 'v1.2.3' }, 'rc'],
    ['one is given for nothing at all', 'dev.nightly', {}, 'dev.nightly'],
    ['none is given for a branch', 'none', { branch: 'x' }, undefined],
    ['none is given for a foreign event', 'none', { foreign: true }, undefined],
    ['a number is an identifier', '2024', {}, '2024'],
  ])('%s', (_what, given, occasion, identifier) => {
    expect(choosePrerelease(given, occasion)).toEqual({ identifier });
  });

  it.each<[given: string | undefined, occasion: Occasion, words: string]>([
    [undefined, {}, 'this run is for no tag, branch or request'],
    [undefined, { foreign: true, branch: 'main' }, "the event's ref is not that of the code"],
    ['007', {}, 'an identifier'],
    ['a_b', {}, 'an identifier'],
    ['a..b', {}, 'an identifier'],
    ['rc+5', {}, 'an identifier'],
    ['a/b', {}, 'an identifier'],
    ['a b', {}, 'an identifier'],
    ['é', {}, 'an identifier'],
    ['a'.repeat(300), {}, 'an identifier'],
  ])('%s for %j is a problem', (given, occasion, words) => {
    expect(choosePrerelease(given, occasion)).toEqual({ input: 'prerelease', problem: expect.stringContaining(words) });
  });
});

describe('the version', () => {
  it.each<
    [what: string, request: Partial<NamingRequest>, found: string | undefined, version: string, counted: boolean]
  >([
    ['counts the patch', {}, '1.2.3', '1.2.4', true],
    ['of a tag is the tag’s', { source: 'tag' }, '1.2.3', '1.2.3', false],
    ['of a tag keeps its prerelease and build', { source: 'tag' }, '1.2.3-rc.1+b', '1.2.3-rc.1+b', false],
    ['of a tag may count all the same', { source: 'tag', increment: 'minor' }, '1.2.3', '1.3.0', true],
    ['of a tag takes a given prerelease', { source: 'tag', identifier: 'beta' }, '1.2.3-rc.1', '1.2.3-beta.45', false],
    ['stays by none', { increment: 'none' }, '1.2.3', '1.2.3', false],
    ['counts the minor', { increment: 'minor' }, '1.2.3', '1.3.0', true],
    ['counts the major', { increment: 'major' }, '1.2.3', '2.0.0', true],
    ['takes the pipeline’s number', { increment: 'pipeline' }, '1.2.3', '1.2.45', true],
    ['takes the pipeline’s number again', { increment: 'pipeline' }, '1.2.45', '1.2.45', true],
    ['has a prerelease with the number', { identifier: 'x' }, '1.2.3', '1.2.4-x.45', false],
    [
      'has a prerelease without a number where there is none',
      { identifier: 'x', number: undefined },
      '1.2.3',
      '1.2.4-x',
      false,
    ],
    [
      'has a prerelease and the pipeline’s patch',
      { identifier: 'x', increment: 'pipeline' },
      '1.2.3',
      '1.2.45-x.45',
      false,
    ],
    ['has a build', { build: '0123abcd' }, '1.2.3', '1.2.4+0123abcd', true],
    ['has both', { build: '0123abcd', identifier: 'x' }, '1.2.3', '1.2.4-x.45+0123abcd', false],
    ['after a prerelease is what that precedes', {}, '1.3.0-rc.1', '1.3.0', true],
    ['begins as it is', { initial: parseVersion('0.1.0') }, undefined, '0.1.0', true],
    [
      'begins as it is by the pipeline too',
      { initial: parseVersion('0.1.0'), increment: 'pipeline' },
      undefined,
      '0.1.0',
      true,
    ],
    ['begins by none too', { initial: parseVersion('0.1.0'), increment: 'none' }, undefined, '0.1.0', true],
    ['begins with a prerelease of its own', { initial: parseVersion('0.1.0-alpha') }, undefined, '0.1.0-alpha', false],
    ['begins on a branch', { initial: parseVersion('0.1.0'), identifier: 'x' }, undefined, '0.1.0-x.45', false],
    ['found counts more than the first one', { initial: parseVersion('9.0.0') }, '1.2.3', '1.2.4', true],
  ])('%s', (_what, ...row) => {
    const [request, found, version, counted] = row;
    const named = nameVersion({ ...PLAIN, ...request }, found === undefined ? undefined : parseVersion(found));
    expect(named).toMatchObject({ version: { text: version }, counted });
  });

  it.each<[what: string, request: Partial<NamingRequest>, found: string | undefined, input: string, words: string]>([
    ['without a beginning', {}, undefined, 'initial-version', 'there is no earlier version'],
    ['without a pipeline', { increment: 'pipeline', number: undefined }, '1.2.3', 'increment', 'needs the number'],
    ['with a number that is none', { increment: 'pipeline', number: '07' }, '1.2.3', 'increment', 'needs the number'],
    ['back by the pipeline', { increment: 'pipeline' }, '1.2.46', 'increment', 'go back from 1.2.46 to 1.2.45'],
    ['beyond the numbers', {}, '1.2.9007199254740991', 'increment', 'end at 9007199254740991'],
    ['too long', { identifier: 'a'.repeat(245) }, '1000.1000.1000', 'prerelease', 'too long'],
  ])('%s is a problem', (_what, ...row) => {
    const [request, found, input, words] = row;
    const named = nameVersion({ ...PLAIN, ...request }, found === undefined ? undefined : parseVersion(found));
    expect(named).toEqual({ input, problem: expect.stringContaining(words) });
  });

  it('steps by what it counts', () => {
    const steps = (['auto', 'patch', 'minor', 'major', 'pipeline'] as const).map((increment) =>
      nameVersion({ ...PLAIN, increment }, parseVersion('1.2.3')),
    );
    expect(steps).toMatchObject(['patch', 'patch', 'minor', 'major', 'patch'].map((step) => ({ step })));
    expect(incrementFor({ source: 'tag', increment: 'auto' })).toBe('none');
  });
});
