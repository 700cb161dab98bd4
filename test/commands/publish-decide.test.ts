/** What a publish decides, as tables: how the version stands, how the files compare, what was asked for. */
import { describe, expect, test } from '@jest/globals';
import { decidePublish } from '../../src/commands/publish/decide.ts';
import {
  type Asked,
  type Facts,
  type PublishPlan,
  type PublishRefusal,
  type PublishStep,
} from '../../src/commands/publish/steps.ts';
import type { Compared, Inherited, LocalFile } from '../../src/transfer/model.ts';
import { bytesSource } from '../../src/transfer/local/source.ts';
import type { StoredManifest } from '../../src/transfer/remote/manifest.ts';
import type { VersionState } from '../../src/transfer/remote/version-state.ts';

const MANIFEST: StoredManifest = {
  manifest: {
    manifestVersion: 1,
    package: { name: 'p', version: '1' },
    source: { project: '', commit: '', ref: '' },
    files: [],
  },
  bytes: Buffer.from('{}'),
  digest: 'sha256:0',
};

const NEW: VersionState = { kind: 'new' };
const HIDDEN: VersionState = { kind: 'hidden', packageId: 1, deletable: true };
const HIDDEN_COMPLETE: VersionState = { ...HIDDEN, manifest: MANIFEST };
const UNLISTED: VersionState = { kind: 'unlisted' };
const UNLISTED_COMPLETE: VersionState = { kind: 'unlisted', manifest: MANIFEST };
const SEEN = { kind: 'visible', packageId: 1, deletable: true, tellsStatus: true, files: new Map() } as const;
const VISIBLE: VersionState = { ...SEEN, manifest: MANIFEST };
const MADE_BY_CURL: VersionState = SEEN;
const WITHOUT_STATUS: VersionState = { ...SEEN, tellsStatus: false };

function file(name: string, size: number): LocalFile {
  return { name, size, mode: '0644', source: bytesSource(Buffer.alloc(size)) };
}

/** The first is the smallest. */
function compared(states: Readonly<Record<string, Compared['state']>>): Compared[] {
  return Object.entries(states).map(([name, state], index) => ({
    file: file(name, index + 1),
    state,
    ...(state === 'same' ? { sha256: 'f' } : {}),
  }));
}

function inherited(states: Readonly<Record<string, Compared['state']>>): Inherited[] {
  return Object.entries(states).map(([name, state]) => ({
    file: { name, size: 1, sha256: 'f', mode: '0644' },
    state,
  }));
}

const MISSING = compared({ a: 'missing', b: 'missing' });
const HALF = compared({ a: 'same', b: 'missing' });
const SAME = compared({ a: 'same', b: 'same' });
const DIFFERENT = compared({ a: 'same', b: 'different', c: 'missing' });

const LISTS_OTHERS: Facts['misfits'] = [{ name: 'a', lists: 'other-content' }];
const OTHER_MODE: Facts['misfits'] = [{ name: 'a', lists: 'other-mode' }];

interface Row extends Partial<Facts>, Partial<Asked> {
  readonly state: VersionState;
}

function decide({ state, ...row }: Row) {
  const { ifExists = 'verify', status = 'default', isPart = false, checksumsName } = row;
  const manifestName = 'manifestName' in row ? row.manifestName : 'M';
  const facts: Facts = {
    state,
    compared: row.compared ?? [],
    checksums: row.checksums,
    inherited: row.inherited ?? [],
    others: row.others ?? [],
    strays: row.strays ?? [],
    misfits: row.misfits ?? [],
    hasPart: row.hasPart ?? false,
    standingManifest: row.standingManifest,
    foreignManifest: row.foreignManifest ?? false,
    otherSpelling: row.otherSpelling,
  };
  return decidePublish(facts, {
    ifExists,
    status,
    isPart,
    manifestName,
    checksumsName,
    mayBeEmpty: row.mayBeEmpty ?? true,
  });
}

