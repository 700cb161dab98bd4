/**
 * What a publish does, decided once: from how the version stands in the registry, what is here and what was
 * asked, to an ordered list of steps or a refusal. Pure: no file is read, nothing is asked. A dry run prints
 * the list, a run carries it out; nothing decides again.
 */
import { harmless } from '../../core/text.ts';
import type { Compared, Inherited, LocalFile, Status } from '../../transfer/model.ts';
import { isComplete, type VersionState } from '../../transfer/remote/version-state.ts';
import {
  cannotDelete,
  cannotTellVisible,
  keepsOthers,
  otherContent,
  othersBesides,
  seesOwnNamesOnly,
  staysVisible,
} from './messages.ts';
import { uploadSteps } from './upload-steps.ts';

type IfExists = 'verify' | 'skip' | 'fail' | 'replace' | 'append';

/** What was asked for. */
export interface Asked {
  readonly ifExists: IfExists;
  /** The version's final status. */
  readonly status: Status;
  /** This run publishes one part of a version that others make with it. */
  readonly isPart: boolean;
  /** Name of the manifest that this run writes: the version's, or its part's; absent with `manifest: none`. */
  readonly manifestName: string | undefined;
  readonly checksumsName: string | undefined;
  /** No file at all is fine. */
  readonly mayBeEmpty: boolean;
}

/** What was found. */
export interface Facts {
  readonly state: VersionState;
  /** This run's files. */
  readonly compared: readonly Compared[];
  /** The checksums file, where all that it lists is known; else its bytes follow from what is sent. */
  readonly checksums: Compared | undefined;
  /** Files that this version takes over without sending them: of parts, or of what is appended to. */
  readonly inherited: readonly Inherited[];
  /** Names that the version, or of a complete one this part, has in the registry and this run has not. */
  readonly others: readonly string[];
  /** Names that the registry has besides what the version's manifest lists; known for `replace` only. */
  readonly strays: readonly string[];
  /** The stored manifest says another mode of a file that is otherwise the same. */
  readonly modesDiffer: boolean;
  /** A part alone: whether its manifest is there, and lists what this run would. */
  readonly part: 'missing' | 'same' | 'different';
  /** A visible file has the manifest's name and is not one of ours. */
  readonly foreignManifest: boolean;
  /** The same version by its other spelling, `v1.2.3` for `1.2.3`, where the registry has it; of an incomplete one. */
  readonly otherSpelling: string | undefined;
}

/** What GitLab takes as a refusal to store a name twice decides what comes next: other steps, or the end. */
export type Alternative = { readonly steps: readonly Step[]; readonly warning: string } | { readonly refusal: Refusal };

export type Step =
  /** `order`: `first` and `last` are sent alone, the files between them at once. */
  | {
      readonly kind: 'send';
      readonly file: LocalFile;
      readonly status?: Status;
      readonly order: 'first' | 'any' | 'last';
      /** People see other content under this name now. */
      readonly replaces: boolean;
      /** Where GitLab refuses to store a name twice. */
      readonly ifRefused?: Alternative;
      /** Where GitLab refuses the name itself, for it is older than the characters in it. */
      readonly ifNameRefused?: Refusal;
    }
  /** `file` absent: made of what was sent before. */
  | {
      readonly kind: 'checksums';
      readonly name: string;
      readonly file?: LocalFile;
      readonly status?: Status;
      readonly replaces: boolean;
    }
  | { readonly kind: 'manifest'; readonly name: string; readonly status?: Status }
  /** Sends the stored manifest's own bytes again, to learn whether GitLab takes a name twice. */
  | { readonly kind: 'probe'; readonly name: string; readonly ifRefused: Alternative }
  /** Sends what is there once more for its status alone; `file` absent: the stored manifest. */
  | { readonly kind: 'reveal'; readonly name: string; readonly file?: LocalFile; readonly unlessVisible: boolean }
  /** Deletes every row that is not this run's; `names`: those that are known by now. */
  | { readonly kind: 'delete'; readonly names: readonly string[] }
  /** Deletes all rows of these names, before they are sent again. */
  | { readonly kind: 'clear'; readonly names: readonly string[] }
  /** Looks whether the version serves what this run sent, and is shown. */
  | { readonly kind: 'confirm' };

