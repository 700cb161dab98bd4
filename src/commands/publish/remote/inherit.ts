/** What a version takes over without sending it: the files of its parts, or those that are appended to. */
import { Failure } from '../../../core/errors.ts';
import { formatCount } from '../../../core/format.ts';
import type { Tools } from '../../../definitions/command.ts';
import type { LocalFile } from '../../../transfer/model.ts';
import type { ManifestFile } from '../../../transfer/remote/manifest.ts';
import { chooseParts, readParts, unionOfParts, type WantedPart } from '../../../transfer/remote/parts.ts';
import { isRecord } from '../../../transfer/remote/records.ts';
import type { VersionRef } from '../../../transfer/remote/stored-version.ts';
import type { VersionState } from '../../../transfer/remote/version-state.ts';
import type { PublishInputs } from '../inputs.ts';
import { originOf } from '../origin.ts';

/** What is gathered for: the version, and this run's side of it. */
export interface Subject {
  readonly ref: VersionRef;
  readonly files: readonly LocalFile[];
  /** What `inputs.parts` asks for, read. */
  readonly parts: readonly WantedPart[];
  readonly inputs: PublishInputs;
}

/** What a version takes over from what is there already. */
interface Inheritance {
  readonly taken: readonly ManifestFile[];
  readonly partsMissing: readonly string[];
  readonly warnings: readonly string[];
}

/** Of a version that is kept as it is. */
export const INHERITS_NOTHING: Inheritance = { taken: [], partsMissing: [], warnings: [] };

/** Throws `conflict` where parts are missing, or differ from each other or from this run. */
export async function inherit(subject: Subject, state: VersionState, tools: Tools): Promise<Inheritance> {
  const { files, parts, inputs } = subject;
  if (parts.length > 0) return inheritParts(subject, state, tools);
  if (inputs['if-exists'] !== 'append' || inputs.part !== undefined) return INHERITS_NOTHING;
  const own = new Set(files.map(({ name }) => name));
  const isLeftOut = (name: string): boolean =>
    own.has(name) || name === inputs.manifest || name === inputs.checksums || isRecord(name);
  return { ...INHERITS_NOTHING, taken: storedEntries(state).filter(({ name }) => !isLeftOut(name)) };
}

async function inheritParts(
  { ref, files, parts }: Subject,
  state: VersionState,
  { signal, context }: Tools,
): Promise<Inheritance> {
  // Of a complete version too: parts stay beside it, and a pin holds for good.
  const chosen = chooseParts(await readParts(ref, parts), originOf(context).commit);
  const listed = unionOfParts(ref, chosen.taken, state);
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
  const taken = listed.filter(({ name }) => !own.has(name));
  return { taken, partsMissing: chosen.missing, warnings: chosen.warnings };
}

/** What a version holds, as a manifest would list it; one without a manifest tells no modes. */
export function storedEntries(state: VersionState): readonly ManifestFile[] {
  if (state.manifest !== undefined) return state.manifest.manifest.files;
  if (state.kind !== 'visible') return [];
  return [...state.files].map(([name, { size, sha256 }]) => ({ name, size, sha256: sha256 ?? '', mode: '0644' }));
}
