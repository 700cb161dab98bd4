/** Everything a publish must know before it decides: the registry's side, this machine's, and what is taken over. */
import type { Tools } from '../../definitions/command.ts';
import { Failure } from '../../core/errors.ts';
import { formatCount } from '../../core/format.ts';
import type { Compared, Inherited, LocalFile } from '../../transfer/model.ts';
import {
  createManifest,
  NO_ORIGIN,
  sameContents,
  type ManifestFile,
  type StoredManifest,
} from '../../transfer/remote/manifest.ts';
import { manifestEntry } from '../../transfer/model.ts';
import { readParts, requireServed, type WantedPart } from '../../transfer/remote/parts.ts';
import { isRecord, partManifestName } from '../../transfer/remote/records.ts';
import { askByName, readManifest, type VersionRef } from '../../transfer/remote/stored-version.ts';
import { compareFiles, isComplete, readVersionState, type VersionState } from '../../transfer/remote/version-state.ts';
import { comparisonOf } from '../shared/progress.ts';
import { checksumsFile } from './checksums.ts';
import type { Facts } from './decide.ts';
import type { PublishInputs } from './inputs.ts';
import { refuseUnion } from './union.ts';

export interface Gathered {
  readonly facts: Facts;
  /** The manifest of this run's part, where it is there. */
  readonly partManifest: StoredManifest | undefined;
}

/** What is gathered for: the version, and this run's side of it. */
interface Subject {
  readonly ref: VersionRef;
  readonly files: readonly LocalFile[];
  /** What `inputs.parts` asks for, read. */
  readonly parts: readonly WantedPart[];
  readonly inputs: PublishInputs;
}

export async function gather(subject: Subject, tools: Tools): Promise<Gathered> {
  const { ref, files, parts, inputs } = subject;
  const { signal } = tools;
  const state = await readVersionState(ref, inputs.manifest);
  const partManifest = await readPartManifest(ref, state, inputs.part);
  const keepsPublished = inputs['if-exists'] === 'skip' && isComplete(state);
  const taken = keepsPublished ? [] : await inherit(subject, state, signal);
  refuseUnion({ owner: ref, files, inherited: taken, inputs, os: tools.context.os });
  if (parts.length > 0 && !keepsPublished && state.manifest === undefined) {
    await requireServed(ref, taken, state, { deed: 'checked', concurrency: inputs.concurrency, signal });
  }
  const progress = comparisonOf(state.kind === 'new' ? [] : files, tools.log);
  const held = await compareFiles(ref, state, files, { signal, onBytes: progress.bytes, onFile: progress.file });
  const there = mayKeep(state, inputs) ? await readDigests(ref, held) : held;
  const listing = inputs.part !== undefined && isComplete(state) ? partManifest : state.manifest;
  const compared = inputs.part === undefined ? there : againstPart(there, listing);
  const inherited = inheritedStates(taken, state);
  const checksums = await compareChecksums(subject, { state, compared, taken }, signal);
  const own = new Set([...files, ...taken].map(({ name }) => name));
  const isOwn = (name: string): boolean =>
    own.has(name) || name === inputs.manifest || name === inputs.checksums || isRecord(name);
  const { others, strays } = namesBesides(state, listing, inputs);
  return {
    partManifest,
    facts: {
      state,
      compared,
      checksums,
      inherited,
      others: others.filter((name) => !isOwn(name)).sort(),
      strays: strays.filter((name) => !isOwn(name)).sort(),
      modesDiffer: modesDiffer(compared, listing),
      partIsThere: partManifest !== undefined && listsTheSame(ref, partManifest, compared),
      foreignManifest:
        inputs.manifest !== undefined &&
        state.kind === 'visible' &&
        state.manifest === undefined &&
        state.files.has(inputs.manifest),
    },
  };
}

/** Without manifest and list, what is there is told by this run's own names alone. */
function mayKeep(state: VersionState, inputs: PublishInputs): boolean {
  return inputs['if-exists'] === 'skip' && inputs.manifest === undefined && state.kind === 'unlisted';
}

/** What a GitLab that tells no checksum serves where it differs from this run's files: outputs tell its digest. */
async function readDigests(ref: VersionRef, held: readonly Compared[]): Promise<readonly Compared[]> {
  const digests: Compared[] = [];
  for (const one of held) {
    const { stored, file } = one;
    const isTold = stored === undefined || stored.sha256 !== undefined;
    const read = isTold ? stored : await askByName(ref, file.name, { size: stored.size });
    digests.push(read === undefined ? one : { ...one, stored: read });
  }
  return digests;
}

/** Of a complete version a part is told by its own manifest, and there is none without. */
async function readPartManifest(
  ref: VersionRef,
  state: VersionState,
  part: string | undefined,
): Promise<StoredManifest | undefined> {
  if (part === undefined || state.kind === 'new') return undefined;
  const own = await readManifest(ref, partManifestName(part));
  if (own !== undefined || state.manifest === undefined) return own;
  throw new Failure('conflict', `${ref.name} ${ref.version} is complete and has no part ${part}`, {
    hint:
      'Nothing was sent, for a complete version takes no further part. Check version and part, or publish ' +
      'all parts as a new version.',
  });
}

/**
 * Other parts may have the same names and bytes: of a complete version, what this part does not list is none of its
 * files.
 */