export interface Refusal {
  readonly reason:
    | 'other-spelling'
    | 'exists'
    | 'differs'
    | 'made-elsewhere'
    | 'visible-part'
    | 'foreign-manifest'
    | 'duplicates'
    | 'duplicates-kept'
    | 'duplicates-hidden'
    | 'older-gitlab'
    | 'nothing';
  readonly problems: readonly string[];
}

export interface PublishPlan {
  readonly steps: readonly Step[];
  /** The version as it was published counts, whatever this run has: `if-exists: skip`. */
  readonly keepsPublished: boolean;
  readonly warnings: readonly string[];
}

export type Decision = { readonly plan: PublishPlan } | { readonly refusal: Refusal };

/** The only place where `if-exists` is understood. */
export function decidePublish(facts: Facts, asked: Asked): Decision {
  if (facts.otherSpelling !== undefined) return refuse('other-spelling', [`${harmless(facts.otherSpelling)} is there`]);
  if (isEmpty(facts, asked)) return refuse('nothing', []);
  if (!isComplete(facts.state) && !mayBeComplete(facts, asked)) return completeVersion(facts, asked);
  if (asked.isPart && facts.state.manifest === undefined) return refuse('visible-part', []);
  if (!facts.foreignManifest && isStoppedPublish(facts, asked)) return completeVersion(facts, asked);
  if (asked.ifExists === 'skip') return keepPublished(facts, asked);
  if (facts.foreignManifest) return refuse('foreign-manifest', []);
  if (asked.ifExists === 'fail') return refuse('exists', []);
  // A part of a complete version is only ever verified: others have built on it.
  if (asked.ifExists === 'verify' || asked.isPart) return verify(facts, asked);
  return change(facts, asked);
}

/** A version that is kept as it is needs no files here. */
function isEmpty({ state, compared, inherited }: Facts, { mayBeEmpty, ifExists }: Asked): boolean {
  if (mayBeEmpty || (ifExists === 'skip' && isComplete(state))) return false;
  return compared.length === 0 && inherited.length === 0;
}

/** Without a manifest and without lists, files of ours that are there may be a version that people see. */
function mayBeComplete({ state, compared }: Facts, { manifestName }: Asked): boolean {
  return (
    state.kind === 'unlisted' && manifestName === undefined && !compared.every(({ state: held }) => held === 'missing')
  );
}

/**
 * What a run of ours leaves that was stopped, where no status tells it from a version of somebody else: every
 * file that is there is one of this run's, and more are to come.
 */
function isStoppedPublish({ state, compared, checksums, others }: Facts, { ifExists, isPart }: Asked): boolean {
  if (ifExists !== 'verify' || isPart || state.manifest !== undefined) return false;
  if (state.kind === 'visible' ? state.tellsStatus : state.kind !== 'unlisted') return false;
  const held = [...compared, ...(checksums === undefined ? [] : [checksums])].map((one) => one.state);
  return others.length === 0 && !held.includes('different') && held.includes('missing');
}

/** Nobody has seen this version: other content is simply sent again, the newest row counts. */
function completeVersion(facts: Facts, asked: Asked): Decision {
  const { state, compared } = facts;
  const isUntold = state.kind === 'new' || compared.every(({ state: held }) => held === 'missing');
  // What may be visible already must not be hidden.
  const mayHide = state.kind === 'new' || state.kind === 'hidden' || (state.kind === 'unlisted' && isUntold);
  const final = asked.isPart ? 'hidden' : asked.status;
  const uploads = uploadSteps(facts, asked, {
    ...(mayHide ? { payload: 'hidden' } : {}),
    ...(mayHide || final === 'default' || asked.isPart ? { final } : {}),
    firstAlone: isUntold,
  });
  const replaces = asked.ifExists === 'replace' && !asked.isPart;
  const warnings = [
    ...compared
      .filter(({ state: held }) => held === 'different')
      .map(({ file }) => otherContent(file.name, { part: asked.isPart, listed: state.kind !== 'unlisted' })),
    ...(replaces && state.kind === 'unlisted' && !isUntold ? [seesOwnNamesOnly()] : []),
  ];
  const steps = [
    ...partProbe(uploads, facts),
    ...uploads,
    ...(uploads.length === 0 ? revealSteps(facts, asked) : []),
    // Of a hidden version no list is read: what an earlier run left shows once the version is visible.
    ...(replaces && state.kind === 'hidden' && state.deletable && final === 'default'
      ? [{ kind: 'delete', names: [] } as const]
      : []),
  ];
  return planned(confirmed(steps, asked), warnings);
}

