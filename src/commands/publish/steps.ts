/** What a publish knows, was asked for and will do: the shapes that decide.ts works on. No decision is made here. */
import { harmless } from '../../core/text.ts';
import type { Compared, Inherited, LocalFile, Status } from '../../transfer/model.ts';
import type { VersionState } from '../../transfer/remote/version-state.ts';
import type { IfExists } from './if-exists.ts';
import type { Misfit } from './remote/listing.ts';

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
  /** What the manifest in use, or of a part its own, lists otherwise than this run would. */
  readonly misfits: readonly Misfit[];
  /** Of a part alone: its manifest is there. */
  readonly hasPart: boolean;
  /** With `manifest: none`: a manifest that other runs have written and that would no longer fit. */
  readonly standingManifest: string | undefined;
  /** A visible file has the manifest's name and is not one of ours. */
  readonly foreignManifest: boolean;
  /** The same version by its other spelling, `v1.2.3` for `1.2.3`, where the registry has it; of an incomplete one. */
  readonly otherSpelling: string | undefined;
}

/** What GitLab takes as a refusal to store a name twice decides what comes next: other steps, or the end. */
export type Alternative =
  { readonly steps: readonly PublishStep[]; readonly warning: string } | { readonly refusal: PublishRefusal };

export type PublishStep =
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
      readonly ifNameRefused?: PublishRefusal;
    }
  /** `file` absent: made of what was sent before. */
  | {
      readonly kind: 'checksums';
      readonly name: string;
      readonly file?: LocalFile;
      readonly status?: Status;
      readonly replaces: boolean;
      /** Where GitLab refuses to store a name twice. */
      readonly ifRefused?: Alternative;
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
  /** Looks whether the version serves what this run sent, and is shown; of a part, whether it is still incomplete. */
  | { readonly kind: 'confirm' };

export interface PublishRefusal {
  readonly reason:
    | 'other-spelling'
    | 'exists'
    | 'differs'
    | 'made-elsewhere'
    | 'visible-part'
    | 'foreign-manifest'
    | 'manifest-stays'
    | 'duplicates'
    | 'duplicates-kept'
    | 'duplicates-hidden'
    | 'older-gitlab'
    | 'nothing';
  readonly problems: readonly string[];
}

export interface PublishPlan {
  readonly steps: readonly PublishStep[];
  /** The version as it was published counts, whatever this run has: `if-exists: skip`. */
  readonly keepsPublished: boolean;
  /** The version was complete and hidden, and is visible afterwards. */
  readonly becomesVisible: boolean;
  readonly warnings: readonly string[];
}

export type Decision = { readonly plan: PublishPlan } | { readonly refusal: PublishRefusal };

/** This run's files and its checksums file, where that is known. */
export function ownFiles({ compared, checksums }: Pick<Facts, 'compared' | 'checksums'>): readonly Compared[] {
  return checksums === undefined ? compared : [...compared, checksums];
}

/** Those whose name has other bytes in the registry, as the problems of a refusal. */
export function contentProblems(compared: readonly (Compared | Inherited)[]): readonly string[] {
  return compared
    .filter(({ state }) => state === 'different')
    .map(({ file }) => `${harmless(file.name)}: the registry has other content under this name`);
}
