/** What a download decides, as tables: which files are wanted, and the steps that make the folder right. */
import { describe, expect, test } from '@jest/globals';
import { decideFiles, decideSteps, type DownloadRequest, type LocalState } from '../../src/commands/download/decide.ts';
import type { ResolvedVersion } from '../../src/commands/download/resolve.ts';
import type { Client } from '../../src/gitlab/types.ts';
import type { Target, WantedFile } from '../../src/transfer/local/targets.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;

function file(name: string, more: Partial<WantedFile> = {}): WantedFile {
  return { name, size: 10, sha256: 'b'.repeat(64), mode: '0644', ...more };
}

function versionOf(names: readonly string[], hasManifest = true): ResolvedVersion {
  const manifestFile = hasManifest ? { manifestFile: file('generic-package.json') } : {};
  return {
    // Deciding asks nobody.
    ref: { client: {} as Client, project: '42', name: 'widget', version: '1.0.0' },
    content: { files: names.map((name) => file(name)), digest: DIGEST, hasManifest, ...manifestFile },
    floating: false,
  };
}

function request(
  inputs: Partial<DownloadRequest['inputs']> = {},
  more: Partial<DownloadRequest> = {},
): DownloadRequest {
  return {
    inputs: {
      files: ['**'],
      flatten: false,
      manifest: 'generic-package.json',
      overwrite: true,
      prune: false,
      'require-manifest': false,
      directory: 'out',
      ...inputs,
    },
    expectedDigest: undefined,
    os: 'linux',
    platform: 'terminal',
    umask: 0o022,
    ...more,
  };
}

/** Places of the wanted files, or the code of the refusal. */
function placesOf(found: ResolvedVersion, asked: DownloadRequest): readonly string[] | string {
  const decision = decideFiles(found, asked);
  return 'refusal' in decision ? decision.refusal.code : decision.placements.map(({ place }) => place);
}

describe('the files', () => {
  const NAMES = ['a.txt', 'Docs/Guide.md', 'docs/guide.md', 'c^d'];

  test.each<[string, readonly string[], Partial<DownloadRequest['inputs']>, Partial<DownloadRequest>, unknown]>([
    ['all of them', NAMES, {}, {}, NAMES],
    ['by patterns', NAMES, { files: ['docs/*'] }, {}, ['docs/guide.md']],
    ['the manifest by its very name', ['a'], { files: ['generic-package.json'] }, {}, ['generic-package.json']],
    ['by their base names', ['x/a', 'y/b'], { flatten: true }, {}, ['a', 'b']],
    ['none that would share a base name', ['x/a', 'y/a'], { flatten: true }, {}, 'bad-name'],
    ['none where no pattern fits', ['a'], { files: ['b'] }, {}, 'no-files'],
    ['none of an unsafe version', ['a', '../b'], {}, {}, 'bad-name'],
    ['none of another digest', ['a'], {}, { expectedDigest: `sha256:${'c'.repeat(64)}` }, 'digest-mismatch'],
    ['those of the digest', ['a'], {}, { expectedDigest: DIGEST }, ['a']],
    ['an empty version', [], {}, {}, []],
  ])('%s', (_title, ...row) => {
    const [names, inputs, more, places] = row;
    expect(placesOf(versionOf(names), request(inputs, more))).toEqual(places);
  });

  const BUNDLE = ['win/tool.exe', 'linux/include/aux.h', 'linux/a.h', 'linux/A.h'];

  test.each<[string, NodeJS.Platform, readonly string[], Partial<DownloadRequest['inputs']>, unknown]>([
    ['what Windows can hold of a version for three', 'win32', BUNDLE, { files: ['win/**'] }, ['win/tool.exe']],
    ['what macOS can hold', 'darwin', BUNDLE, { files: ['**', '!linux/a.h'] }, BUNDLE.filter((n) => n !== 'linux/a.h')],
    ['all of it on Linux', 'linux', BUNDLE, {}, BUNDLE],
    ['folders count where they are made', 'win32', ['aux/a.txt'], {}, 'bad-name'],
    ['and not with flatten', 'win32', ['aux/a.txt'], { flatten: true }, ['a.txt']],
    ['none that fold to one base name', 'darwin', ['x/a', 'y/A'], { flatten: true }, 'bad-name'],
    ['none of an unsafe version, whatever is selected', 'win32', ['a', 'b\\c'], { files: ['a'] }, 'bad-name'],
  ])('%s', (_title, ...row) => {
    const [os, names, inputs, places] = row;
    expect(placesOf(versionOf(names), request(inputs, { os }))).toEqual(places);
  });

  test.each<[NodeJS.Platform, string]>([
    ['win32', 'Windows'],
    ['darwin', 'macOS'],
  ])('which selected files %s cannot hold, and the pattern that leaves each out', (os, system) => {
    const names = ['win/tool.exe', 'linux/a.h', 'linux/A.h', 'x [1].h', 'X [1].h'];
    const decision = decideFiles(versionOf(names), request({}, { os, platform: 'github' }));
    const refusal = 'refusal' in decision ? decision.refusal : undefined;
    expect(refusal?.message).toBe(`widget 1.0.0: 2 selected files of 5 cannot be placed on ${system}`);
    expect(refusal?.problems).toEqual([
      expect.stringContaining('linux/A.h: is the same file as `linux/a.h`'),
      expect.stringContaining('X [1].h: is the same file as `x [1].h`'),
    ]);
    const patterns = ['!linux/A.h', '!X [[]1].h'];
    expect(refusal?.hint).toContain(`\`files: ${patterns.join(', ')}\`, one a line, after \`**\``);
    expect(refusal?.hint).not.toMatch(/publisher|trust/);
    expect(placesOf(versionOf(names), request({ files: ['**', ...patterns] }, { os }))).toHaveLength(3);
  });

  test.each(['aux', '!aux/nul', 'a*b', 'end ', ' aux ', "it's?", '[x]|'])(
    'the pattern that is shown leaves %j out, and nothing else',
    (name) => {
      const names = ['fine', name];
      const decision = decideFiles(versionOf(names), request({}, { os: 'win32' }));
      const hint = 'refusal' in decision ? (decision.refusal.hint ?? '') : '';
      const [, shown = ''] = /`--files '\*\*' --files '(.*)'`/.exec(hint) ?? [];
      const files = ['**', shown.replaceAll(String.raw`'\''`, "'")];
      expect(placesOf(versionOf(names), request({ files }, { os: 'win32' }))).toEqual(['fine']);
    },
  );

  test('a version without a manifest is refused where that is asked', () => {
    expect(placesOf(versionOf(['a'], false), request({ 'require-manifest': true }))).toBe('not-found');
  });

  test.each<NodeJS.Platform>(['linux', 'darwin', 'win32'])('patterns are read the same on %s', (os) => {
    const places = (files: string[]): unknown =>
      placesOf(versionOf(['Tool.exe', 'bin/tool']), request({ files }, { os }));
    expect(places(['tool.exe'])).toBe('no-files');
    expect(places(['BIN/**'])).toBe('no-files');
    expect(places([String.raw`bin/\tool`])).toEqual(['bin/tool']);
    expect(places([String.raw`bin\tool`])).toBe('no-files');
  });

  test('what belongs to the version is told whole, the manifest with it', () => {
    const decision = decideFiles(versionOf(['x/a', 'y/b']), request({ files: ['x/**'], flatten: true }));
    expect(decision).toMatchObject({ own: ['a', 'b', 'generic-package.json'] });
  });
});

