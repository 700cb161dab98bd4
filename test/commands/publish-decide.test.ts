/** What a publish decides, as a table: how the version stands, how the files compare, what was asked for. */
import { describe, expect, test } from '@jest/globals';
import { decidePublish, type PlanRequest, type PublishPlan } from '../../src/commands/publish/decide.ts';
import { type Compared, type LocalFile } from '../../src/transfer/model.ts';
import { bytesSource } from '../../src/transfer/local/source.ts';

type State = Compared['state'];

function file(name: string): LocalFile {
  return { name, size: 1, mode: '0644', source: bytesSource(Buffer.from('x')) };
}

function compared(states: Readonly<Record<string, State>>): Compared[] {
  return Object.entries(states).map(([name, state]) => ({
    file: file(name),
    state,
    ...(state === 'same' ? { sha256: 'f' } : {}),
  }));
}

const PLAIN: PlanRequest = {
  standing: 'new',
  listed: true,
  tellsStatus: true,
  ifExists: 'verify',
  compared: [],
  storedOnly: [],
  inherited: [],
  modesDiffer: false,
  writesManifest: true,
  status: 'default',
  part: false,
};

function planOf(request: Partial<PlanRequest>): PublishPlan {
  const decision = decidePublish({ ...PLAIN, ...request });
  if (!('plan' in decision)) throw new Error(`refused: ${decision.problems.join('; ')}`);
  return decision.plan;
}

function refusalOf(request: Partial<PlanRequest>): { refusal: string; problems: readonly string[] } {
  const decision = decidePublish({ ...PLAIN, ...request });
  if ('plan' in decision) throw new Error('it was not refused');
  return decision;
}

/** The parts of a plan that are plain words. */
function outline({ send, keep, firstAlone, payloadStatus, seal, sealStatus, sweep, warnings }: PublishPlan): object {
  const names = { send: send.map(({ name }) => name), keep: keep.map((kept) => kept.file.name) };
  return { ...names, firstAlone, payloadStatus, seal, sealStatus, sweep, warnings: warnings.length };
}

const MISSING = compared({ a: 'missing', b: 'missing' });
const HALF = compared({ a: 'same', b: 'missing' });
const SAME = compared({ a: 'same', b: 'same' });
const DIFFERENT = compared({ a: 'same', b: 'different', c: 'missing' });

describe('a version that nobody sees', () => {
  const HIDDEN = { payloadStatus: 'hidden', seal: 'manifest', sealStatus: 'default', sweep: false, warnings: 0 };

  test.each<[string, Partial<PlanRequest>, object]>([
    ['new', { compared: MISSING }, { ...HIDDEN, send: ['a', 'b'], keep: [], firstAlone: true }],
    [
      'new, if-exists: fail',
      { compared: MISSING, ifExists: 'fail' },
      { ...HIDDEN, send: ['a', 'b'], keep: [], firstAlone: true },
    ],
    [
      'new, to stay hidden',
      { compared: MISSING, status: 'hidden' },
      { ...HIDDEN, sealStatus: 'hidden', send: ['a', 'b'], keep: [], firstAlone: true },
    ],
    [
      'new, without manifest',
      { compared: MISSING, writesManifest: false },
      { ...HIDDEN, seal: 'last-file', send: ['a', 'b'], keep: [], firstAlone: true },
    ],
    [
      'new, a part',
      { compared: MISSING, part: true },
      { ...HIDDEN, sealStatus: 'hidden', send: ['a', 'b'], keep: [], firstAlone: true },
    ],
    ['new, of parts alone', { compared: [] }, { ...HIDDEN, send: [], keep: [], firstAlone: false }],
    [
      'open, half there',
      { standing: 'open', compared: HALF },
      { ...HIDDEN, send: ['b'], keep: ['a'], firstAlone: false },
    ],
    [
      'open, all there',
      { standing: 'open', compared: SAME },
      { ...HIDDEN, send: [], keep: ['a', 'b'], firstAlone: false },
    ],
    [
      'open, one differs',
      { standing: 'open', compared: DIFFERENT },
      { ...HIDDEN, send: ['b', 'c'], keep: ['a'], firstAlone: false, warnings: 1 },
    ],
    [
      'open and not listed, nothing of it there: it may well be new',
      { standing: 'open', listed: false, compared: MISSING },
      { ...HIDDEN, send: ['a', 'b'], keep: [], firstAlone: true },
    ],
    [
      'open and not listed, half there: it may be visible and is not hidden',
      { standing: 'open', listed: false, compared: HALF },
      { ...HIDDEN, payloadStatus: undefined, send: ['b'], keep: ['a'], firstAlone: false },
    ],
  ])('%s', (_title, request, plan) => {
    expect(outline(planOf(request))).toEqual(plan);
  });

  test('a warning names the file that is sent over other content', () => {
    const { warnings } = planOf({ standing: 'open', compared: DIFFERENT });
    expect(warnings[0]).toMatch(/^b: /);
  });

  test.each<[string, Partial<PlanRequest>, string]>([
    ['an incomplete run', {}, 'an earlier run that did not finish left'],
    ['another part', { part: true }, 'an earlier run or another part left'],
    ['somebody whom no list tells', { listed: false }, 'or another client, left'],
  ])('which may be that of %s', (_title, request, says) => {
    expect(planOf({ standing: 'open', compared: DIFFERENT, ...request }).warnings[0]).toContain(says);
  });
});

