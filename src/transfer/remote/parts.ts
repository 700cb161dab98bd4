/** Parts: runs that each publish some files of one version, and the union that completes it. */
import { Failure } from '../../core/errors.ts';
import { formatCount, verbFor } from '../../core/format.ts';
import { harmless, quoted } from '../../core/text.ts';
import type { ManifestFile, StoredManifest } from './manifest.ts';
import { readManifest, type VersionRef } from './stored-version.ts';
import type { Inherited } from '../model.ts';
import { partManifestName } from './records.ts';
import { isComplete, type VersionState } from './version-state.ts';

/** A part that a version is completed with. */
export interface WantedPart {
  readonly name: string;
  /** `sha256:…` of its manifest's bytes, which list every file with its checksum; undefined: any will do. */
  readonly digest: string | undefined;
  /** `left-out`: it is not to be looked for. */
  readonly need: 'required' | 'optional' | 'left-out';
}

/** A wanted part, and what the registry has of it. */
export interface FoundPart {
  readonly part: WantedPart;
  readonly stored: StoredManifest | undefined;
}

/** Reads the manifests of all parts that are to be looked for. */
export async function readParts(ref: VersionRef, parts: readonly WantedPart[]): Promise<readonly FoundPart[]> {
  const found: FoundPart[] = [];
  for (const part of parts) {
    const stored = part.need === 'left-out' ? undefined : await readManifest(ref, partManifestName(part.name));
    found.push({ part, stored });
  }
  return found;
}

export interface ChosenParts {
  /** What the version is completed with. */
  readonly taken: readonly FoundPart[];
  /** Names of parts that are left out. */
  readonly missing: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Which parts the version is completed with. All are to be of one commit: of the required ones, else of this run.
 * An optional part that is missing or of another commit is left out. Where nobody tells a commit, none differs. Pure.
 */
export function chooseParts(found: readonly FoundPart[], ownCommit: string): ChosenParts {
  const commit = commitOfAll(found, ownCommit);
  const isOther = (one: FoundPart): boolean => !['', commit].includes(commitOf(one)) && commit !== '';
  const isLeftOut = (one: FoundPart): boolean =>
    one.part.need !== 'required' && (one.stored === undefined || isOther(one));
  const taken = found.filter((one) => !isLeftOut(one));
  const left = found.filter(isLeftOut);
  return {
    taken,
    missing: left.map(({ part }) => part.name),
    warnings: [
      ...left.map((one) => leftOutText(one, commit)),
      ...taken.filter(isOther).map((one) => otherCommitText(one, commit)),
    ],
  };
}

function commitOfAll(found: readonly FoundPart[], ownCommit: string): string {
  const of = (need: WantedPart['need']): string[] =>
    found
      .filter(({ part }) => part.need === need)
      .map(commitOf)
      .filter((commit) => commit !== '');
  const required = of('required');
  if (required.includes(ownCommit)) return ownCommit;
  return required[0] ?? (ownCommit === '' ? (of('optional')[0] ?? '') : ownCommit);
}

/** Empty where it is not known. */
function commitOf({ stored }: FoundPart): string {
  return stored?.manifest.source.commit ?? '';
}

function otherCommitText(one: FoundPart, commit: string): string {
  const [own, others] = [commitOf(one), commit].map((text) => harmless(text));
  return `The part ${quoted(one.part.name)} was built from the commit ${own}, others ${others}`;
}

function leftOutText(one: FoundPart, commit: string): string {
  const left = `The optional part ${quoted(one.part.name)} is left out`;
  if (one.stored !== undefined) {
    const [own, others] = [commitOf(one), commit].map((text) => harmless(text));
    return `${left}: it was built from the commit ${own}, and the version is of ${others}`;
  }
  return one.part.need === 'left-out' ? `${left}: no job of this pipeline passed it on` : `${left}: it is not there`;
}

/**
 * The files of these parts, each once. Throws `conflict`, naming everything at once, for parts that are
 * missing, for those that have another digest, and for paths that two parts have with different bytes.
 */
export function unionOfParts(
  ref: VersionRef,
  found: readonly FoundPart[],
  state: VersionState,
): readonly ManifestFile[] {
  const union = new Map<string, { file: ManifestFile; part: string }>();
  const problems: string[] = [];
  let changed = false;
  let shared = 0;
  for (const { part: wanted, stored } of found) {
    const { name: part, digest } = wanted;
    if (stored === undefined) problems.push(`${part}: this part was not published, or has not ended`);
    else if (digest !== undefined && stored.digest !== digest) {
      problems.push(`${part}: the digest of this part is ${stored.digest}, but ${digest} is expected`);
      changed = true;
      continue;
    }
    for (const file of stored?.manifest.files ?? []) {
      const known = union.get(file.name);
      if (known !== undefined && known.file.sha256 !== file.sha256) {
        problems.push(`${harmless(file.name)}: parts ${known.part} and ${part} have it with different bytes`);
        shared += 1;
      }
      union.set(file.name, { file, part });
    }
  }
  if (problems.length === 0) return [...union.values()].map(({ file }) => file);
  throw new Failure(
    'conflict',
    `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'problem')} with its parts`,
    {
      problems,
      hint: changed
        ? 'Nothing was sent. A part with another digest was published again since. Fetch and test what is ' +
          'there now and complete with its digest (on GitLab: run download, test and this job again, in this ' +
          'order), or publish the part again as it was.'
        : `Nothing was sent. ${problems.length === shared ? ownNames() : ''}${waysOn(state)}`,
    },
  );
}

/** Two parts have one name for two files: run again as they were, they have it still. */
function ownNames(): string {
  return 'Give the file another name in one of the parts, with `rename` or in a folder of its own. ';
}

/** Only what was seen is said: a token that may not list cannot tell whether an incomplete version is hidden. */
function waysOn(state: VersionState): string {
  if (isComplete(state)) {
    const closed = state.manifest === undefined ? 'is visible already, without a manifest,' : 'is complete';
    return (
      `The version ${closed} and takes no further part: correct the input parts, or publish all parts as a ` +
      'new version.'
    );
  }
  const hidden = state.kind === 'hidden' ? 'The version is still hidden. ' : '';
  return `${hidden}Run the jobs of these parts again, then this one, or correct the input parts.`;
}

/** Names of the parts that list this file. */
export function partsWith(found: readonly FoundPart[], file: string): readonly string[] {
  return found
    .filter(({ stored }) => stored?.manifest.files.some(({ name }) => name === file) === true)
    .map(({ part }) => quoted(part.name));
}

/** Throws `conflict` for files of parts that the registry does not serve as the parts list them. */
export function refuseUnserved(
  ref: VersionRef,
  inherited: readonly Inherited[],
  taken: readonly FoundPart[],
  state: VersionState,
): void {
  const problems = inherited
    .filter((one) => one.state !== 'same')
    .map(({ file: { name }, state: held }) => {
      const lists = `the part ${partsWith(taken, name).join(' and ')}`;
      return held === 'missing'
        ? `${harmless(name)}: the registry does not have it, and ${lists} lists it`
        : `${harmless(name)}: the registry has other bytes than ${lists} lists`;
    });
  if (problems.length === 0) return;
  throw new Failure(
    'conflict',
    `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'file')} of its ` +
      `parts ${verbFor(problems.length, 'is', 'are')} not as published`,
    { problems, hint: `Nothing was sent. ${waysOn(state)}` },
  );
}
