/** Versions that nobody should place, each with what has to be said of it: names, lists and manifests. */
import { manifestText } from '../support/manifests.ts';
import { sha256 } from '../support/raw.ts';
import type { CraftedFile } from '../support/crafted-registry.ts';

export const OF = { name: 'widget', version: '1.0.0' };
export const MANIFEST = 'generic-package.json';
const FINE = { name: 'fine.txt', content: 'fine' };

/** A version, and how its refusal reads. */
export interface Hostile {
  readonly what: string;
  readonly files: readonly CraftedFile[];
  readonly says: readonly string[];
}

/** One bad name between good ones, in a manifest; whether the registry would serve it does not matter. */
function listed(name: string, says: string, what = JSON.stringify(name)): Hostile {
  const text = manifestText(OF, [FINE, { name, content: 'bad' }, { name: 'more/fine.txt', content: 'fine' }]);
  return { what: `in a manifest: ${what}`, files: [{ storedName: MANIFEST, content: text }], says: [says] };
}

/** One stored name, as GitLab's list shows it, in a version without a manifest. */
function stored(storedName: string, says: string, what = storedName): Hostile {
  const files = [
    { storedName: 'fine.txt', content: 'fine' },
    { storedName, content: 'bad' },
  ];
  return { what: `in a list: ${what}`, files, says: [says] };
}

const CONTROL = 'has a control or format character';

export const NAMES: readonly Hostile[] = [
  listed('::error::pwned', '::error::pwned: has a colon'),
  listed('a\n::error::pwned', 'a\\u{a}::error::pwned: has a colon'),
  listed('a\npwned', `a\\u{a}pwned: ${CONTROL}`),
  listed('a\r\npwned', `a\\u{d}\\u{a}pwned: ${CONTROL}`),
  listed('##[error]pwned/..', 'error]pwned/..: has a `..` segment'),
  listed('\u001b[2J\u001b[Hpwned', `\\u{1b}[2J\\u{1b}[Hpwned: ${CONTROL}`),
  listed('a\rsection_end:1:x\r', 'a\\u{d}section_end:1:x\\u{d}: has a colon'),
  listed('a\u2028pwned', `a\\u{2028}pwned: ${CONTROL}`),
  listed('zero\u200bwidth', `zero\\u{200b}width: ${CONTROL}`),
  listed('tag\u{e0041}', `tag\\u{e0041}: ${CONTROL}`),
  listed('half\ud800', `half\\u{d800}: ${CONTROL}`),
  listed('private\ue000', `private\\u{e000}: ${CONTROL}`),
  listed('.g\u200dit/config', `.g\\u{200d}it/config: ${CONTROL}`),
  listed('.git::$INDEX_ALLOCATION/config', 'has a colon'),
  listed('sub/.Git.../hooks/pre-commit', 'sub/.Git.../hooks/pre-commit: has a segment'),
  listed('.GENERIC-PACKAGES/publish.json', '.GENERIC-PACKAGES/publish.json: has a segment'),
  listed('..', '..: has a `..` segment'),
  listed('.', '.: has a `.` segment'),
  listed('//host/share', '//host/share: is absolute'),
  listed('..%5c..%5cpwned', '..%5c..%5cpwned: has a `%`, and decoded once it has a backslash'),
  listed('%c0%ae%c0%ae/pwned', 'has a `%` that does not decode'),
  listed('%3A%3Aerror%3A%3Apwned', 'and decoded once it has a colon'),
  listed('x/'.repeat(512) + 'x', 'is longer than 1024 characters', 'a name of 1025 characters'),
  listed('y'.repeat(100_000), 'is longer than 1024 characters', 'a name of 100,000 characters'),
  listed('fine.txt/below', 'fine.txt: is a file, and a folder too', 'a name below a file'),
  stored('..%2F..%2Fpwned', '../../pwned: has a `..` segment'),
  stored('%2Fetc%2Fpwned', '/etc/pwned: is absolute'),
  stored('a%5Cpwned', 'a\\pwned: has a backslash'),
  stored('100%zz', '100%zz: has a `%` that does not decode'),
  stored('a%00pwned', `a\\u{0}pwned: ${CONTROL}`),
  stored('a%0A%23%23%5Berror%5Dpwned', `error]pwned: ${CONTROL}`),
  stored('C%3Apwned', 'C:pwned: has a colon'),
  stored('.git%2Fconfig', '.git/config: has a segment `.git`'),
  stored('fine.txt%2Fbelow', 'fine.txt: is a file, and a folder too'),
];

