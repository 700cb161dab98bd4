/** What a publish sends, in order, each with its status: one part of what decide.ts decides. Pure. */
import { newnessOf } from '../../core/names/newer-characters.ts';
import type { Compared, Status } from '../../transfer/model.ts';
import { isComplete } from '../../transfer/remote/version-state.ts';
import { contentProblems, type Asked, type Facts, type PublishStep } from './steps.ts';

/** What is sent, in order; the very last upload carries the final status, whatever it is. */
export function uploadSteps(facts: Facts, asked: Asked, statuses: Statuses): readonly PublishStep[] {
  const { state, compared, checksums } = facts;
  const isSeen = isComplete(state);
  const sends = sendSteps(compared, isSeen);
  const sums = checksumsSteps(checksums, asked, isSeen);
  const { manifestName } = asked;
  const keepsPart = asked.isPart && facts.hasPart && sends.length === 0 && listsTheSame(facts);
  const manifest = manifestName === undefined || keepsPart ? [] : [{ kind: 'manifest', name: manifestName } as const];
  const all: PublishStep[] = [...sends, ...sums, ...manifest];
  return all.map((step, index) => withStatus(step, index, all.length, statuses));
}

/** The part's manifest as it stands is what this run would write. */
function listsTheSame({ misfits, others }: Facts): boolean {
  return misfits.length === 0 && others.length === 0;
}

/**
 * The files that are sent. What GitLab may refuse goes first and alone, so that nothing else is stored where it does:
 * in a version that nobody has seen a name that is there with other content, and the name with the newest characters.
 */
function sendSteps(compared: readonly Compared[], isSeen: boolean): readonly PublishStep[] {
  const sent = compared.filter((one) => one.state !== 'same');
  const again = isSeen ? undefined : sent.find((one) => one.state === 'different');
  const newest = newestName(sent);
  const first = [...new Set([again, newest].filter((one) => one !== undefined))];
  return [...first, ...sent.filter((one) => !first.includes(one))].map((one) => ({
    kind: 'send',
    file: one.file,
    order: first.includes(one) ? 'first' : 'any',
    replaces: isSeen && one.state === 'different',
    ...(one === again
      ? { ifRefused: { refusal: { reason: 'duplicates-hidden', problems: contentProblems(compared) } } }
      : {}),
    ...(one === newest ? { ifNameRefused: { reason: 'older-gitlab', problems: newNames(sent) } } : {}),
  }));
}

/** The one whose name only the newest GitLab takes, where any is newer than names always were. */
function newestName(sent: readonly Compared[]): Compared | undefined {
  let newest: Compared | undefined;
  for (const one of sent) {
    if (newnessOf(one.file.name) > newnessOf(newest?.file.name ?? '')) newest = one;
  }
  return newest;
}

function newNames(sent: readonly Compared[]): readonly string[] {
  return sent.map(({ file }) => file.name).filter((name) => newnessOf(name) > 0);
}

function checksumsSteps(
  checksums: Compared | undefined,
  { checksumsName }: Asked,
  isSeen: boolean,
): readonly PublishStep[] {
  if (checksumsName === undefined || checksums?.state === 'same') return [];
  const replaces = isSeen && checksums?.state === 'different';
  return [
    { kind: 'checksums', name: checksumsName, ...(checksums === undefined ? {} : { file: checksums.file }), replaces },
  ];
}

/** What each upload says of the version's status; absent: it stays what it is. */
export interface Statuses {
  readonly payload?: Status;
  /** Of the first upload, where it differs from the others'. */
  readonly first?: Status;
  /** Of the very last upload. */
  readonly final?: Status;
  readonly firstAlone?: boolean;
}

function withStatus(step: PublishStep, index: number, count: number, statuses: Statuses): PublishStep {
  const { payload, first = payload, final, firstAlone = false } = statuses;
  const isLast = index === count - 1;
  const before = index === 0 ? first : payload;
  const status = isLast ? (final ?? (index === 0 ? statuses.first : undefined)) : before;
  const placed = status === undefined ? step : { ...step, status };
  if (placed.kind !== 'send') return placed;
  if (isLast) return { ...placed, order: 'last' };
  return firstAlone && index === 0 ? { ...placed, order: 'first' } : placed;
}
