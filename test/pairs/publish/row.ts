/** The columns of the publish table, and what a row says about the version before anything is run. */
import { TOKENS } from '../../support/registry.ts';

export const BEFORE = [
  'nothing',
  'same-visible',
  'same-hidden',
  'other-visible',
  'other-hidden',
  'rest',
  'rest-other',
  'curl-same',
  'curl-some',
  'curl-other',
  'curl-apart',
] as const;

/** Of a version that has none of this run's names a token that cannot list knows nothing: it looks new. */
export const BEFORE_UNLISTED = BEFORE.filter((one) => one !== 'curl-apart');

/**
 * What was there: `same-…` and `other-…` are complete runs of this command with the row's manifest and
 * checksums; `rest` is what a stopped run leaves (hidden, without a manifest), `rest-other` with other
 * content and a stray name; `curl-…` are plain PUTs, visible, without a manifest, of which `apart` has none
 * of the names of this run.
 */
type Before = (typeof BEFORE)[number];

export const IF_EXISTS = ['verify', 'skip', 'fail', 'replace', 'append'] as const;
type IfExists = (typeof IF_EXISTS)[number];

/** `maintainer` may delete; `deploy` and `basic` cannot list. */
export type TokenKind = 'job' | 'maintainer' | 'developer' | 'deploy' | 'basic';

export interface Row {
  readonly manifest: 'default' | 'none';
  readonly checksums: 'none' | 'SHA256SUMS';
  readonly status: 'default' | 'hidden';
  readonly before: Before;
  readonly ifExists: IfExists;
  readonly token: TokenKind;
}

/** What kind of GitLab the rows are tried on. */
export interface Server {
  readonly gitlabVersion: '13.5' | '17.2' | '18.4' | '18.6';
  readonly duplicates: 'allowed' | 'refused';
}

export const MANIFEST = 'generic-package.json';
export const CHECKSUMS = 'SHA256SUMS';
export const VERSION = '1.0.0';

export type Contents = Readonly<Record<string, string>>;

/** What every row publishes. The second is not the smallest, so that a reveal has to choose. */
export const OWN: Contents = { 'a.txt': 'first file', 'b.txt': 'the second file' };
export const OTHER: Contents = { 'a.txt': 'other content', 'old.txt': 'of another run' };

const FOUND: Readonly<Record<Before, Contents>> = {
  nothing: {},
  'same-visible': OWN,
  'same-hidden': OWN,
  'other-visible': OTHER,
  'other-hidden': OTHER,
  rest: { 'a.txt': OWN['a.txt'] ?? '' },
  'rest-other': { 'a.txt': 'half of another', 'stray.txt': 'nobody lists this' },
  'curl-same': OWN,
  'curl-some': { 'a.txt': OWN['a.txt'] ?? '' },
  'curl-other': { 'a.txt': 'made by hand', 'curl.txt': 'by curl' },
  'curl-apart': { 'curl.txt': 'by curl' },
};

export interface Facts {
  /** Payload files that were there. */
  readonly found: Contents;
  readonly byTool: boolean;
  /** Names that were there, with the checksums file, without the manifest. */
  readonly foundNames: readonly string[];
  /** Lists show it. */
  readonly visible: boolean;
  /** The manifest that this run names is there. */
  readonly manifestThere: boolean;
  /** Whether it is complete, as far as this token can tell; `unsure`: it cannot list, and there is no manifest. */
  readonly complete: 'yes' | 'no' | 'unsure';
  /** How this run's files (the checksums file is one) stand there. */
  readonly there: 'none' | 'same' | 'some' | 'other' | 'apart';
  /** This run's names, sorted, without the manifest. */
  readonly ownNames: readonly string[];
  readonly lists: boolean;
  readonly mayDelete: boolean;
  /** This GitLab knows the status of a version. */
  readonly hasStatus: boolean;
  readonly refusesDuplicates: boolean;
}

export function factsOf(row: Row, server: Server): Facts {
  const { before } = row;
  const byTool = before.startsWith('same-') || before.startsWith('other-');
  const hasStatus = server.gitlabVersion !== '13.5';
  const checksums = row.checksums === 'none' ? [] : [CHECKSUMS];
  const found = FOUND[before];
  const visible = before.endsWith('-visible') || before.startsWith('curl-') || (before !== 'nothing' && !hasStatus);
  const manifestThere = byTool && row.manifest === 'default';
  const lists = row.token !== 'deploy' && row.token !== 'basic';
  return {
    found,
    byTool,
    foundNames: [...Object.keys(found), ...(byTool ? checksums : [])].sort(),
    visible,
    manifestThere,
    complete: completenessOf({ manifestThere, visible, lists, isNew: before === 'nothing' }),
    there: standingOf(row, byTool),
    ownNames: [...Object.keys(OWN), ...checksums].sort(),
    lists,
    mayDelete: row.token === 'maintainer' && hasStatus,
    hasStatus,
    refusesDuplicates: server.duplicates === 'refused',
  };
}

function completenessOf(
  seen: Pick<Facts, 'manifestThere' | 'visible' | 'lists'> & { readonly isNew: boolean },
): Facts['complete'] {
  if (seen.manifestThere) return 'yes';
  if (seen.isNew) return 'no';
  if (!seen.lists) return 'unsure';
  return seen.visible ? 'yes' : 'no';
}

function standingOf({ before, checksums }: Row, byTool: boolean): Facts['there'] {
  if (before === 'nothing') return 'none';
  if (before === 'curl-apart') return 'apart';
  if (before.includes('other')) return 'other';
  const whole = before.includes('same') && (byTool || checksums === 'none');
  return whole ? 'same' : 'some';
}

/** The inputs that name a token of this kind. */
export function tokenInputs(kind: TokenKind): Readonly<Record<string, string>> {
  switch (kind) {
    case 'job':
      return { token: TOKENS.job };
    case 'maintainer':
      return { token: TOKENS.maintainer };
    case 'developer':
      return { token: TOKENS.personal };
    case 'deploy':
      return { token: TOKENS.deploy };
    case 'basic':
      return { token: TOKENS.personal, 'token-type': 'basic', username: 'robot' };
  }
}