type Fields = Readonly<Record<string, unknown>>;

const ENTRY = { path: 'fine.txt', size: 4, sha256: sha256('fine'), mode: '0644' };
const WHOLE = { manifestVersion: 1, package: OF, source: { project: '', commit: '', ref: '' }, files: [ENTRY] };

/** A manifest that is wrong in one place; the file that it lists is there and right. */
function spoiled(what: string, fields: Fields, ...says: string[]): Hostile {
  const manifest = { storedName: MANIFEST, content: JSON.stringify({ ...WHOLE, ...fields }) };
  return { what: `a manifest ${what}`, files: [manifest, { storedName: 'fine.txt', content: 'fine' }], says };
}

/** The same, in a field of its one entry. */
function spoiledEntry(what: string, fields: Fields, says: string): Hostile {
  return spoiled(what, { files: [{ ...ENTRY, ...fields }] }, says);
}

export const MANIFESTS: readonly Hostile[] = [
  spoiled(
    'of another package',
    { package: { name: 'gadget', version: '1.0.0' } },
    'belongs to another package or version',
  ),
  spoiled(
    'of an older version, replayed',
    { package: { name: 'widget', version: '0.9.0' } },
    'belongs to another package or version',
  ),
  spoiled('of no package', { package: null }, 'belongs to another package or version'),
  spoiled('of a later form', { manifestVersion: 2 }, 'manifestVersion is not 1'),
  spoiled('whose form is a text', { manifestVersion: '1' }, 'manifestVersion is not 1'),
  spoiled('whose files are no list', { files: { 'fine.txt': ENTRY } }, 'has no list of files'),
  spoiled('with an entry that is none', { files: [ENTRY, null] }, 'entry 2: it is no object'),
  spoiled('that lists a file twice', { files: [ENTRY, ENTRY] }, 'entry 2: `fine.txt` is listed twice'),
  spoiled(
    'with several errors',
    {
      files: [
        { ...ENTRY, size: -1 },
        { ...ENTRY, path: 'b\npwned', mode: '9999' },
      ],
    },
    'entry 1: `fine.txt` has no valid size',
    'entry 2: `b\\u{a}pwned` has no valid mode',
  ),
  spoiled('with 200,001 entries', { files: Array.from({ length: 200_001 }, () => 0) }, 'lists more than 200000 files'),
  spoiledEntry('with an empty name', { path: '' }, 'entry 1: it has no path'),
  spoiledEntry('with a number for a name', { path: 7 }, 'entry 1: it has no path'),
  spoiledEntry('with a negative size', { size: -1 }, '`fine.txt` has no valid size'),
  spoiledEntry('with half a byte', { size: 4.5 }, '`fine.txt` has no valid size'),
  spoiledEntry('with a size of 2^60', { size: 2 ** 60 }, '`fine.txt` has no valid size'),
  spoiledEntry('with a size as text', { size: '4' }, '`fine.txt` has no valid size'),
  spoiledEntry('with a size that no disk has', { size: 2 ** 52, path: 'huge.bin' }, 'Not enough space'),
  spoiledEntry(
    'with a digest that is too short',
    { sha256: sha256('fine').slice(1) },
    '`fine.txt` has no valid sha256',
  ),
  spoiledEntry('with a digest that is no text', { sha256: null }, '`fine.txt` has no valid sha256'),
  spoiledEntry('with the mode 4755', { mode: '4755' }, '`fine.txt` has no valid mode'),
  spoiledEntry('with the mode 9999', { mode: '9999' }, '`fine.txt` has no valid mode'),
  spoiledEntry('with a mode as number', { mode: 0o755 }, '`fine.txt` has no valid mode'),
];