describe('a version that is visible without a manifest', () => {
  const standing = 'visible';
  const SEEN = { payloadStatus: undefined, sealStatus: undefined, firstAlone: false, sweep: false, warnings: 0 };

  test.each<[string, Partial<PlanRequest>, object]>([
    ['what is missing is added', { compared: HALF }, { ...SEEN, send: ['b'], keep: ['a'], seal: 'manifest' }],
    ['only the manifest is missing', { compared: SAME }, { ...SEEN, send: [], keep: ['a', 'b'], seal: 'manifest' }],
    [
      'it is not hidden again',
      { compared: HALF, status: 'hidden' },
      { ...SEEN, send: ['b'], keep: ['a'], seal: 'manifest', warnings: 1 },
    ],
    [
      'replace sends what differs',
      { compared: DIFFERENT, ifExists: 'replace' },
      { ...SEEN, send: ['b', 'c'], keep: ['a'], seal: 'manifest', sweep: true },
    ],
    [
      'append sends what differs',
      { compared: DIFFERENT, ifExists: 'append' },
      { ...SEEN, send: ['b', 'c'], keep: ['a'], seal: 'manifest' },
    ],
  ])('%s', (_title, request, plan) => {
    expect(outline(planOf({ standing, ...request }))).toEqual(plan);
  });

  test('differences are all named, and refused', () => {
    const { refusal, problems } = refusalOf({
      standing,
      compared: compared({ a: 'different', b: 'missing', c: 'different' }),
    });
    expect(refusal).toBe('differs');
    expect(problems).toEqual([expect.stringMatching(/^a: /), expect.stringMatching(/^c: /)]);
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['this run has too', { compared: HALF }],
    ['this run has with other content', { compared: DIFFERENT }],
    ['this run has not', { compared: MISSING, storedOnly: ['z'] }],
  ])('if-exists: fail refuses one that holds a file that %s', (_title, request) => {
    expect(refusalOf({ standing, ifExists: 'fail', ...request }).refusal).toBe('exists');
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['that holds nothing', { compared: MISSING }],
    [
      'of a GitLab that tells no status: it may be a run of ours that did not finish',
      { compared: HALF, tellsStatus: false },
    ],
  ])('if-exists: fail completes one %s', (_title, request) => {
    expect(planOf({ standing, ifExists: 'fail', ...request }).seal).toBe('manifest');
  });

  test('files that this run does not have are warned of: twenty names, and how many more', () => {
    const storedOnly = Array.from({ length: 23 }, (_none, index) => `old-${String(index).padStart(2, '0')}`);
    const [warning = '', ...more] = planOf({ standing, compared: SAME, storedOnly }).warnings;
    expect(more).toEqual([]);
    for (const piece of [
      '23 files',
      'the manifest will not list them',
      'if-exists: append',
      'old-00, ',
      'old-19, and 3 more',
    ])
      expect(warning).toContain(piece);
    expect(warning).not.toContain('old-20');
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['replace, which deletes them', { ifExists: 'replace' }],
    ['manifest: none, which lists nothing', { writesManifest: false }],
  ])('but not with %s', (_title, request) => {
    expect(planOf({ standing, compared: SAME, storedOnly: ['z'], ...request }).warnings).toEqual([]);
  });

  test('it takes no part', () => {
    expect(refusalOf({ standing, part: true, compared: MISSING }).refusal).toBe('differs');
  });
});

