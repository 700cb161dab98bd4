/**
 * What a publish does, decided once: from how the version stands in the registry, what is here and what was
 * asked, to an ordered list of steps or a refusal. Pure: no file is read, nothing is asked. A dry run prints
 * the list, a run carries it out; nothing decides again.
 */
import { harmless } from '../../core/text.ts';
import { isComplete, type VersionState } from '../../transfer/remote/version-state.ts';
import { partProbe, withProbe } from './duplicates.ts';
import { IF_EXISTS, type IfExists } from './if-exists.ts';
import { confirmed, finalOf, revealSteps } from './last-steps.ts';
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
  type Asked,
  type Decision,
  type Facts,
  type PublishRefusal,
  type PublishStep,
} from './steps.ts';
import { uploadSteps } from './upload-steps.ts';

/** What `if-exists` says of the version that is there stands in if-exists.ts. */
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
  const { published } = IF_EXISTS[asked.ifExists];
  if (published === 'keep') return keepPublished(facts, asked);
  if (facts.foreignManifest) return refuse('foreign-manifest', []);
  if (published === 'refuse') return refuse('exists', []);
  // A part of a complete version is only ever verified: others have built on it.
  if (published === 'compare' || asked.isPart) return verify(facts, asked);
  return change(facts, asked);
}

function hidesNothing(state: VersionState): boolean {
  return state.kind === 'visible' && !state.tellsStatus;
}

/** A version that is kept as it is needs no files here. */
function isEmpty({ state, compared, inherited }: Facts, { mayBeEmpty, ifExists }: Asked): boolean {
  if (mayBeEmpty || (IF_EXISTS[ifExists].published === 'keep' && isComplete(state))) return false;
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

function mayBeStopped(state: VersionState, ifExists: IfExists): boolean {
  if (state.kind === 'visible' && state.tellsStatus) return false;
  return (state.kind === 'visible' || state.kind === 'unlisted') && IF_EXISTS[ifExists].completes.includes(state.kind);
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
  const replaces = IF_EXISTS[asked.ifExists].besides === 'delete' && !asked.isPart;
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
  const replaces = IF_EXISTS[asked.ifExists].besides === 'delete';
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

function planned(steps: readonly PublishStep[], warnings: readonly string[], keepsPublished = false): Decision {
  return { plan: { steps, warnings, keepsPublished, becomesVisible: false } };
}

function refuse(reason: PublishRefusal['reason'], problems: readonly string[]): Decision {
  return { refusal: { reason, problems } };
}
