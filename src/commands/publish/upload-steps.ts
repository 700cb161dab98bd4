/** What a publish sends, in order, each with its status: one part of what decide.ts decides. Pure. */
import { newnessOf } from '../../core/names/newer-characters.ts';
import type { Compared, Status } from '../../transfer/model.ts';
import { isComplete } from '../../transfer/remote/version-state.ts';
import type { Asked, Facts, Step } from './decide.ts';

/** What is sent, in order; the very last upload carries the final status, whatever it is. */
export function uploadSteps(
  facts: Facts,
  asked: Asked,
  statuses: { readonly payload?: Status; readonly final?: Status; readonly firstAlone?: boolean },
): readonly Step[] {
  const { state, compared, checksums } = facts;
  const isSeen = isComplete(state);
  const sends = sendSteps(compared, isSeen);
  const sums = checksumsSteps(checksums, asked, isSeen);
  const { manifestName } = asked;
  const keepsPart = facts.part === 'same' && sends.length === 0;
  const manifest = manifestName === undefined || keepsPart ? [] : [{ kind: 'manifest', name: manifestName } as const];
  const all: Step[] = [...sends, ...sums, ...manifest];
  return all.map((step, index) => withStatus(step, index, all.length, statuses));
}

/**
 * The files that are sent. What GitLab may refuse goes first and alone, so that nothing else is stored where it does:
 * in a version that nobody has seen a name that is there with other content, and the name with the newest characters.
 */
function sendSteps(compared: readonly Compared[], isSeen: boolean): readonly Step[] {
  const sent = compared.filter((one) => one.state !== 'same');
  const again = isSeen ? undefined : sent.find((one) => one.state === 'different');
  const newest = newestName(sent);
  const first = [...new Set([again, newest].filter((one) => one !== undefined))];
  return [...first, ...sent.filter((one) => !first.includes(one))].map((one) => ({
    kind: 'send',
    file: one.file,
    order: first.includes(one) ? 'first' : 'any',
    replaces: isSeen && one.state === 'different',
    ...(one === again ? { ifRefused: { refusal: { reason: 'duplicates-hidden', problems: [] } } } : {}),
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

function checksumsSteps(checksums: Compared | undefined, { checksumsName }: Asked, isSeen: boolean): readonly Step[] {
  if (checksumsName === undefined || checksums?.state === 'same') return [];
  const replaces = isSeen && checksums?.state === 'different';
  return [
    { kind: 'checksums', name: checksumsName, ...(checksums === undefined ? {} : { file: checksums.file }), replaces },
  ];
}

function withStatus(
  step: Step,
  index: number,
  count: number,
  {
    payload,
    final,
    firstAlone = false,
  }: { readonly payload?: Status; readonly final?: Status; readonly firstAlone?: boolean },
): Step {
  const isLast = index === count - 1;
  const status = isLast ? final : payload;
  const placed = status === undefined ? step : { ...step, status };
  if (placed.kind !== 'send') return placed;
  if (isLast) return { ...placed, order: 'last' };
  return firstAlone && index === 0 ? { ...placed, order: 'first' } : placed;
}
