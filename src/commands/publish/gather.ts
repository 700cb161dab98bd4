/** Everything a publish must know before it decides: the registry's side, this machine's, and what is taken over. */
import type { Tools } from '../../definitions/command.ts';
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import { compareFiles, lookAt, type VersionView } from '../../transfer/remote/version-state.ts';
import type { ManifestFile } from '../../transfer/remote/manifest.ts';
import {
  isPartManifest,
  partManifestName,
  readParts,
  requireServed,
  type WantedPart,
} from '../../transfer/remote/parts.ts';
import type { Compared, Inherited, LocalFile } from '../../transfer/model.ts';
import { readManifest, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { checksumsFile } from './checksums.ts';
import type { PublishInputs } from './inputs.ts';
import { refuseUnion } from './union.ts';

export interface Gathered {
  readonly view: VersionView;
  /** This run's files; of a visible version also the checksums file. */
  readonly compared: readonly Compared[];
  /** Files that the manifest lists and this run does not send: of parts, or of what is appended to. */
  readonly inherited: readonly ManifestFile[];
}

/** `parts`: what `inputs.parts` asks for, read. */
export async function gather(
  ref: VersionRef,
  files: readonly LocalFile[],
  parts: readonly WantedPart[],
  inputs: PublishInputs,
  tools: Tools,
): Promise<Gathered> {
  const { signal } = tools;
  const view = await lookAtOwn(ref, inputs);
  const inherited = await inherit(ref, view, files, parts, inputs);
  refuseUnion(ref, files, inherited, inputs, tools.context);
  if (parts.length > 0 && view.standing !== 'complete') {
    await requireServed(ref, inherited, view, { deed: 'checked', concurrency: inputs.concurrency, signal });
  }
  const there = await compareFiles(ref, view, files, signal);
  const compared = inputs.part === undefined ? there : againstManifest(there, view);
  if (inputs.checksums === undefined || view.standing === 'new' || view.standing === 'open') {
    return { view, compared, inherited };
  }
  // A version that people see is judged whole, so the checksums must be known before anything is sent.
  const listed = await Promise.all(
    compared.map(async ({ file, sha256 }) => ({ name: file.name, sha256: sha256 ?? (await file.source.sha256()) })),
  );
  const checksums = checksumsFile(inputs.checksums, [...listed, ...inherited]);
  return { view, inherited, compared: [...compared, ...(await compareFiles(ref, view, [checksums], signal))] };
}

/** The version; of one that is complete a part is told by its own manifest, and is none without. */
async function lookAtOwn(ref: VersionRef, { manifest, part }: PublishInputs): Promise<VersionView> {
  const view = await lookAt(ref, manifest);
  if (part === undefined || view.standing !== 'complete') return view;
  const own = await readManifest(ref, partManifestName(part));
  if (own !== undefined) return { ...view, manifest: own };
  throw new Failure('conflict', `${ref.name} ${ref.version} is complete and has no part ${part}`, {
    hint: 'Nothing was sent, for a complete version takes no further part. Check version and part, or publish all parts as a new version.',
  });
}

/** Other parts may have the same names and bytes: what this part does not list is none of its files. */
function againstManifest(compared: readonly Compared[], { manifest }: VersionView): readonly Compared[] {
  if (manifest === undefined) return compared;
  const listed = new Map(manifest.manifest.files.map(({ name, sha256 }) => [name, sha256]));
  return compared.map((one) => {
    const sha256 = listed.get(one.file.name);
    if (sha256 === undefined) return { file: one.file, state: 'missing' };
    return one.state === 'same' && one.sha256 !== sha256 ? { ...one, state: 'different' } : one;
  });
}

/** Names that the registry has of this version and this run does not account for. */
export function storedOnly({ view, compared, inherited }: Gathered, inputs: PublishInputs): string[] {
  const accounted = new Set([...compared.map(({ file }) => file.name), ...inherited.map(({ name }) => name)]);
  return [...storedNames(view)]
    .filter((name) => !accounted.has(name) && name !== inputs.manifest && !isPartManifest(name))
    .sort();
}

/** How what is taken over stands in a complete version. */
export function inheritedStates({ view, inherited }: Gathered): readonly Inherited[] {
  const stored = new Map(view.manifest?.manifest.files.map((file) => [file.name, file.sha256]));
  return inherited.map(({ name, sha256 }) => {
    const known = stored.get(name) ?? view.files?.get(name)?.sha256;
    return { name, state: known === undefined ? 'missing' : known === sha256 ? 'same' : 'different' };
  });
}

/** A stored manifest says another mode of a file than this machine does. */
export function modesDiffer({ view, compared }: Gathered): boolean {
  const modes = new Map(view.manifest?.manifest.files.map(({ name, mode }) => [name, mode]));
  return compared.some(({ file }) => modes.has(file.name) && modes.get(file.name) !== file.mode);
}

function storedNames(view: VersionView): Iterable<string> {
  return view.manifest?.manifest.files.map(({ name }) => name) ?? view.files?.keys() ?? [];
}

async function inherit(
  ref: VersionRef,
  view: VersionView,
  files: readonly LocalFile[],
  parts: readonly WantedPart[],
  inputs: PublishInputs,
): Promise<readonly ManifestFile[]> {
  if (parts.length > 0) return inheritParts(ref, view, files, parts);
  if (inputs['if-exists'] !== 'append') return [];
  const own = new Set(files.map(({ name }) => name));
  const isLeftOut = (name: string): boolean =>
    own.has(name) || name === inputs.manifest || name === inputs.checksums || isPartManifest(name);
  return storedEntries(view).filter(({ name }) => !isLeftOut(name));
}

async function inheritParts(
  ref: VersionRef,
  view: VersionView,
  files: readonly LocalFile[],
  wanted: readonly WantedPart[],
): Promise<readonly ManifestFile[]> {
  // Of a complete version too: parts stay beside it, and a pin holds for good.
  const parts = await readParts(ref, wanted, view);
  const own = new Map(files.map((file) => [file.name, file]));
  const problems: string[] = [];
  for (const { name, sha256 } of parts) {
    const file = own.get(name);
    if (file !== undefined && (await file.source.sha256()) !== sha256) {
      problems.push(`${name}: a part and this run have it with different bytes`);
    }
  }
  if (problems.length > 0) {
    throw new Failure(
      'conflict',
      `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'file')} differ`,
      {
        problems,
        hint: 'Nothing was sent. Leave these files out of the input files, or out of the part.',
      },
    );
  }
  return parts.filter(({ name }) => !own.has(name));
}

/** What a version that is appended to lists; one without a manifest tells no modes. */
function storedEntries(view: VersionView): readonly ManifestFile[] {
  if (view.manifest !== undefined) return view.manifest.manifest.files;
  return [...(view.files ?? [])].map(([name, { size, sha256 }]) => ({
    name,
    size,
    sha256: sha256 ?? '',
    mode: '0644',
  }));
}
