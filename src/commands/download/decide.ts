/** What a download does, decided once and as data: the files that are wanted, then an ordered list of steps. Pure. */
import { Failure } from '../../core/errors.ts';
import { formatBytes, formatCount, formatNames } from '../../core/format.ts';
import { baseName, flattenProblems } from '../../core/names/flatten.ts';
import { parseNamePatterns } from '../../core/patterns/patterns.ts';
import { harmless } from '../../core/text.ts';
import type { Platform } from '../../definitions/context.ts';
import { hasExecutableBit } from '../../transfer/download.ts';
import type { Placement, Target } from '../../transfer/local/targets.ts';
import { selectContent, type Content } from '../../transfer/remote/content.ts';
import type { DownloadInputs } from './inputs.ts';
import { impossibleNames, unsafeNames } from './names.ts';
import type { ResolvedVersion } from './resolve.ts';

/** So many names of the version are shown when none of them is selected. */
const MOST_NAMES = 20;
const NOTHING_FETCHED = 'Nothing was fetched.';

/** The decision against a run; it carries all its problems. */
export interface DownloadRefusal {
  readonly refusal: Failure;
}

/** What of a request bears on the decisions. */
export interface DownloadRequest {
  readonly inputs: Pick<
    DownloadInputs,
    'files' | 'flatten' | 'manifest' | 'overwrite' | 'prune' | 'require-manifest' | 'directory'
  >;
  readonly expectedDigest: string | undefined;
  readonly os: NodeJS.Platform;
  readonly platform: Platform;
  readonly umask: number;
}

/** Which files are to be placed where. */
export interface FileSelection {
  readonly placements: readonly Placement[];
  /** Names below the target folder that belong to the version, selected or not: they are never deleted. */
  readonly own: readonly string[];
  /** Patterns that select no file. */
  readonly unmatched: readonly string[];
}

/**
 * Which files of a version are wanted. A version with an unsafe name is refused whole; what this system cannot hold
 * counts only where it is selected.
 */
export function decideFiles(found: ResolvedVersion, request: DownloadRequest): FileSelection | DownloadRefusal {
  const refusal = versionRefusal(found, request);
  if (refusal !== undefined) return { refusal };
  const { content } = found;
  const { inputs } = request;
  const { files: wanted, unmatched } = selectContent(content, parseNamePatterns(inputs.files).patterns);
  if (wanted.length === 0 && content.files.length > 0) return { refusal: nothingSelected(content, inputs) };
  const clashes = inputs.flatten ? flattenProblems(wanted) : [];
  if (clashes.length > 0) return { refusal: sharedNames(clashes) };
  const place = inputs.flatten ? baseName : (name: string): string => name;
  const placements = wanted.map((file) => ({ file, place: place(file.name) }));
  const { os, platform } = request;
  const impossible = impossibleNames(titleOf(found), placements, { os, platform, files: inputs.files });
  if (impossible !== undefined) return { refusal: impossible };
  const manifest = content.manifestFile === undefined ? [] : [content.manifestFile.name];
  return {
    placements,
    own: [...content.files.map(({ name }) => place(name)), ...manifest],
    unmatched,
  };
}

/** What was found in the target folder. */
export interface LocalState {
  readonly directory: string;
  readonly targets: readonly Target[];
  /** What stands in the way of a file. */
  readonly problems: readonly string[];
  /** With `prune`: files that match the patterns and that the version does not have. */
  readonly prunable: readonly string[];
  /** Bytes; undefined where the system does not tell. */
  readonly freeSpace: number | undefined;
  /** Bytes that an earlier run has fetched of files that this one goes on with. */
  readonly begun: number;
}

export type DownloadStep =
  | { readonly kind: 'fetch'; readonly target: Target }
  /** Of a file whose content is right. */
  | { readonly kind: 'set-mode'; readonly target: Target }
  | { readonly kind: 'delete'; readonly name: string };