function planOf(row: Row): PublishPlan {
  const decision = decide(row);
  if (!('plan' in decision)) throw new Error(`refused: ${decision.refusal.reason}`);
  return decision.plan;
}

function refusalOf(row: Row): PublishRefusal {
  const decision = decide(row);
  if ('plan' in decision) throw new Error('it was not refused');
  return decision.refusal;
}

/** One line a step: `first a hidden`, `b hidden`, `manifest M default`, `delete z`. */
function lineOf(step: PublishStep): string {
  const words = (...all: readonly (string | undefined)[]): string => all.filter((word) => word !== undefined).join(' ');
  switch (step.kind) {
    case 'send':
      return words(
        step.order === 'any' ? undefined : step.order,
        step.file.name,
        step.status,
        step.replaces ? 'replaces' : undefined,
        alternative(step.ifRefused),
        named(step.ifNameRefused),
      );
    case 'reveal':
      return words('reveal', step.name, step.unlessVisible ? 'unless visible' : undefined);
    case 'checksums':
      return words(
        step.kind,
        step.name,
        step.status,
        step.replaces ? 'replaces' : undefined,
        alternative(step.ifRefused),
      );
    case 'manifest':
      return words(step.kind, step.name, step.status);
    case 'probe':
      return words(step.kind, step.name, alternative(step.ifRefused));
    case 'delete':
    case 'clear':
      return words(step.kind, ...step.names);
    case 'confirm':
      return step.kind;
  }
}

function alternative(ifRefused: Extract<PublishStep, { kind: 'probe' }>['ifRefused'] | undefined): string | undefined {
  if (ifRefused === undefined) return undefined;
  return 'refusal' in ifRefused
    ? `else ${ifRefused.refusal.reason}`
    : `else ${ifRefused.steps.map(lineOf).join(' > ')}`;
}

function named(ifNameRefused: PublishRefusal | undefined): string | undefined {
  return ifNameRefused === undefined ? undefined : `else ${ifNameRefused.reason} ${ifNameRefused.problems.join(' ')}`;
}

function linesOf(row: Row): readonly string[] {
  return planOf(row).steps.map(lineOf);
}

