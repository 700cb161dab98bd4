/** What a publish will do, decided from what is here and what is there. Pure: no file is read, nothing is asked. */
import type { ManifestFile } from './manifest.ts';

/** A selected file of this machine. `mode` is octal text of its permission bits. */
export interface LocalFile {
  readonly name: string;
  readonly path: string;
  readonly size: number;
  readonly mode: string;
}

/**
 * How a version stands in the registry:
 * - `new`: nothing of it is there;
 * - `open`: hidden and without the manifest, so that nobody sees it yet;
 * - `visible`: visible and without the manifest (made by curl, or by a GitLab that knows no
 *   `status`); it is never hidden again;
 * - `finished`: the manifest is there; without a manifest in use: visible.
 */
export type Standing = 'new' | 'open' | 'visible' | 'finished';

/** A local file held against the registry's; `sha256` is known when both were compared by content. */
export interface Compared {
  readonly file: LocalFile;
  readonly state: 'missing' | 'same' | 'different';
  readonly sha256?: string;
}

export interface PlanRequest {
  readonly standing: Standing;
  /** False where no list can be read: nobody knows then whether an unfinished version is hidden. */
  readonly listed: boolean;
  readonly ifExists: 'skip' | 'fail';
  readonly compared: readonly Compared[];
  /** Names that the finished version has and this run has not. */
  readonly storedOnly: readonly string[];
  readonly writesManifest: boolean;
  readonly status: 'default' | 'hidden';
}

export interface PublishPlan {
  readonly send: readonly LocalFile[];
  readonly keep: readonly Compared[];
  /** Parallel first uploads race in GitLab for the package's row and lose with 500. */
  readonly firstAlone: boolean;
  /** Status that payload files are sent with; absent for a version that is visible already. */
  readonly payloadStatus?: 'hidden';
  /** What makes the version visible in the end. */
  readonly seal: 'manifest' | 'last-file' | 'nothing';
  readonly sealStatus?: 'default' | 'hidden';
  readonly warnings: readonly string[];
}

/** `exists`: finished, and `if-exists: fail`. `differs`: the problems name every file. */
export type Decision =
  | { readonly plan: PublishPlan }
  | { readonly refusal: 'exists' | 'differs'; readonly problems: readonly string[] };

/** Decides what to send; the only place where `if-exists` is understood. */
export function decidePublish(request: PlanRequest): Decision {
  switch (request.standing) {
    case 'new':
    case 'open':
      return { plan: completeHidden(request) };
    case 'visible':
      return completeVisible(request);
    case 'finished':
      return keepFinished(request);
  }
}

/** Nobody has seen this version: other content is simply sent again, the newest row counts. */
function completeHidden(request: PlanRequest): PublishPlan {
  const replaced = request.compared.filter(({ state }) => state === 'different');
  const nothingThere = request.compared.every(({ state }) => state === 'missing');
  return {
    ...split(request.compared),
    firstAlone: nothingThere,
    // What may be visible already must not be hidden.
    ...(request.listed || nothingThere ? { payloadStatus: 'hidden' } : {}),
    seal: request.writesManifest ? 'manifest' : 'last-file',
    sealStatus: request.status,
    warnings: replaced.map(
      ({ file }) =>
        `${file.name}: an earlier run that did not finish left other content; this run's is sent and is the one that is served`,
    ),
  };
}

function completeVisible(request: PlanRequest): Decision {
  const problems = differences(request.compared);
  if (problems.length > 0) return { refusal: 'differs', problems };
  const hiddenAsked =
    request.status === 'hidden'
      ? ['The version is visible already and stays so: a visible version is never hidden again']
      : [];
  return {
    plan: {
      ...split(request.compared),
      firstAlone: false,
      seal: request.writesManifest ? 'manifest' : 'nothing',
      warnings: hiddenAsked,
    },
  };
}

function keepFinished(request: PlanRequest): Decision {
  if (request.ifExists === 'fail') return { refusal: 'exists', problems: [] };
  const problems = [
    ...differences(request.compared),
    ...request.compared
      .filter(({ state }) => state === 'missing')
      .map(({ file }) => `${file.name}: is not in the finished version`),
    ...request.storedOnly.map((name) => `${name}: is in the finished version and not among this run's files`),
  ];
  if (problems.length > 0) return { refusal: 'differs', problems };
  return {
    plan: { ...split(request.compared), firstAlone: false, seal: 'nothing', warnings: [] },
  };
}

function differences(compared: readonly Compared[]): string[] {
  return compared
    .filter(({ state }) => state === 'different')
    .map(({ file }) => `${file.name}: the registry has other content under this name`);
}

function split(compared: readonly Compared[]): Pick<PublishPlan, 'send' | 'keep'> {
  return {
    send: compared.filter(({ state }) => state !== 'same').map(({ file }) => file),
    keep: compared.filter(({ state }) => state === 'same'),
  };
}

/** Names of a finished version that this run does not have. */
export function storedOnlyNames(stored: Iterable<string>, local: readonly LocalFile[]): string[] {
  const here = new Set(local.map(({ name }) => name));
  return [...stored].filter((name) => !here.has(name)).sort();
}

/** What the manifest says of a file that was sent or found equal. */
export function manifestEntry(file: LocalFile, sha256: string): ManifestFile {
  return { name: file.name, size: file.size, sha256, mode: file.mode };
}