/** The steps that make the folder right, in their order; none where it is right already. */
export function decideSteps(
  local: LocalState,
  { inputs, umask, os }: DownloadRequest,
): { readonly steps: readonly DownloadStep[] } | DownloadRefusal {
  const { targets, directory, prunable } = local;
  const kept = inputs.overwrite ? [] : targets.filter(({ state }) => state === 'differs').map(differsProblem);
  const problems = [...local.problems, ...kept];
  if (problems.length > 0) return { refusal: inTheWay(directory, problems) };
  const missing = targets.filter(({ state }) => state !== 'same');
  const needed = missing.reduce((sum, { file }) => sum + (file.size ?? 0), 0);
  const room = local.freeSpace === undefined ? Infinity : local.freeSpace + local.begun;
  if (room < needed) return { refusal: noSpace(directory, needed, room) };
  const wrongMode = os === 'win32' ? [] : targets.filter((target) => hasWrongMode(target, umask));
  return {
    steps: [
      ...missing.map((target) => ({ kind: 'fetch', target }) as const),
      ...wrongMode.map((target) => ({ kind: 'set-mode', target }) as const),
      ...prunable.map((name) => ({ kind: 'delete', name }) as const),
    ],
  };
}

/** The rest of a file's mode is the user's. */
function hasWrongMode({ state, file, mode }: Target, umask: number): boolean {
  if (state !== 'same' || file.mode === undefined || mode === undefined) return false;
  return hasExecutableBit(file, umask) !== ((mode & 0o100) !== 0);
}

function titleOf({ ref }: ResolvedVersion): string {
  return `${ref.name} ${ref.version}`;
}

function versionRefusal(found: ResolvedVersion, request: DownloadRequest): Failure | undefined {
  const { content } = found;
  const what = titleOf(found);
  const { inputs, expectedDigest } = request;
  if (inputs['require-manifest'] && !content.hasManifest) {
    return new Failure('not-found', `${what} has no manifest ${inputs.manifest ?? ''}, and require-manifest is true`, {
      hint: `${NOTHING_FETCHED} The version is incomplete, or was not published with this tool.`,
    });
  }
  if (expectedDigest !== undefined && expectedDigest !== content.digest) {
    return new Failure(
      'digest-mismatch',
      `${what} has the digest ${content.digest}, but expected-digest is ${expectedDigest}`,
      { hint: `${NOTHING_FETCHED} Check package-version: this is another version, or it was changed since.` },
    );
  }
  return unsafeNames(
    what,
    content.files.map(({ name }) => name),
  );
}

function nothingSelected({ files }: Content, inputs: DownloadRequest['inputs']): Failure {
  const names = files.map(({ name }) => name);
  return new Failure('no-files', `No file of the version matches: ${inputs.files.join(', ')}`, {
    problems: [`the version has ${formatNames(names, MOST_NAMES)}`],
    hint: 'Write patterns as the names in the package, from its root.',
  });
}

function sharedNames(problems: readonly string[]): Failure {
  return new Failure('bad-name', 'Several files would get the same name, because flatten is true', {
    problems,
    hint: `${NOTHING_FETCHED} Omit flatten, or select fewer files.`,
  });
}

function differsProblem({ file }: Target): string {
  return `${harmless(file.name)}: has other content here, and overwrite is false`;
}

function inTheWay(directory: string, problems: readonly string[]): Failure {
  return new Failure('local-file', `${formatCount(problems.length, 'file')} cannot be placed in ${directory}`, {
    problems,
    hint: 'Nothing was fetched or changed. Choose another directory, or move these out of the way.',
  });
}

function noSpace(directory: string, needed: number, free: number): Failure {
  return new Failure(
    'no-space',
    `Not enough space in ${directory}: ${formatBytes(needed)} needed, ${formatBytes(free)} free`,
    { hint: `${NOTHING_FETCHED} Free some space, or choose another directory.` },
  );
}