describe('an incomplete version', () => {
  test.each<[string, Row, readonly string[]]>([
    ['new', { state: NEW, compared: MISSING }, ['first a hidden', 'b hidden', 'manifest M default', 'confirm']],
    [
      'new, if-exists: fail',
      { state: NEW, compared: MISSING, ifExists: 'fail' },
      ['first a hidden', 'b hidden', 'manifest M default', 'confirm'],
    ],
    [
      'new, to stay hidden',
      { state: NEW, compared: MISSING, status: 'hidden' },
      ['first a hidden', 'b hidden', 'manifest M hidden', 'confirm'],
    ],
    [
      'new, with checksums',
      { state: NEW, compared: MISSING, checksumsName: 'S' },
      ['first a hidden', 'b hidden', 'checksums S hidden', 'manifest M default', 'confirm'],
    ],
    [
      'new, without manifest: the last file carries the status',
      { state: NEW, compared: MISSING, manifestName: undefined },
      ['first a hidden', 'last b default', 'confirm'],
    ],
    [
      'new, without manifest, one file',
      { state: NEW, compared: compared({ a: 'missing' }), manifestName: undefined },
      ['last a default', 'confirm'],
    ],
    [
      'new, without manifest, with checksums: they carry it',
      { state: NEW, compared: MISSING, manifestName: undefined, checksumsName: 'S' },
      ['first a hidden', 'b hidden', 'checksums S default', 'confirm'],
    ],
    ['new, a part', { state: NEW, compared: MISSING, isPart: true }, ['first a hidden', 'b', 'manifest M', 'confirm']],
    ['new, of parts alone', { state: NEW, inherited: inherited({ p: 'same' }) }, ['manifest M default', 'confirm']],
    ['hidden, half there', { state: HIDDEN, compared: HALF }, ['b hidden', 'manifest M default', 'confirm']],
    ['hidden, all there', { state: HIDDEN, compared: SAME }, ['manifest M default', 'confirm']],
    [
      'hidden, one differs',
      { state: HIDDEN, compared: DIFFERENT },
      ['first b hidden else duplicates-hidden', 'c hidden', 'manifest M default', 'confirm'],
    ],
    [
      'new, with names that only newer GitLabs take: the newest is tried first, alone',
      { state: NEW, compared: compared({ a: 'missing', 'b~c': 'missing', 'd+': 'missing', 'e@f~g': 'missing' }) },
      [
        'first e@f~g hidden else older-gitlab b~c d+ e@f~g',
        'a hidden',
        'b~c hidden',
        'd+ hidden',
        'manifest M default',
        'confirm',
      ],
    ],
    [
      'hidden, such a name beside one that differs',
      { state: HIDDEN, compared: compared({ a: 'missing', 'b~c': 'missing', d: 'different' }) },
      [
        'first d hidden else duplicates-hidden',
        'first b~c hidden else older-gitlab b~c',
        'a hidden',
        'manifest M default',
        'confirm',
      ],
    ],
    [
      'new, such a name alone, without manifest',
      { state: NEW, compared: compared({ 'b~c': 'missing' }), manifestName: undefined },
      ['last b~c default else older-gitlab b~c', 'confirm'],
    ],
    ['new, an empty part', { state: NEW, isPart: true }, ['manifest M hidden', 'confirm']],
    ['hidden, an empty part that is there', { state: HIDDEN, isPart: true, hasPart: true }, []],
    [
      'hidden, a part that lists other files and adds one: its manifest finds out first',
      { state: HIDDEN, compared: HALF, isPart: true, hasPart: true, misfits: LISTS_OTHERS },
      ['probe M else duplicates-hidden', 'b', 'manifest M', 'confirm'],
    ],
    [
      'hidden, a part with other content: that finds out',
      { state: HIDDEN, compared: DIFFERENT, isPart: true, hasPart: true, misfits: LISTS_OTHERS },
      ['first b else duplicates-hidden', 'c', 'manifest M', 'confirm'],
    ],
    [
      'hidden, a part that lists other files and sends none',
      { state: HIDDEN, compared: SAME, isPart: true, hasPart: true, misfits: LISTS_OTHERS },
      ['manifest M', 'confirm'],
    ],
    [
      'hidden, all there, without manifest: the smallest file shows it',
      { state: HIDDEN, compared: SAME, manifestName: undefined },
      ['reveal a', 'confirm'],
    ],
    [
      'hidden, all there, to stay so, without manifest',
      { state: HIDDEN, compared: SAME, manifestName: undefined, status: 'hidden' },
      [],
    ],
    [
      'hidden, replaced: what is there besides shows when it is visible',
      { state: HIDDEN, compared: HALF, ifExists: 'replace' },
      ['b hidden', 'manifest M default', 'confirm', 'delete'],
    ],
    [
      'hidden, checksums that are there',
      {
        state: HIDDEN,
        compared: SAME,
        checksums: { file: file('S', 9), state: 'same', sha256: 'f' },
        checksumsName: 'S',
      },
      ['manifest M default', 'confirm'],
    ],
    ['hidden, a part that is there', { state: HIDDEN, compared: SAME, isPart: true, hasPart: true }, []],
    [
      'hidden, skip',
      { state: HIDDEN, compared: HALF, ifExists: 'skip' },
      ['b hidden', 'manifest M default', 'confirm'],
    ],
    [
      'not listed, nothing of it there: it may well be new',
      { state: UNLISTED, compared: MISSING },
      ['first a hidden', 'b hidden', 'manifest M default', 'confirm'],
    ],
    [
      'not listed, half there: it may be visible and is not hidden',
      { state: UNLISTED, compared: HALF },
      ['b', 'manifest M default', 'confirm'],
    ],
    [
      'not listed, half there, to be hidden: what it is stays',
      { state: UNLISTED, compared: HALF, status: 'hidden' },
      ['b', 'manifest M', 'confirm'],
    ],
    [
      'not listed, half there, without manifest: it may be a run that was stopped',
      { state: UNLISTED, compared: HALF, manifestName: undefined },
      ['last b default', 'confirm'],
    ],
    [
      'visible on a GitLab that tells no status, half there',
      { state: WITHOUT_STATUS, compared: HALF },
      ['b', 'manifest M default', 'confirm'],
    ],
  ])('%s', (_title, row, steps) => {
    expect(linesOf(row)).toEqual(steps);
  });

  test.each<[string, Row, string]>([
    ['an incomplete run', { state: HIDDEN }, 'an earlier run that did not finish left'],
    ['another part', { state: HIDDEN, isPart: true }, 'an earlier run or another part left'],
    ['somebody whom no list tells', { state: UNLISTED }, 'or another client, left'],
  ])('a warning names the file that is sent over other content, of %s', (_title, row, says) => {
    const [warning] = planOf({ ...row, compared: DIFFERENT }).warnings;
    expect(warning).toMatch(/^b: /);
    expect(warning).toContain(says);
  });
});

