/** What a version takes over from what the registry has already: files of parts, and what `append` keeps. */
import { Failure } from '../../../core/errors.ts';
import { formatCount, formatNames } from '../../../core/format.ts';
import { harmless } from '../../../core/text.ts';
import type { Tools } from '../../../definitions/command.ts';
import { runBatch, type BatchRules } from '../../../transfer/batch.ts';
import type { Inherited, LocalFile, StoredFile } from '../../../transfer/model.ts';
import type { ManifestFile } from '../../../transfer/remote/manifest.ts';
import {
  chooseParts,
  partsWith,
  type FoundPart,
  readParts,
  refuseUnserved,
  unionOfParts,
  type WantedPart,
} from '../../../transfer/remote/parts.ts';
import { isRecordName } from '../../../transfer/remote/records.ts';
import { askByName, peekByName, type VersionRef } from '../../../transfer/remote/stored-version.ts';
import { isComplete, storedEntries, type VersionState } from '../../../transfer/remote/version-state.ts';
import { IF_EXISTS } from '../if-exists.ts';
import type { PublishInputs } from '../inputs.ts';
import { buildOrigin } from '../origin.ts';
import { areFewAndSmall } from './few-files.ts';
import { ownNameProblem } from '../local/select.ts';

interface Subject {
  readonly ref: VersionRef;
  readonly files: readonly LocalFile[];
  /** What `inputs.parts` asks for, read. */
  readonly parts: readonly WantedPart[];
  readonly inputs: PublishInputs;
}

/** What is to be taken over, as it is listed; nothing of it has been asked for yet. */
export interface Inheritance {
  /** Of parts. */
  readonly ofParts: readonly ManifestFile[];
  /** The parts that list them. */
  readonly parts: readonly FoundPart[];
  /** What the version has, and `append` keeps. */
  readonly kept: readonly ManifestFile[];
  readonly partsMissing: readonly string[];
  readonly warnings: readonly string[];
}

const NOTHING: Inheritance = { ofParts: [], parts: [], kept: [], partsMissing: [], warnings: [] };

/** Reads lists only: their names were given by somebody else, and are to be judged before one of them is asked for. */
export async function listInherited(subject: Subject, state: VersionState, tools: Tools): Promise<Inheritance> {
  const { parts, inputs } = subject;
  if (inputs.part !== undefined) return NOTHING;
  // A version that is kept as it is says itself what it was completed with.
  if (keepsPublished(subject, state)) {
    return parts.length === 0 ? NOTHING : { ...NOTHING, ofParts: entriesBesides(subject, state, []) };
  }
  const ofParts = parts.length === 0 ? NOTHING : await listParts(subject, state, tools);
  if (IF_EXISTS[inputs['if-exists']].besides !== 'take-over') return ofParts;
  return { ...ofParts, kept: entriesBesides(subject, state, ofParts.ofParts) };
}

function keepsPublished({ inputs }: Subject, state: VersionState): boolean {
  return IF_EXISTS[inputs['if-exists']].published === 'keep' && isComplete(state);
}

/** What is taken over, held against what the registry serves. Throws `conflict` for parts that are not as published. */
export async function holdInherited(
  subject: Subject,
  state: VersionState,
  { ofParts, parts, kept }: Inheritance,
  tools: Tools,
): Promise<{ readonly inherited: readonly Inherited[]; readonly warnings: readonly string[] }> {
  if (keepsPublished(subject, state)) {
    return { inherited: ofParts.map((file) => ({ file, state: 'same' })), warnings: [] };
  }
  const { ref, inputs } = subject;
  const held = await holdAgainstRegistry(ref, ofParts, state, rulesOf(subject, tools));
  // Of a complete version that is not changed, decide.ts lists every difference.
  if (!isComplete(state) || IF_EXISTS[inputs['if-exists']].published === 'change')
    refuseUnserved(ref, held, parts, state);
  const stored = await keepStored(subject, state, kept, tools);
  return { inherited: [...held, ...stored.inherited], warnings: stored.warnings };
}

/** What the version has besides this run's files and what is taken over already. */
function entriesBesides(
  { files, inputs }: Subject,
  state: VersionState,
  taken: readonly ManifestFile[],
): readonly ManifestFile[] {
  const known = new Set([...files, ...taken].map(({ name }) => name));
  return storedEntries(state).filter(
    ({ name }) => !known.has(name) && name !== inputs.manifest && name !== inputs.checksums && !isRecordName(name),
  );
}

