/** Everything a publish must know before it decides: the registry's side, this machine's, and what is taken over. */
import type { Tools } from '../../../definitions/command.ts';
import { Failure } from '../../../core/errors.ts';
import { spelledOtherwise } from '../../../core/versions/index.ts';
import type { Compared, LocalFile } from '../../../transfer/model.ts';
import type { ManifestFile, StoredManifest } from '../../../transfer/remote/manifest.ts';
import type { WantedPart } from '../../../transfer/remote/parts.ts';
import { isRecordName, partManifestName } from '../../../transfer/remote/records.ts';
import {
  askByName,
  mayList,
  peekByName,
  readManifest,
  type VersionRef,
} from '../../../transfer/remote/stored-version.ts';
import {
  compareFiles,
  isComplete,
  readVersionState,
  type VersionState,
} from '../../../transfer/remote/version-state.ts';
import { findVersionRow } from '../../../transfer/remote/version-row.ts';
import { checksumsFile } from '../checksums.ts';
import { IF_EXISTS } from '../if-exists.ts';
import type { Facts } from '../steps.ts';
import { holdInherited, listInherited } from './inherit.ts';
import { MANIFEST_NAME } from '../../shared/package-inputs.ts';
import { comparisonOf } from '../../shared/progress.ts';
import type { PublishInputs } from '../inputs.ts';
import { findMisfits } from './listing.ts';
import { refuseUnion } from './union.ts';

export interface Gathered {
  readonly facts: Facts;
  /** The manifest of this run's part, where it is there. */
  readonly partManifest: StoredManifest | undefined;
  /** Names of the optional parts that are left out. */
  readonly partsMissing: readonly string[];
  readonly warnings: readonly string[];
}

/** What is gathered for: the version, and this run's side of it. */
interface Subject {
  readonly ref: VersionRef;
  readonly files: readonly LocalFile[];
  /** What `inputs.parts` asks for, read. */
  readonly parts: readonly WantedPart[];
  readonly inputs: PublishInputs;
}

/** Where a refusal is certain, nothing more is looked for. */
const NOTHING_MORE: Omit<Facts, 'state' | 'otherSpelling'> = {
  compared: [],
  checksums: undefined,
  inherited: [],
  others: [],
  strays: [],
  misfits: [],
  hasPart: false,
  standingManifest: undefined,
  foreignManifest: false,
};

const NONE: Omit<Gathered, 'facts'> = { partManifest: undefined, partsMissing: [], warnings: [] };

export async function gather(subject: Subject, tools: Tools): Promise<Gathered> {
  const { ref, files, inputs } = subject;
  const { signal } = tools;
  const state = await readVersionState(ref, inputs.manifest);
  // Of a complete version somebody has decided.
  const otherSpelling = isComplete(state) ? undefined : await findOtherSpelling(ref, inputs.manifest);
  if (otherSpelling !== undefined) return { ...NONE, facts: { ...NOTHING_MORE, state, otherSpelling } };
  const partManifest = await readPartManifest(ref, state, inputs.part);
  const listed = await listInherited(subject, state, tools);
  const listedFiles = [...listed.ofParts, ...listed.kept];
  refuseUnion({ owner: ref, files, inherited: listedFiles, inputs, os: tools.context.os });
  const { inherited, warnings } = await holdInherited(subject, state, listed, tools);
  const taken = inherited.map(({ file }) => file);
  const progress = comparisonOf(state.kind === 'new' ? [] : files, tools.log);
  const held = await compareFiles(ref, state, files, { signal, onBytes: progress.bytes, onFile: progress.file });
  const compared = mayKeep(state, inputs) ? await readDigests(ref, held) : held;
  const listing = inputs.part === undefined ? state.manifest : partManifest;
  const checksums = await compareChecksums(subject, { state, compared, taken }, signal);
  const own = new Set([...files, ...taken].map(({ name }) => name));
  const isOwn = (name: string): boolean =>
    own.has(name) || name === inputs.manifest || name === inputs.checksums || isRecordName(name);
  const { others, strays } = namesBesides(state, listing, inputs);
  return {
    partManifest,
    partsMissing: listed.partsMissing,
    warnings: [...listed.warnings, ...warnings],
    facts: {
      state,
      compared,
      checksums,
      inherited,
      others: others.filter((name) => !isOwn(name)).sort(),
      strays: strays.filter((name) => !isOwn(name)).sort(),
      misfits: findMisfits(listing, { compared, checksums, inherited }),
      otherSpelling,
      hasPart: partManifest !== undefined,
      standingManifest:
        inputs.manifest === undefined && state.kind === 'visible' && state.files.has(MANIFEST_NAME)
          ? MANIFEST_NAME
          : undefined,
      foreignManifest:
        inputs.manifest !== undefined &&
        state.kind === 'visible' &&
        state.manifest === undefined &&
        state.files.has(inputs.manifest),
    },
  };
}

/**
 * `v1.2.3` where `1.2.3` is to be published, and the other way round, if the registry has it. With a token that may
 * not list only its manifest tells.
 */
async function findOtherSpelling(ref: VersionRef, manifest: string | undefined): Promise<string | undefined> {
  const other = spelledOtherwise(ref.version);
  if (other === undefined) return undefined;
  const otherRef = { ...ref, version: other };
  if (!mayList(ref.client)) {
    const there = manifest === undefined ? undefined : await peekByName(otherRef, manifest);
    return there === undefined ? undefined : other;
  }
  const rows = await Promise.all([undefined, 'hidden'].map((status) => findVersionRow(otherRef, { status, limit: 1 })));
  return rows.every((row) => row === undefined) ? undefined : other;
}

/** Without manifest and list, what is there is told by this run's own names alone. */
function mayKeep(state: VersionState, inputs: PublishInputs): boolean {
  return (
    IF_EXISTS[inputs['if-exists']].published === 'keep' && inputs.manifest === undefined && state.kind === 'unlisted'
  );
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

/** Names that count against this run's: what is listed; and for a `replace` what is there besides. */
function namesBesides(
  state: VersionState,
  listing: StoredManifest | undefined,
  inputs: PublishInputs,
): { readonly others: readonly string[]; readonly strays: readonly string[] } {
  const there = state.kind === 'visible' ? [...state.files.keys()] : [];
  if (listing === undefined) return { others: inputs.part === undefined ? there : [], strays: [] };
  const others = listing.manifest.files.map(({ name }) => name);
  if (IF_EXISTS[inputs['if-exists']].besides !== 'delete' || inputs.part !== undefined) return { others, strays: [] };
  const listed = new Set(others);
  return { others, strays: there.filter((name) => !listed.has(name)) };
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
  const [held] = await compareFiles(ref, state, [checksumsFile(inputs.checksums, [...listed, ...taken])], {
    signal,
  });
  return held;
}
