/** The columns of a download, and what a row promises: worked out from the texts, not from the program. */
import { TOKENS } from '../../support/registry.ts';
import { sha256 } from '../support/truth.ts';

type Made = 'manifest' | 'listed' | 'hidden' | 'hidden-manifest';
type TokenKind = 'job' | 'personal' | 'reader' | 'deploy' | 'deployReader';
type Local = 'empty' | 'same' | 'other' | 'extra' | 'blocked' | 'linked';
type Files = '**' | 'docs/**' | 'a.txt';

export interface Row {
  /** How the version was made. */
  readonly made: Made;
  readonly token: TokenKind;
  readonly manifest: 'default' | 'none';
  /** What lies in the target folder before. */
  readonly local: Local;
  readonly overwrite: boolean;
  readonly prune: boolean;
  readonly flatten: boolean;
  readonly files: Files;
}

export const MANIFEST = 'generic-package.json';

/** Of every version, however it was made. */
export const PUBLISHED: Readonly<Record<string, string>> = {
  'a.txt': 'alpha',
  'bin/run': '#!/bin/sh\n',
  'docs/guide.md': '# Guide\n',
};

/** A folder as text: name → content, `-> target` for a link. */
export type Tree = Readonly<Record<string, string>>;

export interface Promised {
  /** The code of the failure; undefined: it succeeds. */
  readonly code: 'not-found' | 'local-file' | undefined;
  /** The whole target folder afterwards. */
  readonly after: Tree;
  readonly downloaded: readonly string[];
  readonly deleted: readonly string[];
}

export function tokenOf({ token }: Row): string {
  return TOKENS[token];
}

/** The target folder before the run. */
export function treeBefore({ local, flatten }: Row): Tree {
  const same = Object.fromEntries(
    Object.entries(PUBLISHED).map(([name, content]) => [placeOf(name, flatten), content]),
  );
  switch (local) {
    case 'empty':
      return {};
    case 'same':
      return same;
    case 'other':
      return { ...same, 'a.txt': 'other' };
    case 'extra':
      return { ...same, 'old.txt': 'old', 'docs/old.md': 'old', 'deep/er/old': 'old' };
    case 'blocked':
      return { 'a.txt/inner': 'in the way' };
    case 'linked':
      return { 'real/other.md': 'other', docs: '-> real' };
  }
}

export function promisedOf(row: Row, manifestText: string): Promised {
  const before = treeBefore(row);
  const refused = (code: Promised['code']): Promised => ({ code, after: before, downloaded: [], deleted: [] });
  const content = contentOf(row, manifestText);
  if (content === undefined) return refused('not-found');
  const selected = Object.keys(content).filter((name) => matches(name, row.files) && name !== '');
  const at = (name: string): string => realPlace(placeOf(name, row.flatten), row);
  if (selected.includes('a.txt') && (row.local === 'blocked' || (row.local === 'other' && !row.overwrite)))
    return refused('local-file');
  const own = new Set(Object.keys(content).flatMap((name) => [placeOf(name, row.flatten), at(name)]));
  if (usesManifest(row)) own.add(MANIFEST);
  if (row.local === 'linked' && !row.flatten && 'docs/guide.md' in content) own.add('docs');
  const deleted = row.prune ? Object.keys(before).filter((name) => matches(name, row.files) && !own.has(name)) : [];
  const kept = Object.fromEntries(Object.entries(before).filter(([name]) => !deleted.includes(name)));
  const placed = Object.fromEntries(selected.map((name) => [at(name), content[name] ?? '']));
  return {
    code: undefined,
    after: { ...kept, ...placed },
    downloaded: selected.filter((name) => before[at(name)] !== content[name]).sort(),
    deleted: deleted.sort(),
  };
}

/** SHA-256 of the files that a row's run puts out, by name. */
export function sumOf(name: string, manifestText: string): string {
  return sha256(PUBLISHED[name] ?? manifestText);
}

function usesManifest({ made, manifest }: Row): boolean {
  return manifest === 'default' && (made === 'manifest' || made === 'hidden-manifest');
}

/** What the version has to offer to this token; undefined: nothing that it may see. */
function contentOf(row: Row, manifestText: string): Tree | undefined {
  if (usesManifest(row)) return PUBLISHED;
  // Where no list tells its files, they are asked for by the names that are given.
  const isListed = row.made === 'listed' || row.made === 'manifest';
  if (!isListed || row.token === 'deploy' || row.token === 'deployReader')
    return row.files === 'a.txt' ? { 'a.txt': PUBLISHED['a.txt'] ?? '' } : undefined;
  return row.made === 'manifest' ? { ...PUBLISHED, [MANIFEST]: manifestText } : PUBLISHED;
}

function placeOf(name: string, flatten: boolean): string {
  return flatten ? name.slice(name.lastIndexOf('/') + 1) : name;
}

/** Where a file really lies when a folder above it is a link. */
function realPlace(place: string, { local }: Row): string {
  return local === 'linked' && place.startsWith('docs/') ? place.replace('docs/', 'real/') : place;
}

/** A pattern that means a folder means what lies below it too. */
function matches(name: string, files: Files): boolean {
  if (files === '**') return true;
  const root = files === 'a.txt' ? 'a.txt' : 'docs';
  return name === root || name.startsWith(`${root}/`);
}