function againstPart(compared: readonly Compared[], own: StoredManifest | undefined): readonly Compared[] {
  if (own === undefined) return compared;
  const listed = new Map(own.manifest.files.map(({ name, sha256 }) => [name, sha256]));
  return compared.map((one) => {
    const sha256 = listed.get(one.file.name);
    if (sha256 === undefined) return { file: one.file, state: 'missing' };
    return one.state === 'same' && one.sha256 !== sha256 ? { ...one, state: 'different' } : one;
  });
}

/** The same files with the same content; modes aside. */
function listsTheSame(ref: VersionRef, { manifest }: StoredManifest, compared: readonly Compared[]): boolean {
  if (compared.some(({ state }) => state !== 'same')) return false;
  const files = compared.map(({ file, sha256 = '' }) => manifestEntry(file, sha256));
  return sameContents(manifest, createManifest(ref, NO_ORIGIN, files));
}

/** Names that count against this run's: what is listed; and for a `replace` what is there besides. */
function namesBesides(
  state: VersionState,
  listing: StoredManifest | undefined,
  inputs: PublishInputs,
): { readonly others: readonly string[]; readonly strays: readonly string[] } {
  const there = state.kind === 'visible' ? [...state.files.keys()] : [];
  if (listing === undefined) return { others: inputs.part === undefined ? there : [], strays: [] };
  const others = listing.manifest.files.map(({ name }) => name);
  if (inputs['if-exists'] !== 'replace' || inputs.part !== undefined) return { others, strays: [] };
  const listed = new Set(others);
  return { others, strays: there.filter((name) => !listed.has(name)) };
}

function modesDiffer(compared: readonly Compared[], listing: StoredManifest | undefined): boolean {
  const modes = new Map(listing?.manifest.files.map(({ name, mode }) => [name, mode]));
  return compared.some(({ file }) => modes.has(file.name) && modes.get(file.name) !== file.mode);
}

/** How what is taken over stands in a complete version. */
function inheritedStates(taken: readonly ManifestFile[], state: VersionState): readonly Inherited[] {
  const stored = new Map(state.manifest?.manifest.files.map((file) => [file.name, file.sha256]));
  const listed = state.kind === 'visible' ? state.files : undefined;
  return taken.map((file) => ({
    file,
    state: stateOf(file.sha256, stored.get(file.name) ?? listed?.get(file.name)?.sha256),
  }));
}

function stateOf(sha256: string, known: string | undefined): Compared['state'] {
  if (known === undefined) return 'missing';
  return known === sha256 ? 'same' : 'different';
}

/**
 * The checksums file, compared where all that it lists is known by now. A version that people see is judged
 * whole, so that it must be known before anything is sent.
 */
async function compareChecksums(
  { ref, inputs }: Subject,
  there: {
    readonly state: VersionState;
    readonly compared: readonly Compared[];
    readonly taken: readonly ManifestFile[];
  },
  signal: AbortSignal,
): Promise<Compared | undefined> {
  const { state, compared, taken } = there;
  const isKnown = isComplete(state) || (state.kind !== 'new' && compared.every((one) => one.state === 'same'));
  if (inputs.checksums === undefined || !isKnown) return undefined;
  const listed = await Promise.all(
    compared.map(async ({ file, sha256 }) => ({
      name: file.name,
      sha256: sha256 ?? (await file.source.sha256(signal)),
    })),
  );
  const [held] = await compareFiles(ref, state, [checksumsFile(inputs.checksums, [...listed, ...taken])], { signal });
  return held;
}

async function inherit(subject: Subject, state: VersionState, signal: AbortSignal): Promise<readonly ManifestFile[]> {
  const { files, parts, inputs } = subject;
  if (parts.length > 0) return inheritParts(subject, state, signal);
  if (inputs['if-exists'] !== 'append' || inputs.part !== undefined) return [];
  const own = new Set(files.map(({ name }) => name));
  const isLeftOut = (name: string): boolean =>
    own.has(name) || name === inputs.manifest || name === inputs.checksums || isRecord(name);
  return storedEntries(state).filter(({ name }) => !isLeftOut(name));
}

async function inheritParts(
  { ref, files, parts }: Subject,
  state: VersionState,
  signal: AbortSignal,
): Promise<readonly ManifestFile[]> {
  // Of a complete version too: parts stay beside it, and a pin holds for good.
  const listed = await readParts(ref, parts, state);
  const own = new Map(files.map((file) => [file.name, file]));
  const problems: string[] = [];
  for (const { name, sha256 } of listed) {
    const file = own.get(name);
    if (file !== undefined && (await file.source.sha256(signal)) !== sha256) {
      problems.push(`${name}: a part and this run have it with different bytes`);
    }
  }
  if (problems.length > 0) {
    throw new Failure(
      'conflict',
      `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'file')} differ`,
      { problems, hint: 'Nothing was sent. Leave these files out of the input files, or out of the part.' },
    );
  }
  return listed.filter(({ name }) => !own.has(name));
}

/** What a version holds, as a manifest would list it; one without a manifest tells no modes. */
export function storedEntries(state: VersionState): readonly ManifestFile[] {
  if (state.manifest !== undefined) return state.manifest.manifest.files;
  if (state.kind !== 'visible') return [];
  return [...state.files].map(([name, { size, sha256 }]) => ({ name, size, sha256: sha256 ?? '', mode: '0644' }));
}