/**
 * `append` keeps what is there. Of rows with one name the newest is served, whatever the manifest says of it; what the
 * manifest lists and nobody can fetch any more cannot be kept.
 */
async function keepStored(
  subject: Subject,
  state: VersionState,
  entries: readonly ManifestFile[],
  tools: Tools,
): Promise<{ readonly inherited: readonly Inherited[]; readonly warnings: readonly string[] }> {
  // Without a manifest they are what the registry serves.
  const served =
    state.manifest === undefined
      ? new Map<string, StoredFile | undefined>(entries.map((entry) => [entry.name, entry]))
      : await readServed(subject.ref, entries, state, rulesOf(subject, tools));
  const kept = entries.flatMap((entry) => {
    const { size, sha256 = entry.sha256 } = served.get(entry.name) ?? {};
    return size === undefined ? [] : [{ file: { ...entry, size, sha256 }, state: 'same' } as const];
  });
  const gone = entries.filter(({ name }) => served.get(name) === undefined).map(({ name }) => name);
  return { inherited: kept, warnings: gone.length === 0 ? [] : [noLongerThere(gone)] };
}

function noLongerThere(names: readonly string[]): string {
  return (
    `The manifest of the version lists ${formatCount(names.length, 'file')} that the registry no longer has. The new ` +
    `manifest will not list: ${formatNames(names, 20)}`
  );
}

async function listParts(subject: Subject, state: VersionState, tools: Tools): Promise<Inheritance> {
  const { ref, files, parts, inputs } = subject;
  // Of a complete version too: parts stay beside it, and a pin holds for good.
  const chosen = chooseParts(await readParts(ref, parts), buildOrigin(tools.context).commit);
  const listed = unionOfParts(ref, chosen.taken, state);
  const own = new Map(files.map((file) => [file.name, file]));
  const problems: string[] = [];
  for (const { name, sha256 } of listed) {
    const file = own.get(name);
    const reserved = ownNameProblem(name, inputs);
    const whose = `the part ${partsWith(chosen.taken, name).join(' and ')}`;
    if (reserved !== undefined) problems.push(`${harmless(name)}: ${whose} has it, and this name ${reserved}`);
    if (file !== undefined && (await file.source.sha256(tools.signal)) !== sha256) {
      problems.push(`${harmless(name)}: ${whose} and this run have it with different bytes`);
    }
  }
  if (problems.length > 0) {
    throw new Failure(
      'conflict',
      `${ref.name} ${ref.version} cannot be completed: ${formatCount(problems.length, 'problem')} with its parts`,
      { problems, hint: 'Nothing was sent. Leave these files out of the input files, or out of the part.' },
    );
  }
  const taken = listed.filter(({ name }) => !own.has(name));
  return { ...NOTHING, ofParts: taken, parts: chosen.taken, partsMissing: chosen.missing, warnings: chosen.warnings };
}

/**
 * Where the registry tells no checksum, files of equal size are read back if they are few and small; of others the
 * check after the upload of the part stands.
 */
async function holdAgainstRegistry(
  ref: VersionRef,
  files: readonly ManifestFile[],
  state: VersionState,
  rules: BatchRules,
): Promise<readonly Inherited[]> {
  const reads = areFewAndSmall(files);
  const ask = ({ name, size, sha256 }: ManifestFile): Promise<StoredFile | undefined> =>
    reads ? askByName(ref, name, { size, sha256: () => Promise.resolve(sha256) }) : peekByName(ref, name);
  const served = state.kind === 'visible' ? state.files : await runBatch(files, rules, ask);
  return files.map((file) => {
    const stored = served.get(file.name);
    if (stored === undefined) return { file, state: 'missing' };
    const isSame = stored.size === file.size && (stored.sha256 ?? file.sha256) === file.sha256;
    return { file, state: isSame ? 'same' : 'different' };
  });
}

/** What is served under each name; a checksum that no header tells is worked out where the size is another one. */
async function readServed(
  ref: VersionRef,
  entries: readonly ManifestFile[],
  state: VersionState,
  rules: BatchRules,
): Promise<ReadonlyMap<string, StoredFile | undefined>> {
  if (state.kind === 'visible') return state.files;
  return runBatch(entries, rules, async ({ name, size }) => {
    const stored = await peekByName(ref, name);
    if (stored === undefined || stored.sha256 !== undefined || stored.size === size) return stored;
    return askByName(ref, name, { size: stored.size });
  });
}

function rulesOf({ inputs }: Subject, { signal }: Tools): BatchRules {
  return { deed: 'checked', concurrency: inputs.concurrency, signal };
}
