/** The links of a release against the files of a version: what is made, changed, removed, and left alone. */
import { describe, expect, test } from '@jest/globals';
import type { ReleaseLink } from '../../src/gitlab/api/releases.ts';
import { isOwnName, nameLinks } from '../../src/commands/release/link-names.ts';
import {
  isNothing,
  newLinks,
  decideLinks,
  type LinkChanges,
  type WantedLink,
} from '../../src/commands/release/links.ts';

const API = new URL('https://gitlab.example/root/api/v4');
const PAGE = 'https://gitlab.example/acme/widget/-/releases/v1';

function address(file: string, { project = '42', name = 'widget', version = '1.0.0' } = {}): string {
  return `${API.href}/projects/${encodeURIComponent(project)}/packages/generic/${name}/${version}/${file}`;
}

function wanted(...files: string[]): WantedLink[] {
  return files.map((file) => ({ file, url: address(file) }));
}

/** As GitLab shows a link that this command made. */
function made(id: number, file: string, others: Partial<ReleaseLink> = {}): ReleaseLink {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return { id, name, url: address(file), type: 'package', directUrl: `${PAGE}/downloads/${file}`, ...others };
}

function told({ remove, change, add, problems }: LinkChanges): object {
  return {
    remove: remove.map(({ id }) => id),
    change: change.map(({ id }) => id),
    add: add.map(({ name }) => name),
    problems,
  };
}

const NOTHING = { remove: [], change: [], add: [], problems: [] };
const FOREIGN = 'https://elsewhere.example/a.txt';

