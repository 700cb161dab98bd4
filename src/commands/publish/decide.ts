/**
 * What a publish does, decided once: from how the version stands in the registry, what is here and what was
 * asked, to an ordered list of steps or a refusal. Pure: no file is read, nothing is asked. A dry run prints
 * the list, a run carries it out; nothing decides again.
 */
import { harmless } from '../../core/text.ts';
import type { Status } from '../../transfer/model.ts';
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
import {
  contentProblems,
  ownFiles,
  type Alternative,
  type Asked,
  type Decision,
  type Facts,
  type Refusal,
  type Step,
} from './steps.ts';
import { uploadSteps } from './upload-steps.ts';

/** The only place where `if-exists` is understood. */
export function decidePublish(facts: Facts, asked: Asked): Decision {
  const decision = choose(facts, asked);
  if ('refusal' in decision) return decision;
  const wasHidden = facts.state.kind === 'hidden' && isComplete(facts.state);
  const becomesVisible = wasHidden && !asked.isPart && asked.status === 'default' && decision.plan.steps.length > 0;
  return { plan: { ...decision.plan, becomesVisible } };
}

function choose(facts: Facts, asked: Asked): Decision {
  if (facts.otherSpelling !== undefined) return refuse('other-spelling', [`${harmless(facts.otherSpelling)} is there`]);
  if (isEmpty(facts, asked)) return refuse('nothing', []);
  if (!isComplete(facts.state) && !mayBeComplete(facts, asked)) return completeVersion(facts, asked);
  if (asked.isPart && facts.state.manifest === undefined) {
    // Where no status is told, nothing can be hidden: parts of ours are visible from the first on.
    return hidesNothing(facts.state) ? completeVersion(facts, asked) : refuse('visible-part', []);
  }
  if (!facts.foreignManifest && isStoppedPublish(facts, asked)) return completeVersion(facts, asked);
  if (asked.ifExists === 'skip') return keepPublished(facts, asked);
  if (facts.foreignManifest) return refuse('foreign-manifest', []);
  if (asked.ifExists === 'fail') return refuse('exists', []);
  // A part of a complete version is only ever verified: others have built on it.
  if (asked.ifExists === 'verify' || asked.isPart) return verify(facts, asked);
  return change(facts, asked);
}

