/** Parts: runs that each publish some files of one version, and the union that completes it. */
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { harmless } from '../../core/text.ts';
import type { ManifestFile } from './manifest.ts';
import { peekByName, readManifest, type VersionRef } from './stored-version.ts';
import { runBatch, type BatchRules } from '../batch.ts';
import { partManifestName } from './records.ts';
import { isComplete, type VersionState } from './version-state.ts';

/** A part that must be there. */
export interface WantedPart {
  readonly name: string;
  /** `sha256:…` of its manifest's bytes, which list every file with its checksum; undefined: any will do. */
  readonly digest: string | undefined;
}

/**
 * The files of all parts, each once. Throws `conflict`, naming everything at once, for parts that are
 * missing, for those that have another digest, and for paths that two parts have with different bytes.
 */
export async function readParts(
  ref: VersionRef,
  parts: readonly WantedPart[],
  state: VersionState,
): Promise<readonly ManifestFile[]> {
  const union = new Map<string, { file: ManifestFile; part: string }>();
  const problems: string[] = [];
  let changed = false;
  for (const { name: part, digest } of parts) {
    const stored = await readManifest(ref, partManifestName(part));
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
        : `Nothing was sent. ${waysOn(state)}`,
    },
  );
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

/**
 * Asks the registry for every file of the parts: it must be there with its size, and where the registry
 * tells a checksum, with that one. Else the part's own check after its upload stands; nothing is fetched.
 */
export async function requireServed(
  ref: VersionRef,
  files: readonly ManifestFile[],
  state: VersionState,
  rules: BatchRules,
): Promise<void> {
  const seen = await runBatch(files, rules, (file) => peekByName(ref, file.name));
  const problems = files
    .filter(({ name, size, sha256 }) => {
      const stored = seen.get(name);
      return stored?.size !== size || (stored.sha256 ?? sha256) !== sha256;
    })
    .map(
      ({ name }) => `${name}: the registry ${seen.get(name) === undefined ? 'does not have it' : 'has other bytes'}`,
    );
  if (problems.length === 0) return;
  throw new Failure(
    'conflict',
    `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'file')} of its ` +
      'parts are not as published',
    {
      problems,
      hint: `Nothing was sent. ${waysOn(state)}`,
    },
  );
}