describe('a complete version that is left alone', () => {
  test.each<[string, Row]>([
    ['the same files', { state: VISIBLE, compared: SAME }],
    ['another mode', { state: VISIBLE, compared: SAME, misfits: OTHER_MODE }],
    ['files that are taken over', { state: VISIBLE, compared: SAME, inherited: inherited({ p: 'same' }) }],
    ['a part that is there', { state: VISIBLE, compared: SAME, isPart: true }],
    ['replace with the same files', { state: VISIBLE, compared: SAME, ifExists: 'replace' }],
    ['append of the same files', { state: VISIBLE, compared: SAME, ifExists: 'append' }],
    [
      'append beside others',
      { state: VISIBLE, compared: SAME, ifExists: 'append', inherited: inherited({ z: 'same' }) },
    ],
    ['hidden, and to stay so', { state: HIDDEN_COMPLETE, compared: SAME, status: 'hidden' }],
    ['not listed, and to be hidden', { state: UNLISTED_COMPLETE, compared: SAME, status: 'hidden' }],
    ['made by another client, without manifest', { state: MADE_BY_CURL, compared: SAME, manifestName: undefined }],
    ['skip, whatever the files are', { state: VISIBLE, compared: DIFFERENT, others: ['z'], ifExists: 'skip' }],
    ['skip, made by another client', { state: MADE_BY_CURL, compared: DIFFERENT, others: ['z'], ifExists: 'skip' }],
    [
      'skip, not listed, without manifest and with other content alone: nothing of this run is sent to show it',
      { state: UNLISTED, compared: compared({ a: 'different' }), manifestName: undefined, ifExists: 'skip' },
    ],
    ['skip, without a file here', { state: VISIBLE, others: ['z'], ifExists: 'skip', mayBeEmpty: false }],
    ['skip, a part', { state: VISIBLE, compared: DIFFERENT, ifExists: 'skip', isPart: true }],
  ])('%s', (_title, row) => {
    expect(linesOf(row)).toEqual([]);
  });

  test.each<[string, Row, readonly string[]]>([
    ['hidden', { state: HIDDEN_COMPLETE, compared: SAME }, ['reveal M', 'confirm']],
    [
      'hidden, append of the same',
      { state: HIDDEN_COMPLETE, compared: SAME, ifExists: 'append' },
      ['reveal M', 'confirm'],
    ],
    ['hidden, skip', { state: HIDDEN_COMPLETE, compared: DIFFERENT, ifExists: 'skip' }, ['reveal M', 'confirm']],
    ['not listed', { state: UNLISTED_COMPLETE, compared: SAME }, ['reveal M unless visible', 'confirm']],
    [
      'not listed, without manifest',
      { state: UNLISTED, compared: SAME, manifestName: undefined },
      ['reveal a unless visible', 'confirm'],
    ],
  ])('but for its status: %s', (_title, row, steps) => {
    expect(linesOf(row)).toEqual(steps);
  });

  test.each<[string, Row]>([
    ['left alone', { state: VISIBLE, compared: SAME }],
    ['appended to', { state: VISIBLE, compared: HALF, ifExists: 'append' }],
  ])('a visible version that is %s is not hidden by status: hidden, and a warning says so', (_title, row) => {
    expect(planOf({ ...row, status: 'hidden' }).warnings).toEqual([expect.stringContaining('stays so')]);
    expect(linesOf({ ...row, status: 'hidden' }).join()).not.toContain('hidden');
  });
});