describe('the steps', () => {
  const target = (name: string, state: Target['state'], more: Partial<Target> = {}): Target => ({
    file: file(name),
    place: name,
    path: `/out/${name}`,
    state,
    ...more,
  });
  const local = (targets: readonly Target[], more: Partial<LocalState> = {}): LocalState => ({
    directory: '/out',
    targets,
    problems: [],
    prunable: [],
    freeSpace: undefined,
    begun: 0,
    ...more,
  });
  const stepsOf = (state: LocalState, asked: DownloadRequest): readonly string[] | string => {
    const decision = decideSteps(state, asked);
    if ('refusal' in decision) return [decision.refusal.code, ...decision.refusal.problems].join(' | ');
    return decision.steps.map((step) => `${step.kind} ${step.kind === 'delete' ? step.name : step.target.file.name}`);
  };
  const executable = target('run', 'same', { file: file('run', { mode: '0755' }), mode: 0o644 });

  test.each<[string, LocalState, DownloadRequest, unknown]>([
    ['nothing is left to do', local([target('a', 'same', { mode: 0o644 })]), request(), []],
    [
      'fetch, then modes, then deletions',
      local([executable, target('b', 'absent'), target('a', 'differs')], { prunable: ['old'] }),
      request(),
      ['fetch b', 'fetch a', 'set-mode run', 'delete old'],
    ],
    ['modes are nothing on Windows', local([executable]), request({}, { os: 'win32' }), []],
    ['only the owner’s bit counts', local([target('a', 'same', { mode: 0o600 })]), request(), []],
    ['a bit that the umask takes', local([executable]), request({}, { umask: 0o177 }), []],
    [
      'other content, not to be replaced',
      local([target('a', 'differs'), target('b', 'absent')]),
      request({ overwrite: false }),
      'local-file | a: has other content here, and overwrite is false',
    ],
    [
      'every problem at once',
      local([target('a', 'differs')], { problems: ['b: a folder is in its place'] }),
      request({ overwrite: false }),
      'local-file | b: a folder is in its place | a: has other content here, and overwrite is false',
    ],
    ['room for exactly these', local([target('a', 'absent')], { freeSpace: 10 }), request(), ['fetch a']],
    ['too little room', local([target('a', 'absent')], { freeSpace: 9 }), request(), 'no-space'],
    [
      'room with what is there of it already',
      local([target('a', 'absent')], { freeSpace: 4, begun: 6 }),
      request(),
      ['fetch a'],
    ],
    ['no room where none is needed', local([target('a', 'same')], { freeSpace: 0 }), request(), []],
  ])('%s', (_title, state, asked, steps) => {
    expect(stepsOf(state, asked)).toEqual(steps);
  });
});