describe('a complete version', () => {
  const standing = 'complete';
  const NOTHING = {
    send: [],
    payloadStatus: undefined,
    sealStatus: undefined,
    firstAlone: false,
    seal: 'nothing',
    sweep: false,
    warnings: 0,
  };
  const CHANGED = { ...NOTHING, seal: 'manifest' };

  test.each<[string, Partial<PlanRequest>, object]>([
    ['the same files are left alone', { compared: SAME }, { ...NOTHING, keep: ['a', 'b'] }],
    ['another mode is no difference', { compared: SAME, modesDiffer: true }, { ...NOTHING, keep: ['a', 'b'] }],
    [
      'what is taken over is there',
      { compared: SAME, inherited: [{ name: 'p', state: 'same' }] },
      { ...NOTHING, keep: ['a', 'b'] },
    ],
    ['a part that is there', { compared: SAME, part: true }, { ...NOTHING, keep: ['a', 'b'] }],
    ['replace with the same files', { compared: SAME, ifExists: 'replace' }, { ...NOTHING, keep: ['a', 'b'] }],
    ['append of the same files', { compared: SAME, ifExists: 'append' }, { ...NOTHING, keep: ['a', 'b'] }],
    [
      'append beside others',
      { compared: SAME, ifExists: 'append', storedOnly: ['z'] },
      { ...NOTHING, keep: ['a', 'b'] },
    ],
    [
      'replace of what differs',
      { compared: DIFFERENT, ifExists: 'replace' },
      { ...CHANGED, send: ['b', 'c'], keep: ['a'], sweep: true },
    ],
    [
      'replace of what is no longer there',
      { compared: SAME, ifExists: 'replace', storedOnly: ['z'] },
      { ...CHANGED, keep: ['a', 'b'], sweep: true },
    ],
    [
      'replace of a mode',
      { compared: SAME, ifExists: 'replace', modesDiffer: true },
      { ...CHANGED, keep: ['a', 'b'], sweep: true },
    ],
    ['append of what is new', { compared: HALF, ifExists: 'append' }, { ...CHANGED, send: ['b'], keep: ['a'] }],
    [
      'replace by parts that differ',
      { compared: [], inherited: [{ name: 'p', state: 'different' }], ifExists: 'replace' },
      { ...CHANGED, keep: [], sweep: true },
    ],
  ])('%s', (_title, request, plan) => {
    expect(outline(planOf({ standing, ...request }))).toEqual(plan);
  });

  test.each<[string, Partial<PlanRequest>, string[]]>([
    ['replace', { compared: DIFFERENT, ifExists: 'replace' }, ['b']],
    ['append', { compared: DIFFERENT, ifExists: 'append' }, ['b']],
    ['verify of the same files', { compared: SAME }, []],
  ])('%s knows which names get other content', (_title, request, names) => {
    expect(planOf({ standing, ...request }).replaces).toEqual(names);
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['left alone', { compared: SAME }],
    ['appended to', { compared: HALF, ifExists: 'append' }],
  ])('%s and visible, it is not hidden by status: hidden, and a warning says so', (_title, request) => {
    expect(planOf({ standing, status: 'hidden', ...request }).warnings).toEqual([expect.stringContaining('stays so')]);
    expect(planOf({ standing, status: 'hidden', hidden: true, ...request }).warnings).toEqual([]);
  });

  test.each<[string, Partial<PlanRequest>, boolean]>([
    ['hidden, the same files', { hidden: true, compared: SAME }, true],
    ['hidden, appended to', { hidden: true, compared: HALF, ifExists: 'append' }, true],
    ['hidden, and to stay so', { hidden: true, compared: SAME, status: 'hidden' }, false],
    ['visible', { compared: HALF, ifExists: 'append' }, false],
  ])('the plan says whether it makes it visible: %s', (_title, request, reveals) => {
    expect(planOf({ standing, ...request }).reveals).toBe(reveals);
  });

  test('any difference is named and refused: other content, a new name, a name that is gone, a part', () => {
    const { refusal, problems } = refusalOf({
      standing,
      compared: DIFFERENT,
      storedOnly: ['z'],
      inherited: [
        { name: 'p', state: 'different' },
        { name: 'q', state: 'missing' },
      ],
    });
    expect(refusal).toBe('differs');
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['b', 'p', 'c', 'q', 'z']);
  });

  test.each<[string, Partial<PlanRequest>]>([
    ['the same files', { compared: SAME }],
    ['other files', { compared: DIFFERENT }],
    ['a part', { compared: SAME, part: true }],
  ])('if-exists: fail refuses %s', (_title, request) => {
    expect(refusalOf({ standing, ifExists: 'fail', ...request }).refusal).toBe('exists');
  });

  test('a part with other content is refused', () => {
    expect(refusalOf({ standing, part: true, compared: DIFFERENT }).problems).toHaveLength(2);
  });
});