describe('a complete version that is changed', () => {
  test.each<[string, Row, readonly string[]]>([
    [
      'append of what is new: whether GitLab stores a name twice is found out first',
      { state: VISIBLE, compared: HALF, ifExists: 'append' },
      ['probe M else duplicates', 'b', 'manifest M default', 'confirm'],
    ],
    [
      'replace of what differs',
      { state: VISIBLE, compared: DIFFERENT, ifExists: 'replace' },
      [
        'probe M else clear b M > b replaces > c > manifest M default > confirm',
        'b replaces',
        'c',
        'manifest M default',
        'confirm',
        'delete',
      ],
    ],
    [
      'replace of what is no longer there',
      { state: VISIBLE, compared: SAME, others: ['z'], ifExists: 'replace' },
      ['probe M else clear M z > manifest M default > confirm', 'manifest M default', 'confirm', 'delete z'],
    ],
    [
      'replace of a mode',
      { state: VISIBLE, compared: SAME, misfits: OTHER_MODE, ifExists: 'replace' },
      ['probe M else clear M > manifest M default > confirm', 'manifest M default', 'confirm', 'delete'],
    ],
    [
      'replace by a token that may not delete',
      { state: { ...VISIBLE, deletable: false }, compared: SAME, others: ['z'], ifExists: 'replace' },
      ['probe M else duplicates-kept', 'manifest M default', 'confirm'],
    ],
    [
      'replace of what is there besides the manifest',
      { state: VISIBLE, compared: SAME, strays: ['y'], ifExists: 'replace' },
      ['confirm', 'delete y'],
    ],
    [
      'replace of what is there besides, by a token that may not delete',
      { state: { ...VISIBLE, deletable: false }, compared: SAME, strays: ['y'], ifExists: 'replace' },
      [],
    ],
    [
      'replace by parts that differ',
      { state: VISIBLE, inherited: inherited({ p: 'different' }), ifExists: 'replace' },
      ['probe M else clear M > manifest M default > confirm', 'manifest M default', 'confirm', 'delete'],
    ],
    [
      'replace without manifest: the first file with other content finds out',
      { state: MADE_BY_CURL, compared: DIFFERENT, others: ['z'], manifestName: undefined, ifExists: 'replace' },
      [
        'first b replaces else clear b z > b replaces > last c default > confirm',
        'last c default',
        'confirm',
        'delete z',
      ],
    ],
    [
      'replace without manifest of what is no longer there',
      { state: MADE_BY_CURL, compared: SAME, others: ['z'], manifestName: undefined, ifExists: 'replace' },
      ['confirm', 'delete z'],
    ],
    [
      'replace of a hidden one',
      { state: HIDDEN_COMPLETE, compared: DIFFERENT, ifExists: 'replace' },
      ['probe M else duplicates-kept', 'b replaces', 'c', 'manifest M default', 'confirm', 'delete'],
    ],
    [
      'replace of a hidden one that stays so',
      { state: HIDDEN_COMPLETE, compared: SAME, others: ['z'], status: 'hidden', ifExists: 'replace' },
      ['probe M else duplicates-kept', 'manifest M hidden', 'confirm'],
    ],
    [
      'made by another client: the manifest is added',
      { state: MADE_BY_CURL, compared: SAME },
      ['manifest M default', 'confirm'],
    ],
    [
      'made by another client, append of what is new',
      { state: MADE_BY_CURL, compared: HALF, inherited: inherited({ z: 'same' }), ifExists: 'append' },
      ['b', 'manifest M default', 'confirm'],
    ],
    [
      'not listed, append',
      { state: UNLISTED_COMPLETE, compared: HALF, ifExists: 'append' },
      ['probe M else duplicates', 'b', 'manifest M default', 'confirm'],
    ],
    [
      'not listed, replaced',
      { state: UNLISTED_COMPLETE, compared: DIFFERENT, status: 'hidden', ifExists: 'replace' },
      ['probe M else duplicates-kept', 'b replaces', 'c', 'manifest M', 'confirm'],
    ],
  ])('%s', (_title, row, steps) => {
    expect(linesOf(row)).toEqual(steps);
  });

  test.each<[string, Row, string]>([
    ['may not delete', { state: { ...VISIBLE, deletable: false } }, 'This token may not delete'],
    ['may not list', { state: UNLISTED_COMPLETE }, "only this run's own names were looked at"],
    ['keeps it hidden', { state: HIDDEN_COMPLETE, status: 'hidden' }, 'deletes no file of a hidden version'],
  ])('replace warns of what stays where the run %s', (_title, row, says) => {
    const { warnings } = planOf({ ...row, compared: SAME, others: ['z'], ifExists: 'replace' });
    expect(warnings.join('\n')).toContain(says);
  });
});