/** A part that lists other files: its manifest is the name that GitLab may refuse to store again. */
function partProbe(uploads: readonly Step[], { part }: Facts): readonly Step[] {
  const isFound = uploads.some((step) => step.kind === 'send' && step.ifRefused !== undefined);
  const manifest = uploads.find(({ kind }) => kind === 'manifest');
  if (part !== 'different' || isFound || uploads.length < 2 || manifest?.kind !== 'manifest') return [];
  const refusal = { reason: 'duplicates-hidden', problems: [] } as const;
  return [{ kind: 'probe', name: manifest.name, ifRefused: { refusal } }];
}

/** The published version as it is; only one that was to be visible and is not is shown. */
function keepPublished(facts: Facts, asked: Asked): Decision {
  const steps = revealSteps(facts, asked);
  const isUnsure = facts.state.kind === 'unlisted' && asked.status === 'default' && !asked.isPart && steps.length === 0;
  const warnings = [...staysVisible(facts.state, asked), ...(isUnsure ? [cannotTellVisible()] : [])];
  return planned(confirmed(steps, asked), warnings, true);
}

function verify(facts: Facts, asked: Asked): Decision {
  // Without a manifest nothing tells whether a name that is there besides is the version's.
  const isToldBesides = asked.manifestName !== undefined;
  const problems = differences(
    isToldBesides ? facts : { ...facts, others: [] },
    asked.isPart ? 'this part of the complete version' : 'the complete version',
  );
  const besides = isToldBesides ? [] : othersBesides(facts.others);
  const isForeign = facts.state.kind === 'visible' && facts.state.manifest === undefined;
  if (problems.length > 0) return refuse(isForeign ? 'made-elsewhere' : 'differs', problems);
  if (asked.isPart) return planned([], []);
  const adds = isForeign && asked.manifestName !== undefined;
  const steps = adds ? uploadSteps(facts, asked, finalOf(facts.state, asked)) : revealSteps(facts, asked);
  return planned(confirmed(steps, asked), [...staysVisible(facts.state, asked), ...besides]);
}

function differences({ compared, checksums, inherited, others }: Facts, whole: string): string[] {
  const held = [
    ...[...compared, ...(checksums === undefined ? [] : [checksums])].map(({ file, state }) => ({
      name: file.name,
      state,
    })),
    ...inherited.map(({ file, state }) => ({ name: file.name, state })),
  ];
  return [
    ...held
      .filter(({ state }) => state === 'different')
      .map(({ name }) => `${harmless(name)}: the registry has other content under this name`),
    ...held.filter(({ state }) => state === 'missing').map(({ name }) => `${harmless(name)}: is not in ${whole}`),
    ...others.map((name) => `${harmless(name)}: is in ${whole} and not among this run's files`),
  ];
}

/**
 * `replace` and `append`: whoever fetches meanwhile gets whole files; a manifest read before no longer fits, and is
 * refused.
 */
function change(facts: Facts, asked: Asked): Decision {
  const { state, compared, checksums, inherited, others, strays, modesDiffer } = facts;
  const replaces = asked.ifExists === 'replace';
  const held = [...compared, ...(checksums === undefined ? [] : [checksums]), ...inherited];
  const adds = asked.manifestName !== undefined && state.manifest === undefined;
  const isLess = replaces && (modesDiffer || others.length > 0);
  const changes = adds || isLess || held.some((one) => one.state !== 'same');
  const uploads = changes ? uploadSteps(facts, asked, finalOf(state, asked)) : [];
  const willShow = state.kind === 'visible' || (state.kind === 'hidden' && asked.status === 'default');
  const deletes = replaces && willShow && state.deletable;
  const gone = [...others, ...strays];
  const clears = deletes && (uploads.length > 0 || gone.length > 0);
  const steps = [
    ...withProbe(uploads, facts, asked),
    ...(uploads.length === 0 ? revealSteps(facts, asked) : []),
    ...(clears ? [{ kind: 'delete', names: gone } as const] : []),
  ];
  return planned(confirmed(steps, asked), [
    ...staysVisible(state, asked),
    ...mayBeOthers(facts, asked),
    ...(replaces && !deletes && (changes || gone.length > 0) ? whatStays(state, gone, willShow) : []),
    ...(!replaces && changes && state.kind === 'unlisted' ? [seesOwnNamesOnly()] : []),
  ]);
}

