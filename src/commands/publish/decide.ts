/** What a publish will do, decided from what is here and what is there. Pure: no file is read, nothing is asked. */
import { harmless } from '../../core/text.ts';
import { leavesOut, otherContent, staysVisible } from './warnings.ts';
import type { Compared, Inherited, LocalFile, Standing } from '../../transfer/model.ts';

type IfExists = 'verify' | 'fail' | 'replace' | 'append';

export interface PlanRequest {
  readonly standing: Standing;
  /** False where no list can be read: nobody knows then whether an incomplete version is hidden. */
  readonly listed: boolean;
  /** No list shows it, though it may be complete. */
  readonly hidden?: boolean;
  /** This GitLab tells the status of a version: what is visible is none that a run of ours left half done. */
  readonly tellsStatus: boolean;
  readonly ifExists: IfExists;
  readonly compared: readonly Compared[];
  /** Names that the version, or of a complete one this part, has in the registry and this run has not. */
  readonly storedOnly: readonly string[];
  /** Files that this version takes over without sending them, held against a complete version. */
  readonly inherited: readonly Inherited[];
  /** A mode of a file that is otherwise the same differs from the stored manifest's. */
  readonly modesDiffer: boolean;
  readonly writesManifest: boolean;
  readonly status: 'default' | 'hidden';
  /** This run publishes one part of a version that others make with it. */
  readonly part: boolean;
}

export interface PublishPlan {
  readonly send: readonly LocalFile[];
  readonly keep: readonly Compared[];
  /** Parallel first uploads race in GitLab for the package's row and lose with 500. */
  readonly firstAlone: boolean;
  /** Status that payload files are sent with; absent for a version that is visible already. */
  readonly payloadStatus?: 'hidden';
  /**
   * What makes the version visible in the end. `reveal`: the manifest that is unchanged is sent once
   * more, for a late upload of another run has hidden the complete version.
   */
  readonly seal: 'manifest' | 'last-file' | 'reveal' | 'nothing';
  readonly sealStatus?: 'default' | 'hidden';
  /** Delete every row that the new manifest does not stand for. */
  readonly sweep: boolean;
  /** The version is complete and hidden, and becomes visible. */
  readonly reveals: boolean;
  /** Names under which people see other content now. */
  readonly replaces: readonly string[];
  readonly warnings: readonly string[];
}

/** `exists`: published already, and `if-exists: fail`. `differs`: the problems name every file. */
export type Decision =
  { readonly plan: PublishPlan } | { readonly refusal: 'exists' | 'differs'; readonly problems: readonly string[] };

/** Decides what to send; the only place where `if-exists` is understood. */
export function decidePublish(request: PlanRequest): Decision {
  switch (request.standing) {
    case 'new':
    case 'open':
      return { plan: completeHidden(request) };
    case 'visible':
      return completeVisible(request);
    case 'complete':
      return request.part ? keepPart(request) : meetComplete(request);
  }
}

/** Nobody has seen this version: other content is simply sent again, the newest row counts. */
function completeHidden(request: PlanRequest): PublishPlan {
  const nothingThere = request.compared.every(({ state }) => state === 'missing');
  return {
    ...split(request.compared),
    firstAlone: nothingThere && request.compared.length > 0,
    // What may be visible already must not be hidden.
    ...(request.listed || nothingThere ? { payloadStatus: 'hidden' } : {}),
    seal: request.writesManifest ? 'manifest' : 'last-file',
    sealStatus: request.part ? 'hidden' : request.status,
    sweep: false,
    reveals: false,
    replaces: [],
    warnings: request.compared
      .filter(({ state }) => state === 'different')
      .map(({ file }) => otherContent(file.name, request)),
  };
}