describe('a version whose manifest and content differ, as a stopped run leaves it', () => {
  const lists: Facts['misfits'] = [
    { name: 'a', lists: 'nothing' },
    { name: 'b', lists: 'other-content' },
  ];
  test.each<[string, Row, readonly string[]]>([
    ['replace', { state: VISIBLE, ifExists: 'replace' }, ['probe M then clear M confirm', 'manifest M default']],
    ['append', { state: VISIBLE, ifExists: 'append' }, ['probe M else duplicates', 'manifest M default']],
    [
      'append, hidden',
      { state: HIDDEN_COMPLETE, ifExists: 'append' },
      ['probe M else duplicates', 'manifest M default'],
    ],
  ])('gets a manifest that fits: %s', (_title, row, steps) => {
    expect(linesOf({ ...row, compared: SAME, misfits: lists }).slice(0, steps.length)).toEqual(
      steps.map((line) => expect.stringContaining(line.split(' ').slice(0, 2).join(' '))),
    );
  });

  test('is refused by verify, which names each file', () => {
    const { reason, problems } = refusalOf({ state: VISIBLE, compared: SAME, misfits: [...lists, ...OTHER_MODE] });
    expect(reason).toBe('differs');
    expect(problems).toEqual([
      expect.stringMatching(/^a: .* the manifest does not list it$/),
      expect.stringMatching(/^b: the manifest lists other content/),
    ]);
  });

  test('append leaves out what the manifest lists and nobody serves', () => {
    expect(linesOf({ state: VISIBLE, compared: SAME, ifExists: 'append', others: ['z'] })).toEqual([
      'probe M else duplicates',
      'manifest M default',
      'confirm',
    ]);
  });
});