describe('the links of the files a.txt and bin/tool', () => {
  const files = wanted('a.txt', 'bin/tool');
  const both = [made(1, 'a.txt'), made(2, 'bin/tool')];

  test.each<[title: string, existing: readonly ReleaseLink[], expected: object]>([
    ['are made where there are none', [], { ...NOTHING, add: ['a.txt', 'tool'] }],
    ['are left as they are', both, NOTHING],
    [
      'are left where the project is named by its path',
      [made(1, 'a.txt', { url: address('a.txt', { project: 'acme/widget' }) }), made(2, 'bin/tool')],
      NOTHING,
    ],
    [
      'are left where the address is encoded in another way',
      [made(1, 'a.txt', { url: address('%61.txt') }), made(2, 'bin/tool')],
      NOTHING,
    ],
    ['are made where one is missing', [made(1, 'a.txt')], { ...NOTHING, add: ['tool'] }],
    ['get their type back', [made(1, 'a.txt', { type: 'other' }), made(2, 'bin/tool')], { ...NOTHING, change: [1] }],
    [
      'are left without a type where GitLab knows none',
      [made(1, 'a.txt', { type: undefined }), made(2, 'bin/tool')],
      NOTHING,
    ],
    [
      'get their lasting address',
      [made(1, 'a.txt', { directUrl: address('a.txt') }), made(2, 'bin/tool')],
      { ...NOTHING, change: [1] },
    ],
    [
      'get the lasting address of their own',
      [made(1, 'a.txt', { directUrl: `${PAGE}/downloads/b.txt` }), made(2, 'bin/tool')],
      { ...NOTHING, change: [1] },
    ],
    [
      'are left without one where GitLab tells none',
      [made(1, 'a.txt', { directUrl: undefined }), made(2, 'bin/tool')],
      NOTHING,
    ],
    [
      'go on to this version',
      [made(1, 'a.txt', { url: address('a.txt', { version: '0.9.0' }) }), made(2, 'bin/tool')],
      { ...NOTHING, change: [1] },
    ],
    ['go, when the file is not selected any more', [...both, made(3, 'old.txt')], { ...NOTHING, remove: [3] }],
    [
      'go, when they are of another version',
      [...both, made(3, 'tool-0.9.0', { url: address('tool-0.9.0', { version: '0.9.0' }) })],
      { ...NOTHING, remove: [3] },
    ],
    [
      'stay, when they are of another package',
      [...both, made(3, 'old.txt', { url: address('old.txt', { name: 'cli' }) })],
      NOTHING,
    ],
    [
      'stay, when they are of another project',
      [...both, made(3, 'old.txt', { url: address('old.txt', { project: '43' }) })],
      NOTHING,
    ],
    [
      'stay, when people called them otherwise',
      [...both, made(3, 'For old machines', { url: address('old.txt') })],
      NOTHING,
    ],
    ['stay, when they are a runbook', [...both, made(3, 'old.txt', { type: 'runbook' })], NOTHING],
    ['stay, when they lead elsewhere', [...both, made(3, 'docs', { url: 'https://docs.example/' })], NOTHING],
    [
      'stay, when they lead to another server',
      [...both, made(3, 'old.txt', { url: address('old.txt').replace('gitlab.example', 'other.example') })],
      NOTHING,
    ],
    ['stay, when they have a query', [...both, made(3, 'old.txt', { url: `${address('old.txt')}?x=1` })], NOTHING],
    [
      'are not made twice where people gave a file its name',
      [made(1, 'The text', { url: address('a.txt') }), made(2, 'bin/tool')],
      NOTHING,
    ],
    [
      'are one, when people made a second',
      [...both, made(3, 'The text', { url: address('a.txt', { project: 'acme/widget' }) })],
      NOTHING,
    ],
    [
      'are an error where a name is another’s',
      [made(1, 'a.txt', { url: FOREIGN })],
      { ...NOTHING, add: ['tool'], problems: [`the link \`a.txt\` leads to \`${FOREIGN}\``] },
    ],
    [
      'are called by the whole path where a name is another’s',
      [made(1, 'a.txt'), made(2, 'tool', { url: FOREIGN })],
      { ...NOTHING, add: ['bin-tool'] },
    ],
    [
      'get a name without folders',
      [made(1, 'a.txt'), made(2, 'bin/tool', { name: 'bin/tool' })],
      { ...NOTHING, change: [2] },
    ],
    [
      'get it back when no other is called so',
      [made(1, 'a.txt'), made(2, 'bin/tool', { name: 'bin-tool' })],
      { ...NOTHING, change: [2] },
    ],
    ['go on to the file of another folder', [made(1, 'a.txt'), made(2, 'old/tool')], { ...NOTHING, change: [2] }],
    [
      'survive addresses that are none',
      [...both, made(3, 'x', { url: 'nowhere' }), made(4, 'y', { url: address('%E0%A4%A') })],
      NOTHING,
    ],
  ])('%s', (_title, existing, expected) => {
    const changes = decideLinks(API, files, existing);
    expect(told(changes)).toEqual(expected);
    expect(isNothing(changes)).toBe(changes.remove.length + changes.change.length + changes.add.length === 0);
  });

  test('keep the address that names the project in another way, when something else of them changes', () => {
    const url = address('a.txt', { project: 'acme/widget' });
    const { change } = decideLinks(API, files, [made(1, 'a.txt', { url, type: 'other' }), made(2, 'bin/tool')]);
    expect(change).toEqual([{ id: 1, link: { name: 'a.txt', url, path: '/a.txt' } }]);
  });

  test('leave a path to the link that has it', () => {
    const existing = [made(1, 'Old text', { url: FOREIGN, directUrl: `${PAGE}/downloads/a.txt` })];
    expect(decideLinks(API, files, existing).add.map(({ path }) => path)).toEqual([undefined, '/bin/tool']);
    const after = [...existing, made(2, 'a.txt', { directUrl: address('a.txt') }), made(3, 'bin/tool')];
    expect(told(decideLinks(API, files, after))).toEqual(NOTHING);
  });
});