function hidesNothing(state: VersionState): boolean {
  return state.kind === 'visible' && !state.tellsStatus;
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
function isStoppedPublish(facts: Facts, { ifExists, isPart }: Asked): boolean {
  const { state, others } = facts;
  if (isPart || state.manifest !== undefined || !mayBeStopped(state, ifExists)) return false;
  const held = ownFiles(facts).map((one) => one.state);
  return others.length === 0 && !held.includes('different') && held.includes('missing');
}

function mayBeStopped(state: VersionState, ifExists: Asked['ifExists']): boolean {
  if (state.kind === 'visible') return !state.tellsStatus && ifExists === 'verify';
  // With `skip` too: kept as it is, the half of a version would be shown for the whole.
  return state.kind === 'unlisted' && (ifExists === 'verify' || ifExists === 'skip');
}

/** Nobody has seen this version: other content is simply sent again, the newest row counts. */
function completeVersion(facts: Facts, asked: Asked): Decision {
  const { state, compared } = facts;
  const isUntold = state.kind === 'new' || compared.every(({ state: held }) => held === 'missing');
  // What may be visible already must not be hidden.
  const mayHide = state.kind === 'new' || state.kind === 'hidden' || (state.kind === 'unlisted' && isUntold);
  const final = asked.isPart ? 'hidden' : asked.status;
  const uploads = uploadSteps(facts, asked, {
    ...(mayHide && !asked.isPart ? { payload: 'hidden' } : {}),
    ...((mayHide && !asked.isPart) || final === 'default' ? { final } : {}),
    // GitLab keeps a version's status where none is said: a part that comes late hides nothing that was completed.
    ...(isUntold && asked.isPart && state.kind !== 'hidden' ? { first: 'hidden' } : {}),
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
    ...partProbe(uploads, facts, asked),
    ...uploads,
    ...(uploads.length === 0 ? revealSteps(facts, asked) : []),
    // Of a hidden version no list is read: what an earlier run left shows once the version is visible.
    ...(replaces && state.kind === 'hidden' && state.deletable && final === 'default'
      ? [{ kind: 'delete', names: [] } as const]
      : []),
  ];
  return planned(confirmed(steps), warnings);
}

/** A part that lists other files: its manifest is the name that GitLab may refuse to store again. */
function partProbe(uploads: readonly Step[], facts: Facts, { isPart }: Asked): readonly Step[] {
  const isFound = uploads.some((step) => step.kind === 'send' && step.ifRefused !== undefined);
  const manifest = uploads.find(({ kind }) => kind === 'manifest');
  if (!isPart || !facts.hasPart || isFound || uploads.length < 2 || manifest?.kind !== 'manifest') return [];
  const refusal = { reason: 'duplicates-hidden', problems: contentProblems(ownFiles(facts)) } as const;
  return [{ kind: 'probe', name: manifest.name, ifRefused: { refusal } }];
}

/** The published version as it is; only one that was to be visible and is not is shown. */
function keepPublished(facts: Facts, asked: Asked): Decision {
  const steps = revealSteps(facts, asked);
  const isUnsure = facts.state.kind === 'unlisted' && asked.status === 'default' && !asked.isPart && steps.length === 0;
  const warnings = [...staysVisible(facts.state, asked), ...(isUnsure ? [cannotTellVisible()] : [])];
  return planned(confirmed(steps), warnings, true);
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
  return planned(confirmed(steps), [...staysVisible(facts.state, asked), ...besides]);
}

function differences(facts: Facts, whole: string): string[] {
  const { inherited, others, misfits } = facts;
  const held = [...ownFiles(facts), ...inherited];
  return [
    ...contentProblems(held),
    ...held.filter(({ state }) => state === 'missing').map(({ file }) => `${harmless(file.name)}: is not in ${whole}`),
    ...misfits.flatMap(({ name, lists }) => {
      if (lists === 'other-mode') return [];
      return lists === 'nothing'
        ? [`${harmless(name)}: is not in ${whole}. The registry has this file, and the manifest does not list it`]
        : [`${harmless(name)}: the manifest lists other content than the registry and this run have`];
    }),
    ...others.map((name) => `${harmless(name)}: is in ${whole} and not among this run's files`),
  ];
}

/**
 * `replace` and `append`: whoever fetches meanwhile gets whole files; a manifest read before no longer fits, and is
 * refused.
 */
function change(facts: Facts, asked: Asked): Decision {
  const { state, inherited, others, strays, misfits } = facts;
  const replaces = asked.ifExists === 'replace';
  const adds = asked.manifestName !== undefined && state.manifest === undefined;
  // What an `append` could not take over is in the manifest only.
  const isLess = others.length > 0 && (replaces || state.manifest !== undefined);
  const held = [...ownFiles(facts), ...inherited];
  const changes = adds || isLess || misfits.length > 0 || held.some((one) => one.state !== 'same');
  const uploads = changes ? uploadSteps(facts, asked, finalOf(state, asked)) : [];
  const willShow = state.kind === 'visible' || (state.kind === 'hidden' && asked.status === 'default');
  const deletes = replaces && willShow && state.deletable;
  if (changes && !deletes && facts.standingManifest !== undefined) return refuse('manifest-stays', []);
  const gone = [...others, ...strays];
  // Of a hidden version no list is read: what it has besides shows once it is visible.
  const clears = deletes && (uploads.length > 0 || gone.length > 0 || state.kind === 'hidden');
  const steps = [
    ...withProbe(uploads, facts, asked),
    ...(uploads.length === 0 ? revealSteps(facts, asked) : []),
    ...(clears ? [{ kind: 'delete', names: gone } as const] : []),
  ];
  return planned(confirmed(steps), [
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
function rewritten(facts: Facts, { manifestName }: Asked): readonly string[] {
  const { state } = facts;
  const different = ownFiles(facts)
    .filter((one) => one.state === 'different')
    .map(({ file }) => file.name);
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
  const first = uploads.find((step) => (step.kind === 'send' || step.kind === 'checksums') && step.replaces);
  if (first?.kind === 'send') {
    return [{ ...first, order: 'first', ifRefused }, ...uploads.filter((step) => step !== first)];
  }
  if (first?.kind !== 'checksums') return uploads;
  // Only the checksums file is there already: it goes first, and the status that it carried to the last one.
  const others = uploads.filter((step) => step !== first);
  const { status, ...unmarked } = first;
  const last = others.pop();
  if (last === undefined) return [{ ...first, ifRefused }];
  return [{ ...unmarked, ifRefused }, ...others, ...(status === undefined ? [last] : [withFinal(last, status)])];
}

function withFinal(step: Step, status: Status): Step {
  if (step.kind === 'send') return { ...step, status, order: 'last' };
  return step.kind === 'checksums' || step.kind === 'manifest' ? { ...step, status } : step;
}

function withoutDuplicates(uploads: readonly Step[], facts: Facts, asked: Asked): Alternative {
  const { state, others, strays } = facts;
  const problems = contentProblems(ownFiles(facts));
  if (asked.ifExists === 'append') return { refusal: { reason: 'duplicates', problems } };
  if (state.kind !== 'visible' || !state.deletable) return { refusal: { reason: 'duplicates-kept', problems } };
  const names = [...new Set([...rewritten(facts, asked), ...others, ...strays])];
  return {
    steps: confirmed([{ kind: 'clear', names }, ...uploads]),
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

/** Of a part only this is looked at: that no other run has completed the version meanwhile. */
function confirmed(steps: readonly Step[]): readonly Step[] {
  if (steps.length === 0) return steps;
  const at = steps.findIndex(({ kind }) => kind === 'delete');
  const before = at < 0 ? steps : steps.slice(0, at);
  return [...before, { kind: 'confirm' }, ...(at < 0 ? [] : steps.slice(at))];
}

function planned(steps: readonly Step[], warnings: readonly string[], keepsPublished = false): Decision {
  return { plan: { steps, warnings, keepsPublished, becomesVisible: false } };
}

function refuse(reason: Refusal['reason'], problems: readonly string[]): Decision {
  return { refusal: { reason, problems } };
}