describe('what is easily forgotten', () => {
  test('replace of a hidden version with leftovers and the same files deletes once it is visible', () => {
    expect(linesOf({ state: HIDDEN_COMPLETE, compared: SAME, ifExists: 'replace' })).toEqual([
      'reveal M',
      'confirm',
      'delete',
    ]);
  });

  test('the checksums file is sent first where it alone stands there already', () => {
    const [sums] = compared({ S: 'different' });
    const row = { state: MADE_BY_CURL, compared: HALF, checksums: sums, checksumsName: 'S', manifestName: undefined };
    expect(linesOf({ ...row, ifExists: 'append' })).toEqual([
      'checksums S replaces else duplicates',
      'last b default',
      'confirm',
    ]);
  });

  test('a manifest that would no longer fit is not left standing', () => {
    const row: Row = { state: MADE_BY_CURL, compared: HALF, manifestName: undefined, standingManifest: 'M' };
    expect(refusalOf({ ...row, ifExists: 'append' }).reason).toBe('manifest-stays');
    expect(planOf({ ...row, compared: SAME, ifExists: 'append' }).steps).toEqual([]);
    expect(refusalOf({ ...row, ifExists: 'replace', state: { ...SEEN, deletable: false } }).reason).toBe(
      'manifest-stays',
    );
    expect(planOf({ ...row, ifExists: 'replace' }).steps.length).toBeGreaterThan(0);
  });

  test('parts are taken where GitLab hides nothing', () => {
    expect(linesOf({ state: WITHOUT_STATUS, compared: HALF, isPart: true })).toEqual(['b', 'manifest M', 'confirm']);
  });
});

describe('a refusal', () => {
  test('names every difference: other content, a name that is not there, a part, a name that is there besides', () => {
    const { reason, problems } = refusalOf({
      state: VISIBLE,
      compared: DIFFERENT,
      others: ['z'],
      inherited: inherited({ p: 'different', q: 'missing' }),
    });
    expect(reason).toBe('differs');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['b', 'p', 'c', 'q', 'z']);
  });

  test.each<[string, Row, PublishRefusal['reason'], readonly string[]]>([
    ['fail', { state: VISIBLE, compared: SAME, ifExists: 'fail' }, 'exists', []],
    ['fail, hidden and complete', { state: HIDDEN_COMPLETE, compared: SAME, ifExists: 'fail' }, 'exists', []],
    [
      'fail, made by another client',
      { state: MADE_BY_CURL, compared: MISSING, others: ['z'], ifExists: 'fail' },
      'exists',
      [],
    ],
    ['fail, a part', { state: VISIBLE, compared: SAME, isPart: true, ifExists: 'fail' }, 'exists', []],
    ['made by another client, and more here', { state: MADE_BY_CURL, compared: HALF }, 'made-elsewhere', ['b']],
    [
      'made by another client, and more there',
      { state: MADE_BY_CURL, compared: SAME, others: ['z'] },
      'made-elsewhere',
      ['z'],
    ],
    [
      'made by another client, on a GitLab that tells no status',
      { state: WITHOUT_STATUS, compared: HALF, others: ['z'] },
      'made-elsewhere',
      ['b', 'z'],
    ],
    [
      'a part of a complete version with other files',
      { state: VISIBLE, compared: HALF, isPart: true },
      'differs',
      ['b'],
    ],
    [
      'a part of one that was made by another client',
      { state: MADE_BY_CURL, compared: MISSING, isPart: true },
      'visible-part',
      [],
    ],
    ['no file at all', { state: NEW, mayBeEmpty: false }, 'nothing', []],
    [
      'a version that is there as v1',
      { state: NEW, compared: MISSING, otherSpelling: 'v1' },
      'other-spelling',
      ['v1 is there'],
    ],
    [
      "a file of the manifest's name",
      { state: MADE_BY_CURL, compared: SAME, foreignManifest: true },
      'foreign-manifest',
      [],
    ],
    [
      'not listed, without manifest, other content: people may see it',
      { state: UNLISTED, compared: DIFFERENT, manifestName: undefined },
      'differs',
      ['b', 'c'],
    ],
  ])('of %s', (_title, row, reason, names) => {
    const refusal = refusalOf(row);
    expect(refusal.reason).toBe(reason);
    expect(refusal.problems.map((problem) => problem.split(':')[0])).toEqual(names);
  });
});