describe('after the changes is carried out', () => {
  const pool = ['a.txt', 'b.txt', 'c+d.txt', 'bin/tool', 'win/tool', 'win/a.txt'];
  const linksBefore = [
    made(1, 'a.txt', { type: 'other' }),
    made(2, 'b.txt', { url: address('b.txt', { version: '0.1.0' }) }),
    made(3, 'Mine', { url: address('bin/tool') }),
  ];

  test.each(
    subsets(pool)
      .filter((some) => some.length > 0)
      .map((some) => ({ files: some })),
  )('nothing is left to do for $files', ({ files }) => {
    const { remove, change, add } = decideLinks(API, wanted(...files), linksBefore);
    const gone = new Set([...remove.map(({ id }) => id), ...change.map(({ id }) => id)]);
    const written = [...change.map(({ link }) => link), ...add].map(({ name, url, path }, index) =>
      made(10 + index, name, { name, url, directUrl: path === undefined ? url : `${PAGE}/downloads${path}` }),
    );
    const after = [...linksBefore.filter(({ id }) => !gone.has(id)), ...written];

    expect(told(decideLinks(API, wanted(...files), after))).toEqual(NOTHING);
    const leading = after.map(({ url }) => url);
    for (const file of files) expect(leading).toContain(address(file));
    expect(new Set(after.map(({ name }) => name)).size).toBe(after.length);
  });
});

test('files of one name are told apart, also when one comes later', () => {
  const later = decideLinks(API, wanted('linux/tool', 'win/tool'), [made(1, 'linux/tool')]);
  expect(later.change.map(({ id, link }) => [id, link.name])).toEqual([[1, 'linux-tool']]);
  expect(later.add.map(({ name }) => name)).toEqual(['win-tool']);
  const root = decideLinks(API, wanted('tool', 'win/tool'), [made(1, 'win/tool')]);
  expect(root.change.map(({ id, link }) => [id, link.name])).toEqual([[1, 'win-tool']]);
  expect(root.add.map(({ name }) => name)).toEqual(['tool']);
});

describe('the names of links', () => {
  test.each<[files: readonly string[], taken: readonly string[], names: readonly string[]]>([
    [['a.txt', 'bin/tool'], [], ['a.txt', 'tool']],
    [['linux/tool', 'win/tool.exe', 'win/tool'], [], ['linux-tool', 'tool.exe', 'win-tool']],
    [['tool', 'bin/tool'], [], ['tool', 'bin-tool']],
    [['a-b/c', 'a/b-c', 'd/c', 'e/b-c'], [], ['a-b-c', 'a_b-c', 'd-c', 'e-b-c']],
    [['x/t', 'y/t', 'x-t'], [], ['x_t', 'y-t', 'x-t']],
    [['bin/tool'], ['tool'], ['bin-tool']],
    [['bin/tool'], ['tool', 'bin-tool'], ['bin_tool']],
  ])('of %j beside %j are %j', (files, taken, names) => {
    const found = nameLinks(files, new Set(taken));
    expect(files.map((file) => found.get(file))).toEqual(names);
    expect(new Set(found.values()).size).toBe(files.length);
    for (const file of files) expect(isOwnName(found.get(file) ?? '', file)).toBe(true);
  });
});

describe('a lasting address', () => {
  test.each([
    ['tool', '/tool'],
    ['bin/linux/tool.tar.gz', '/bin/linux/tool.tar.gz'],
    ['.config/a-b_c', '/.config/a-b_c'],
    ['..a/b', '/..a/b'],
    ['x'.repeat(127), `/${'x'.repeat(127)}`],
    ['x'.repeat(128), undefined],
    ['a+b.txt', undefined],
    ['a~b.txt', undefined],
    ['a@b.txt', undefined],
    ['a b.txt', undefined],
    ['ünder', undefined],
    ['ends.', undefined],
    ['ends_', undefined],
    [`${'-'.repeat(60)}/${'.'.repeat(60)}!`, undefined],
  ])('of %s', (file, path) => {
    expect(newLinks([{ file, url: address('x') }])).toMatchObject([{ url: address('x'), path }]);
  });
});

function subsets(names: readonly string[]): string[][] {
  return names.reduce<string[][]>((all, name) => [...all, ...all.map((some) => [...some, name])], [[]]);
}