function completeVisible(request: PlanRequest): Decision {
  if (request.part) {
    return {
      refusal: 'differs',
      problems: ['the version is visible already, without a manifest: a part needs one that is still hidden'],
    };
  }
  if (request.ifExists === 'fail' && request.tellsStatus && holdsFiles(request)) {
    return {
      refusal: 'exists',
      problems: ['it is visible and has no manifest: it was not made by this tool, or without one'],
    };
  }
  const problems =
    request.ifExists === 'replace' || request.ifExists === 'append'
      ? []
      : request.compared.filter(({ state }) => state === 'different').map(({ file }) => differs(file.name));
  if (problems.length > 0) return { refusal: 'differs', problems };
  const leftOut = request.ifExists === 'replace' || !request.writesManifest ? [] : leavesOut(request.storedOnly);
  return { plan: warned(changeVisible(request), [...staysVisible(request), ...leftOut]) };
}

function holdsFiles({ compared, storedOnly }: PlanRequest): boolean {
  return storedOnly.length > 0 || compared.some(({ state }) => state !== 'missing');
}

function warned(plan: PublishPlan, warnings: readonly string[]): PublishPlan {
  return { ...plan, warnings: [...plan.warnings, ...warnings] };
}

function meetComplete(request: PlanRequest): Decision {
  if (request.ifExists === 'fail') return { refusal: 'exists', problems: [] };
  const decision = changeComplete(request);
  return 'plan' in decision ? { plan: warned(decision.plan, staysVisible(request)) } : decision;
}

function changeComplete(request: PlanRequest): Decision {
  const { ifExists, compared, inherited, storedOnly } = request;
  if (ifExists === 'verify') return shown(request, keepSame(compared, inherited, storedOnly));
  const replaces = ifExists === 'replace' && (storedOnly.length > 0 || request.modesDiffer);
  const changes = replaces || [...compared, ...inherited].some(({ state }) => state !== 'same');
  return changes ? { plan: changeVisible(request) } : shown(request, { plan: nothingToDo(compared) });
}

/** A version that is to be visible and is not, although nothing else is missing. */
function shown({ hidden, status }: PlanRequest, decision: Decision): Decision {
  if (!('plan' in decision) || hidden !== true || status === 'hidden') return decision;
  return { plan: { ...decision.plan, seal: 'reveal', sealStatus: 'default', reveals: true } };
}

/** A part that is run again after its version was complete must find its files there, unchanged. */
function keepPart({ compared, ifExists, storedOnly }: PlanRequest): Decision {
  return ifExists === 'fail'
    ? { refusal: 'exists', problems: [] }
    : keepSame(compared, [], storedOnly, 'this part of the complete version');
}

function keepSame(
  compared: readonly Compared[],
  inherited: readonly Inherited[],
  storedOnly: readonly string[],
  whole = 'the complete version',
): Decision {
  const held = [...compared.map(({ file, state }) => ({ name: file.name, state })), ...inherited];
  const problems = [
    ...held.filter(({ state }) => state === 'different').map(({ name }) => differs(name)),
    ...held.filter(({ state }) => state === 'missing').map(({ name }) => `${name}: is not in ${whole}`),
    ...storedOnly.map((name) => `${harmless(name)}: is in ${whole} and not among this run's files`),
  ];
  return problems.length > 0 ? { refusal: 'differs', problems } : { plan: nothingToDo(compared) };
}

function nothingToDo(compared: readonly Compared[]): PublishPlan {
  return {
    ...split(compared),
    firstAlone: false,
    seal: 'nothing',
    sweep: false,
    reveals: false,
    replaces: [],
    warnings: [],
  };
}

/** Whoever fetches meanwhile gets whole files; a manifest read before the change no longer fits, and is refused. */
function changeVisible(request: PlanRequest): PublishPlan {
  return {
    ...split(request.compared),
    firstAlone: false,
    seal: request.writesManifest ? 'manifest' : 'nothing',
    ...(request.hidden === true ? { sealStatus: request.status } : {}),
    sweep: request.ifExists === 'replace',
    reveals: request.writesManifest && request.hidden === true && request.status === 'default',
    replaces: request.compared.filter(({ state }) => state === 'different').map(({ file }) => file.name),
    warnings: [],
  };
}

function differs(name: string): string {
  return `${name}: the registry has other content under this name`;
}

function split(compared: readonly Compared[]): Pick<PublishPlan, 'send' | 'keep'> {
  return {
    send: compared.filter(({ state }) => state !== 'same').map(({ file }) => file),
    keep: compared.filter(({ state }) => state === 'same'),
  };
}
