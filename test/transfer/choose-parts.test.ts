/** Which parts a version is completed with: missing ones, optional ones, and those of another commit. */
import { expect, test } from '@jest/globals';
import { NO_ORIGIN } from '../../src/transfer/remote/manifest.ts';
import { chooseParts, type FoundPart, type WantedPart } from '../../src/transfer/remote/parts.ts';

/** `linux:A`: required, there, of the commit A; `linux?`: optional, not there; `linux!`: not to be looked for. */
function found(text: string): FoundPart {
  const [, name = '', mark, commit] = /^(\w+)([?!]?)(?::(\w*))?$/.exec(text) ?? [];
  const needs: Readonly<Record<string, WantedPart['need']>> = { '': 'required', '?': 'optional', '!': 'left-out' };
  const part = { name, digest: undefined, need: needs[mark ?? ''] ?? 'required' };
  if (commit === undefined) return { part, stored: undefined };
  const owner = { name: 'p', version: '1' };
  const manifest = { manifestVersion: 1, package: owner, source: { ...NO_ORIGIN, commit }, files: [] } as const;
  return { part, stored: { manifest, bytes: Buffer.from(''), digest: 'sha256:0' } };
}

test.each<[parts: string[], own: string, taken: string[], missing: string[], warned: string[]]>([
  [['linux:A', 'mac:A'], 'A', ['linux', 'mac'], [], []],
  [['linux:A', 'mac'], 'A', ['linux', 'mac'], [], []],
  [['linux:A', 'mac?'], 'A', ['linux'], ['mac'], ['`mac` is left out: it is not there']],
  [['linux:A', 'mac?:A'], 'A', ['linux', 'mac'], [], []],
  [['linux:A', 'mac?:B'], 'A', ['linux'], ['mac'], ['`mac` is left out: it was built from the commit B']],
  [['linux:A', 'mac?:B'], 'B', ['linux'], ['mac'], ['the version is of A']],
  [['linux:A', 'mac:B'], 'B', ['linux', 'mac'], [], ['`linux` was built from the commit A, others B']],
  [['linux:A', 'mac:B'], '', ['linux', 'mac'], [], ['`mac` was built from the commit B, others A']],
  [['linux?:A', 'mac?:B'], '', ['linux'], ['mac'], ['`mac` is left out']],
  [['linux?:A', 'mac?:B'], 'B', ['mac'], ['linux'], ['`linux` is left out']],
  [['linux:', 'mac?:B'], '', ['linux', 'mac'], [], []],
  [['linux?:', 'mac?:A'], 'A', ['linux', 'mac'], [], []],
  [['linux:A', 'mac!'], 'A', ['linux'], ['mac'], ['`mac` is left out: no job of this pipeline passed it on']],
])('of %j in a run of the commit `%s` are taken %j and left out %j', (...row) => {
  const [parts, own, taken, missing, warned] = row;
  const chosen = chooseParts(parts.map(found), own);

  expect(chosen.taken.map(({ part }) => part.name)).toEqual(taken);
  expect(chosen.missing).toEqual(missing);
  expect(chosen.warnings).toEqual(warned.map((words) => expect.stringContaining(words)));
});