/** A token that cannot list does not know whose the other content is. */
function mayBeOthers({ state, compared }: Facts, { isPart }: Asked): readonly string[] {
  if (state.kind !== 'unlisted' || state.manifest !== undefined) return [];
  return compared
    .filter((one) => one.state === 'different')
    .map(({ file }) => otherContent(file.name, { part: isPart, listed: false }));
}

function whatStays(state: VersionState, gone: readonly string[], willShow: boolean): readonly string[] {
  if (state.kind === 'unlisted') return [seesOwnNamesOnly()];
  if (!willShow) return [keepsOthers(gone)];
  return gone.length === 0 ? [] : [cannotDelete(gone)];
}

/** Names that stand in the registry and would be stored a second time. */
function rewritten({ compared, checksums, state }: Facts, { manifestName }: Asked): readonly string[] {
  const files = [...compared, ...(checksums === undefined ? [] : [checksums])];
  const different = files.filter((one) => one.state === 'different').map(({ file }) => file.name);
  return state.manifest === undefined || manifestName === undefined ? different : [...different, manifestName];
}

/**
 * Whether GitLab takes a name twice is found out by the first upload of one: the stored manifest's own bytes,
 * else the first file with other content. Nothing of this run is stored where it does not.
 */
function withProbe(uploads: readonly Step[], facts: Facts, asked: Asked): readonly Step[] {
  const { state } = facts;
  const ifRefused = withoutDuplicates(uploads, facts, asked);
  const manifest = state.manifest === undefined ? undefined : uploads.find(({ kind }) => kind === 'manifest');
  if (manifest?.kind === 'manifest') return [{ kind: 'probe', name: manifest.name, ifRefused }, ...uploads];
  const first = uploads.find((step) => step.kind === 'send' && step.replaces);
  if (first?.kind !== 'send') return uploads;
  return [{ ...first, order: 'first', ifRefused }, ...uploads.filter((step) => step !== first)];
}

function withoutDuplicates(uploads: readonly Step[], facts: Facts, asked: Asked): Alternative {
  const { state, others, strays } = facts;
  if (asked.ifExists === 'append') return { refusal: { reason: 'duplicates', problems: [] } };
  if (state.kind !== 'visible' || !state.deletable) return { refusal: { reason: 'duplicates-kept', problems: [] } };
  const names = [...new Set([...rewritten(facts, asked), ...others, ...strays])];
  return {
    steps: confirmed([{ kind: 'clear', names }, ...uploads], asked),
    warning:
      'GitLab refuses to store a name twice here: what this run replaces is deleted first, so that the ' +
      'version is incomplete for a moment',
  };
}

/** The status of the last upload to a version that is complete; a visible one is never hidden. */
function finalOf(state: VersionState, { status }: Asked): { readonly final?: Status } {
  return status === 'default' || state.kind === 'hidden' ? { final: status } : {};
}

/** A version that is to be visible and is not, although nothing else is missing, or where nobody can tell. */
function revealSteps({ state, compared }: Facts, { status, isPart, manifestName = '' }: Asked): readonly Step[] {
  if (isPart || status === 'hidden' || (state.kind !== 'hidden' && state.kind !== 'unlisted')) return [];
  const unlessVisible = state.kind === 'unlisted';
  if (state.manifest !== undefined) return [{ kind: 'reveal', name: manifestName, unlessVisible }];
  const there = compared.filter((one) => one.state === 'same').map(({ file }) => file);
  const [smallest] = there.sort((a, b) => a.size - b.size);
  return smallest === undefined ? [] : [{ kind: 'reveal', name: smallest.name, file: smallest, unlessVisible }];
}

/** A part is checked by the run that completes the version. */
function confirmed(steps: readonly Step[], { isPart }: Asked): readonly Step[] {
  if (isPart || steps.length === 0) return steps;
  const at = steps.findIndex(({ kind }) => kind === 'delete');
  const before = at < 0 ? steps : steps.slice(0, at);
  return [...before, { kind: 'confirm' }, ...(at < 0 ? [] : steps.slice(at))];
}

function planned(steps: readonly Step[], warnings: readonly string[], keepsPublished = false): Decision {
  return { plan: { steps, warnings, keepsPublished } };
}

function refuse(reason: Refusal['reason'], problems: readonly string[]): Decision {
  return { refusal: { reason, problems } };
}
