/** What a cleanup looks at before it decides, as data: versions, what points at them, and the clock. No behaviour. */

import type { ReferenceFacts } from '../shared/references.ts';

/** A version of a package as the registry lists it. */
export interface VersionFacts {
  /** GitLab's id of the package's row: published again, a version has another one. */
  readonly id: number;
  readonly name: string;
  readonly version: string;
  /** GitLab's: `default`, `hidden`, `deprecated`, `error`. */
  readonly status: string;
  /** ISO 8601. */
  readonly createdAt: string;
  /** ISO 8601; undefined: never downloaded. */
  readonly lastDownloadedAt: string | undefined;
  /** False: this GitLab does not tell downloads at all. */
  readonly tellsDownloads: boolean;
  /** The pipeline that published to it last; undefined where none did. */
  readonly pipeline: PipelineFacts | undefined;
  /** GitLab says that this token may delete it. */
  readonly deletable: boolean;
  /** Of a hidden version that may go: there is a file under the name that `manifest` gives. */
  readonly hasManifest?: boolean;
  /** It is visible only because its deletion was begun, and nothing was published to it since. */
  readonly isAbandoned?: boolean;
  /** A release links to one of its files by the file's id. */
  readonly hasLinkedFile?: boolean;
}

export interface PipelineFacts {
  readonly id: number;
  /** GitLab's: `running`, `success`, `manual` and so on. */
  readonly status: string;
  /** ISO 8601; empty where GitLab names none. */
  readonly changedAt: string;
}

export interface Facts {
  /** GitLab's own time at the first list, in milliseconds since 1970. */
  readonly now: number;
  readonly versions: readonly VersionFacts[];
  /** Undefined: `keep-tagged` is off. */
  readonly references: ReferenceFacts | undefined;
  /** What the variables of `keep-variable` hold. */
  readonly variables: readonly string[];
}

/** What must not change between a plan and its deletion; what keep rules see changes their decision. */
export function fingerprintOf({ status, createdAt, lastDownloadedAt, pipeline }: VersionFacts): string {
  return JSON.stringify([status, createdAt, lastDownloadedAt ?? '', pipeline?.id ?? 0]);
}

/** True where a version is as the plan saw it. What is abandoned was made so by a cleanup, and by nobody since. */
export function isUnchanged(
  facts: VersionFacts,
  seen: { readonly type: string; readonly fingerprint: string },
): boolean {
  if (facts.isAbandoned === true) return seen.type === 'hidden';
  return fingerprintOf(facts) === seen.fingerprint;
}
